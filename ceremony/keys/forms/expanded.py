"""Forms of an ed25519 scalar that signers can use: the expanded secret key.

A scalar leads to no seed, and nearly all software asks for the seed. What comes after
the seed in RFC 8032, section 5.1.5, is the expanded secret key, 64 bytes: a scalar a,
little-endian, with the public key a * B, and a prefix from which each signature's
nonce is hashed. Signers that take these 64 bytes skip the step that is impossible:
ref10 and Tor, ed25519-dalek (``hazmat``), Cardano's tools.
"""

import hashlib
import json

from ceremony.curves import ED25519
from ceremony.keys.ed25519_forms import COFACTOR
from ceremony.keys.formats import read_key
from ceremony.keys.forms.form import OutOptions, Output, only
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Random, Secret

PREFIX_DOMAIN = b"dfns-ceremony ed25519 expanded key prefix v1"

CARDANO_TYPE = "PaymentExtendedSigningKeyShelley_ed25519_bip32"
CARDANO_DESCRIPTION = "Payment Signing Key"
CARDANO_CBOR = bytes.fromhex("5880")
"""CBOR's head of a byte string of 128 bytes: expanded key, public key, chain code."""


def expanded_key(key: KeyMaterial) -> Secret:
    """64 bytes: a, little-endian, and the prefix. The same for the same key, always.

    a is the number congruent to the scalar, modulo the order, that is divisible by 8
    and below 2^255. It has bit 254 set, as RFC 8032 clamps it, for every key that came
    from a seed and for half of all others: then even signers that clamp again give
    the right signatures. ``is_clamped`` tells. The prefix is SHA-512 over
    PREFIX_DOMAIN and the scalar, cut to 32 bytes: secret as the scalar is, and
    another one than the seed would give, which changes signatures, not their validity.
    """
    scalar = int.from_bytes(key.secret_scalar.reveal(), "big")
    multiples = -scalar * pow(ED25519.order, -1, COFACTOR) % COFACTOR
    number = scalar + multiples * ED25519.order
    if number >= 1 << 255:  # 8 * order is a little above 2^255
        number = scalar
    prefix = hashlib.sha512(PREFIX_DOMAIN + key.secret_scalar.reveal()).digest()[:32]
    return Secret(number.to_bytes(32, "little") + prefix)


def is_clamped(expanded: Secret) -> bool:
    """Whether a signer that clamps again still uses the same scalar."""
    first, last = expanded.reveal()[0], expanded.reveal()[31]
    return first & 7 == 0 and last & 0xC0 == 0x40


def write_expanded(
    key: KeyMaterial, options: OutOptions, _random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    text = Secret(expanded_key(key).reveal().hex().encode() + b"\n")
    return (Output("key.ed25519-expanded", text, clear=True),), options


def read_expanded(outputs: tuple[Output, ...], _curve: str, _options: OutOptions) -> KeyMaterial:
    return read_key("ed25519-expanded", only(outputs))[0]


def write_cardano(
    key: KeyMaterial, options: OutOptions, _random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    """A text envelope that cardano-cli and pycardano sign with (CIP-1852 wallets' kind).

    The chain code is zeros: the key signs, and nothing is ever derived from it.
    """
    content = expanded_key(key).reveal() + key.public_key + bytes(32)
    envelope = {
        "type": CARDANO_TYPE,
        "description": CARDANO_DESCRIPTION,
        "cborHex": (CARDANO_CBOR + content).hex(),
    }
    text = Secret(json.dumps(envelope, indent=4).encode() + b"\n")
    return (Output("key.skey", text, clear=True),), options


def read_cardano(outputs: tuple[Output, ...], _curve: str, _options: OutOptions) -> KeyMaterial:
    return read_key("cardano-skey", only(outputs))[0]
