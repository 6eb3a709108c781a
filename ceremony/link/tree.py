"""The tree over all symbols of a message: what a frame carries so that forged ones fall out.

Fountain codes have a weakness: one symbol that somebody forged spoils all the good ones
that are decoded with it, and nothing tells which it was. So the sender puts every symbol
that it may ever send into a hash tree (Merkle, 1979), and each frame carries the hashes
beside its way to the root (docs/format.md, "The tree"). Frames that lead to one root were
made by one sender. A forger can grow a tree of his own, which stands beside the genuine
one and takes nothing from it; he cannot put a symbol into the genuine one.

The hashes are cut to 8 bytes. They guard nothing but the patience of people: whether the
message is right, its whole SHA-256 decides. Somebody who computes 2^64 hashes for one
message, while it is shown, has won that it must be shown again.
"""

import hashlib
from collections.abc import Iterable

HASH_SIZE = 8
"""Bytes kept of each SHA-256: 64 bits against a second preimage, see above."""

MIN_LEAVES = 16
LEAVES_PER_SOURCE = 4
"""Symbols in the tree: four for each source symbol, and at least 16."""

_ABSENT = bytes(HASH_SIZE)
"""Stands beside the last node of a level that has an odd number of them."""


def leaf_count(symbols: int) -> int:
    """How many symbols, source and repair, the tree of a message of so many has."""
    return max(MIN_LEAVES, LEAVES_PER_SOURCE * symbols)


def path_length(symbols: int) -> int:
    """Hashes that a frame carries for a message of so many source symbols."""
    return (leaf_count(symbols) - 1).bit_length()


def leaf(head: bytes, symbol: bytes) -> bytes:
    """The hash of one symbol; ``head`` are the frame's first 29 bytes, its ESI included."""
    return hashlib.sha256(b"\0" + head + symbol).digest()[:HASH_SIZE]


def grow(name: bytes, leaves: Iterable[bytes]) -> list[list[bytes]]:
    """All levels of the tree, the leaves first, the root last and alone.

    ``name`` are the first 25 bytes of every frame of the message.
    """
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below, height = levels[-1], len(levels)
        if len(below) % 2:
            below.append(_ABSENT)
        levels.append(
            [
                _node(name, height, index // 2, below[index], below[index + 1])
                for index in range(0, len(below), 2)
            ]
        )
    return levels


def path_of(levels: list[list[bytes]], place: int) -> bytes:
    """The hashes beside the way from leaf ``place`` to the root, lowest first."""
    return b"".join(level[place >> height ^ 1] for height, level in enumerate(levels[:-1]))


def root_of(name: bytes, place: int, hashed: bytes, path: bytes) -> bytes:
    """The root that ``path`` leads to from leaf ``place``, whose hash is ``hashed``."""
    for start in range(0, len(path), HASH_SIZE):
        beside = path[start : start + HASH_SIZE]
        left, right = (beside, hashed) if place & 1 else (hashed, beside)
        place >>= 1
        hashed = _node(name, start // HASH_SIZE + 1, place, left, right)
    return hashed


def _node(name: bytes, height: int, index: int, left: bytes, right: bytes) -> bytes:
    # Height and index are hashed too: one guess is a guess at one node of one tree.
    place = bytes((1, height)) + index.to_bytes(2, "big")
    return hashlib.sha256(place + name + left + right).digest()[:HASH_SIZE]
