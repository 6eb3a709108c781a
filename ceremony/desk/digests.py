"""Digests on the screen, and the question whether both screens show the same."""

from ceremony.errors import CeremonyError, Failure
from ceremony.message import digest_hex, digest_words, parse_digest

WORDS_A_LINE = 8


def digest_lines(value: bytes) -> list[str]:
    """A SHA-256 as people compare it: hex in groups, then words in rows of eight."""
    words = digest_words(value)
    rows = [words[i : i + WORDS_A_LINE] for i in range(0, len(words), WORDS_A_LINE)]
    return [digest_hex(value), *("  ".join(f"{word:<11}" for word in row).rstrip() for row in rows)]


def check_confirmed(value: bytes, typed: str, subject: str) -> None:
    """The digest that somebody confirmed (hex or words) is this one.

    Raises ``digest`` for what is no digest, ``confirmation`` for another's.
    """
    if parse_digest(typed) != value:
        raise CeremonyError(
            Failure.CONFIRMATION,
            f"the confirmed digest is not that of {subject}",
            hint="stop: it was changed on the way, or it is another one; compare both screens",
        )
