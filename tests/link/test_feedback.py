"""The feedback of a receiver: one text for each, anything else refused with its class."""

import hashlib
import zlib
from dataclasses import replace

import pytest
from base45 import b45decode, b45encode
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Receiver, Sender
from ceremony.link.feedback import (
    COUNTS,
    Feedback,
    Tally,
    encode_feedback,
    is_feedback,
    parse_feedback,
)

FEEDBACK = Feedback(b"\x01" * 8, 12, 30, 100, 20, 3, complete=False)
TEXT = "IS8V50W50W50W50W50C00U00A20K00300BM0IHE"
MESSAGE = hashlib.shake_128(b"fed back").digest(900)
COUNT = st.integers(0, COUNTS - 1)
SOUND = st.builds(
    lambda name, held, more, counts, complete: Feedback(
        name, held, held + more, *counts, complete=complete
    ),
    st.binary(min_size=8, max_size=8).filter(any),
    st.integers(0, 10_016),
    st.integers(1, 1000),
    st.tuples(COUNT, COUNT, COUNT),
    st.booleans(),
)


def refused(text: str) -> Failure:
    with pytest.raises(CeremonyError) as error:
        parse_feedback(text)
    return error.value.failure


def changed(place: int, value: int) -> str:
    """The text with one byte changed and a right checksum."""
    body = bytearray(b45decode(TEXT.encode())[:-4])
    body[place] = value
    text: bytes = b45encode(bytes(body) + zlib.crc32(body).to_bytes(4, "big"))
    return text.decode()


def test_the_text_of_the_format() -> None:
    assert encode_feedback(FEEDBACK) == TEXT
    assert parse_feedback(TEXT) == FEEDBACK


@given(SOUND)
def test_there_and_back(feedback: Feedback) -> None:
    text = encode_feedback(feedback)
    assert is_feedback(text)
    assert len(text) == 39
    assert parse_feedback(text) == feedback


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", min_size=36, max_size=36))
def test_what_parses_is_the_text_of_what_it_says(rest: str) -> None:
    try:
        feedback = parse_feedback("IS8" + rest)
    except CeremonyError:
        return
    assert encode_feedback(feedback) == "IS8" + rest


def test_it_can_be_told_from_a_frame_at_once() -> None:
    frame = Sender(MESSAGE, 500).frame(0)
    assert not is_feedback(frame)
    assert refused(frame) is Failure.MALFORMED
    assert Receiver().add(TEXT).failure is Failure.MALFORMED  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("", Failure.MALFORMED),
        (TEXT[:-1], Failure.MALFORMED),
        (TEXT + " ", Failure.MALFORMED),
        (" " + TEXT[1:], Failure.MALFORMED),
        (TEXT.lower(), Failure.MALFORMED),
        ("IS8" + ":" * 36, Failure.MALFORMED),
        ("IS8" + "Ä" * 36, Failure.MALFORMED),
        (TEXT[:-1] + ("0" if TEXT[-1] != "0" else "1"), Failure.CHECKSUM),
        (changed(2, 2), Failure.FORMAT_VERSION),
        (changed(3, 2), Failure.MALFORMED),
        (changed(3, 255), Failure.MALFORMED),
        (changed(12, 1), Failure.MALFORMED),
        (changed(15, 11), Failure.MALFORMED),
        (changed(15, 0), Failure.MALFORMED),
    ],
    ids=str,
)
def test_what_is_refused(text: str, failure: Failure) -> None:
    """The last ones: unknown flags, more held than needed, nothing needed."""
    assert refused(text) is failure


@pytest.mark.parametrize("changes", [{"held": 1, "needed": 1}, {"needed": 1}, {"complete": True}])
def test_who_has_seen_no_frame_has_nothing(changes: dict[str, int]) -> None:
    nothing = Feedback(bytes(8), 0, 0, 1, 2, 3, complete=False)
    assert parse_feedback(encode_feedback(nothing)) == nothing
    assert refused(encode_feedback(replace(nothing, **changes))) is Failure.MALFORMED  # type: ignore[arg-type]


def test_what_a_receiver_says_of_itself() -> None:
    sender, receiver, tally = Sender(MESSAGE, 300), Receiver(), Tally()
    assert tally.feedback(receiver) == Feedback(bytes(8), 0, 0, 0, 0, 0, complete=False)
    receiver.add(sender.frame(0))
    tally.looked(1, 0)
    name = sender.digest[:8]
    assert tally.feedback(receiver) == Feedback(name, 1, sender.needed, 1, 0, 0, complete=False)
    for index in range(1, sender.distinct):
        receiver.add(sender.frame(index))
    said = tally.feedback(receiver)
    assert said == Feedback(name, sender.needed, sender.needed, 1, 0, 0, complete=True)
    assert parse_feedback(encode_feedback(said)) == said


def test_a_sender_that_goes_over_to_other_codes_is_followed() -> None:
    receiver = Receiver()
    small, large = Sender(MESSAGE, 300), Sender(MESSAGE, 700)
    for index in range(2):
        receiver.add(small.frame(index))
    assert receiver.state().held == 2
    receiver.add(large.frame(0))
    assert (receiver.state().held, receiver.state().needed) == (1, large.needed)
    receiver.add(small.frame(2))
    assert (receiver.state().held, receiver.state().needed) == (3, small.needed)


def test_torn_and_unreadable_codes_are_told_apart() -> None:
    tally, receiver = Tally(), Receiver()
    for read, broken in ((0, 0), (0, 2), (2, 0), (1, 1), (0, 2), (0, 2)):
        tally.looked(read, broken)
    said = tally.feedback(receiver)
    assert (said.clean, said.torn, said.unreadable) == (3, 3, 5)


def test_the_counts_start_again() -> None:
    tally = Tally()
    tally.looked(COUNTS + 5, 0)
    assert tally.feedback(Receiver()).clean == 5
