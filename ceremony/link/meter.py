"""What a link gives: codes as they are read, and which pace gave most. No clock: ``now`` grows."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ceremony.errors import CeremonyError
from ceremony.link.feedback import COUNTS, ID_SIZE, Feedback, Tally
from ceremony.link.frame import MessageHeader, parse_frame
from ceremony.link.presets import PERIOD, Pace
from ceremony.link.probe import Result
from ceremony.link.receiver import Receiver

WINDOW = 5.0
"""Seconds at the end of a measurement that count: by then the pace has been found."""

SAME = 1.0
"""Seconds in which a code that is read again is the same one, still standing. Longer than any
dwell; a sender whose pace changes begins with its first code again."""

REMEMBERED = 20_000
"""Codes that are remembered."""

_SETTLE = 0.6
"""Seconds after a change of the pace in which the counts still tell of the old one."""

_ENOUGH = 0.8
"""Seconds at one pace that say something of it."""

_MOST_AT_ONCE = 4000
"""Codes that a camera can count between two feedbacks."""


class Meter:
    """What is read of the message with this id, and of every picture."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._read: dict[tuple[MessageHeader, int], float] = {}
        self._size = 0
        self._points: deque[tuple[float, int, Feedback]] = deque()
        self.began: float | None = None
        """When the first code was read."""

    def looked(self, frames: list[str], torn: int, receiver: Receiver, now: float) -> None:
        """One picture of the camera: the texts of frames in it, and codes that were not read."""
        for text in frames:
            self._frame(text, now)
        self._tally.looked(len(frames), torn)
        self._points.append((now, self._size, self._tally.feedback(receiver)))
        while now - self._points[0][0] > WINDOW:
            self._points.popleft()

    def feedback(self, receiver: Receiver, *, measuring: bool) -> Feedback:
        """For the other side, which shows on while it is measured: nothing is complete yet."""
        feedback = self._tally.feedback(receiver)
        return replace(feedback, complete=False) if measuring else feedback

    def result(self) -> Result:
        """Of the last WINDOW seconds."""
        if len(self._points) < 2:
            return Result()
        (then, size, before), (now, size_now, after) = self._points[0], self._points[-1]
        clean, torn, unreadable = _counted(before, after)
        return Result(round(1000 * (now - then)), size_now - size, clean, torn, unreadable)

    def _frame(self, text: str, now: float) -> None:
        try:
            frame = parse_frame(text)
        except CeremonyError:
            return
        if self.began is None:
            self.began = now
        key = (frame.header, frame.esi)
        if now - self._read.get(key, -SAME) >= SAME:
            self._size += len(frame.symbol)
        if len(self._read) >= REMEMBERED:
            self._read.clear()
        self._read[key] = now


@dataclass(slots=True)
class _Trial:
    seconds: float = 0.0
    clean: int = 0
    unreadable: int = 0


class Trials:
    """Which of the paces that were shown carried most, by the other side's feedback.

    ``content`` gives the bytes that a code of a version carries. Like every use of feedback
    it is a hint: whoever holds up another one chooses among the paces that were shown.
    """

    def __init__(self, digest: bytes, content: Callable[[int], int]) -> None:
        self._id = digest[:ID_SIZE]
        self._content = content
        self._trials: dict[Pace, _Trial] = {}
        self._pace: Pace | None = None
        self._from = 0.0
        self._last: tuple[Feedback, float] | None = None

    def heard(self, pace: Pace, feedback: Feedback, now: float) -> None:
        """A feedback that was seen while this pace was shown."""
        if feedback.message_id != self._id:
            return
        if pace != self._pace:
            self._pace, self._from, self._last = pace, now + _SETTLE, None
        if now < self._from:
            return
        last, self._last = self._last, (feedback, now)
        if last is None:
            return
        clean, torn, unreadable = _counted(last[0], feedback)
        if clean + torn + unreadable <= _MOST_AT_ONCE and now > last[1]:
            trial = self._trials.setdefault(pace, _Trial())
            trial.seconds += now - last[1]
            trial.clean += clean
            trial.unreadable += unreadable

    def best(self) -> Pace | None:
        """The pace that carried most among those that were read; None without any.

        Where none was read for long enough, on a slow machine, the one that was read longest.
        """
        read = {p: trial for p, trial in self._trials.items() if trial.clean > 8 * trial.unreadable}
        rates = {p: self._rate(p, trial) for p, trial in read.items() if trial.seconds >= _ENOUGH}
        if rates:
            return max(rates, key=lambda pace: rates[pace])
        return max(read, key=lambda pace: read[pace].seconds, default=None)

    def _rate(self, pace: Pace, trial: _Trial) -> float:
        """Bytes a second: a code that stands is read more than once."""
        shown = pace.places / (pace.dwell * PERIOD)
        return min(trial.clean / trial.seconds, shown) * self._content(pace.version)


def _counted(before: Feedback, after: Feedback) -> tuple[int, int, int]:
    """Codes between two feedbacks: clean, torn, unreadable."""
    return (
        (after.clean - before.clean) % COUNTS,
        (after.torn - before.torn) % COUNTS,
        (after.unreadable - before.unreadable) % COUNTS,
    )
