"""Frames: the vectors read by a second path, the refusals by class, and the limits."""

import hashlib
from functools import cache
from typing import Any

import pytest
from base45 import b45decode, b45encode
from hypothesis import given
from hypothesis import strategies as st
from raptorq import Decoder, Encoder

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Sender, parse_frame
from ceremony.link.frame import (
    MAX_SYMBOL,
    MAX_SYMBOLS,
    MAX_TEXT,
    MIN_SYMBOL,
    OVERHEAD,
    MessageHeader,
    frame_text,
    largest_symbol,
)
from ceremony.link.tree import HASH_SIZE, grow, leaf_count, path_length, path_of, root_of
from ceremony.message import MAX_MESSAGE
from tests.support.frames import base45_decoded, base45_encoded, frames_of, levels, read_by_hand
from tests.support.vector_files import VECTORS, cases


@pytest.mark.parametrize("case", cases("link/frames.json", 3))
def test_frames_by_a_second_path(case: Any) -> None:
    message = bytes.fromhex(case["message"])
    size, count = case["symbol_size"], case["source_symbols"]
    assert hashlib.sha256(message).hexdigest() == case["sha256"]
    assert count == -(-len(message) // size)
    frames = [read_by_hand(text) for text in case["frames"]]
    assert len(frames) > count
    for place, frame in enumerate(frames):
        assert (frame.magic, frame.version) == (b"DC", 1)
        assert frame.message_id == hashlib.sha256(message).digest()[:16]
        assert (frame.length, frame.symbol_size) == (len(message), size)
        assert frame.payload_id == place
        if place < count:
            assert frame.symbol == message[place * size : (place + 1) * size].ljust(size, b"\0")
    packets = Encoder.with_defaults(message, size).get_encoded_packets(max(16, 4 * count) - count)
    assert [f.payload_id.to_bytes(4, "big") + f.symbol for f in frames] == packets[: len(frames)]
    whole = frames_of(frames[0].message_id, len(message), size, [p[4:] for p in packets])
    assert frames == whole[: len(frames)]
    assert {parse_frame(text).root.hex() for text in case["frames"]} == {case["root"]}
    decoder = Decoder.with_defaults(len(message), size)
    assert message in map(decoder.decode, packets[::-1])


@pytest.mark.parametrize("case", cases("link/frames.json", 3))
def test_the_sender_makes_the_vectors(case: Any) -> None:
    sender = Sender(bytes.fromhex(case["message"]), case["capacity"])
    assert [sender.frame(i) for i in range(len(case["frames"]))] == case["frames"]
    for text in case["frames"]:
        assert len(text) <= case["capacity"]
        assert parse_frame(text).header == sender.header


@pytest.mark.parametrize("case", cases("link/refused.json", 37))
def test_refused(case: Any) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_frame(case["text"])
    assert error.value.failure == case["expect"]
    assert error.value.hint


@pytest.mark.parametrize(
    ("plain", "encoded"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
    ],
)
def test_base45_examples_of_rfc_9285(plain: bytes, encoded: str) -> None:
    assert b45encode(plain) == encoded.encode() == base45_encoded(plain).encode()
    assert b45decode(encoded) == plain == base45_decoded(encoded)


@given(st.binary(min_size=1, max_size=300))
def test_base45_of_both_paths(data: bytes) -> None:
    assert b45encode(data).decode() == base45_encoded(data)
    assert base45_decoded(base45_encoded(data)) == data


@cache
def encoded_length(size: int) -> int:
    return len(base45_encoded(bytes(size)))


@given(st.integers(100, MAX_TEXT), st.integers(1, 600_000))
def test_the_largest_symbol_fits_and_no_larger_one_does(capacity: int, length: int) -> None:
    def fits(size: int) -> bool:
        symbols = -(-length // size)
        return encoded_length(OVERHEAD + size + 8 * levels(symbols)) <= capacity

    if not any(map(fits, range(MIN_SYMBOL, MAX_SYMBOL + 1, 8))):
        with pytest.raises(CeremonyError) as error:
            largest_symbol(capacity, length)
        assert error.value.failure is Failure.OVERSIZED
        return
    size = largest_symbol(capacity, length)
    assert fits(size)
    assert size == MAX_SYMBOL or not fits(size + 8)
    header = MessageHeader(bytes(16), min(length, size * MAX_SYMBOLS), size)
    assert len(frame_text(header, 0, bytes(size), bytes(header.path_size))) <= capacity


@pytest.mark.parametrize("symbols", [1, 2, 4, 5, 33, 2500, 10_000])
def test_every_leaf_leads_to_the_root(symbols: int) -> None:
    count = leaf_count(symbols)
    assert count == max(16, 4 * symbols)
    leaves = [hashlib.sha256(bytes([n % 256, n // 256])).digest()[:8] for n in range(count)]
    tree = grow(b"name", leaves)
    assert len(tree) == path_length(symbols) + 1 == levels(symbols) + 1
    for place in {0, 1, count // 2, count - 2, count - 1}:
        path = path_of(tree, place)
        assert len(path) == HASH_SIZE * path_length(symbols)
        assert [root_of(b"name", place, leaves[place], path)] == tree[-1]
        for name, at, hashed, way in (
            (b"Name", place, leaves[place], path),
            (b"name", place ^ 1, leaves[place], path),
            (b"name", place, leaves[place - 1], path),
            (b"name", place, leaves[place], path[:-1] + bytes([path[-1] ^ 1])),
        ):
            assert [root_of(name, at, hashed, way)] != tree[-1]


@pytest.mark.parametrize("size", [MIN_SYMBOL, 832, 840, 1600, MAX_SYMBOL])
def test_one_source_block_and_one_sub_block_at_the_limits(size: int) -> None:
    """The header has no fields for Z and N: within its limits both are 1."""
    length = min(MAX_MESSAGE, MAX_SYMBOLS * size)
    header = MessageHeader(bytes(16), length, size)
    message = bytes(range(251)) * (length // 251 + 1)
    message = message[:length]
    packets = Encoder.with_defaults(message, size).get_encoded_packets(0)
    assert len(packets) == header.symbols <= MAX_SYMBOLS
    for index, packet in enumerate(packets):
        symbol = message[index * size : (index + 1) * size].ljust(size, b"\0")
        assert packet == index.to_bytes(4, "big") + symbol


@pytest.mark.parametrize("length", [0, MAX_MESSAGE + 1])
def test_a_sender_refuses_what_no_receiver_takes(length: int) -> None:
    with pytest.raises(CeremonyError) as error:
        Sender(bytes(length), MAX_TEXT)
    assert error.value.failure is Failure.OVERSIZED


def test_a_sender_refuses_more_frames_than_anybody_scans() -> None:
    with pytest.raises(CeremonyError) as error:
        Sender(bytes(1_000_000), 150)
    assert error.value.failure is Failure.OVERSIZED


def test_a_sender_refuses_codes_without_room() -> None:
    with pytest.raises(CeremonyError) as error:
        Sender(b"message", 100)
    assert error.value.failure is Failure.OVERSIZED


def test_a_request_for_a_thousand_keys_is_within_the_limits() -> None:
    sender = Sender(bytes(5_100_000), 2520)
    assert sender.needed == -(-5_100_000 // sender.header.symbol_size) < MAX_SYMBOLS


@pytest.mark.parametrize("case", cases("link/frames.json", 3)[:1])
def test_the_document_shows_the_vectors(case: Any) -> None:
    text = (VECTORS.parent.parent / "docs" / "format.md").read_text(encoding="utf-8")
    assert case["sha256"] in text
    for frame in case["frames"]:
        lines = [frame[place : place + 75] for place in range(0, len(frame), 75)]
        assert "".join(f"        {line}\n" for line in lines) in text
