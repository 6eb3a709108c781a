"""Solana: the array of 64 numbers of solana-keygen, base58 of 64 bytes; and bare seeds."""

from dataclasses import replace

import msgspec

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, pair_key, seed_key
from ceremony.keys.refusals import key_error, type_error
from ceremony.keys.source import ascii_text, from_base58, one_word
from ceremony.secret import Secret

PAIR_SIZE = 2 * KEY_SIZE
"""Bytes of an RFC 8032 seed followed by its public key, as libsodium keeps them."""

WITHOUT_CHECK = (
    "32 bytes have no check in them, and a public key looks the same: only the address tells"
)


def parse_solana(source: Secret) -> KeyMaterial:
    """The ed25519 key in a keypair file or in a wallet's base58 text, 64 bytes.

    Their second half must be the public key of the first. Raises ``type`` for 32 bytes,
    which are an address as well, ``key``, ``malformed`` for an array of something else
    than bytes, ``public-key``.
    """
    content = _content(source)
    if len(content) == KEY_SIZE:
        raise type_error(
            "these are 32 bytes, as in a Solana address, and a private key has 64",
            "if this is a seed, its format is solana-seed",
        )
    if len(content) != PAIR_SIZE:
        raise key_error(f"a Solana key has {PAIR_SIZE} bytes, this one {len(content)}")
    return pair_key(content, "Solana key")


def parse_solana_seed(source: Secret) -> KeyMaterial:
    """The ed25519 key of a seed of 32 bytes: an array of numbers, or base58.

    An address is written in the same way, so the key is only good with the address that
    is expected of it. Raises ``key``, ``malformed``.
    """
    content = _content(source)
    if len(content) != KEY_SIZE:
        raise key_error(f"a seed has {KEY_SIZE} bytes, this one {len(content)}")
    return replace(seed_key(content, warnings=(WITHOUT_CHECK,)), needs_expected=True)


def _content(source: Secret) -> Secret:
    text = ascii_text(source, "Solana key")
    if text.startswith("["):
        return _array(text)
    return Secret(from_base58(one_word(source, "Solana key"), "Solana key"))


def _array(text: str) -> Secret:
    try:
        return Secret(bytes(msgspec.json.decode(text, type=list[int])))
    except (msgspec.DecodeError, ValueError, OverflowError):
        raise CeremonyError(
            Failure.MALFORMED,
            "the Solana key is not an array of numbers from 0 to 255",
            hint="give the whole file of solana-keygen",
        ) from None
