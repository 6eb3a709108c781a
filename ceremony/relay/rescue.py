"""The last resort for an answer that neither the journal nor a file could take: the screen.

QR codes of the link, as text in half blocks, which ``ceremony qr decode`` reads back from
photographs of the screen; and the bytes as base64. Both stay until somebody says that one
of them is kept.
"""

import base64
import shutil
from collections.abc import Callable, Iterator

from ceremony.desk.lines import drawing
from ceremony.errors import CeremonyError
from ceremony.link import Sender
from ceremony.link.frame import largest_symbol
from ceremony.message import digest as sha256
from ceremony.message import digest_hex
from ceremony.optics.draw import capacity, draw, modules

KEPT = "It is kept"
"""What ends the showing."""

VERSIONS = range(5, 41)
"""Of the codes. A frame carries hashes that prove its sender, so that the smallest codes hold
none of a longer answer: those of 3 kB need a window of 57 columns and 31 lines."""

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
        columns, lines = shutil.get_terminal_size()
        size = modules(fitting_version(columns, lines, len(answer)))
        if size > columns or size > 2 * (lines - 2):
            tell(
                f"Make the window at least {size} columns by {(size + 1) // 2 + 2} lines for them."
            )
        for line in pictures(answer, columns, lines):
            tell(drawing(line))
        tell(f"base64 of {len(answer)} bytes, SHA-256 {digest_hex(sha256(answer))}:")
        for line in text_lines(answer):
            tell(line)
        said = typed(f"Type {KEPT} when you have all codes or the whole text: ")
        if said is None or said == KEPT:
            return


def pictures(answer: bytes, columns: int, lines: int) -> Iterator[str]:
    """The lines of all codes, each with its number. Any two of them may be missing."""
    version = fitting_version(columns, lines, len(answer))
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


def fitting_version(columns: int, lines: int, length: int) -> int:
    """The largest code that the screen shows as a whole, of an answer of ``length`` bytes.

    Where none of those holds a frame, it is the smallest code that does.
    """
    holding = [v for v in VERSIONS if _holds_frames(v, length)]
    fits = [v for v in holding if modules(v) <= columns and modules(v) <= 2 * (lines - 2)]
    return max(fits, default=min(holding, default=VERSIONS[-1]))


def _holds_frames(version: int, length: int) -> bool:
    try:
        return largest_symbol(capacity(version), length) > 0
    except CeremonyError:
        return False


def text_lines(answer: bytes) -> list[str]:
    text = base64.b64encode(answer).decode()
    return [text[i : i + TEXT_WIDTH] for i in range(0, len(text), TEXT_WIDTH)]
