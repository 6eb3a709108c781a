"""Lines on their way to a screen: the last place where text from outside is made printable.

Every line that a program shows passes ``shown``. Runs of spaces stay only in an ``Aligned``
line, which is made here from cells that are printable already: nothing from outside can
push a line to a place where another one is expected.
"""

from collections.abc import Sequence

from ceremony.errors import CUT, MAX_SENTENCE, printable

MAX_INDENT = 4
"""Spaces at the beginning of a line that stay."""

COLUMN_GAP = "  "

BLOCKS = " \N{LOWER HALF BLOCK}\N{UPPER HALF BLOCK}\N{FULL BLOCK}"
"""What QR codes are drawn with on a terminal."""


class Aligned(str):
    """A line whose runs of spaces are ours. Only the functions of this module make one."""

    __slots__ = ()


def columns(*cells: str, widths: Sequence[int] = (), indent: int = 0) -> Aligned:
    """Cells beside each other, two spaces between them, the first ones padded to ``widths``."""
    padded = [
        f"{printable(cell, MAX_SENTENCE):<{widths[i] if i < len(widths) else 0}}"
        for i, cell in enumerate(cells)
    ]
    return Aligned(" " * indent + COLUMN_GAP.join(padded).rstrip())


def indented(line: str, indent: int) -> Aligned:
    """The line behind ``indent`` spaces; an aligned one stays aligned."""
    return Aligned(" " * indent + shown(line))


def drawing(line: str) -> Aligned:
    """A line of a picture: block characters and spaces, and what is printable."""
    return Aligned("".join(c if c in BLOCKS else printable(c) for c in line))


def shown(line: str, limit: int = MAX_SENTENCE) -> str:
    """TXT-OUTSIDE: the line as it goes to a screen: printable, one line, ``limit`` characters."""
    if isinstance(line, Aligned):
        return line if len(line) <= limit + len(CUT) else line[:limit] + CUT
    text = line.lstrip(" ")
    return " " * min(len(line) - len(text), MAX_INDENT) + printable(text, limit)
