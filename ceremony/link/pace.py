"""How many codes are shown at once, how dense they are, and how long each stands.

Without a hint from the other side a preset does, and people change it by keys. Where the
other side's feedback is seen, ``Pacer`` begins slowly and goes as fast as that camera
follows. The feedback is unauthenticated, so it decides nothing but the pace:

- no pace outside of the table is ever shown, and a key overrules every feedback;
- a message that takes longer than it should gets half of the time for the pace that it
  began with, whatever the feedback says;
- "complete" ends the showing as a hint only: when no answer comes, ``doubt`` goes on, and
  the word counts for nothing for as long as was waited, each time twice as long.

Nothing here knows a clock: ``now`` is any number of seconds that grows.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from ceremony.link.feedback import COUNTS, ID_SIZE, Feedback

PERIOD = 1 / 60
"""Seconds between two pictures of the screen; a dwell counts them."""

DWELLS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 25, 30)

_Rung = tuple[int, tuple[int, int]]

RUNGS: tuple[_Rung, ...] = (
    (8, (1, 1)),
    (8, (2, 1)),
    (10, (2, 1)),
    (12, (2, 1)),
    (14, (2, 1)),
    (16, (2, 1)),
    (18, (2, 1)),
    (24, (2, 1)),
    (27, (2, 1)),
    (34, (2, 1)),
    (18, (4, 2)),
    (24, (4, 2)),
)
"""Version and grid, from large modules to small ones: on a screen of 1080 rows 17, 17, 15,
13, 12, 11, 10, 8, 7, 6, 5 and 4 pixels a module."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Codes of ``version``, ``grid`` columns and rows of them, ``dwell`` periods each."""

    version: int
    grid: tuple[int, int]
    dwell: int

    @property
    def places(self) -> int:
        """Codes that are shown at once."""
        return self.grid[0] * self.grid[1]

    def due(self, period: int) -> tuple[int, ...]:
        """The places whose code changes at this period of the screen, counted from 0.

        All are drawn at first; then one after the other, evenly: a picture of the camera
        that sees a change is spoilt for few codes, and drawing is never much at once.
        """
        if period == 0:
            return tuple(range(self.places))
        step = period % self.dwell
        return tuple(k for k in range(self.places) if k * self.dwell // self.places == step)


PRESETS = {
    "good bright 1080p": Pace(18, (4, 2), 3),
    "good bright 720p": Pace(34, (2, 1), 3),
    "good dim 1080p": Pace(18, (4, 2), 4),
    "good dim 720p": Pace(27, (2, 1), 4),
    "ordinary bright 1080p": Pace(34, (2, 1), 4),
    "ordinary bright 720p": Pace(24, (2, 1), 4),
    "ordinary dim 1080p": Pace(24, (2, 1), 7),
    "ordinary dim 720p": Pace(16, (2, 1), 7),
    "poor bright 1080p": Pace(24, (2, 1), 5),
    "poor bright 720p": Pace(14, (2, 1), 5),
    "poor dim 1080p": Pace(16, (2, 1), 12),
    "poor dim 720p": Pace(10, (2, 1), 12),
}
"""For each class of camera and light, 40 cm from a screen of 14 inches; what needs no
feedback. Measured: docs/performance.md."""

START = Pace(18, (2, 1), 12)
"""Before anything is known: an ordinary camera reads it, and a dim room too at 1080p."""

_SETTLE = 0.6
"""Seconds after a change of the pace in which the counts still tell of the old one."""

_ENOUGH_CODES, _ENOUGH_SECONDS = 12, 1.0
"""What a judgement is made from: shorter blurs of a camera that focuses pass."""

_MOST_AT_ONCE = 4000
"""Codes that a camera can count between two feedbacks; more is another receiver's count."""

_TOO_DENSE = 20.0
"""Seconds until a density that was not read is tried again; twice as long each time."""

_PAYS = 0.7
"""Going on with another version loses what is held: it must save this much of the time."""

_GRACE, _SLICE = 30.0, 5.0
"""Seconds that a message may take beyond its time at the first pace; length of the turns
that the first pace then gets."""

_WAIT = 10.0
"""Seconds for which "complete" counts for nothing after the first doubt."""


@dataclass(slots=True)
class _Window:
    """Codes that were seen since the pace changed."""

    seconds: float = 0.0
    clean: int = 0
    torn: int = 0
    unreadable: int = 0

    @property
    def codes(self) -> int:
        return self.clean + self.torn + self.unreadable


class Pacer:
    """The pace of one message.

    ``digest`` is the message's SHA-256; ``frames`` says how many frames it takes in codes of
    a version, None where it does not fit them. ``start`` must fit.
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
        self._start = self._pace = start
        self._began = self._judge_from = now
        self._grace = _GRACE + self._time(start)
        self._by_hand = False
        self._last: tuple[Feedback, float] | None = None
        self._window = _Window()
        self._rates: dict[_Rung, float] = {}
        self._barred: dict[_Rung, tuple[float, float]] = {}
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
        if self._by_hand or late < 0 or int(late / _SLICE) % 2:
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
        window.seconds += now - then
        window.clean += clean
        window.torn += torn
        window.unreadable += unreadable
        if window.codes >= _ENOUGH_CODES and window.seconds >= _ENOUGH_SECONDS:
            self._judge(window, feedback, now)

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

    def _judge(self, window: _Window, feedback: Feedback, now: float) -> None:
        pace, rung = self._pace, _rung(self._pace)
        seen = window.clean + window.torn
        shown = pace.places / (pace.dwell * PERIOD)
        rate = min(window.clean / window.seconds, shown) / (self._frames(pace.version) or 1)
        self._rates[rung] = rate
        sparser = self._moved(-1)
        if window.clean <= window.unreadable:
            self._bar(rung, now)
            self._change(replace(sparser, dwell=max(pace.dwell, self._start.dwell)), now)
            return
        if rate < self._rates.get(_rung(sparser), 0):
            self._bar(rung, now)
            self._change(sparser, now)
            return
        # The share of torn codes says how long a change spoils them; a code that stands for
        # so long and until the camera looks again is surely seen once (the dwell law).
        spoilt = pace.dwell * PERIOD * window.torn / seen
        between = window.seconds * pace.places / window.codes
        dwell = next((d for d in DWELLS if d * PERIOD >= spoilt + between), DWELLS[-1])
        better = replace(pace, dwell=dwell)
        denser = replace(self._moved(1), dwell=dwell)
        if 8 * window.unreadable <= window.clean and self._pays(denser, better, feedback, now):
            better = denser
        self._change(better, now)

    def _pays(self, other: Pace, than: Pace, feedback: Feedback, now: float) -> bool:
        until, _ = self._barred.get(_rung(other), (0.0, 0.0))
        if _rung(other) == _rung(than) or now < until:
            return False
        if other.version == than.version:
            return True
        of_this = feedback.needed == self._frames(than.version)
        left = 1 - (feedback.held / feedback.needed if of_this else 0)
        return self._time(other) < _PAYS * left * self._time(than)

    def _time(self, pace: Pace) -> float:
        """Seconds that the message takes when every code is caught."""
        return (self._frames(pace.version) or math.inf) / pace.places * pace.dwell * PERIOD

    def _moved(self, by: int) -> Pace:
        """The same dwell with the next denser or sparser rung that holds the message."""
        fitting = [rung for rung in RUNGS if self._frames(rung[0]) is not None]
        ahead = pairwise(fitting if by > 0 else reversed(fitting))
        version, grid = next(
            (new for old, new in ahead if old == _rung(self._pace)), _rung(self._pace)
        )
        return replace(self._pace, version=version, grid=grid)

    def _bar(self, rung: _Rung, now: float) -> None:
        _, seconds = self._barred.get(rung, (0.0, _TOO_DENSE))
        self._barred[rung] = (now + seconds, 2 * seconds)

    def _change(self, pace: Pace, now: float) -> None:
        if pace != self._pace:
            self._judge_from = now + _SETTLE
        self._pace = pace
        self._window = _Window()


def _rung(pace: Pace) -> _Rung:
    return pace.version, pace.grid


def _next_dwell(dwell: int, slower: bool) -> int:
    if slower:
        return next((d for d in DWELLS if d > dwell), DWELLS[-1])
    return next((d for d in reversed(DWELLS) if d < dwell), DWELLS[0])
