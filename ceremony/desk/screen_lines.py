"""Lines of text on the screen: printable, whole, and never to be taken for other lines."""

import unicodedata
from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from ceremony.desk.lines import shown
from ceremony.desk.screen_view import Line

Styled = tuple[str, str]
"""A line and its style, in textual's words for styles; "" for none."""

FURTHER = " " * 6
"""Before what a long line goes on with: more than ``MAX_INDENT``, so that no text from outside
can look like a line of ours by being long.
"""

KIND_STYLES = {
    "step": "bold underline",
    "fact": "",
    "note": "bold",
    "error": "bold reverse",
    "hint": "bold",
}


class Lines(Widget):
    """Shows each line below the other, wrapped to its width; nothing is cut off.

    TXT-OUTSIDE: every line passes ``shown``, and nothing in it is read as markup.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Lines { width: 1fr; height: auto; }"

    def __init__(self, *lines: Styled, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._lines = lines

    def put(self, *lines: Styled) -> None:
        self._lines = lines
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content("\n").join(self._wrapped(self.size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._wrapped(width))

    def _wrapped(self, width: int) -> list[Content]:
        return [
            Content.styled(part, style) if style else Content(part)
            for line, style in self._lines
            for part in wrapped(shown(line), width)
        ]


def log_lines(lines: Sequence[Line]) -> list[Styled]:
    """What was shown, to be read back; an empty line before each step."""
    styled: list[Styled] = []
    for line in lines:
        if line.kind == "step" and styled:
            styled.append(("", ""))
        styled.append((line.text, KIND_STYLES[line.kind]))
    return styled


def wrapped(line: str, width: int, further: str = FURTHER) -> list[str]:
    """The line in parts of at most ``width`` cells: at spaces where there are some, else anywhere.

    Nothing is left out but the blank at which it was broken.
    """
    parts: list[str] = []
    rest, before = line, ""
    while True:
        room = max(width - len(before), 8)
        end = _fitting(rest, room)
        if end == len(rest):
            return [*parts, before + rest]
        cut = rest.rfind(" ", 1, end + 1)
        at = cut if rest[:cut].strip() and cut > 0 else end
        parts.append(before + rest[:at])
        rest = rest[at:].removeprefix(" ") if at == cut else rest[at:]
        before = further


def _fitting(text: str, room: int) -> int:
    """How many of its characters fit into ``room`` cells; some letters take two."""
    if text.isascii():
        return min(len(text), room)
    for place, character in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if room < 0:
            return place
    return len(text)
