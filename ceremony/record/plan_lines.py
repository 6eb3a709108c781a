"""Where the parts of a plan stand in its file, so that every mistake is told with its line.

The TOML reader of the standard library gives values and no places. This finds the places
of tables and fields by the beginnings of lines, which is how people write a plan. A value
that is written another way (an inline table, say) is told by the line that it belongs to.
"""

import re
from dataclasses import dataclass

Place = tuple[str | int, ...]
"""The way to a value: ``("keys", 3, "wallets", 0, "expect")``; lists count from 0."""

NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
NAMES = rf"{NAME}(?:\s*\.\s*{NAME})*"
HEADER = re.compile(rf"\s*(\[\[?)\s*({NAMES})\s*\]")
FIELD = re.compile(rf"\s*({NAMES})\s*=")
LONG = re.compile(r'"""|\'\'\'')
"""What begins and ends a text of several lines."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a plan. ``line`` counts from 1, 0 where no line can be named."""

    line: int
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


class Lines:
    """Where tables and their fields begin in the text of a plan."""

    def __init__(self, text: str) -> None:
        self._at: dict[Place, int] = {}
        self._last: dict[Place, int] = {}
        table: Place = ()
        within = ""
        # Not splitlines(): TOML ends a line at a line feed and nowhere else.
        for number, line in enumerate(text.split("\n"), 1):
            if not within:
                if header := HEADER.match(line):
                    table = self._table(_split(header[2]), several=header[1] == "[[")
                    for place in (table, tuple(_split(header[2]))):
                        self._at.setdefault(place, number)
                elif field := FIELD.match(line):
                    place = table
                    for name in _split(field[1]):
                        place = (*place, name)
                        self._at.setdefault(place, number)
            for mark in LONG.findall(line):
                if not within:
                    within = mark
                elif mark == within:
                    within = ""

    def of(self, place: Place) -> int:
        """The line of this value, else of the table that it belongs in; 0 for neither."""
        while place and place not in self._at:
            place = place[:-1]
        return self._at.get(place, 0)

    def _table(self, names: list[str], *, several: bool) -> Place:
        place: Place = ()
        for name in names[:-1]:
            place = (*place, name)
            if place in self._last:
                place = (*place, self._last[place])
        place = (*place, names[-1])
        if several:
            self._last[place] = self._last.get(place, -1) + 1
            place = (*place, self._last[place])
        return place


def _split(names: str) -> list[str]:
    return [name.strip("\"'") for name in re.findall(NAME, names)]
