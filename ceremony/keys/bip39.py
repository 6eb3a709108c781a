"""BIP-39 mnemonics: 12 to 24 English words, a passphrase or none, and a path."""

import difflib
import functools
import unicodedata
from collections.abc import Sequence

from mnemonic import Mnemonic

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.derivation import derive, master_key, parse_path, slip10_ed25519_seed
from ceremony.keys.material import KeyMaterial, key_error, scalar_key, seed_key
from ceremony.keys.source import MAX_SOURCE_SIZE, ascii_text
from ceremony.secret import Secret

WORD_COUNTS = (12, 15, 18, 21, 24)
"""BIP-39: 128 to 256 bits of entropy in steps of 32, eleven bits to the word."""

MAX_SUGGESTED = 2
"""Unknown words for which list words are suggested; see ``_unknown_words``."""


def parse_bip39(
    source: Secret, curve: str, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The keys at ``paths`` of a mnemonic: BIP-32 for secp256k1, SLIP-10 for ed25519.

    Words are separated by any white space, in lower or upper case. Raises ``key`` for
    a wrong number of words or an unknown one, ``checksum``, ``path`` (each path is
    read before the slow part), ``passphrase`` when that is not UTF-8.
    """
    levels = [parse_path(path) for path in paths]
    seed = mnemonic_seed(source, passphrase)
    if curve == "ed25519":
        return tuple(
            seed_key(slip10_ed25519_seed(seed, path), path=text)
            for path, text in zip(levels, paths, strict=True)
        )
    master = master_key(seed)
    return tuple(
        scalar_key(curve, derive(master, path).secret_scalar, path=text)
        for path, text in zip(levels, paths, strict=True)
    )


def mnemonic_seed(source: Secret, passphrase: Secret | None = None) -> Secret:
    """BIP-39's seed, 64 bytes: PBKDF2-HMAC-SHA512, 2,048 rounds, all texts in NFKD.

    Raises ``key``, ``checksum``, ``passphrase``.
    """
    words = mnemonic_words(source, "mnemonic", WORD_COUNTS)
    try:
        english().to_entropy(words)
    except ValueError:
        raise CeremonyError(
            Failure.CHECKSUM,
            "the checksum of the mnemonic is wrong, though each word is in the list",
            hint="two words were swapped, or one was read as another of the list",
        ) from None
    return Secret(Mnemonic.to_seed(" ".join(words), passphrase_text(passphrase)))


def mnemonic_words(source: Secret, what: str, counts: Sequence[int]) -> list[str]:
    """The words, each in BIP-39's English list and as many as ``counts`` allows.

    Raises ``key``, naming unknown words by their position.
    """
    # Compatibility forms (full width, non-breaking space) become plain here, as BIP-39
    # wants; look-alikes of other scripts do not, and are refused below.
    try:
        plain = unicodedata.normalize("NFKD", source.reveal()[:MAX_SOURCE_SIZE].decode("utf-8"))
    except UnicodeDecodeError:
        raise key_error(f"the {what} is not text in UTF-8") from None
    words = ascii_text(Secret(plain.encode()), what).lower().split()
    known = word_indices()
    if len(words) not in counts:
        several = ", ".join(map(str, counts[:-1]))
        wanted = f"{several} or {counts[-1]}" if several else str(counts[-1])
        counted = f"{len(words)} word{'' if len(words) == 1 else 's'}"
        raise key_error(f"the {what} has {counted}, not {wanted}")
    if unknown := [n for n, word in enumerate(words, 1) if word not in known]:
        raise _unknown_words(words, unknown, what)
    return words


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
def english() -> Mnemonic:
    """BIP-39's English list: 2,048 words, as the library ships it."""
    return Mnemonic("english")


@functools.cache
def word_indices() -> dict[str, int]:
    return {word: index for index, word in enumerate(english().wordlist)}


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
    # Four letters identify a word of the list, and many backups keep only these.
    near += [w for w in english().wordlist if len(word) >= 4 and w[:4] == word[:4]]
    return "perhaps " + ", ".join(dict.fromkeys(near)) if near else "no word of the list is near"
