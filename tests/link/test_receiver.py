"""The receiver: any frames in any order, and nobody else's frames cost anything."""

import hashlib
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.errors import Failure
from ceremony.link import (
    Complete,
    Foreign,
    Forged,
    Progress,
    Receiver,
    Receiving,
    Repeated,
    Sender,
    Unreadable,
    Waiting,
    describe,
)
from ceremony.link.receiver import MAX_CANDIDATES, MAX_SPARE
from tests.support.frames import forged

CAPACITY = 395


def message_of(symbols: int, seed: int = 0) -> bytes:
    """A message of so many symbols at CAPACITY (224 bytes each)."""
    return hashlib.shake_128(bytes([seed])).digest(224 * symbols - 100)


def received(receiver: Receiver, frames: Iterable[str]) -> list[Progress]:
    return [receiver.add(frame) for frame in frames]


def test_the_source_frames_give_the_message() -> None:
    message = message_of(10)
    sender, receiver = Sender(message, CAPACITY), Receiver()
    assert receiver.progress == Waiting()
    seen = received(receiver, (sender.frame(i) for i in range(10)))
    assert seen[:-1] == [Receiving(n, 10) for n in range(1, 10)]
    assert seen[-1] == Complete(message, hashlib.sha256(message).digest())
    assert receiver.add("anything") == seen[-1]


@settings(max_examples=40, deadline=None)
@given(
    st.binary(min_size=1, max_size=5000), st.integers(160, 800), st.randoms(use_true_random=False)
)
def test_any_frames_in_any_order(message: bytes, capacity: int, chance: object) -> None:
    sender = Sender(message, capacity)
    order = list(range(sender.distinct))
    chance.shuffle(order)  # type: ignore[attr-defined]
    receiver = Receiver()
    for used, index in enumerate(order[: sender.needed + 5], start=1):
        progress = receiver.add(sender.frame(index))
        if isinstance(progress, Complete):
            break
        assert progress == Receiving(used, max(sender.needed, used + 1))
    assert isinstance(progress, Complete)
    assert progress.message == message


def test_two_frames_more_than_needed_practically_always_do() -> None:
    more = []
    for seed in range(200):
        message = message_of(12, seed)
        sender, receiver = Sender(message, CAPACITY), Receiver()
        start = 12 + seed % 20
        for count in range(1, 20):
            if isinstance(receiver.add(sender.frame(start + count)), Complete):
                more.append(count - 12)
                break
    assert len(more) == 200
    assert max(more) <= 2
    assert more.count(0) > 190


@pytest.mark.parametrize("symbols", [1, 2, 9, 50])
def test_frames_go_on_without_end(symbols: int) -> None:
    message = message_of(symbols)
    sender = Sender(message, CAPACITY)
    assert sender.needed == symbols
    frames = [sender.frame(i) for i in range(sender.distinct)]
    assert len(set(frames)) == sender.distinct >= 4 * symbols
    assert sender.frame(sender.distinct) == frames[0]
    assert sender.frame(10**12) == frames[10**12 % sender.distinct]
    assert [Sender(message, CAPACITY).frame(i) for i in (sender.distinct - 1, 0)] == [
        frames[-1],
        frames[0],
    ]


def test_repeated_frames_move_nothing() -> None:
    sender, receiver = Sender(message_of(5), CAPACITY), Receiver()
    receiver.add(sender.frame(0))
    assert received(receiver, [sender.frame(0)] * 20) == [Repeated(1, 5)] * 20
    assert receiver.add(sender.frame(7)) == Receiving(2, 5)


def test_a_foreign_frame_costs_nothing_and_is_reported() -> None:
    ours, theirs = Sender(message_of(5), CAPACITY), Sender(message_of(5, 1), CAPACITY)
    receiver = Receiver()
    received(receiver, map(ours.frame, range(3)))
    assert receiver.add(theirs.frame(0)) == Foreign(theirs.digest[:16], known=False)
    assert receiver.add(ours.frame(3)) == Receiving(4, 5)
    assert isinstance(receiver.add(ours.frame(9)), Complete)


def test_a_foreign_first_frame_captures_nothing() -> None:
    ours, theirs = Sender(message_of(5), CAPACITY), Sender(message_of(300, 1), CAPACITY)
    receiver = Receiver()
    received(receiver, map(theirs.frame, range(100)))
    assert received(receiver, map(ours.frame, range(4))) == [Foreign(ours.digest[:16], False)] * 4
    assert receiver.add(ours.frame(4)) == Complete(message_of(5), ours.digest)


