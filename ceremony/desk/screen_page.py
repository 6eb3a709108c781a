"""What every screen has: title, environment, steps, whose turn it is, what to do, the keys."""

from textwrap import wrap
from typing import ClassVar, Protocol, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from ceremony.desk.lines import Aligned
from ceremony.desk.screen_lines import Lines, Styled, log_lines
from ceremony.desk.screen_style import text
from ceremony.desk.screen_view import View, banner

T = TypeVar("T")

Keys = tuple[tuple[str, str], ...]

COMMON: Keys = (("PgUp PgDn", "scroll"), ("F3", "contrast"), ("F4", "large"))

STEPS_WIDTH = 25
"""Columns of the steps, as in the styles."""

LOG_LINES = 400
"""Lines of the log that a screen draws; more of them would slow each screen down."""


class Leaving(Protocol):
    """What a page asks of its app."""

    large: bool

    def leave(self) -> None: ...


class Page(Screen[T], inherit_bindings=False):
    """One screen. ``now`` is the sentence that says what to do, ``keys`` those that work here.

    Escape asks whether to leave, on every page.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "leave", priority=True),
        Binding("f3", "app.contrast", priority=True),
        Binding("f4", "app.large", priority=True),
        Binding("pageup", "read_back(-1)", priority=True),
        Binding("pagedown", "read_back(1)", priority=True),
        Binding("tab", "app.focus_next"),
        Binding("shift+tab", "app.focus_previous"),
    ]
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = "Typed, Hidden"

    now = ""
    keys: Keys = ()
    way_out = "leave"
    wide = False
    """Whether this page needs the whole width: the steps are one line then."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view
        self.set_class(view.rehearsal, "rehearsal")
        self.set_class(self.wide, "wide")

    def compose(self) -> ComposeResult:
        self.lay_out(cast(Leaving, self.app).large)
        yield Static(self._banner(), classes="banner")
        yield Lines((self.view.title, "bold"), classes="title")
        yield Static(self._steps_line(), classes="line")
        with Horizontal(classes="middle"):
            yield Static(self._steps(), classes="steps")
            with Vertical(classes="main"):
                yield from self.middle()
        yield Lines((f"NOW: {self.now}", "bold"), classes="now")
        yield Static(self._keys(), classes="keys")
        yield Static(self._banner(), classes="banner")

    def middle(self) -> ComposeResult:
        """The log, and what is asked below it."""
        with VerticalScroll(classes="log", can_focus=False):
            yield Lines(*self.so_far(), classes="lines")
        with VerticalScroll(classes="question", can_focus=False):
            yield from self.question()

    def so_far(self) -> list[Styled]:
        return log_lines(self.view.lines[-LOG_LINES:])

    def question(self) -> ComposeResult:
        """What is asked here."""
        yield from ()

    def tell(self, sentence: str) -> None:
        """A line below the question: what was wrong with the answer."""
        self.query_one(".told", Lines).put((sentence, "bold reverse"))

    def on_mount(self) -> None:
        self.call_after_refresh(self._to_end)

    def on_resize(self) -> None:
        for line in self.query(".banner").results(Static):
            line.update(self._banner())
        for keys in self.query(".keys").results(Static):
            keys.update(self._keys())
        self.lay_out(self.has_class("large"))

    def lay_out(self, large: bool) -> None:
        """Lays it out again; nothing that was typed is lost by that."""
        self.set_class(large, "large")

    def _to_end(self) -> None:
        for log in self.query(".log"):
            log.scroll_end(animate=False, force=True)

    def action_leave(self) -> None:
        cast(Leaving, self.app).leave()

    def action_read_back(self, pages: int) -> None:
        for log in self.query(".log, .records"):
            log.scroll_relative(y=pages * max(log.size.height - 1, 1), animate=False, force=True)

    def _banner(self) -> Content:
        width = self.app.size.width
        return Content(banner(self.view, width).ljust(width))

    def _steps(self) -> Content:
        marks = [
            text(Aligned(line), "bold" if mark.startswith("[>]") else "")
            for mark in self.view.marks()
            for line in wrap(mark, STEPS_WIDTH, subsequent_indent=" " * 6)
        ]
        turn = [Content(""), Content.styled("TURN", "bold"), text(self.view.turn())]
        return Content("\n").join([Content.styled("STEPS", "bold"), *marks, *turn])

    def _steps_line(self) -> Content:
        return text(f"{self.view.heading()} | turn: {self.view.turn()}", "bold")

    def _keys(self) -> Content:
        """In lines that break between two keys only."""
        rows: list[list[Content]] = [[]]
        room = width = self.app.size.width - 2
        for key, does in (*self.keys, *COMMON, ("Esc", self.way_out)):
            size = len(key) + len(does) + 3
            if size > room + 2:
                rows.append([])
                room = width
            rows[-1].append(Content.assemble((key, "bold reverse"), f" {does}"))
            room -= size
        return Content("\n").join(Content("  ").join(row) for row in rows)
