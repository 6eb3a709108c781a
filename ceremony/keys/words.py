"""Words of a mnemonic as somebody entered them: whole, or the four letters of a steel plate."""

import difflib
import functools
from collections.abc import Sequence

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.other_words import plain_words, recognised
from ceremony.keys.refusals import key_error
from ceremony.keys.source import ascii_text
from ceremony.keys.word_lists import english, word_indices
from ceremony.secret import Secret

WORD_COUNTS = (12, 15, 18, 21, 24)
"""BIP-39: 128 to 256 bits of entropy in steps of 32, eleven bits to the word."""

PREFIX = 4
"""BIP-39: so many letters identify a word of the English list; plates keep only these."""

MAX_SUGGESTED = 2
"""Unknown words for which list words are suggested; see ``_unknown_words``."""


def mnemonic_words(source: Secret, what: str, counts: Sequence[int]) -> list[str]:
    """The words, each in BIP-39's English list and as many as ``counts`` allows.

    They are separated by any white space, in lower or upper case. Four letters that
    begin a word of the list stand for that word. Raises ``type`` where these are the
    words of another kind that ``other_words`` knows, else ``key``, naming unknown
    words by their position.
    """
    # Compatibility forms (full width, non-breaking space) become plain here, as BIP-39
    # wants; look-alikes of other scripts do not, and are refused below.
    typed = plain_words(source)
    if typed is None:
        raise key_error(f"the {what} is not text in UTF-8")
    try:
        ascii_text(Secret(" ".join(typed).encode()), what)
    except CeremonyError:
        _refuse_others(typed, what)
        raise
    words = [completed(word) for word in typed]
    if len(words) not in counts:
        _refuse_others(typed, what)
        several = ", ".join(map(str, counts[:-1]))
        wanted = f"{several} or {counts[-1]}" if several else str(counts[-1])
        counted = f"{len(words)} word{'' if len(words) == 1 else 's'}"
        raise key_error(f"the {what} has {counted}, not {wanted}")
    known = word_indices()
    if unknown := [n for n, word in enumerate(words, 1) if word not in known]:
        _refuse_others(typed, what)
        raise _unknown_words(words, unknown, what)
    return words


def bip39_words(source: Secret) -> list[str]:
    """The words of a BIP-39 mnemonic whose checksum is right.

    Raises what ``mnemonic_words`` raises, ``type`` for words of another kind, ``checksum``.
    """
    words = mnemonic_words(source, "mnemonic", WORD_COUNTS)
    try:
        english().to_entropy(words)
    except ValueError:
        _refuse_others(words, "mnemonic")
        raise CeremonyError(
            Failure.CHECKSUM,
            "the checksum of the mnemonic is wrong, though each word is in the list",
            hint="two words were swapped, or one was read as another of the list",
        ) from None
    return words


def bip39_entropy(words: list[str]) -> Secret:
    """The entropy of words that ``bip39_words`` gave: 16 to 32 bytes."""
    return Secret(bytes(english().to_entropy(words)))


def completed(word: str) -> str:
    """The word of the list whose first four letters these are; else the same word."""
    return _four_letters().get(word, word) if len(word) == PREFIX else word


def passphrase_text(passphrase: Secret | None) -> str:
    """A passphrase as text; none is the empty one. Raises ``passphrase``."""
    try:
        return "" if passphrase is None else passphrase.reveal().decode("utf-8")
    except UnicodeDecodeError:
        raise CeremonyError(
            Failure.PASSPHRASE,
            "the passphrase is not text in UTF-8",
            hint="save its file as UTF-8, or type it",
        ) from None


@functools.cache
def _four_letters() -> dict[str, str]:
    # A word of four letters comes out as itself: no other one begins with it.
    return {word[:PREFIX]: word for word in english().wordlist if len(word) >= PREFIX}


def _refuse_others(words: Sequence[str], what: str) -> None:
    if found := recognised(words) or recognised([completed(word) for word in words]):
        name, hint = found
        message = f"the {what} that was asked for is not here: this is {name}"
        raise CeremonyError(Failure.TYPE, message, hint=hint) from None


def _unknown_words(words: list[str], unknown: list[int], what: str) -> CeremonyError:
    # A mistyped word is as good as the word itself, so it is never repeated. Its position
    # is named, and in the hint (for the screen, in no record) the list words nearest to
    # it: two words of twelve leave 106 bits unknown to whoever reads over a shoulder.
    # More than two mean another list or another secret, of which nothing is told.
    places = ", ".join(map(str, unknown))
    hint = "these are probably not words of BIP-39's English list: check language and format"
    if len(unknown) <= MAX_SUGGESTED:
        hint = "; ".join(f"word {n}: {_suggestions(words[n - 1])}" for n in unknown)
    plural = "s" if len(unknown) > 1 else ""
    return CeremonyError(
        Failure.KEY, f"not in BIP-39's English list: word{plural} {places} of the {what}", hint=hint
    )


def _suggestions(word: str) -> str:
    near = difflib.get_close_matches(word[:16], english().wordlist, n=4, cutoff=0.7)
    near += [w for w in english().wordlist if len(word) >= 4 and w[:4] == word[:4]]
    return "perhaps " + ", ".join(dict.fromkeys(near)) if near else "no word of the list is near"