def test_codes_that_pass_by_push_nothing_out() -> None:
    """A flood of single frames of ever new messages, between each two of ours."""
    ours, receiver = Sender(message_of(20), CAPACITY), Receiver()
    received(receiver, map(ours.frame, range(2)))
    for index in range(2, 20):
        flood = (Sender(message_of(3, seed), CAPACITY).frame(0) for seed in range(1, 40))
        assert all(isinstance(p, Foreign) for p in received(receiver, flood))
        progress = receiver.add(ours.frame(index))
    assert progress == Complete(message_of(20), ours.digest)


def test_room_is_made_when_long_messages_were_left_half_way() -> None:
    receiver = Receiver()
    for seed in range(1, MAX_CANDIDATES + 1):
        received(receiver, map(Sender(message_of(50, seed), CAPACITY).frame, range(40)))
    ours = Sender(message_of(30), CAPACITY)
    assert isinstance(received(receiver, map(ours.frame, range(30)))[-1], Complete)


def test_a_message_that_is_known_does_not_come_again() -> None:
    old, new = Sender(message_of(3, 1), CAPACITY), Sender(message_of(3), CAPACITY)
    receiver = Receiver(known=[old.digest])
    assert received(receiver, map(old.frame, range(9))) == [Foreign(old.digest[:16], True)] * 9
    assert isinstance(received(receiver, map(new.frame, range(3)))[-1], Complete)


def test_a_forged_frame_is_noticed_and_the_genuine_ones_still_do() -> None:
    message = message_of(6)
    sender, receiver = Sender(message, CAPACITY), Receiver()
    size = sender.header.symbol_size
    receiver.add(forged(message, size, 3, bytes(size)))
    seen = received(receiver, (sender.frame(i) for i in (0, 1, 2, 4, 5)))
    assert seen[-1] == Forged(sender.digest[:16])
    seen = received(receiver, map(sender.frame, range(6)))
    assert seen[-1] == Complete(message, sender.digest)


def test_frames_that_contradict_each_other_are_both_dropped() -> None:
    message = message_of(6)
    sender, receiver = Sender(message, CAPACITY), Receiver()
    size = sender.header.symbol_size
    receiver.add(sender.frame(1))
    receiver.add(forged(message, size, 3, bytes(size)))
    assert receiver.add(sender.frame(3)) == Forged(sender.digest[:16])
    assert receiver.add(sender.frame(3)) == Receiving(2, 6)


def test_a_forged_message_of_the_genuine_name_never_completes() -> None:
    message = message_of(4)
    lie = message_of(4, 1)
    size = Sender(message, CAPACITY).header.symbol_size
    liar, receiver = Sender(lie, CAPACITY), Receiver()
    for index in range(200):
        esi = index % liar.distinct
        symbol = lie[esi * size : (esi + 1) * size] if esi < 4 else bytes([index]) * size
        progress = receiver.add(forged(message, size, esi, symbol.ljust(size, b"\0")))
        assert isinstance(progress, Receiving | Forged | Repeated)


def test_frames_that_never_fit_together_are_given_up() -> None:
    """Symbols whose rows depend on each other: the receiver tries, and then starts again."""
    message = message_of(40)
    sender, receiver = Sender(message, CAPACITY), Receiver()
    size = sender.header.symbol_size
    longest = 0
    for esi in range(1000, 1400):
        progress = receiver.add(forged(message, size, esi, bytes(size)))
        longest = max(longest, getattr(progress, "received", 0))
    assert longest <= 40 + MAX_SPARE
    assert isinstance(received(Receiver(), map(sender.frame, range(40)))[-1], Complete)


@pytest.mark.parametrize(
    ("text", "failure"),
    [("https://example.org", Failure.MALFORMED), ("0" * 5000, Failure.OVERSIZED)],
)
def test_other_codes_are_reported_and_cost_nothing(text: str, failure: Failure) -> None:
    sender, receiver = Sender(message_of(3), CAPACITY), Receiver()
    receiver.add(sender.frame(0))
    progress = receiver.add(text)
    assert isinstance(progress, Unreadable)
    assert progress.failure is failure
    assert receiver.add(sender.frame(1)) == Receiving(2, 3)


def test_progress_is_described_without_content() -> None:
    message = b"the content that nobody may see"
    lines = [
        describe(p)
        for p in (
            Waiting(),
            Receiving(2, 7),
            Repeated(2, 7),
            Foreign(bytes(16), known=False),
            Foreign(bytes(16), known=True),
            Unreadable(Failure.CHECKSUM, "the frame was damaged on the way", "go on"),
            Forged(bytes(16)),
            Complete(message, hashlib.sha256(message).digest()),
        )
    ]
    assert len(set(lines)) == len(lines)
    assert lines[1] == "2 of 7 frames"
    assert not any("content that" in line or "\n" in line for line in lines)
