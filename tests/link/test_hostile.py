"""Whatever a camera sees, the receiver answers with progress: no panic, no memory."""

import hashlib
import tracemalloc
from resource import RUSAGE_SELF, getrusage
from typing import Any

import pytest
import raptorq
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.errors import CeremonyError
from ceremony.link import (
    Complete,
    Foreign,
    Forged,
    Receiver,
    Receiving,
    Repeated,
    Sender,
    Unreadable,
    parse_frame,
)
from tests.support.frames import ALPHABET, RawFrame, forged, frames_of

ANSWERS = Receiving | Repeated | Foreign | Unreadable | Forged | Complete

MESSAGE = hashlib.shake_128(b"genuine").digest(600)
GENUINE = Sender(MESSAGE, 395)

numbers = st.one_of(
    st.sampled_from([0, 1, 63, 64, 65, 72, 224, 2824, 2832, 65535, 2**24 - 1, 2**24, 2**32 - 1]),
    st.integers(0, 2**32 - 1),
)
raw_frames = st.builds(
    RawFrame,
    message_id=st.one_of(st.just(GENUINE.digest[:16]), st.binary(min_size=16, max_size=16)),
    length=st.one_of(st.sampled_from([1, 200, 600, 640_000, 8 * 2**20]), numbers),
    symbol_size=st.one_of(st.sampled_from([64, 72, 200, 224]), numbers.map(lambda n: n & 0xFFFF)),
    payload_id=st.one_of(st.integers(0, 12), st.integers(0, 2**24 - 1), numbers),
    symbol=st.one_of(st.sampled_from([64, 72, 200, 224]).map(bytes), st.binary(max_size=300)),
    magic=st.one_of(st.just(b"DC"), st.binary(min_size=2, max_size=2)),
    version=st.one_of(st.just(1), st.integers(0, 255)),
    checksum=st.one_of(st.none(), st.integers(0, 2**32 - 1)),
)
texts = st.one_of(
    raw_frames.map(RawFrame.text),
    st.text(alphabet=ALPHABET, max_size=600),
    st.text(max_size=300),
    st.builds(
        lambda i, place, c: (t := GENUINE.frame(i))[: place % len(t)] + c + t[place % len(t) + 1 :],
        st.integers(0, 10),
        st.integers(0, 500),
        st.sampled_from(ALPHABET),
    ),
    st.integers(0, 10).map(GENUINE.frame),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, max_size=40))
def test_any_codes_give_progress_and_only_genuine_messages(codes: list[str]) -> None:
    receiver = Receiver()
    for code in codes:
        progress = receiver.add(code)
        assert isinstance(progress, ANSWERS)
        if isinstance(progress, Complete):
            assert hashlib.sha256(progress.message).digest() == progress.digest


@settings(max_examples=300, deadline=None)
@given(texts)
def test_any_text_is_a_frame_or_an_error_of_ours(text: str) -> None:
    try:
        frame = parse_frame(text)
    except CeremonyError:
        return
    assert len(frame.symbol) == frame.header.symbol_size


def whole(message: bytes, size: int, pattern: bytes) -> list[str]:
    """All frames of a sender who names ``message`` and sends ``pattern`` over and over."""
    symbols = -(-len(message) // max(64, size))
    lies = [(pattern * 64)[: max(64, size)]] * max(16, 4 * symbols)
    named = hashlib.sha256(message).digest()[:16]
    return [frame.text() for frame in frames_of(named, len(message), max(64, size), lies)]


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 30),
    st.sampled_from([64, 72, 128]),
    st.lists(st.binary(min_size=1, max_size=2), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
)
def test_valid_frames_with_any_symbols_never_panic(
    symbols: int, size: int, patterns: list[bytes], chance: Any
) -> None:
    """Everything that passes the checks, decoded until it is given up."""
    named = hashlib.sha256(bytes(symbols * size)).digest()[:16]
    lies = [(chance.choice(patterns) * size)[:size] for _ in range(max(16, 4 * symbols))]
    frames = frames_of(named, symbols * size, size, lies)
    chance.shuffle(frames)
    receiver = Receiver()
    for frame in frames:
        assert isinstance(receiver.add(frame.text()), ANSWERS)


