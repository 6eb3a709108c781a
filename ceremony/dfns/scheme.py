"""Which protocols Dfns moves keys of, and on which curves."""

from ceremony.curves import Curve, curve_named
from ceremony.errors import CeremonyError, Failure, printable

SCHEMES = (
    ("CGGMP21", "secp256k1"),
    ("CGGMP21", "stark"),
    ("FROST", "ed25519"),
    ("FROST_BITCOIN", "secp256k1"),
)
"""What the reference imports and exports, in the order in which it offers them."""

ALIASES = {"CGGMP24": "CGGMP21"}
"""The API's newer name of a protocol, and the name on the wire."""

DEFAULT_PROTOCOLS = {"secp256k1": "CGGMP21", "stark": "CGGMP21", "ed25519": "FROST"}


def check_scheme(protocol: str, curve: str) -> tuple[str, Curve]:
    """The protocol's name on the wire, and the curve. Raises ``scheme``."""
    named = curve_named(curve)
    protocol = ALIASES.get(protocol, protocol)
    if (protocol, curve) not in SCHEMES:
        raise CeremonyError(
            Failure.SCHEME,
            f"keys of {printable(protocol)} on {curve} can be neither imported nor exported",
            hint="supported: " + ", ".join(f"{p} on {c}" for p, c in SCHEMES),
        )
    return protocol, named
