"""Keys derived from a master key: BIP-32's public derivation, done on the shares.

Each signer adds the same public tweak to its share, so the key is never whole. Dfns'
import carries no chain code and its documents name none: the one here is this
sandbox's own (docs/sandbox.md), and proves nothing about the addresses at Dfns.
"""

import hashlib
import hmac
import re

from ceremony.curves import SECP256K1, Point, scalar_bytes
from ceremony.sandbox.api_error import bad_request
from ceremony.sandbox.cluster import HeldKey, HeldShare

CHAIN_CODE = b"ceremony-sandbox chain code"
ANOTHER_CHAIN_CODE = b"another chain code"
"""The chain code of a master key is SHA-256 of this text and the compressed public key."""

PATH = re.compile(r"m(?:/(?:0|[1-9][0-9]{0,9})){1,10}")
HARDENED = 1 << 31


def parse_path(path: str) -> tuple[int, ...]:
    """The levels of a path such as m/0/1/2. Raises 400, also for a hardened level."""
    if not PATH.fullmatch(path):
        raise bad_request("path must be like m/0/1/2, without hardened levels")
    levels = tuple(int(level) for level in path.split("/")[1:])
    if any(level >= HARDENED for level in levels):
        raise bad_request("a level of path is below 2^31")
    return levels


def derive(held: HeldKey, levels: tuple[int, ...], chain_text: bytes) -> HeldKey:
    """The key at these levels below a master key. Raises 400 for another curve."""
    if held.curve is not SECP256K1:
        raise bad_request("keys are derived on secp256k1 only", curve=held.curve.name)
    public_key = held.public_key
    chain_code = hashlib.sha256(chain_text + public_key.compressed).digest()
    total = 0
    for level in levels:
        data = public_key.compressed + level.to_bytes(4, "big")
        digest = hmac.digest(chain_code, data, hashlib.sha512)
        tweak, chain_code = int.from_bytes(digest[:32], "big"), digest[32:]
        public_key = _plus(public_key, tweak)
        total += tweak
    shares = tuple(_tweaked(share, total) for share in held.shares)
    return HeldKey(held.curve, held.protocol, held.min_signers, public_key, shares)


def _plus(point: Point, tweak: int) -> Point:
    """BIP-32: a level whose tweak or child cannot be is skipped by its user (2^-127)."""
    if not 0 < tweak < SECP256K1.order:
        raise bad_request("this level of path has no key: take the next")
    child = SECP256K1.combine([(1, point), (1, SECP256K1.base_multiply(scalar_bytes(tweak)))])
    if child is None:
        raise bad_request("this level of path has no key: take the next")
    return child


def _tweaked(share: HeldShare, tweak: int) -> HeldShare:
    value = (int.from_bytes(share.secret_share.reveal(), "big") + tweak) % SECP256K1.order
    return HeldShare(share.signer_id, share.index, scalar_bytes(value))