def test_the_package_panics_and_the_checks_are_why_nobody_sees_it() -> None:
    """Were this to end, the containment could go; the checks stay."""
    for packet in (b"", b"\x01" + bytes(67), bytes(4 + 3)):
        with pytest.raises(BaseException) as panic:  # noqa: PT011
            raptorq.Decoder.with_defaults(10, 64).decode(packet)
        assert type(panic.value).__name__ == "PanicException"
        assert not isinstance(panic.value, Exception)


class PanicException(BaseException):
    """Of the name by which the receiver knows the package's."""


def panicking(raised: BaseException) -> Any:
    """A decoder that raises this for every packet."""

    class Panicking:
        @classmethod
        def with_defaults(cls, _length: int, _size: int) -> "Panicking":
            return cls()

        def decode(self, _packet: bytes) -> None:
            raise raised

    return Panicking


def test_a_panic_that_comes_all_the_same_is_contained() -> None:
    receiver = Receiver(decoder=panicking(PanicException("a bug in the package")))
    seen = [receiver.add(frame) for frame in whole(MESSAGE, 64, bytes(8))]
    assert all(isinstance(p, Receiving | Forged) for p in seen)
    assert any(isinstance(p, Forged) for p in seen)


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), SystemExit(1), MemoryError()])
def test_nothing_else_is_contained(raised: BaseException) -> None:
    receiver = Receiver(decoder=panicking(raised))
    for index in range(GENUINE.needed - 1):
        receiver.add(GENUINE.frame(index))
    with pytest.raises(type(raised)):
        receiver.add(GENUINE.frame(9))


def test_a_header_that_promises_much_costs_little() -> None:
    """Thousands of messages, each said to be as long as one may be, a frame of each."""
    frames = [
        RawFrame(number.to_bytes(16, "big"), length, size, number, bytes(size)).text()
        for length, size, many in ((640_000, 64, 3000), (8 * 2**20, 2704, 30))
        for number in range(many)
    ]
    receiver = Receiver()
    before = getrusage(RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    for frame in frames:
        assert isinstance(receiver.add(frame), Receiving | Foreign)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The frames themselves are kept, as they came.
    assert peak < 5_000_000
    # Outside of Python's own memory, in KiB: nothing was allocated for the promise.
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 30_000


def test_memory_stays_bounded_with_frames_that_all_count() -> None:
    """Many senders' whole trees, all of one message's name, fed side by side."""
    receiver = Receiver()
    lie = bytes(64 * 50)
    frames = [frame for n in range(20) for frame in whole(lie, 64, bytes([n]))[:49]]
    tracemalloc.start()
    for frame in frames:
        assert isinstance(receiver.add(frame), Receiving | Forged)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 50 * 1000


def test_a_flood_is_dropped_before_it_fills_the_memory() -> None:
    """Every forged frame is of another sender: those that stood alone for longest go."""
    room, ours = 1_000_000, Sender(hashlib.shake_128(b"ours").digest(2000), 395)
    receiver = Receiver(room=room)
    tracemalloc.start()
    for index in range(ours.needed - 1):
        receiver.add(ours.frame(index))
        for number in range(300):
            path = bytes([index]) + number.to_bytes(31, "big")
            lie = RawFrame(ours.digest[:16], 200, 64, number % 16, bytes(64), path=path)
            assert isinstance(receiver.add(lie.text()), Foreign)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < room * 1.2
    assert isinstance(receiver.add(ours.frame(ours.needed)), Complete)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 223), st.integers(0, 255)), max_size=25)
)
def test_forged_frames_never_give_another_message(changes: list[tuple[int, int, int]]) -> None:
    size = GENUINE.header.symbol_size
    receiver = Receiver()
    for esi, place, value in changes:
        symbol = bytearray(parse_frame(GENUINE.frame(esi)).symbol)
        symbol[place % size] ^= value
        progress = receiver.add(forged(MESSAGE, size, esi, bytes(symbol)))
        if isinstance(progress, Complete):
            assert progress.message == MESSAGE
