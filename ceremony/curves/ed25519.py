"""ed25519 by libsodium, through PyNaCl."""

import hashlib
from collections.abc import Iterable

from nacl import bindings

from ceremony.curves.base import Curve, Point, malformed, scalar_bytes
from ceremony.errors import CeremonyError, Failure
from ceremony.secret import Secret

ORDER = 2**252 + 27742317777372353535851937790883648493
"""RFC 8032, section 5.1."""

SEED_SIZE = 32
"""RFC 8032, section 5.1.5."""

IDENTITY = b"\1" + bytes(31)


class Ed25519(Curve):
    """RFC 8032. Points outside the subgroup of prime order are refused."""

    name = "ed25519"
    order = ORDER

    def base_multiply(self, scalar: Secret) -> Point:
        return _point(bindings.crypto_scalarmult_ed25519_base_noclamp(scalar.reveal()[::-1]))

    def parse_point(self, encoded: bytes) -> Point:
        # libsodium's check covers encoding, curve, small order and subgroup.
        if len(encoded) != 32 or not bindings.crypto_core_ed25519_is_valid_point(encoded):
            raise malformed("these bytes are not a point of ed25519 of prime order")
        return _point(encoded)

    def parse_public_key(self, encoded: bytes) -> bytes:
        return self.parse_point(encoded).compressed

    def combine(self, terms: Iterable[tuple[int, Point]]) -> Point | None:
        total = IDENTITY
        for factor, point in terms:
            if scalar := factor % ORDER:
                term = bindings.crypto_scalarmult_ed25519_noclamp(
                    scalar.to_bytes(32, "little"), point.encoded
                )
                total = bindings.crypto_core_ed25519_add(total, term)
        return None if total == IDENTITY else _point(total)


ED25519 = Ed25519()


def ed25519_seed_scalar(seed: Secret) -> Secret:
    """The secret scalar of an RFC 8032 seed, 32 bytes big-endian, below the order.

    SHA-512 of the seed, lower half, clamped, little-endian, mod order: what Dfns
    imports. It does not lead back to the seed. Raises ``key`` for another length.
    """
    if len(seed) != SEED_SIZE:
        raise CeremonyError(
            Failure.KEY,
            f"an ed25519 seed has {SEED_SIZE} bytes, this one {len(seed)}",
            hint="64 bytes are a seed and its public key: give the first 32",
        )
    digest = bytearray(hashlib.sha512(seed.reveal()).digest()[:32])
    digest[0] &= 248
    digest[31] = (digest[31] & 127) | 64
    return scalar_bytes(int.from_bytes(digest, "little") % ORDER)


def _point(encoded: bytes) -> Point:
    return Point("ed25519", encoded, encoded)
