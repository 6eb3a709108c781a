"""What a row of the table of formats says, and what its columns are made of."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its sentence for people, its curves, and who reads it.

    ``shape`` matches what looks like it, not what is right. ``parser`` is the function
    under ceremony.keys that reads it, by name, so that `ceremony --help` loads none of
    them: it takes the source and, of curve, paths, network and passphrase, those that
    ``takes`` names; ``needs`` are the ones it cannot do without.
    """

    description: str
    curves: tuple[str, ...]
    shape: re.Pattern[bytes]
    parser: str
    takes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


CURVE = frozenset({"curve"})
PATHS = frozenset({"paths"})
NETWORK = frozenset({"network"})
PASSPHRASE = frozenset({"passphrase"})

ED25519 = ("ed25519",)
BOTH = ("secp256k1", "ed25519")
HEX_64 = re.compile(rb"(0x)?[0-9a-fA-F]{64}")
WORDS_12_TO_24 = re.compile(rb"[a-zA-Z]+(\s+[a-zA-Z]+){11}((\s+[a-zA-Z]+){3}){0,4}")
SLIP39_SHARES = re.compile(rb"(\s|#[^\n]*\n)*[a-zA-Z]+((\s|#[^\n]*\n)+[a-zA-Z]+){19,}")
BASE58 = rb"[1-9A-HJ-NP-Za-km-z]"
DER_LENGTH = rb"(?s:[\x00-\x7f]|\x81.|\x82..)"
DER = re.compile(
    rb"\x30" + DER_LENGTH + rb"(\x02\x01[\x00\x01]|\x30" + DER_LENGTH + rb"\x06)(?s:.*)"
)
"""X.690: a SEQUENCE that begins with a version, or with an algorithm. 0x30 is also the digit 0,
so that the first byte alone would fit every text that begins with one."""
BASE64 = rb"[0-9A-Za-z+/=]"
