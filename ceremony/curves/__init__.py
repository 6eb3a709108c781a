"""The curves on which Dfns keeps keys, each computed by the library its field trusts.

``CURVES`` maps Dfns' names to them. Scalars are 32 bytes, big-endian, on all three
curves; they are 0 < s < order and never reduced on reading (docs/format.md).
"""

from ceremony.curves.base import SCALAR_SIZE, Curve, Point, parse_scalar, scalar_bytes
from ceremony.curves.ed25519 import ED25519, ed25519_seed_scalar
from ceremony.curves.secp256k1 import SECP256K1
from ceremony.curves.stark import STARK
from ceremony.errors import CeremonyError, Failure, printable

CURVES: dict[str, Curve] = {c.name: c for c in (SECP256K1, STARK, ED25519)}

SR25519 = "sr25519"
"""The usual curve of Polkadot's wallets: Schnorr signatures over ristretto255."""

__all__ = [
    "CURVES",
    "ED25519",
    "SCALAR_SIZE",
    "SECP256K1",
    "STARK",
    "Curve",
    "Point",
    "curve_named",
    "ed25519_seed_scalar",
    "parse_scalar",
    "scalar_bytes",
]


def curve_named(name: str) -> Curve:
    """The curve that Dfns calls ``name``. Raises ``scheme`` for any other name."""
    if name == SR25519:
        raise CeremonyError(
            Failure.SCHEME,
            "sr25519 is not a curve that Dfns has",
            hint="accounts of Polkadot and its kin can be moved on ed25519 or ecdsa only",
        )
    if name not in CURVES:
        raise CeremonyError(
            Failure.SCHEME,
            f"the curve {printable(name)} is not supported",
            hint=f"supported curves: {', '.join(CURVES)}",
        )
    return CURVES[name]
