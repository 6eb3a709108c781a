"""The screen that people compare with paper or with another screen, page by page."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from ceremony.desk.lines import Aligned
from ceremony.desk.screen_ask import Typed
from ceremony.desk.screen_lines import Lines, Styled, wrapped
from ceremony.desk.screen_page import Page
from ceremony.desk.screen_rows import Page as Rows
from ceremony.desk.screen_view import View

AGREED = "same"
DIFFERS = "differs"


class Compare(Page[bool]):
    """One page of a table; true when somebody typed that it is the same.

    It takes no answer before its end was on the screen.
    """

    keys = (("Enter", "answer"),)
    wide = True

    def __init__(self, view: View, rows: Rows, other: str) -> None:
        super().__init__(view)
        self._rows, self._other = rows, other
        self._seen = False
        self.now = (
            f"Compare every row with {other}; type {AGREED} if all is the same, else {DIFFERS}."
        )

    def middle(self) -> ComposeResult:
        rows = self._rows
        place = f"page {rows.number} of {rows.of}, rows {rows.first} to {rows.last} of {rows.rows}"
        yield Lines((f"{rows.table}, {place}", "bold"))
        with VerticalScroll(classes="records", can_focus=False):
            yield Lines(*self._records(), classes="rows")
        with Vertical(classes="question"):
            yield Lines(classes="told")
            with Horizontal(classes="entry"):
                yield Static(Content("> "), classes="prompt")
                yield Typed()

    def on_mount(self) -> None:
        records = self.query_one(".records", VerticalScroll)
        self.watch(records, "scroll_y", self._scrolled, init=False)
        self.call_after_refresh(self._scrolled)

    def lay_out(self, large: bool) -> None:
        super().lay_out(large)
        for records in self.query(".rows").results(Lines):
            records.put(*self._records())
            self.call_after_refresh(self._scrolled)

    def _scrolled(self) -> None:
        records = self.query_one(".records", VerticalScroll)
        below = records.max_scroll_y - records.scroll_offset.y
        self._seen = self._seen or below <= 0
        more = f"{below} lines more below: PgDn" if below > 0 else "this is the end of the page"
        self.query_one(".told", Lines).put((more, ""))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        answer = event.value.strip()
        event.input.clear()
        if answer == DIFFERS:
            self.dismiss(False)
        elif answer != AGREED:
            self.tell(f"the page is not confirmed: type {AGREED} or {DIFFERS}")
        elif not self._seen:
            self.tell("the end of the page was not shown yet: press PgDn")
        else:
            self.dismiss(True)

    def _records(self) -> list[Styled]:
        """The values in a column, each whole: what is longer goes on below itself."""
        rows, width = self._rows, max(self.app.size.width, 40)
        lines: list[Styled] = []
        if rows.common:
            lines.append((f"the same in all {rows.rows} rows:", "bold"))
            lines += values(rows.common, width, 2)
        for place, record in enumerate(rows.records, rows.first):
            if self.has_class("large") and lines:
                lines.append(("", ""))
            lines.append((f"{place:>3} {record.title}", "bold underline"))
            lines += values(record.cells, width, 4)
        return lines


def values(cells: Sequence[tuple[str, str]], width: int, indent: int) -> list[Styled]:
    """``name: value`` lines, the values below each other."""
    column = indent + max((len(name) for name, _ in cells), default=0) + 2
    lines: list[Styled] = []
    for name, value in cells:
        before = f"{' ' * indent}{name}:"
        for part in wrapped(value, width - column, ""):
            lines.append((Aligned(f"{before:<{column}}{part}"), ""))
            before = ""
    return lines
