"""The receiver: any frames in any order, and nobody else's frames cost anything."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

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
from ceremony.link.frame import OVERHEAD
from ceremony.link.receiver import MAX_SPARE
from tests.support.frames import RawFrame, forged, frames_of, levels, read_by_hand

CAPACITY = 395


def message_of(symbols: int, seed: int = 0) -> bytes:
    """A message of so many symbols at CAPACITY, the last of them not full."""
    size = (CAPACITY * 2 // 3 - OVERHEAD - 8 * levels(symbols)) // 8 * 8
    return hashlib.shake_128(bytes([seed])).digest(size * symbols - 10)


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
    st.binary(min_size=1, max_size=5000), st.integers(260, 800), st.randoms(use_true_random=False)
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
    for seed in range(1, 9):
        received(receiver, map(Sender(message_of(50, seed), CAPACITY).frame, range(40)))
    ours = Sender(message_of(30), CAPACITY)
    assert isinstance(received(receiver, map(ours.frame, range(30)))[-1], Complete)


def test_a_message_that_is_known_does_not_come_again() -> None:
    old, new = Sender(message_of(3, 1), CAPACITY), Sender(message_of(3), CAPACITY)
    receiver = Receiver(known=[old.digest])
    assert received(receiver, map(old.frame, range(9))) == [Foreign(old.digest[:16], True)] * 9
    assert isinstance(received(receiver, map(new.frame, range(3)))[-1], Complete)


def lies_of(sender: Sender, content: bytes) -> list[RawFrame]:
    """All frames of a forger who names the sender's message and sends ``content`` as his own."""
    size = sender.header.symbol_size
    symbols = [content[:size].ljust(size, b"\0")] * sender.distinct
    return frames_of(sender.digest[:16], sender.header.length, size, symbols)


def test_one_forged_symbol_costs_no_good_frame() -> None:
    """It was there first and is one of those that would be decoded: ten of eleven were lost."""
    message = message_of(11)
    sender, receiver = Sender(message, CAPACITY), Receiver()
    receiver.add(forged(message, sender.header.symbol_size, 3, b"?" * sender.header.symbol_size))
    seen = received(receiver, map(sender.frame, range(11)))
    assert seen[-1] == Complete(message, sender.digest)
    assert Forged(sender.digest[:16]) in seen


def test_forged_frames_between_good_ones_are_told() -> None:
    sender, receiver = Sender(message_of(6), CAPACITY), Receiver()
    received(receiver, map(sender.frame, range(2)))
    lies = [lie.text() for lie in lies_of(sender, b"lie")]
    assert received(receiver, lies[:2]) == [Forged(sender.digest[:16])] * 2
    assert receiver.add(sender.frame(2)) == Receiving(3, 6)
    # Now there are more of the forger's: which of the two is genuine, nobody knows yet.
    assert received(receiver, lies[2:5])[-1] == Receiving(5, 6)
    assert receiver.add(sender.frame(3)) == Forged(sender.digest[:16])
    assert received(receiver, map(sender.frame, (4, 5)))[-1] == Complete(
        message_of(6), sender.digest
    )


def test_a_genuine_symbol_under_another_path_and_the_reverse() -> None:
    sender, receiver = Sender(message_of(6), CAPACITY), Receiver()
    receiver.add(sender.frame(0))
    genuine = read_by_hand(sender.frame(1))
    for changed in (
        replace(genuine, path=bytes(len(genuine.path or b""))),
        replace(genuine, symbol=bytes(len(genuine.symbol))),
        replace(genuine, payload_id=2),
        replace(genuine, path=read_by_hand(sender.frame(2)).path),
    ):
        assert receiver.add(changed.text()) == Forged(sender.digest[:16])
    assert receiver.add(sender.frame(1)) == Receiving(2, 6)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 25), st.integers(0, 200), st.randoms(use_true_random=False))
def test_forged_frames_cost_only_themselves(symbols: int, many: int, chance: Any) -> None:
    """However many: the message is there with the very frame that completes it without them."""
    message = message_of(symbols, chance.randrange(256))
    sender = Sender(message, CAPACITY)
    size = sender.header.symbol_size
    order = list(range(sender.distinct))
    chance.shuffle(order)
    alone = Receiver()
    used = next(
        at for at, esi in enumerate(order) if isinstance(alone.add(sender.frame(esi)), Complete)
    )
    trees = [lies_of(sender, bytes([n])) for n in range(3)]
    forgeries = [
        chance.choice(
            [
                forged(message, size, chance.randrange(sender.distinct), bytes([n % 256]) * size),
                chance.choice(chance.choice(trees)).text(),
                replace(
                    read_by_hand(sender.frame(chance.randrange(sender.distinct))),
                    symbol=bytes([n % 256]) * size,
                ).text(),
            ]
        )
        for n in range(many)
    ]
    # The genuine frames in their order, the forged ones anywhere among them.
    places = sorted(chance.randrange(used + 1) for _ in forgeries)
    receiver = Receiver()
    told = []
    for at in range(used + 1):
        while places and places[0] == at:
            places.pop(0)
            told.append(receiver.add(forgeries.pop()))
            assert not isinstance(told[-1], Complete)
        progress = receiver.add(sender.frame(order[at]))
        told.append(progress)
        assert isinstance(progress, Complete) == (at == used)
    assert progress == Complete(message, sender.digest)
    if many and used > 2:
        assert Forged(sender.digest[:16]) in told


def test_a_forged_message_of_the_genuine_name_never_completes() -> None:
    sender, receiver = Sender(message_of(4), CAPACITY), Receiver()
    for lie in lies_of(sender, message_of(4, 1)) * 3:
        assert isinstance(receiver.add(lie.text()), Receiving | Forged | Repeated)
    assert isinstance(received(receiver, map(sender.frame, range(4)))[-1], Complete)


def test_frames_that_never_fit_together_are_given_up() -> None:
    """One sender's symbols that belong to no message: the receiver tries, and starts again."""
    sender, receiver = Sender(message_of(40), CAPACITY), Receiver()
    longest = 0
    for lie in lies_of(sender, b"lie"):
        progress = receiver.add(lie.text())
        longest = max(longest, getattr(progress, "received", 0))
    assert longest <= 40 + MAX_SPARE
    assert isinstance(received(receiver, map(sender.frame, range(40)))[-1], Complete)


def test_a_receiver_goes_on_after_a_message_that_was_not_the_one() -> None:
    ours, theirs = Sender(message_of(5), CAPACITY), Sender(message_of(2, 1), CAPACITY)
    receiver = Receiver()
    received(receiver, map(ours.frame, range(4)))
    seen = received(receiver, map(theirs.frame, range(2)))
    assert seen[-1] == Complete(message_of(2, 1), theirs.digest)
    receiver.go_on()
    assert receiver.progress == Waiting()
    assert receiver.add(theirs.frame(3)) == Foreign(theirs.digest[:16], known=True)
    assert receiver.add(ours.frame(4)) == Complete(message_of(5), ours.digest)


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
