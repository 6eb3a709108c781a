"""The pace: by feedback, by hand, and whatever a liar says."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from ceremony.link.feedback import COUNTS, Feedback
from ceremony.link.pace import DWELLS, PERIOD, PRESETS, RUNGS, START, Pace, Pacer
from ceremony.link.sender import frames_needed
from ceremony.optics.draw import capacity

DIGEST = bytes(range(32))
NAME = DIGEST[:8]
TELLS = 0.25
"""Seconds between two feedbacks."""

Answer = Callable[[Pace], tuple[int, int, int]]
"""What a receiver counts in one picture: clean, torn, unreadable."""


def frames(length: int) -> Callable[[int], int | None]:
    return lambda version: frames_needed(length, capacity(version))


class Other:
    """A receiver whose camera sees so many pictures a second, and says so."""

    def __init__(self, answer: Answer, fps: float = 30.0, name: bytes = NAME) -> None:
        self._answer, self._fps, self._name = answer, fps, name
        self._counts = np.array([COUNTS - 50, 0, 0])
        self._seen = 0.0

    def until(self, now: float, pace: Pace) -> Feedback:
        while self._seen < now:
            self._counts += self._answer(pace)
            self._seen += 1 / self._fps
        clean, torn, unreadable = (int(one) % COUNTS for one in self._counts)
        return Feedback(self._name, 1, 100, clean, torn, unreadable, complete=False)


def paced(pacer: Pacer, other: "Other | Honest", seconds: float, began: float = 0.0) -> list[Pace]:
    """The paces shown while the other side looks; the feedback comes four times a second."""
    shown = []
    for step in range(int(seconds / TELLS)):
        now = began + step * TELLS
        shown.append(pacer.at(now))
        pacer.heard(other.until(now, shown[-1]), now)
    return shown


def camera(spoilt: float, densest: int, fps: float = 30.0) -> Other:
    """Codes are torn for ``spoilt`` seconds of each change, and not read beyond a rung."""
    chance = np.random.default_rng(1)

    def answer(pace: Pace) -> tuple[int, int, int]:
        if RUNGS.index(pace.rung) > densest:
            return 0, 0, pace.places
        torn = int((chance.random(pace.places) < spoilt / (pace.dwell * PERIOD)).sum())
        return pace.places - torn, torn, 0

    return Other(answer, fps)


def test_each_place_changes_once_in_a_dwell_and_not_all_at_once() -> None:
    for pace in (Pace(18, (4, 2), 3), Pace(18, (2, 1), 4), Pace(8, (1, 1), 12), Pace(8, (3, 2), 2)):
        assert pace.due(0) == tuple(range(pace.places))
        later = [pace.due(period) for period in range(pace.dwell, 2 * pace.dwell)]
        assert sorted(sum(later, ())) == list(range(pace.places))
        assert max(map(len, later)) == -(-pace.places // pace.dwell)
        assert [pace.due(period) for period in range(2 * pace.dwell, 3 * pace.dwell)] == later


def test_presets_and_the_start_are_rungs() -> None:
    assert {pace.rung for pace in PRESETS.values()} <= set(RUNGS)
    assert START.rung in RUNGS
    assert {pace.dwell for pace in [START, *PRESETS.values()]} <= set(DWELLS)


@pytest.mark.parametrize(
    ("spoilt", "densest", "fps", "dwells"),
    [(0.005, 11, 30, (2, 3)), (0.04, 9, 30, (4, 6)), (0.06, 5, 18, (6, 8)), (0.1, 2, 12, (10, 14))],
    ids=["good", "ordinary", "dim", "poor"],
)
def test_the_pace_finds_the_camera(
    spoilt: float, densest: int, fps: float, dwells: tuple[int, int]
) -> None:
    pacer = Pacer(DIGEST, frames(15_000))
    shown = paced(pacer, camera(spoilt, densest, fps), 28)
    assert shown[0] == START
    last = shown[-20:]
    read = [pace for pace in last if RUNGS.index(pace.rung) <= densest]
    assert len(read) >= 12
    assert all(dwells[0] <= pace.dwell <= dwells[1] for pace in read[-5:])


def test_long_messages_go_to_dense_codes_and_begin_where_they_fit() -> None:
    pacer = Pacer(DIGEST, frames(5_400_000))
    assert capacity(pacer.pace.version) >= capacity(24)
    paced(pacer, camera(0.005, len(RUNGS)), 15)
    assert pacer.pace.rung == RUNGS[-1]


def test_a_short_blur_changes_nothing() -> None:
    pacer = Pacer(DIGEST, frames(15_000))
    good = camera(0.03, 8)
    paced(pacer, good, 12)
    before = pacer.pace
    blurred = Other(lambda pace: (0, 0, pace.places))
    paced(pacer, blurred, 2, began=12)
    assert pacer.pace == before
    paced(pacer, blurred, 10, began=14)
    assert RUNGS.index(pacer.pace.rung) < RUNGS.index(before.rung)


class Honest:
    """A receiver that says how many frames of each version it has: ``share`` of all at once,
    and then those of the codes that it reads.
    """

    def __init__(self, answer: Answer, length: int, share: float = 0.0) -> None:
        self._other, self._frames = Other(answer), frames(length)
        self._held: dict[int, float] = {START.version: share * (self._frames(START.version) or 0)}
        self._clean = 0

    def until(self, now: float, pace: Pace) -> Feedback:
        said, needed = self._other.until(now, pace), self._frames(pace.version) or 1
        read = (said.clean - self._clean) % COUNTS if self._clean else 0
        self._clean = said.clean
        # A code that stands is read more than once, and counts once.
        new = min(read, TELLS * pace.places / (pace.dwell * PERIOD))
        held = self._held.get(pace.version, 0) + new
        self._held[pace.version] = min(held, needed - 1)
        return replace(said, held=int(self._held[pace.version]), needed=needed)


def all_read(pace: Pace) -> tuple[int, int, int]:
    return pace.places, 0, 0


def changes(length: int, share: float, seconds: float) -> set[int]:
    """The versions that are shown to somebody who has so much, and reads everything."""
    shown = paced(Pacer(DIGEST, frames(length)), Honest(all_read, length, share), seconds)
    return {pace.version for pace in shown}


def test_late_in_a_message_the_version_stays() -> None:
    """Symbols of another size count from zero: a change must save more than it gives up."""
    assert len(changes(100_000, 0.0, 4)) > 1
    assert changes(100_000, 0.97, 2) == {START.version}


def test_a_version_that_is_half_there_is_worth_going_back_to() -> None:
    """Denser codes are not read: what was read before them is still there."""
    length, densest = 400_000, RUNGS.index(START.rung)

    def answer(pace: Pace) -> tuple[int, int, int]:
        return (pace.places, 0, 0) if RUNGS.index(pace.rung) <= densest else (0, 0, pace.places)

    shown = paced(Pacer(DIGEST, frames(length)), Honest(answer, length), 12)
    assert [p.rung for p in shown[-8:]] == [START.rung] * 8
    assert {RUNGS.index(p.rung) > densest for p in shown} == {True, False}


def test_codes_that_are_too_dense_get_larger_modules_and_not_more_time() -> None:
    """Half of the codes beyond a rung are torn, however long they stand."""
    length, good, chance = 100_000, RUNGS.index((12, (2, 1))), np.random.default_rng(1)

    def answer(pace: Pace) -> tuple[int, int, int]:
        dense = 0.6 if RUNGS.index(pace.rung) > good else 0.0
        spoilt = 0.03 / (pace.dwell * PERIOD)
        torn = int((chance.random(pace.places) < max(dense, spoilt)).sum())
        return pace.places - torn, torn, 0

    class Slow(Honest):
        def until(self, now: float, pace: Pace) -> Feedback:
            said = super().until(now, pace)
            caught = 0.4 if RUNGS.index(pace.rung) > good else 1.0
            return replace(said, held=int(said.held * caught))

    shown = paced(Pacer(DIGEST, frames(length)), Slow(answer, length), 15)
    assert all(RUNGS.index(pace.rung) <= good for pace in shown[-20:])
    assert all(pace.dwell <= 6 for pace in shown[-20:])


def test_without_feedback_nothing_changes() -> None:
    pacer = Pacer(DIGEST, frames(15_000), start=PRESETS["poor dim 720p"])
    assert {pacer.at(now) for now in range(1000)} == {PRESETS["poor dim 720p"]}


def test_feedback_of_another_message_and_of_one_that_never_comes() -> None:
    pacer = Pacer(DIGEST, frames(15_000))
    paced(pacer, Other(lambda pace: (0, 0, pace.places), name=b"another."), 10)
    pacer.heard(Feedback(b"another.", 5, 5, 0, 0, 0, complete=True), 11)
    assert pacer.pace == START
    assert not pacer.complete
    paced(pacer, Other(lambda pace: (0, 0, pace.places), name=bytes(8)), 5, began=20)
    assert RUNGS.index(pacer.pace.rung) < RUNGS.index(START.rung)


LIES: dict[str, Answer] = {
    "all is well": lambda pace: (pace.places, 0, 0),
    "all is torn": lambda pace: (1, 200, 0),
    "nothing is read": lambda pace: (0, 0, 9),
    "counts of nonsense": lambda pace: (30_000, 1, 17),
    "nothing is seen": lambda pace: (0, 0, 0),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_liar_gets_three_quarters_of_the_time_and_no_pace_that_does_not_exist(lie: str) -> None:
    pacer = Pacer(DIGEST, frames(15_000))
    shown = paced(pacer, Other(LIES[lie]), 200)
    assert {pace.rung for pace in shown} <= set(RUNGS)
    assert {pace.dwell for pace in shown} <= set(DWELLS)
    late = shown[len(shown) // 2 :]
    assert late.count(START) >= 0.24 * len(late)


def test_a_key_overrules_every_feedback() -> None:
    pacer = Pacer(DIGEST, frames(15_000))
    assert pacer.key("<")
    slower = pacer.pace
    assert slower.dwell > START.dwell
    assert set(paced(pacer, Other(LIES["all is well"]), 300)) == {slower}


def test_keys_go_through_all_paces_and_stop_at_the_ends() -> None:
    pacer = Pacer(DIGEST, frames(5412))
    walks: dict[str, Callable[[Pace], object]] = {
        "-": lambda pace: pace.rung == RUNGS[0],
        "+": lambda pace: pace.rung == RUNGS[-1],
        "<": lambda pace: pace.dwell == DWELLS[-1],
        ">": lambda pace: pace.dwell == DWELLS[0],
    }
    for key, at_end in walks.items():
        for _ in range(20):
            assert pacer.key(key)
        assert at_end(pacer.pace)
    for key in ("", "x", "enter", "escape", "++"):
        before = pacer.pace
        assert not pacer.key(key)
        assert pacer.pace == before


def test_keys_pass_over_codes_that_are_too_small_for_the_message() -> None:
    pacer = Pacer(DIGEST, frames(5_400_000))
    for _ in range(20):
        pacer.key("-")
    assert frames(5_400_000)(pacer.pace.version) is not None
    assert pacer.pace.rung != RUNGS[0]


def test_complete_is_a_hint_that_can_be_doubted() -> None:
    """Whoever says it without end is believed for half of the time at most."""
    pacer = Pacer(DIGEST, frames(15_000))
    said = Feedback(NAME, 100, 100, 0, 0, 0, complete=True)
    stopped_at: list[float] = []
    for now in count():
        pacer.heard(said, now)
        if pacer.complete:
            stopped_at.append(now)
            pacer.doubt(now)
        if now > 200:
            break
    assert stopped_at == [0, 10, 30, 70, 150]


def test_a_complete_that_is_true_stays() -> None:
    pacer = Pacer(DIGEST, frames(15_000))
    pacer.heard(Feedback(NAME, 30, 30, 9, 0, 0, complete=True), 3.0)
    pacer.heard(Feedback(NAME, 2, 30, 10, 0, 0, complete=False), 4.0)
    assert pacer.complete
