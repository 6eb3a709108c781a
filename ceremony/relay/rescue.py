"""The last resort for an answer that neither the journal nor a file could take: the screen.

QR codes of the link, as text in half blocks, which ``ceremony qr decode`` reads back from
photographs of the screen; and the bytes as base64. Both stay until somebody says that one
of them is kept.
"""

import base64
import shutil
from collections.abc import Callable, Iterator

from ceremony.desk.lines import drawing
from ceremony.link import Sender
from ceremony.message import digest as sha256
from ceremony.message import digest_hex
from ceremony.optics.draw import capacity, draw, modules

KEPT = "It is kept"
"""What ends the showing."""

VERSIONS = range(5, 21)
"""Of the codes: the smallest fits a screen of 80 columns and 24 lines; larger ones are for
larger screens."""

TEXT_WIDTH = 76

REPAIR = 2
"""Frames more than are needed, should one of them not be read."""

BLOCKS = {
    (True, True): " ",
    (True, False): "\N{LOWER HALF BLOCK}",
    (False, True): "\N{UPPER HALF BLOCK}",
    (False, False): "\N{FULL BLOCK}",
}
"""The character for two modules, the upper and the lower one dark: light is drawn."""


def rescue(
    subject: str,
    answer: bytes,
    tell: Callable[[str], None],
    typed: Callable[[str], str | None],
) -> None:
    """Shows the answer again and again, until the exact words were typed, or input ends."""
    while True:
        tell(f"NO DISK TAKES {subject}: it exists on this screen only")
        tell("Photograph every code, sharp and whole, or copy the whole text below.")
        for line in pictures(answer, *shutil.get_terminal_size()):
            tell(drawing(line))
        tell(f"base64 of {len(answer)} bytes, SHA-256 {digest_hex(sha256(answer))}:")
        for line in text_lines(answer):
            tell(line)
        said = typed(f"Type {KEPT} when you have all codes or the whole text: ")
        if said is None or said == KEPT:
            return


def pictures(answer: bytes, columns: int, lines: int) -> Iterator[str]:
    """The lines of all codes, each with its number. Any two of them may be missing."""
    version = fitting_version(columns, lines)
    sender = Sender(answer, capacity(version))
    count = sender.needed + REPAIR
    for index in range(count):
        yield f"code {index + 1} of {count}, any {sender.needed} are enough"
        yield from half_blocks(sender.frame(index), version)


def half_blocks(text: str, version: int) -> list[str]:
    """One code, a character for two modules one above the other."""
    dark = draw(text, scale=1, version=version) == 0
    rows = [[bool(cell) for cell in row] for row in dark]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [
        "".join(BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def fitting_version(columns: int, lines: int) -> int:
    """The largest code that the screen shows as a whole."""
    fits = [v for v in VERSIONS if modules(v) <= columns and modules(v) <= 2 * (lines - 2)]
    return max(fits, default=VERSIONS[0])


def text_lines(answer: bytes) -> list[str]:
    text = base64.b64encode(answer).decode()
    return [text[i : i + TEXT_WIDTH] for i in range(0, len(text), TEXT_WIDTH)]
