"""How many codes are shown at once, how dense they are, and how long each stands.

Without a hint from the other side a preset does, and people change it by keys. Where the
other side's feedback is seen, ``Pacer`` begins slowly and goes as fast as that camera
follows. The feedback is unauthenticated, so it decides nothing but the pace:

- no pace outside of the table is ever shown, and a key overrules every feedback;
- a message that takes longer than it should gets a quarter of the time for the pace that it
  began with, whatever the feedback says;
- "complete" ends the showing as a hint only: when no answer comes, ``doubt`` goes on, and
  the word counts for nothing for as long as was waited, each time twice as long.

Nothing here knows a clock: ``now`` is any number of seconds that grows.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from ceremony.link.feedback import COUNTS, ID_SIZE, Feedback
from ceremony.link.presets import DWELLS, PERIOD, PRESETS, RUNGS, START, Pace

__all__ = ["DWELLS", "PERIOD", "PRESETS", "RUNGS", "START", "Pace", "Pacer"]

_SETTLE = 0.45
"""Seconds after a change of the pace in which the counts still tell of the old one."""

_ENOUGH_CODES, _ENOUGH_SECONDS = 12, 0.55
"""What a judgement is made from."""

_MOST_AT_ONCE = 4000
"""Codes that a camera can count between two feedbacks; more is another receiver's count."""

_TOO_DENSE = 20.0
"""Seconds until a density that was not read is tried again; twice as long each time."""

_STEADY = 3.0
"""Seconds that a density which was good before may be unreadable: a lens that looks for its
focus takes up to two."""

_WORSE = 0.8
"""Of the goodput of the last good pace: a denser one that gives less is given up."""

_TRIAL = 1.2
"""Seconds that another rung may cost if it is not read: it must save more than that. Another
version must also make up for what is held, which is of no use to it."""

_CAUGHT = 0.9
"""Of the codes of a sparser rung, that are read where too few are of a denser one."""

_REACH = 3
"""Rungs that are tried at once where all is read."""

_GRACE, _SLICE, _TURNS = 30.0, 5.0, 4
"""Seconds that a message may take beyond its time at the first pace; length of the turns
that the first pace then gets, and how many there are for each of its own."""

_WAIT = 10.0
"""Seconds for which "complete" counts for nothing after the first doubt."""


@dataclass(slots=True)
class _Window:
    """Codes that were seen since the pace changed."""

    seconds: float = 0.0
    clean: int = 0
    torn: int = 0
    unreadable: int = 0
    new: int | None = 0
    """Frames that the other side had not; None where it cannot be told."""

    @property
    def codes(self) -> int:
        return self.clean + self.torn + self.unreadable


