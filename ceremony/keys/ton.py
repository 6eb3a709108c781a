"""TON's own 24 words: BIP-39's English list, and nothing else of BIP-39.

The derivation is that of TON's reference, tonlib/keys/Mnemonic.cpp.
"""

import hashlib

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, seed_key
from ceremony.keys.other_words import ton_basic, ton_entropy, ton_with_passphrase
from ceremony.keys.words import mnemonic_words, passphrase_text
from ceremony.secret import Secret

COUNT = 24
ROUNDS = 100_000
SALT = b"TON default seed"


def parse_ton(source: Secret, passphrase: Secret | None = None) -> KeyMaterial:
    """The ed25519 key of 24 words that a wallet of TON made, with its passphrase or none.

    One byte of a hash tells such words from others, a second one whether they have a
    passphrase, and the first again whether it is the right one: one error in 256
    passes. Raises ``key``, ``type`` for words of another kind, ``checksum``,
    ``passphrase``.
    """
    words = mnemonic_words(source, "TON mnemonic", (COUNT,))
    text = passphrase_text(passphrase)
    locked = ton_with_passphrase(words)
    if not locked and not ton_basic(words, ""):
        raise CeremonyError(
            Failure.CHECKSUM,
            "no wallet of TON makes these words: their check byte is wrong",
            hint="a word is wrong or two were swapped; or the wallet took BIP-39 words, which "
            "are in the format bip39",
        )
    if locked and not text:
        raise CeremonyError(
            Failure.PASSPHRASE,
            "these words of TON have a passphrase",
            hint="give it with --passphrase-file",
        )
    if text and not locked:
        raise CeremonyError(
            Failure.PASSPHRASE,
            "these words of TON have no passphrase",
            hint="leave it out",
        )
    if locked and not ton_basic(words, text):
        raise CeremonyError(
            Failure.PASSPHRASE,
            "this is not the passphrase of these words of TON",
            hint="check it for capitals and spaces; the words themselves are right",
        )
    seed = hashlib.pbkdf2_hmac("sha512", ton_entropy(words, text), SALT, ROUNDS)
    return seed_key(Secret(seed[:KEY_SIZE]))
