"""Frames made and read by hand, from docs/format.md alone: the second path of the tests."""

import hashlib
import zlib
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from struct import pack, unpack

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45_decoded(text: str) -> bytes:
    """RFC 9285, section 4, read from the end backwards of the group: c + 45 d + 2025 e."""
    out = []
    for place in range(0, len(text), 3):
        c, d, *e = map(ALPHABET.index, text[place : place + 3])
        value = c + 45 * d + sum(2025 * digit for digit in e)
        out.append(value.to_bytes(1 + len(e), "big"))
    return b"".join(out)


def base45_encoded(data: bytes) -> str:
    """RFC 9285, section 4: two bytes are three characters, a last single one is two."""
    pairs = _digits(3)
    both = zip(data[::2], data[1::2], strict=False)
    text = "".join([pairs[high << 8 | low] for high, low in both])
    return text + (_digits(2)[data[-1]] if len(data) % 2 else "")


@cache
def _digits(places: int) -> list[str]:
    """Of each number of ``places - 1`` bytes, the digits to the base 45, the lowest first."""
    return [
        "".join(ALPHABET[value // 45**place % 45] for place in range(places))
        for value in range(256 ** (places - 1))
    ]


@dataclass(frozen=True)
class RawFrame:
    """Any fields at all, right or wrong; the checksum is right unless it is given."""

    message_id: bytes
    length: int
    symbol_size: int
    payload_id: int
    symbol: bytes
    magic: bytes = b"DC"
    version: int = 1
    checksum: int | None = None
    path: bytes | None = None
    """Zeros of the right length unless it is given."""

    def head(self) -> bytes:
        return pack(
            ">2sB16sIHI",
            self.magic,
            self.version,
            self.message_id,
            self.length,
            self.symbol_size,
            self.payload_id,
        )

    def text(self) -> str:
        head = self.head()
        symbols = -(-self.length // max(1, self.symbol_size))
        path = bytes(8 * levels(symbols)) if self.path is None else self.path
        body = head + _whitened(head, self.symbol) + path
        checksum = zlib.crc32(body) if self.checksum is None else self.checksum
        return base45_encoded(body + pack(">I", checksum))


def read_by_hand(text: str) -> RawFrame:
    data = base45_decoded(text)
    head, rest, checksum = data[:29], data[29:-4], data[-4:]
    assert zlib.crc32(data[:-4]) == int.from_bytes(checksum, "big")
    magic, version, message_id, length, symbol_size, payload_id = unpack(">2sB16sIHI", head)
    symbol, path = rest[:symbol_size], rest[symbol_size:]
    return RawFrame(
        message_id, length, symbol_size, payload_id, _whitened(head, symbol), magic, version,
        path=path,
    )  # fmt: skip


def levels(symbols: int) -> int:
    """How many hashes a path has: the power of two that holds four leaves a symbol."""
    return next(power for power in range(4, 40) if 2**power >= 4 * symbols)


def frames_of(message_id: bytes, length: int, size: int, symbols: list[bytes]) -> list[RawFrame]:
    """The frames of any symbols, with paths through one tree: what a whole sender makes.

    By recursion from the root, where the program goes from the leaves up.
    """
    bare = [RawFrame(message_id, length, size, esi, symbol) for esi, symbol in enumerate(symbols)]
    name, height = bare[0].head()[:25], levels(-(-length // size))

    @cache
    def node(level: int, index: int) -> bytes:
        if index << level >= len(symbols):
            return bytes(8)
        if level == 0:
            return sha256(b"\0" + bare[index].head() + symbols[index]).digest()[:8]
        below = node(level - 1, 2 * index) + node(level - 1, 2 * index + 1)
        return sha256(bytes([1, level]) + pack(">H", index) + name + below).digest()[:8]

    return [
        replace(f, path=b"".join(node(level, f.payload_id >> level ^ 1) for level in range(height)))
        for f in bare
    ]


def forged(message: bytes, symbol_size: int, esi: int, symbol: bytes) -> str:
    """A frame that names ``message`` and carries a symbol of the forger's choice, alone."""
    named = hashlib.sha256(message).digest()[:16]
    return RawFrame(named, len(message), symbol_size, esi, symbol).text()


def _whitened(head: bytes, symbol: bytes) -> bytes:
    stream = hashlib.shake_128(head).digest(len(symbol))
    both = int.from_bytes(symbol, "big") ^ int.from_bytes(stream, "big")
    return both.to_bytes(len(symbol), "big")
