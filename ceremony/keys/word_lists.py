"""Lists of words that mnemonics are made of."""

import functools
import unicodedata
from importlib import resources

from mnemonic import Mnemonic
from shamir_mnemonic.wordlist import WORDLIST  # type: ignore[import-untyped]


@functools.cache
def english() -> Mnemonic:
    """BIP-39's English list: 2,048 words, as the library ships it."""
    return Mnemonic("english")


@functools.cache
def word_indices() -> dict[str, int]:
    """Each word of BIP-39's English list with its place in it, from 0."""
    return {word: index for index, word in enumerate(english().wordlist)}


@functools.cache
def other_languages() -> dict[str, frozenset[str]]:
    """BIP-39's lists in other languages, in NFKD, by the library's names for them."""
    return {
        language: frozenset(
            unicodedata.normalize("NFKD", word) for word in Mnemonic(language).wordlist
        )
        for language in sorted(Mnemonic.list_languages())
        if language != "english"
    }


@functools.cache
def slip39_words() -> frozenset[str]:
    """SLIP-39's list: 1,024 words."""
    return frozenset(WORDLIST)


@functools.cache
def electrum_old_words() -> frozenset[str]:
    """The 1,626 words of Electrum's seeds before its version 2: its old_mnemonic.py."""
    text = resources.files("ceremony.keys").joinpath("electrum_old_words.txt").read_text("ascii")
    return frozenset(text.split())
