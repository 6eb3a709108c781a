"""Solana: the array of 64 numbers of solana-keygen, base58 of 64 or of 32 bytes."""

import msgspec

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, key_error, pair_key, seed_key
from ceremony.keys.source import ascii_text, from_base58, one_word
from ceremony.secret import Secret

PAIR_SIZE = 2 * KEY_SIZE
"""Bytes of an RFC 8032 seed followed by its public key, as libsodium keeps them."""

WITHOUT_CHECK = (
    "32 bytes of base58 have no check in them, and an address looks the same: compare the address"
)


def parse_solana(source: Secret) -> KeyMaterial:
    """The ed25519 key in a keypair file or in a wallet's base58 text.

    64 bytes are checked: their second half must be the public key of the first. 32
    bytes are a seed, read with a warning. Raises ``key``, ``malformed`` for an array
    that is not one of 64 bytes, ``public-key``.
    """
    text = ascii_text(source, "Solana key")
    if text.startswith("["):
        return pair_key(_array(text), "Solana key")
    content = from_base58(one_word(source, "Solana key"), "Solana key")
    if len(content) == KEY_SIZE:
        return seed_key(Secret(content), warnings=(WITHOUT_CHECK,))
    if len(content) != PAIR_SIZE:
        raise key_error(f"a Solana key has {PAIR_SIZE} or {KEY_SIZE} bytes, this {len(content)}")
    return pair_key(Secret(content), "Solana key")


def _array(text: str) -> Secret:
    try:
        numbers = msgspec.json.decode(text, type=list[int])
        content = Secret(bytes(numbers))
    except (msgspec.DecodeError, ValueError, OverflowError):
        raise _malformed("the Solana key is not an array of numbers from 0 to 255") from None
    if len(content) != PAIR_SIZE:
        raise _malformed(f"a Solana key file has {PAIR_SIZE} numbers, this one {len(content)}")
    return content


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(Failure.MALFORMED, message, hint="give the whole file of solana-keygen")
