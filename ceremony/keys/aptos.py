"""Aptos: AIP-80, a prefix that names the curve and 64 hex digits."""

from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import type_error
from ceremony.keys.source import from_hex, one_word
from ceremony.secret import Secret

ED25519, SECP256K1 = "ed25519-priv-0x", "secp256k1-priv-0x"
"""AIP-80, "Standardize Private Key Format"."""


def parse_aptos(source: Secret) -> KeyMaterial:
    """The key in an AIP-80 text: an RFC 8032 seed, or a secp256k1 scalar.

    Raises ``type`` for another prefix, ``key``.
    """
    text = one_word(source, "Aptos key")
    for prefix in (ED25519, SECP256K1):
        if text.startswith(prefix):
            content = from_hex(text.removeprefix(prefix), KEY_SIZE, "Aptos key")
            return seed_key(content) if prefix == ED25519 else scalar_key("secp256k1", content)
    raise type_error(
        f"the Aptos key begins neither with {ED25519} nor with {SECP256K1}",
        "give it with its prefix; a key that was written without one is the format hex",
    )
