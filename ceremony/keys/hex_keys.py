"""64 hex digits: a key or a seed, or the scalar that Dfns exports for ed25519."""

from dataclasses import replace

from ceremony.curves import ED25519
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.keys.source import from_hex, one_word
from ceremony.secret import Secret

SCALAR = (
    "read as a scalar, not as a seed: it gives another key than the same digits in the "
    "format hex; compare the address"
)

SEED = (
    "read as a seed, and the digits fit a scalar too: what Dfns exported is a scalar, which "
    "the format ed25519-scalar reads, and another key; compare the address"
)


POINT = (
    "the digits are a point of ed25519 too, as every public key is and one seed in 16: only the "
    "address tells"
)


def parse_hex_key(source: Secret, curve: str) -> KeyMaterial:
    """A scalar of secp256k1 or stark, the seed of RFC 8032 for ed25519. Raises ``key``.

    Warns where the digits of an ed25519 seed could be a scalar, as an export gives it:
    one seed in 16 looks so, and every scalar. Digits that could be a public key of
    ed25519 are only good with the address that is expected of them.
    """
    digits = one_word(source, "private key").removeprefix("0x")
    content = from_hex(digits, KEY_SIZE, "private key")
    key = seed_key(content) if curve == "ed25519" else scalar_key(curve, content)
    if curve != "ed25519":
        return key
    if int.from_bytes(content.reveal(), "big") < ED25519.order:
        key = replace(key, warnings=(SEED,))
    if _is_public_key(content):
        return replace(key, warnings=(*key.warnings, POINT), needs_expected=True)
    return key


def _is_public_key(digits: Secret) -> bool:
    """Whether the bytes are a point of ed25519 of the prime order, as public keys are."""
    try:
        ED25519.parse_public_key(digits.reveal())
    except CeremonyError:
        return False
    return True


def parse_ed25519_scalar(source: Secret) -> KeyMaterial:
    """A scalar of 64 hex digits, big-endian, with or without 0x, below the order.

    The same digits are a valid seed too, of another key: nothing but the format's name
    and the address tells them apart. Of all seeds 15 in 16 are refused here, being
    above the order. Digits that could be a public key are only good with the address
    that is expected of them. Raises ``key``.
    """
    digits = one_word(source, "ed25519 scalar").removeprefix("0x")
    content = from_hex(digits, KEY_SIZE, "ed25519 scalar")
    if int.from_bytes(content.reveal(), "big") >= ED25519.order:
        raise CeremonyError(
            Failure.KEY,
            "the number is not below the order of ed25519: it is not a scalar in big-endian",
            hint="if it is a seed, its format is hex; a little-endian scalar must be turned round",
        )
    key = scalar_key("ed25519", content, warnings=(SCALAR,))
    return replace(key, needs_expected=_is_public_key(content))