class Pacer:
    """The pace of one message.

    ``digest`` is the message's SHA-256; ``frames`` says how many frames it takes in codes of
    a version, None where it does not fit them. It begins with ``start``, of a rung, or with
    the next denser rung that holds the message.
    """

    def __init__(
        self,
        digest: bytes,
        frames: Callable[[int], int | None],
        *,
        start: Pace = START,
        now: float = 0.0,
    ) -> None:
        self._id = digest[:ID_SIZE]
        self._frames = frames
        self._start = self._pace = _holding(start, frames)
        self._began = self._judge_from = now
        self._grace = _GRACE + self._time(self._start)
        self._by_hand = False
        self._last: tuple[Feedback, float] | None = None
        self._window = _Window()
        self._good: tuple[Pace, float] | None = None
        self._spoilt = math.inf
        self._held: dict[int, float] = {}
        self._ceiling, self._ceiling_until, self._ceiling_wait = len(RUNGS), now, _TOO_DENSE
        self._wait = _WAIT
        self._believe_from = now
        self.complete = False
        """Whether the other side seems to have the message."""

    @property
    def pace(self) -> Pace:
        """What feedback and keys have made of the pace."""
        return self._pace

    def at(self, now: float) -> Pace:
        """The pace to show with: ``pace``, or the first one in its turns."""
        late = now - self._began - self._grace
        if self._by_hand or late < 0 or int(late / _SLICE) % _TURNS:
            return self._pace
        return self._start

    def heard(self, feedback: Feedback, now: float) -> None:
        """Take a feedback that the camera saw, whoever showed it."""
        if feedback.message_id not in (self._id, bytes(ID_SIZE)):
            return
        if feedback.complete:
            self.complete = self.complete or now >= self._believe_from
            return
        last, self._last = self._last, (feedback, now)
        if self._by_hand or last is None or last[1] < self._judge_from:
            return
        if self.at(now) != self._pace:
            self._judge_from = now + _SETTLE
            return
        before, then = last
        clean, torn, unreadable = (
            (new - old) % COUNTS
            for new, old in (
                (feedback.clean, before.clean),
                (feedback.torn, before.torn),
                (feedback.unreadable, before.unreadable),
            )
        )
        if clean + torn + unreadable > _MOST_AT_ONCE or now < then:
            return
        window = self._window
        frames = self._frames(self._pace.version)
        if before.needed == feedback.needed == frames and window.new is not None:
            window.new += max(0, feedback.held - before.held)
        else:
            window.new = None
        if feedback.needed == frames:
            self._held[self._pace.version] = feedback.held / feedback.needed
        window.seconds += now - then
        window.clean += clean
        window.torn += torn
        window.unreadable += unreadable
        if window.codes >= _ENOUGH_CODES and window.seconds >= _ENOUGH_SECONDS:
            self._judge(window, now)

    def key(self, key: str) -> bool:
        """``+`` denser, ``-`` sparser, ``>`` faster, ``<`` slower; False for another key.

        From then on the pace is the people's, and feedback changes it no more.
        """
        match key:
            case "+" | "-":
                self._pace = self._moved(1 if key == "+" else -1)
            case "<" | ">":
                self._pace = replace(self._pace, dwell=_next_dwell(self._pace.dwell, key == "<"))
            case _:
                return False
        self._by_hand = True
        return True

    def doubt(self, now: float) -> None:
        """No answer came although the message seemed complete: show on."""
        self.complete = False
        self._believe_from = now + self._wait
        self._wait *= 2

    def _judge(self, window: _Window, now: float) -> None:
        pace = self._pace
        rate = self._rate(window)
        good, good_rate = self._good or (pace, 0.0)
        trial = good.rung != pace.rung
        unreadable = window.clean <= window.unreadable
        if unreadable and not trial and self._good and window.seconds < _STEADY:
            return
        if unreadable or (trial and self._saves(good, good_rate * _WORSE, rate)):
            self._fall(window, good if trial else None, now)
            return
        # The share of torn codes says how long a change spoils them; a code that stands for
        # so long and until the camera looks again is surely seen once (the dwell law). Codes
        # that are too dense are torn as well: the least that was measured is the change.
        spoilt = pace.dwell * PERIOD * window.torn / (window.clean + window.torn)
        self._spoilt = min(self._spoilt, spoilt)
        between = window.seconds * pace.places / window.codes
        stands = self._spoilt + between
        dwell = next((d for d in DWELLS if d * PERIOD >= stands), DWELLS[-1])
        if abs(dwell - pace.dwell) <= 1 and self._good:
            dwell = pace.dwell
        sparser = self._moved(-1)
        if pace.dwell >= dwell and self._saves(sparser, self._full(sparser) * _CAUGHT, rate):
            self._fall(window, replace(sparser, dwell=dwell), now)
            return
        better = replace(pace, dwell=dwell)
        self._good = better, rate * max(1, pace.dwell / dwell)
        if 8 * window.unreadable <= window.clean:
            better = self._denser(better, now)
        self._change(better, now)

    def _rate(self, window: _Window) -> float:
        """Of the message, in a second."""
        frames = self._frames(self._pace.version) or math.inf
        if window.new is not None:
            return window.new / window.seconds / frames
        return min(window.clean / window.seconds / frames, self._full(self._pace))

    def _full(self, pace: Pace) -> float:
        """Of the message, in a second in which every code is caught."""
        return 1 / self._time(pace)

    def _left(self, pace: Pace) -> float:
        """Of the message, in codes of this version: those of another size are of no use."""
        return 1 - self._held.get(pace.version, 0.0)

    def _saves(self, other: Pace, rate: float, this: float) -> bool:
        """Whether another pace with ``rate`` ends sooner than this one with ``this``."""
        if other.rung == self._pace.rung or not rate:
            return False
        return _SETTLE + self._left(other) / rate < self._left(self._pace) / (this or 1e-9)

    def _fall(self, window: _Window, good: Pace | None, now: float) -> None:
        """Back to the pace that was good, or to larger modules and the first dwell."""
        self._ceiling = RUNGS.index(self._pace.rung)
        self._ceiling_until = now + self._ceiling_wait
        self._ceiling_wait *= 2
        self._good = None
        sparser = self._moved(-1 if window.clean else -2)
        slow = replace(sparser, dwell=max(self._pace.dwell, self._start.dwell))
        self._change(good or slow, now)

    def _denser(self, pace: Pace, now: float) -> Pace:
        """The densest pace within reach that saves time, else ``pace``."""
        for by in range(_REACH, 0, -1):
            other = replace(self._moved(by), dwell=pace.dwell)
            if RUNGS.index(other.rung) >= self._ceiling and now < self._ceiling_until:
                continue
            again, left = (self._left(one) * self._time(one) for one in (other, pace))
            if _TRIAL + again < left:
                return other
        return pace

    def _time(self, pace: Pace) -> float:
        """Seconds that the message takes when every code is caught."""
        return (self._frames(pace.version) or math.inf) / pace.places * pace.dwell * PERIOD

    def _moved(self, by: int) -> Pace:
        """The same dwell so many rungs denser; of those only that hold the message."""
        fitting = [rung for rung in RUNGS if self._frames(rung[0]) is not None]
        at = fitting.index(self._pace.rung) + by
        version, grid = fitting[min(max(at, 0), len(fitting) - 1)]
        return replace(self._pace, version=version, grid=grid)

    def _change(self, pace: Pace, now: float) -> None:
        if pace != self._pace:
            self._judge_from = now + _SETTLE
        self._pace = pace
        self._window = _Window()


def _holding(pace: Pace, frames: Callable[[int], int | None]) -> Pace:
    at = RUNGS.index(pace.rung)
    for version, grid in RUNGS[at:]:
        if frames(version) is not None:
            return replace(pace, version=version, grid=grid)
    return pace


def _next_dwell(dwell: int, slower: bool) -> int:
    if slower:
        return next((d for d in DWELLS if d > dwell), DWELLS[-1])
    return next((d for d in reversed(DWELLS) if d < dwell), DWELLS[0])
