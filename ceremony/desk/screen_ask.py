"""Screens with a question: a line of text, or one of several choices."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from ceremony.desk.port import Choice
from ceremony.desk.screen_lines import Lines, Styled
from ceremony.desk.screen_page import Page
from ceremony.desk.screen_view import View
from ceremony.errors import CUT, CeremonyError, printable

MAX_TYPED = 1000


class Typed(Input):
    """A line of text that is no secret. What is pasted is made printable first."""

    ALLOW_SELECT = False

    def __init__(self, value: str = "") -> None:
        super().__init__(value, max_length=MAX_TYPED, select_on_focus=False, compact=True)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        room = max(MAX_TYPED - len(self.value) - len(CUT), 0)
        self.insert_text_at_cursor(printable(event.text.partition("\n")[0], room))


class Ask(Page[str]):
    """A line of text. ``refused`` is why the last answer, ``before``, was not taken."""

    now = "Type the answer, then press Enter."
    keys = (("Enter", "answer"),)

    def __init__(
        self, view: View, question: str, before: str = "", refused: CeremonyError | None = None
    ) -> None:
        super().__init__(view)
        self._question, self._before, self._refused = question, before, refused

    def question(self) -> ComposeResult:
        yield Lines((self._question, "bold"), classes="asked")
        with Horizontal(classes="entry"):
            yield Static(Content("> "), classes="prompt")
            yield Typed(printable(self._before, MAX_TYPED))
        yield Lines(*refusal_lines(self._refused), classes="told")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())


class Choose(Page[str]):
    """One of several; none is marked at first, and the safe one stands first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "mark(1)"),
        Binding("up", "mark(-1)"),
        Binding("enter", "take"),
    ]
    AUTO_FOCUS = ""
    now = "Mark one of the answers, by its number or with the arrows; then press Enter."
    keys = (("1-9 Up Down", "mark"), ("Enter", "take what is marked"))

    def __init__(
        self, view: View, question: str, choices: Sequence[Choice], marked: int | None = None
    ) -> None:
        super().__init__(view)
        self._question, self._choices, self._marked = question, tuple(choices), marked

    def question(self) -> ComposeResult:
        yield Lines((self._question, "bold"), classes="asked")
        for number in range(len(self._choices)):
            yield Lines(self._line(number), classes="choice")
        yield Lines(classes="told")

    def action_mark(self, by: int) -> None:
        """The first arrow marks the first answer, whichever it is."""
        marked = 0 if self._marked is None else (self._marked + by) % len(self._choices)
        self._mark(marked)

    def action_take(self) -> None:
        if self._marked is None:
            self.tell("mark an answer first, by its number or with the arrows")
        else:
            self.dismiss(self._choices[self._marked].name)

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "123456789"[: len(self._choices)]:
            event.stop()
            self._mark(int(event.character) - 1)

    def _mark(self, number: int) -> None:
        self._marked = number
        for place, line in enumerate(self.query(".choice").results(Lines)):
            line.put(self._line(place))
            if place == number:
                # More answers than lines: what is marked is seen.
                self.call_after_refresh(line.scroll_visible, animate=False)

    def _line(self, number: int) -> Styled:
        choice = self._choices[number]
        marked = number == self._marked
        loses = f" ({choice.loses})" if choice.loses else ""
        mark = "[x]" if marked else "[ ]"
        line = f"{mark} {number + 1} {choice.name}: {choice.text}{loses}"
        return line, "bold reverse" if marked else ""


def refusal_lines(error: CeremonyError | None) -> list[Styled]:
    """A refusal below the question, with its control and its hint."""
    if error is None:
        return []
    name = f"{error.control.id}: " if error.control else ""
    return [(f"ERROR {name}{error.message}", "bold reverse"), (f"hint: {error.hint}", "bold")]
