"""NEAR: ed25519: or secp256k1:, then base58."""

from dataclasses import replace

from ceremony.curves import SECP256K1
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, pair_key, scalar_key, seed_key
from ceremony.keys.refusals import key_error, type_error
from ceremony.keys.solana import PAIR_SIZE, WITHOUT_CHECK
from ceremony.keys.source import from_base58, one_word
from ceremony.secret import Secret

CURVES = ("ed25519", "secp256k1")

POINT_SIZE = 64
"""Bytes of a secp256k1 public key here: x and y, without the 04 in front."""


def parse_near(source: Secret) -> KeyMaterial:
    """The key in NEAR's text form, as near-api-js and its command line write it.

    Of ed25519 the 64 bytes whose second half must be the public key of the first. Of
    secp256k1 the 32 bytes of the key, or near-api-js' 96, which end in the public key.
    Raises ``type`` for another or no curve in front and for what is, or may as well be,
    a public key; ``key``, ``public-key``.
    """
    curve, content = _content(source)
    if curve == "ed25519":
        if len(content) == PAIR_SIZE:
            return pair_key(content, "NEAR key")
        if len(content) == KEY_SIZE:
            raise type_error(
                "these are 32 bytes after ed25519:, which is how NEAR writes a public key",
                "a private key has 64; if this is a seed, its format is near-seed",
            )
        raise _length(curve, content)
    if len(content) == POINT_SIZE:
        raise type_error(
            "these are 64 bytes after secp256k1:, which is how NEAR writes a public key",
            "a private key has 32 bytes, or 96 with its public key",
        )
    if len(content) not in (KEY_SIZE, KEY_SIZE + POINT_SIZE):
        raise _length(curve, content)
    secret_scalar, point = content.reveal()[:KEY_SIZE], content.reveal()[KEY_SIZE:]
    key = scalar_key("secp256k1", Secret(secret_scalar))
    if point and point != SECP256K1.parse_compressed(key.public_key).encoded[1:]:
        raise CeremonyError(
            Failure.PUBLIC_KEY,
            "the public part of the NEAR key does not belong to its private part",
            hint="at least one character is wrong, or it was put together from two keys",
        )
    return key


def parse_near_seed(source: Secret) -> KeyMaterial:
    """The key of ed25519: and the 32 bytes of an RFC 8032 seed, as some tools keep it.

    NEAR's public keys are written in exactly this way, so the key is only good with the
    address that is expected of it. Raises ``type``, ``key``.
    """
    curve, content = _content(source)
    if curve != "ed25519":
        raise type_error("a NEAR seed begins with ed25519:", "secp256k1: is the format near")
    if len(content) != KEY_SIZE:
        raise key_error(f"a NEAR seed has {KEY_SIZE} bytes, this one {len(content)}")
    return replace(seed_key(content, warnings=(WITHOUT_CHECK,)), needs_expected=True)


def _content(source: Secret) -> tuple[str, Secret]:
    curve, colon, digits = one_word(source, "NEAR key").partition(":")
    if not colon or curve not in CURVES:
        raise type_error(
            "the NEAR key does not begin with ed25519: or secp256k1:",
            "give it with its curve, as the wallet writes it",
        )
    return curve, Secret(from_base58(digits, "NEAR key after the colon"))


def _length(curve: str, content: Secret) -> CeremonyError:
    return key_error(f"a NEAR key of {curve} does not have {len(content)} bytes")
