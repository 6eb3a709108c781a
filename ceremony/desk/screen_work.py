"""The screens without a question: work that goes on, the end, and whether to leave."""

from time import monotonic
from typing import ClassVar, Protocol, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from ceremony.desk.port import Awaiting, Choice
from ceremony.desk.screen_ask import Choose, refusal_lines
from ceremony.desk.screen_lines import Lines
from ceremony.desk.screen_page import Page
from ceremony.desk.screen_progress import Pace
from ceremony.desk.screen_view import View
from ceremony.errors import CeremonyError

LOOKS = 0.1
"""Seconds between two looks at the progress, which the ceremony only writes down."""

BAR = 60


class Pressed(Protocol):
    """Where a key goes that no question waits for."""

    def pressed(self, key: str) -> None: ...


class Work(Page[None]):
    """What stands below all others: the log, and how far the work is.

    Keys that are not the desk's own go to the medium, which asks for them.
    """

    AUTO_FOCUS = ""
    now = "Wait; or do what the lines above say."

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._pace = Pace()
        self._drawn: list[str] = []

    def question(self) -> ComposeResult:
        yield Lines(("at work", ""), classes="told")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(LOOKS, self.look)

    def on_screen_resume(self) -> None:
        """A question was answered: what was shown meanwhile is drawn."""
        self.redraw()

    def redraw(self) -> None:
        """All of it, after lines or a step came."""
        self.query_one(".lines", Lines).put(*self.so_far())
        self.set_class(self.view.rehearsal, "rehearsal")
        self.query_one(".title", Lines).put((self.view.title, "bold"))
        for line in self.query(".banner").results(Static):
            line.update(self._banner())
        for steps in self.query(".steps").results(Static):
            steps.update(self._steps())
        for line in self.query(".line").results(Static):
            line.update(self._steps_line())
        self.call_after_refresh(self._to_end)

    def look(self) -> None:
        """The progress as it is now."""
        width = min(BAR, max(self.size.width - 34, 20))
        lines = self._pace.lines(self.view.progress, monotonic(), width)
        if lines != self._drawn:
            self._drawn = lines
            self.query_one(".told", Lines).put(*((line, "") for line in lines))
            waits = isinstance(self.view.progress, Awaiting)
            now = "Wait for the other side; or do what the lines above say." if waits else self.now
            self.query_one(".now", Lines).put((f"NOW: {now}", "bold"))

    def on_key(self, event: events.Key) -> None:
        key = event.character if event.is_printable and event.character else event.key
        cast(Pressed, self.app).pressed(key)
        event.stop()


class End(Page[None]):
    """The ceremony is over; its lines stay to be read until somebody presses Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "close"),
        Binding("escape,ctrl+c", "close", priority=True),
    ]
    AUTO_FOCUS = ""
    keys = (("Enter", "close"),)
    way_out = "close"

    def __init__(self, view: View, error: CeremonyError | None) -> None:
        super().__init__(view)
        self._error = error
        self.now = "Read the lines above to their end; press Enter to close this screen."

    def question(self) -> ComposeResult:
        over = "The program has come to its end." if self._error is None else "It ends here:"
        yield Lines((over, "bold"), classes="asked")
        yield Lines(*refusal_lines(self._error), classes="told")

    def action_close(self) -> None:
        self.dismiss(None)


class Leave(Choose):
    """Whether the ceremony ends here. To stay is marked, and Escape stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "stay", priority=True),
    ]
    now = "Press Enter to stay; to leave, mark it first."
    way_out = "stay"

    def __init__(self, view: View) -> None:
        choices = [
            Choice("stay", "nothing happens, the question before is asked again"),
            Choice("leave", "the ceremony ends here", view.leaving),
        ]
        super().__init__(view, "Leave the ceremony?", choices, marked=0)

    def action_stay(self) -> None:
        self.dismiss("stay")
