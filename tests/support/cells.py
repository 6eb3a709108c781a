"""What a terminal shows: places, erasing, text and its colours, from the bytes a program wrote.

What the desk needs of a terminal and no more; wide characters take one cell here.
"""

import codecs
import re

TOKEN = re.compile(r"\x1b\[([0-9;?<>=]*)[ -/]*([@-~])|\x1b[()][0-9A-B]|\x1b[=>78]|(.)", re.DOTALL)
"""A control sequence with its numbers and its letter, or one character."""

BEGUN = re.compile(r"\x1b[^A-Za-z~]*\Z")
"""A control sequence whose end has not come yet."""

Cell = tuple[str, str]
"""A character and its style: SGR codes with ";" between them."""

BLANK: Cell = (" ", "")


class Cells:
    """A screen of ``columns`` by ``lines``; ``rows`` are its cells."""

    def __init__(self, columns: int, lines: int) -> None:
        self._columns, self._lines = columns, lines
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest, self._style = "", ""
        self._row = self._column = 0
        self._clear()

    def feed(self, data: bytes) -> None:
        """The next bytes; what ends within a control sequence or a character waits for its end."""
        text = self._rest + self._decoder.decode(data)
        begun = BEGUN.search(text)
        self._rest = begun[0] if begun else ""
        for token in TOKEN.finditer(text[: len(text) - len(self._rest)]):
            numbers, letter, character = token.groups()
            if letter:
                self._control(numbers, letter)
            elif character is not None:
                self._character(character)

    @property
    def text(self) -> str:
        """Its lines, without spaces at their ends."""
        return "\n".join("".join(cell[0] for cell in line).rstrip() for line in self.rows)

    def _clear(self) -> None:
        self.rows = [[BLANK] * self._columns for _ in range(self._lines)]

    def _control(self, numbers: str, letter: str) -> None:
        if letter == "H":
            places = [int(n) for n in (numbers or "1;1").split(";")]
            self._row, self._column = places[0] - 1, places[-1] - 1
        elif letter == "J" or (letter in "hl" and numbers == "?1049"):
            self._clear()
        elif letter == "m":
            for code in (numbers or "0").split(";"):
                self._style = "" if int(code or 0) == 0 else f"{self._style};{code}".strip(";")

    def _character(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._row = min(self._row + 1, self._lines - 1)
        elif character >= " " and self._row < self._lines and self._column < self._columns:
            self.rows[self._row][self._column] = (character, self._style)
            self._column += 1
