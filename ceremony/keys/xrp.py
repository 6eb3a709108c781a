"""XRP Ledger family seeds: s... and sEd..."""

import hashlib

from coincurve import PrivateKey

from ceremony.curves import SECP256K1
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import key_error, type_error
from ceremony.keys.source import XRP_ALPHABET, from_base58check, one_word
from ceremony.secret import Secret

# XRP Ledger, "base58 Encodings"; sEd is the choice of ripple-address-codec.
FAMILY_SEED = b"\x21"
ED25519_SEED = bytes.fromhex("01e14b")

SEED_SIZE = 16
"""Bytes of a family seed."""

FIRST_ACCOUNT = bytes(4)
"""The number of the account in a family, big-endian: wallets use none but the first."""


def parse_xrp(source: Secret, curve: str | None = None) -> KeyMaterial:
    """The key of a family seed's first account.

    sEd is always ed25519. A plain s is secp256k1, unless ed25519 is asked for: a few
    tools made such accounts, and their seed does not tell. Raises ``key``,
    ``checksum``, ``type``, ``curve``.
    """
    content = from_base58check(one_word(source, "XRP seed"), "XRP seed", XRP_ALPHABET)
    if content.startswith(ED25519_SEED) and len(content) == len(ED25519_SEED) + SEED_SIZE:
        if curve not in (None, "ed25519"):
            raise CeremonyError(
                Failure.CURVE,
                f"a seed that begins with sEd is one of ed25519, not of {curve}",
                hint="leave the curve out, or look for the other seed",
            )
        return seed_key(_half(content[len(ED25519_SEED) :]))
    if not content.startswith(FAMILY_SEED) or len(content) != 1 + SEED_SIZE:
        raise type_error(
            "this XRP Ledger text is not a family seed",
            "it begins with s; r is an address, n a node's public key, p a node's private key",
        )
    seed = content[1:]
    if curve == "ed25519":
        warning = "a plain family seed read as ed25519, by choice: compare the address"
        return seed_key(_half(seed), warnings=(warning,))
    # XRP Ledger, "Cryptographic Keys", "secp256k1 Key derivation": the account's key is
    # the root key of the family plus a key made from the root's public key.
    root = _scalar(seed)
    root_public_key = SECP256K1.base_multiply(root).compressed
    intermediate = _scalar(root_public_key + FIRST_ACCOUNT)
    try:
        account = PrivateKey(root.reveal()).add(intermediate.reveal()).secret
    except ValueError:  # the sum is zero: a chance of 2^-256
        raise key_error("this XRP seed has no account") from None
    return scalar_key("secp256k1", Secret(account))


def _scalar(data: bytes) -> Secret:
    for counter in range(256):
        candidate = _half(data + counter.to_bytes(4, "big"))
        if 0 < int.from_bytes(candidate.reveal(), "big") < SECP256K1.order:
            return candidate
    # One try fails with a chance of 2^-128.
    raise key_error("this XRP seed gives no key")


def _half(data: bytes) -> Secret:
    """The first half of SHA-512, the XRP Ledger's usual hash."""
    return Secret(hashlib.sha512(data).digest()[:32])
