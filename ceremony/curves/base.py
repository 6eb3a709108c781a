"""What every curve here can do, and the values they share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ceremony.errors import CeremonyError, Failure
from ceremony.secret import UNTRUSTED, Random, Secret, draw

SCALAR_SIZE = 32
"""Bytes of a scalar in Dfns' formats, big-endian on all three curves."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point that was checked: on the curve, not the identity, of prime order.

    ``encoded`` is Dfns' JSON form (04 || x || y, 65 bytes, for secp256k1 and stark;
    the 32 bytes of RFC 8032 for ed25519), ``compressed`` the form of a publicKey
    (33 bytes; 32 for ed25519).
    """

    curve: str
    encoded: bytes
    compressed: bytes


class Curve(ABC):
    """A group of prime order, with the operations that the ceremony needs."""

    name: str
    order: int

    @abstractmethod
    def base_multiply(self, scalar: Secret) -> Point:
        """scalar * G, by the library's routine for secret scalars."""

    @abstractmethod
    def parse_point(self, encoded: bytes) -> Point:
        """The point in exactly Dfns' JSON form. Raises ``malformed``."""

    @abstractmethod
    def parse_public_key(self, encoded: bytes) -> bytes:
        """The compressed form of a public key given compressed or not.

        Checked like any point. Raises ``malformed``. It stays bytes because the
        square root on the stark curve takes 0.3 s, and comparing needs none.
        """

    @abstractmethod
    def combine(self, terms: Iterable[tuple[int, Point]]) -> Point | None:
        """The sum of k * P over public terms; None for the identity.

        Takes any integers. Variable time: for public values only.
        """

    def find_scalar(self, values: Sequence[int], public_key: bytes) -> Secret | None:
        """The one of ``values`` (0 < v < order) whose compressed public key this is."""
        for value in values:
            scalar = scalar_bytes(value)
            if self.base_multiply(scalar).compressed == public_key:
                return scalar
        return None

    def parse_scalar(self, encoded: bytes) -> Secret:
        """A secret scalar of this curve from 32 bytes. Raises ``malformed``."""
        return parse_scalar(encoded, self.order)

    def random_scalar(self, random: Random) -> Secret:
        """A uniform scalar, 0 < s < order, by rejection: no bias at all."""
        bits = self.order.bit_length()
        for _ in range(256):
            drawn = draw(random, SCALAR_SIZE)
            candidate = int.from_bytes(drawn.reveal(), "big") >> (SCALAR_SIZE * 8 - bits)
            if 0 < candidate < self.order:
                return drawn if bits == SCALAR_SIZE * 8 else scalar_bytes(candidate)
        # One draw fails with a chance below 1/2 on each curve: 256 in a row mean a
        # source that does not vary.
        raise CeremonyError(
            Failure.RANDOMNESS,
            "the source of randomness gives no usable scalar",
            hint=UNTRUSTED,
        )


def parse_scalar(encoded: bytes, order: int) -> Secret:
    """32 big-endian bytes with 0 < s < order. Raises ``malformed``; never reduces."""
    if len(encoded) != SCALAR_SIZE:
        raise malformed(f"a scalar has {SCALAR_SIZE} bytes, this one {len(encoded)}")
    if not 0 < int.from_bytes(encoded, "big") < order:
        raise malformed("a scalar is zero or not below the order of its curve")
    return Secret(encoded)


def scalar_bytes(value: int) -> Secret:
    """The 32 big-endian bytes of a scalar that is in range already."""
    return Secret(value.to_bytes(SCALAR_SIZE, "big"))


def malformed(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED, message, hint="the value was damaged or is of another kind"
    )
