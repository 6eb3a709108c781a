"""Stellar secret seeds: strkey (SEP-23), which begin with S."""

import base64
import binascii

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KeyMaterial, seed_key
from ceremony.keys.refusals import checksum_error, key_error, type_error
from ceremony.keys.source import one_word
from ceremony.secret import Secret

SECRET_SEED = 18 << 3
"""SEP-23: the version byte of a secret seed, which gives the S."""

STRKEY_LENGTH = 56
"""Characters of version 1, seed 32 and CRC-16 2 bytes in base32: no padding, no stray bits."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""RFC 4648, section 6."""


def parse_stellar(source: Secret) -> KeyMaterial:
    """The ed25519 key of a secret seed. Raises ``key``, ``checksum``, ``type``."""
    text = one_word(source, "Stellar seed")
    for position, character in enumerate(text, 1):
        if character not in ALPHABET:
            raise CeremonyError(
                Failure.KEY,
                f"character {position} of the Stellar seed does not occur in it",
                hint="it has capitals and the digits 2 to 7: no 0, 1, 8 or 9",
            )
    if len(text) != STRKEY_LENGTH:
        raise key_error(f"a Stellar seed has {STRKEY_LENGTH} characters, this one {len(text)}")
    content = base64.b32decode(text)
    # SEP-23: CRC-16/XMODEM, least significant byte first.
    if binascii.crc_hqx(content[:-2], 0).to_bytes(2, "little") != content[-2:]:
        raise checksum_error("Stellar seed")
    if content[0] != SECRET_SEED:
        raise type_error(
            "this is a Stellar text of another kind than a secret seed",
            "the secret seed begins with S; G is an account, M one with a memo, C a contract",
        )
    return seed_key(Secret(content[1:-2]))
