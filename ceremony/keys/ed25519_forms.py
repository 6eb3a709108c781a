"""64 bytes of ed25519: a seed with its public key, or the expanded secret key.

Both are 128 hex digits, and so is a signature; the first kind proves itself.
"""

from dataclasses import replace

from ceremony.curves import ED25519
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, pair_key, scalar_key
from ceremony.keys.refusals import key_error
from ceremony.keys.source import from_base64, from_hex, one_word
from ceremony.secret import Secret

PAIR_SIZE = 2 * KEY_SIZE
HEX_DIGITS = 2 * PAIR_SIZE

COFACTOR = 8

EXPANDED = (
    "an expanded secret key has no check in it, and its second half, which makes the nonces of "
    "signatures, is not imported: only the address tells"
)


def parse_ed25519_pair(source: Secret) -> KeyMaterial:
    """The key of a seed followed by its public key: 128 hex digits, or base64.

    libsodium, TweetNaCl and Go keep keys so; algosdk writes Algorand's in base64. The
    second half must be the public key of the first. Raises ``key``, ``public-key``.
    """
    text = one_word(source, "ed25519 key")
    digits = text.removeprefix("0x")
    if len(digits) == HEX_DIGITS:
        return pair_key(from_hex(digits, PAIR_SIZE, "ed25519 key"), "ed25519 key")
    content = from_base64(text, "ed25519 key")
    if len(content) != PAIR_SIZE:
        raise key_error(f"a seed with its public key has {PAIR_SIZE} bytes, this {len(content)}")
    return pair_key(content, "ed25519 key")


def parse_ed25519_expanded(source: Secret) -> KeyMaterial:
    """The key of RFC 8032's expanded secret key: 128 hex digits, scalar and prefix.

    The scalar is little-endian and divisible by 8, as clamping and ``ceremony
    recombine`` make it. Raises ``key``.
    """
    digits = one_word(source, "expanded key").removeprefix("0x")
    content = from_hex(digits, PAIR_SIZE, "expanded key")
    return unchecked_expanded_key(content)


def unchecked_expanded_key(expanded: Secret) -> KeyMaterial:
    """The key of an expanded secret key, 64 bytes, that no public key comes with.

    Raises ``key`` for a scalar that is not divisible by 8, or not below 2^255.
    """
    number = int.from_bytes(expanded.reveal()[:KEY_SIZE], "little")
    if number % COFACTOR or number >> 255:
        raise CeremonyError(
            Failure.KEY,
            "the first half is not the scalar of an expanded secret key",
            hint="it is divisible by 8 and below 2^255; a seed with its public key is the format "
            "ed25519-pair",
        )
    return replace(expanded_key(expanded), warnings=(EXPANDED,), needs_expected=True)


def expanded_key(expanded: Secret) -> KeyMaterial:
    """The key of an expanded secret key, 64 bytes, clamped or not. Raises ``key`` for zero."""
    number = int.from_bytes(expanded.reveal()[:KEY_SIZE], "little") % ED25519.order
    return scalar_key("ed25519", Secret(number.to_bytes(KEY_SIZE, "big")))
