"""Algorand's 25 words: BIP-39's list, and nothing else of BIP-39."""

from ceremony.addresses.base import sha512_256
from ceremony.keys.material import KEY_SIZE, KeyMaterial, seed_key
from ceremony.keys.refusals import checksum_error, key_error
from ceremony.keys.word_lists import word_indices
from ceremony.keys.words import mnemonic_words
from ceremony.secret import Secret

WORDS = 25
"""24 words hold the seed, the last one is the checksum. Algorand, "Account mnemonics"."""

BITS = 11
"""Bits of a word: 24 words hold 264, the seed takes 256 of them."""


def parse_algorand(source: Secret) -> KeyMaterial:
    """The ed25519 key of 25 words: 24 times 11 bits of the seed, little-endian, a checksum.

    Raises ``key`` (naming unknown words by their position), ``checksum``.
    """
    words = mnemonic_words(source, "Algorand mnemonic", (WORDS,))
    *data, checksum = (word_indices()[word] for word in words)
    value = sum(index << BITS * place for place, index in enumerate(data))
    if value >> 8 * KEY_SIZE:
        raise key_error("word 24 of the Algorand mnemonic is impossible: it holds 3 bits only")
    seed = Secret(value.to_bytes(KEY_SIZE, "little"))
    # The first 11 bits of the SHA-512/256 of the seed, least significant byte first.
    if int.from_bytes(sha512_256(seed.reveal())[:2], "little") % (1 << BITS) != checksum:
        raise checksum_error("Algorand mnemonic")
    return seed_key(seed)
