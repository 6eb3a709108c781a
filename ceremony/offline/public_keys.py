"""A public key as somebody typed it, told apart from an address."""

import re

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.recognised import recognise
from ceremony.secret import Secret
from ceremony.text import parse_hex_bytes

HEX = re.compile(r"\s*(0[xX])?([0-9a-fA-F]{2})*\s*")

BASE58_KEY = re.compile(r"(ed25519:)?[1-9A-HJ-NP-Za-km-z]{32,44}")
"""How Solana and NEAR write the 32 bytes of a public key."""


def read_public_key(text: str) -> bytes:
    """The bytes of a public key in hex. Which curve it is on is not looked at.

    Raises ``type`` for an address and other things known by their looks, else
    ``malformed``.
    """
    kind = recognise(Secret(text.encode()))
    if kind is not None and not (HEX.fullmatch(text) and kind.what.startswith("a public key of")):
        raise CeremonyError(
            Failure.TYPE,
            f"what is given as the public key is {kind.what}",
            hint="a public key is given in hex, as Dfns shows it; none follows from an address",
        )
    if not HEX.fullmatch(text) and BASE58_KEY.fullmatch(text.strip()):
        raise CeremonyError(
            Failure.TYPE,
            "what is given as the public key is not hex, but looks like an address in base58",
            hint="a public key is given in hex, as Dfns shows it",
        )
    return parse_hex_bytes(text, "the public key")
