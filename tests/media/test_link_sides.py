"""The link test's two sides: what they say to each other, and what others may hold up."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.link.feedback import Feedback, encode_feedback
from ceremony.link.presets import DWELLS, RUNGS
from ceremony.link.probe import (
    LARGE,
    Kind,
    Result,
    first_probe,
    parse_probe,
    probe_bytes,
    probe_digest,
)
from ceremony.link.progress import Unreadable
from ceremony.media.link_side import ABSENT, Ends
from ceremony.media.link_test import Measured, Role, measure_link
from ceremony.message import Signers, encode_message
from ceremony.optics.eye import Glance
from ceremony.optics.worker_messages import Seen
from tests.support.facing import FakeCamera, FakeScreen, FakeSide, facing, frames_of

NOISE = bytes(LARGE)
OVER = Glance(over=True)
SIGNERS = encode_message(
    Signers(
        environment="production",
        ceremony=b"",
        sequence=0,
        answers=b"",
        answer=bytes(300),
        cluster_id=None,
        api_url="",
        organisation="",
        time="",
        nonce=bytes(16),
    )
)


def alone(*glances: Glance) -> FakeSide:
    return FakeSide(FakeCamera(glances=glances), FakeScreen())


def ends_with(side: FakeSide, role: Role, failure: Failure) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        measure_link(side.ends(), role)
    assert error.value.failure is failure
    assert side.camera.rested == side.screen.hidden == 1
    return error.value


def reasons(side: FakeSide) -> list[Failure]:
    return [one.failure for one in side.told if isinstance(one, Unreadable)]


def both(one: Ends, other: Ends, barrier: Barrier) -> tuple[Measured, Measured]:
    def run(ends: Ends, role: Role) -> Measured:
        try:
            return measure_link(ends, role)
        finally:
            barrier.abort()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(run, one, "first"), pool.submit(run, other, "second")
        return first.result(60), second.result(60)


def test_both_know_both_directions() -> None:
    laptop, relay, barrier = facing()
    at_laptop, at_relay = both(laptop.ends(), relay.ends(), barrier)
    assert at_laptop.ours == at_relay.theirs
    assert at_relay.ours == at_laptop.theirs
    for side, measured in ((laptop, at_laptop), (relay, at_relay)):
        assert measured.ours.clean > 0
        assert measured.ours.torn == measured.ours.unreadable == 0
        assert measured.pace is not None
        assert measured.pace.rung in RUNGS
        assert measured.pace.dwell in DWELLS
        assert reasons(side) == []
        assert side.camera.rested == side.screen.hidden == 1
    shown = [
        parse_probe(one.message).kind if one.message else None for one in laptop.screen.presents
    ]
    # While the answer is read, nothing: its reader's feedback then has the screen.
    assert list(dict.fromkeys(shown)) == [Kind.FIRST, None, Kind.LAST]
    kinds = {parse_probe(one.message).kind for one in relay.screen.presents if one.message}
    assert kinds == {Kind.ANSWER}
    # The pace followed the feedback: it did not stay where it began.
    assert len({(one.version, one.dwell) for one in relay.screen.presents if one.message}) > 1


def test_nobody_is_there() -> None:
    for role in ("first", "second"):
        side = alone()
        error = ends_with(side, role, Failure.INCOMPLETE)  # type: ignore[arg-type]
        assert f"no link test was seen for {ABSENT:.0f} seconds" in error.message
        assert "preview" in error.hint


def test_a_camera_of_nothing_gives_a_hint_on_the_screen() -> None:
    side = alone(*[Glance(Seen((), bright=20))] * 60, OVER)
    ends_with(side, "first", Failure.INCOMPLETE)
    assert any("too dark" in line for one in side.screen.statuses for line in one.lines)


def test_pictures_that_end_are_not_a_link() -> None:
    assert "camera" in ends_with(alone(OVER), "second", Failure.INCOMPLETE).hint


@pytest.mark.parametrize("where", ["desk", "window"])
def test_escape_stops_it_anywhere(where: str) -> None:
    side = alone()
    (side.pressed if where == "desk" else side.screen.keys).append("escape")
    ends_with(side, "first", Failure.CANCELLED)


def test_another_first_side_is_told_what_to_start() -> None:
    side = alone(*frames_of(first_probe(NOISE)), OVER)
    ends_with(side, "first", Failure.INCOMPLETE)
    assert reasons(side) == [Failure.ANSWER]


def test_an_answer_of_an_earlier_test_is_no_answer() -> None:
    """Somebody replays what was shown the day before: it names another message."""
    old = probe_bytes(Kind.ANSWER, probe_digest(b"the day before"), Result(1, 1, 1, 0, 0), NOISE)
    side = alone(*frames_of(old), *frames_of(old), OVER)
    ends_with(side, "first", Failure.INCOMPLETE)
    assert reasons(side) == [Failure.REPLAY]


def test_an_end_of_an_earlier_test_is_no_end() -> None:
    old = probe_bytes(Kind.LAST, probe_digest(b"the day before"), Result(1, 1, 1, 0, 0), NOISE)
    side = alone(*frames_of(old), *frames_of(first_probe(NOISE)), *[Glance()] * 80)
    with pytest.raises(CeremonyError):
        measure_link(side.ends(), "second")
    assert Failure.REPLAY in reasons(side)
    assert any(one.message for one in side.screen.presents), "the first was answered all the same"


def test_a_message_of_a_ceremony_is_not_taken_and_not_kept() -> None:
    for role in ("first", "second"):
        side = alone(*frames_of(SIGNERS, 14), OVER)
        ends_with(side, role, Failure.INCOMPLETE)  # type: ignore[arg-type]
        assert reasons(side) == [Failure.KIND]


def test_the_other_side_may_begin_again() -> None:
    noise = [bytes([n]) * LARGE for n in (1, 2)]
    one, two = (frames_of(first_probe(n)) for n in noise)
    side = alone(*one, *[Glance()] * 80, *two, *[Glance()] * 80, OVER)
    ends_with(side, "second", Failure.INCOMPLETE)
    answers = {parse_probe(p.message).answers for p in side.screen.presents if p.message}
    assert answers == {probe_digest(first_probe(n)) for n in noise}


def test_forged_feedback_chooses_among_the_presets_and_ends_nothing() -> None:
    told = [
        encode_feedback(Feedback(bytes(8), 0, 0, 60 * i % 65536, 0, 0, complete=False))
        for i in range(400)
    ]
    side = alone(*[Glance(Seen((text,))) for text in told], OVER)
    ends_with(side, "first", Failure.INCOMPLETE)
    for one in side.screen.presents:
        assert (one.version, (one.across, one.down)) in RUNGS
        assert one.dwell in DWELLS
