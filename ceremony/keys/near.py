"""NEAR: ed25519: or secp256k1:, then base58."""

from ceremony.keys.material import (
    KEY_SIZE,
    KeyMaterial,
    key_error,
    pair_key,
    scalar_key,
    seed_key,
)
from ceremony.keys.solana import PAIR_SIZE, WITHOUT_CHECK
from ceremony.keys.source import from_base58, one_word, type_error
from ceremony.secret import Secret

CURVES = ("ed25519", "secp256k1")


def parse_near(source: Secret) -> KeyMaterial:
    """The key in NEAR's text form, as near-api-js and its command line write it.

    ed25519: 64 bytes, whose second half must be the public key of the first, or the
    32 of a seed, read with a warning. secp256k1: 32 bytes. Raises ``type`` for another
    or no curve in front, ``key``, ``public-key``.
    """
    curve, colon, digits = one_word(source, "NEAR key").partition(":")
    if not colon or curve not in CURVES:
        raise type_error(
            "the NEAR key does not begin with ed25519: or secp256k1:",
            "give it with its curve, as the wallet writes it",
        )
    content = Secret(from_base58(digits, "NEAR key after the colon"))
    if curve == "ed25519" and len(content) == PAIR_SIZE:
        return pair_key(content, "NEAR key")
    if len(content) != KEY_SIZE:
        raise key_error(f"a NEAR key of {curve} does not have {len(content)} bytes")
    if curve == "ed25519":
        return seed_key(content, warnings=(WITHOUT_CHECK,))
    return scalar_key(curve, content)
