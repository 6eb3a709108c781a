"""The lists of words that are typed into a ceremony, to check each word as it comes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ceremony.errors import CeremonyError, Failure

UNIQUE = 4
"""Letters that tell the words of both lists apart, as steel plates have them."""


@dataclass(frozen=True, slots=True)
class WordList:
    """``counts`` are how many words a secret of this list has."""

    counts: tuple[int, ...]
    words: Callable[[], frozenset[str]]

    def whole(self, typed: str) -> str:
        """The word, or the only one that begins with these four letters. Raises ``key``."""
        word, words = typed.lower(), self.words()
        if word in words:
            return word
        if len(word) == UNIQUE:
            found = [one for one in words if one.startswith(word)]
            if len(found) == 1:
                return found[0]
        raise CeremonyError(
            Failure.KEY,
            "that is not a word of the list",
            hint="type it again; four letters are enough",
        )


@cache
def _bip39() -> frozenset[str]:
    from mnemonic import Mnemonic

    return frozenset(Mnemonic("english").wordlist)


@cache
def _slip39() -> frozenset[str]:
    from shamir_mnemonic.wordlist import WORDLIST  # type: ignore[import-untyped]

    return frozenset(WORDLIST)


BIP39_WORDS = WordList((12, 15, 18, 21, 24), _bip39)
SLIP39_WORDS = WordList((20, 33), _slip39)

WORD_LISTS = {"bip39": BIP39_WORDS, "stark-from-eth-seed": BIP39_WORDS}
"""By the name of the format; SLIP-39 is entered share by share."""
