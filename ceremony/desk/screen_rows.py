"""A table as people compare it: pages of records, every value whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from ceremony.desk.lines import shown
from ceremony.desk.port import Table

ROWS = 20
"""Rows of a page; it is scrolled to its end before it can be confirmed."""

LARGE_ROWS = 5


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its first cell, and its other cells by their columns."""

    title: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """``common`` are the columns that have one value in the whole table, said once a page."""

    table: str
    number: int
    of: int
    first: int
    rows: int
    common: tuple[tuple[str, str], ...]
    records: tuple[Record, ...]

    @property
    def last(self) -> int:
        return self.first + len(self.records) - 1


def pages_of(table: Table, rows: int = ROWS) -> list[Page]:
    """The pages of a table, all of it printable."""
    common = _common(table)
    records = [_record(table, row, common) for row in table.rows]
    starts = range(0, len(records), rows)
    said = tuple((shown(table.columns[i]), shown(table.rows[0][i])) for i in common)
    return [
        Page(shown(table.title), number, len(starts), start + 1, len(records), said,
             tuple(records[start : start + rows]))
        for number, start in enumerate(starts, 1)
    ]  # fmt: skip


def _common(table: Table) -> list[int]:
    """Columns beyond the first in which all rows say the same."""
    if len(table.rows) < 2:
        return []
    return [i for i in range(1, len(table.columns)) if len({row[i] for row in table.rows}) == 1]


def _record(table: Table, row: Sequence[str], common: Sequence[int]) -> Record:
    title = f"{table.columns[0]}: {row[0]}"
    cells = [
        (shown(column), shown(cell))
        for i, (column, cell) in enumerate(zip(table.columns, row, strict=True))
        if i and i not in common
    ]
    return Record(shown(title), tuple(cells))
