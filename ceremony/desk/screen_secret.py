"""Screens with a secret: it is typed behind stars, or shown so that people copy it onto paper."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from ceremony.desk.screen_field import Hidden
from ceremony.desk.screen_lines import Lines
from ceremony.desk.screen_page import Page
from ceremony.desk.screen_view import View
from ceremony.secret import Secret

COPY_KEY = "s"


class Ask(Page[Secret]):
    """A secret, in one line or in ``several`` that an empty one ends."""

    def __init__(self, view: View, prompt: str, *, several: bool = False) -> None:
        super().__init__(view)
        self._prompt, self._several = prompt, several
        end = "an empty line ends it" if several else "Enter ends it"
        self.now = f"Type it; nobody sees it, and {end}."
        enter = "next line; on an empty one: done" if several else "done"
        self.keys = (("Enter", enter), ("F2", "see it for 5 s"), ("Ctrl+U", "clear"))

    def question(self) -> ComposeResult:
        yield Lines((self._prompt, "bold"), classes="asked")
        with Horizontal(classes="entry"):
            yield Static(Content("> "), classes="prompt")
            yield Hidden(several=self._several)
        yield Lines(classes="told")

    def on_hidden_done(self, event: Hidden.Done) -> None:
        """An empty secret is sometimes right, and mostly a slip: it takes Enter twice."""
        event.stop()
        field = self.query_one(Hidden)
        if field.empty and not self.has_class("empty"):
            self.add_class("empty")
            self.tell("nothing is typed: press Enter again if it is empty, or type it")
            return
        self.dismiss(field.take())

    def on_hidden_refused(self, event: Hidden.Refused) -> None:
        event.stop()
        self.tell(event.why)


class Paper(Widget):
    """A secret that people copy; hidden until they ask for it."""

    ALLOW_SELECT = False

    def __init__(self, secret: Secret) -> None:
        super().__init__()
        self._secret: Secret | None = secret
        self._clear = False

    def turn(self) -> None:
        self._clear = not self._clear
        self.refresh(layout=True)

    def hide(self) -> None:
        self._clear = False
        self.refresh(layout=True)

    def render(self) -> Content:
        if self._secret is None or not self._clear:
            return Content("(hidden)")
        return Content.styled(self._secret.reveal().decode(), "bold")

    def _on_unmount(self) -> None:
        self._secret = None


class Copy(Page[bool]):
    """Shows a secret for paper; over when somebody says that it is copied, and not before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(COPY_KEY, "turn"),
        Binding("enter", "copied"),
    ]
    AUTO_FOCUS = ""
    now = "Press S to see it, write it on the paper, compare; press Enter when it is copied."
    keys = (("S", "show, hide"), ("Enter", "it is on the paper"))

    def __init__(self, view: View, prompt: str, secret: Secret) -> None:
        super().__init__(view)
        self._prompt, self._secret = prompt, secret
        self._seen = False

    def question(self) -> ComposeResult:
        yield Lines((self._prompt, "bold"), classes="asked")
        yield Paper(self._secret)
        yield Lines(classes="told")

    def action_turn(self) -> None:
        self._seen = True
        self.query_one(Paper).turn()

    def action_copied(self) -> None:
        if self._seen:
            self.query_one(Paper).hide()
            self.dismiss(True)
        else:
            self.tell("it was not shown yet: press S")
