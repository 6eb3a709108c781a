"""What the commands tell: a name, then its lines, aligned; on standard output or error."""

import sys
from typing import TextIO

from ceremony.desk.lines import shown

NAME_WIDTH = 12
"""Columns of the names."""


def report(name: str, *lines: str, to: TextIO | None = None) -> None:
    """The first line beside the name, the others below it; all are made printable here."""
    stream = to or sys.stdout
    for i, line in enumerate(lines):
        stream.write(f"{name if i == 0 else '':<{NAME_WIDTH}}{shown(line)}\n")
