"""Digests as people compare them: hex in groups, and PGP words to read aloud."""

import re
from functools import lru_cache

from ceremony.errors import CeremonyError, Failure
from ceremony.message.pgp_words import PGP_WORDS

DIGEST_SIZE = 32
"""Bytes of SHA-256."""

PLACE = re.compile(r"\d{1,2}")
"""The number of a word's place."""


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = PGP_WORDS.split()
    return tuple(words[0::2]), tuple(words[1::2])


def digest_hex(value: bytes) -> str:
    """Lower-case hex in groups of four digits."""
    return " ".join(value[i : i + 2].hex() for i in range(0, len(value), 2))


def digest_words(value: bytes) -> tuple[str, ...]:
    """One PGP word a byte, from the table of the byte's place, even or odd."""
    tables = _tables()
    return tuple(tables[i % 2][byte] for i, byte in enumerate(value))


def words_like(beginning: str, place: int) -> tuple[str, ...]:
    """The words that begin so and may stand at a place, counted from 1; the table is public."""
    begins = beginning.lower()
    return tuple(word for word in _tables()[(place - 1) % 2] if word.lower().startswith(begins))


def parse_digest(text: str) -> bytes:
    """A SHA-256 digest from 64 hex digits or from its 32 words, spaces as you like.

    The words may have the numbers of their places before them, as they are shown.

    Raises ``digest`` and says where: a wrong word, or one in the wrong place.
    """
    digits = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"[0-9a-fA-F]{64}", digits):
        return bytes.fromhex(digits)
    words = [w for w in text.lower().replace("-", " ").split() if not PLACE.fullmatch(w)]
    if len(words) != DIGEST_SIZE:
        raise _wrong(f"a digest has 64 hex digits or {DIGEST_SIZE} words, this has {len(words)}")
    even, odd = ([w.lower() for w in table] for table in _tables())
    value = bytearray()
    for place, word in enumerate(words):
        right, other = (even, odd) if place % 2 == 0 else (odd, even)
        if word not in right:
            known = "a word of another place" if word in other else "no word of the list"
            raise _wrong(f"word {place + 1} of the digest is {known}")
        value.append(right.index(word))
    return bytes(value)


def _wrong(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.DIGEST, message, hint="copy it again from the screen of the other program"
    )
