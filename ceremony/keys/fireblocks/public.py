"""The public keys of Fireblocks' wallets, from a master public key and its chain code.

No level of their paths is hardened, so no private key is needed: BIP-32's public children on
secp256k1, and Fireblocks' own on ed25519 (docs/fireblocks.md, after fireblocks-key-recovery-tool).
The arithmetic is libsecp256k1's and libsodium's.
"""

import hashlib
import hmac
from collections.abc import Sequence

from ceremony.curves import CURVES, ED25519, SECP256K1, Point
from ceremony.keys.fireblocks.extended import parse_wallet_path
from ceremony.keys.fireblocks.metadata import KeyEntry
from ceremony.keys.refusals import key_error

ED25519_BASE = bytes.fromhex("58" + "66" * 31)
"""RFC 8032, section 5.1: the base point, encoded."""

SECP256K1_BASE = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
"""SEC 2, section 2.4.1: the base point, compressed."""


def wallet_public_keys(entry: KeyEntry, paths: Sequence[str]) -> tuple[bytes, ...]:
    """The compressed public key of each wallet at m/44/COIN/ACCOUNT/CHANGE/INDEX, in order.

    ``entry`` is what the kit's metadata say of a master key. Raises ``path``, ``malformed`` if
    the announced public key is none, and ``key`` for the one index in 2^127 that has none.
    """
    curve = CURVES[entry.curve]
    compressed = curve.parse_public_key(entry.public_key)
    root = (_point(entry.curve, compressed), entry.chain_code.reveal())
    # The levels that wallets share are derived once.
    known: dict[tuple[int, ...], tuple[Point, bytes]] = {(): root}
    return tuple(_at(parse_wallet_path(path), known).compressed for path in paths)


def _at(indices: tuple[int, ...], known: dict[tuple[int, ...], tuple[Point, bytes]]) -> Point:
    for depth in range(1, len(indices) + 1):
        if indices[:depth] not in known:
            point, chain_code = known[indices[: depth - 1]]
            known[indices[:depth]] = _child(point, chain_code, indices[depth - 1])
    return known[indices][0]


def _child(parent: Point, chain_code: bytes, index: int) -> tuple[Point, bytes]:
    """The child of a public key: parent + tweak * G."""
    separator = b"" if parent.curve == "secp256k1" else b"\0"
    data = parent.compressed + separator + index.to_bytes(4, "big")
    digest = hmac.digest(chain_code, data, hashlib.sha512)
    tweak = int.from_bytes(digest[:32], "big")
    curve = CURVES[parent.curve]
    # BIP-32 has no child where the tweak is not below the order; Fireblocks reduces on ed25519.
    possible = tweak < curve.order or parent.curve == "ed25519"
    child = curve.combine([(1, parent), (tweak, _base(parent.curve))]) if possible else None
    if child is None:  # once in 2^127
        raise key_error("there is no key at this path")
    return child, digest[32:]


def _base(curve: str) -> Point:
    return _point(curve, ED25519_BASE if curve == "ed25519" else SECP256K1_BASE)


def _point(curve: str, compressed: bytes) -> Point:
    if curve == "ed25519":
        return ED25519.parse_point(compressed)
    return SECP256K1.parse_compressed(compressed)
