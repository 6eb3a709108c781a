"""Digests on the screen, as people compare them."""

from collections.abc import Sequence

from ceremony.desk.lines import columns
from ceremony.message import digest_hex, digest_words

WORDS_A_LINE = 4
"""Four columns fit the narrowest console, and are read in one breath."""

GROUPS_A_LINE = 8
"""Of four hex digits each: two lines for a SHA-256."""


def digest_lines(value: bytes) -> list[str]:
    """A SHA-256 as people compare it: hex in groups, then words in rows, 80 columns wide."""
    widths = [12] * WORDS_A_LINE
    rows = _rows(digest_words(value), WORDS_A_LINE)
    return [*_hex_rows(value), *(columns(*row, widths=widths) for row in rows)]


def numbered_digest(value: bytes) -> list[str]:
    """A SHA-256 as people write it down: hex in groups, then its words with their places."""
    return [*_hex_rows(value), *numbered_words(value)]


def _hex_rows(value: bytes) -> list[str]:
    return [" ".join(row) for row in _rows(digest_hex(value).split(" "), GROUPS_A_LINE)]


def _rows(items: Sequence[str], size: int) -> list[Sequence[str]]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def numbered_words(value: bytes) -> list[str]:
    """The words of a SHA-256 with their places, four a line, to read single ones from."""
    named = [f"{place:>2} {word}" for place, word in enumerate(digest_words(value), 1)]
    return [columns(*row, widths=[15] * WORDS_A_LINE) for row in _rows(named, WORDS_A_LINE)]
