"""The full screen itself: one app around one ceremony, with textual's defaults made safe.

Imported only by ``ceremony.desk.screen``, which cleans the environment first: textual reads
it when it is imported.
"""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import Thread
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import App
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen

from ceremony.desk.command import Terminated
from ceremony.desk.plain import cancelled
from ceremony.desk.port import Desk
from ceremony.desk.screen_desk import Make, ScreenDesk
from ceremony.desk.screen_ending import (
    ENDS,
    Handlers,
    as_refusal,
    before_stop,
    handled,
    handlers_of,
    screen_failed,
    signals_told,
)
from ceremony.desk.screen_field import Hidden
from ceremony.desk.screen_page import Page
from ceremony.desk.screen_secret import Paper
from ceremony.desk.screen_style import CONTRAST, NORMAL, STYLES
from ceremony.desk.screen_view import View
from ceremony.desk.screen_work import End, Leave, Work

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds that a ceremony has to clear away after its screen is gone."""

UNFINISHED = "what was under way did not end in time: `ceremony resume` goes on, if a request left"


class Call(Message):
    """A factory and the future of what it gives; never a value."""

    def __init__(self, make: Make, answer: "Future[Any]") -> None:
        super().__init__()
        self.make, self.answer = make, answer


class Over(Message):
    """The ceremony's thread has come to its end."""


class DeskApp(App[None], Generic[T], inherit_bindings=False):
    """Runs ``script`` in a thread of its own, and shows what it asks.

    No command palette, no clipboard, no selection, no key that quits, and no values of
    variables when it fails.
    """

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = STYLES

    def __init__(
        self,
        script: Callable[[Desk], T],
        leaving: str,
        *,
        large: bool = False,
        contrast: bool = False,
        stay: bool = True,
    ) -> None:
        super().__init__()
        self._stay = stay
        self.large = large
        self._contrast = contrast
        self.view = View(leaving)
        self.desk = ScreenDesk(self, self.view)
        self.crash: BaseException | None = None
        self._script = script
        self._value: list[T] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._body, name="ceremony", daemon=True)
        self._handlers: Handlers = {}
        self._held: list[tuple[Screen[Any], Callable[[object], None]]] = []

    def on_mount(self) -> None:
        self.register_theme(NORMAL)
        self.register_theme(CONTRAST)
        self.theme = self._theme()
        self.app_suspend_signal.subscribe(self, lambda _: self.hide_secrets())
        before_stop(self.hide_secrets)
        self.push_screen(Work(self.view))
        self._thread.start()

    def _body(self) -> None:
        try:
            self._value.append(self._script(self.desk))
        except BaseException as error:
            self._error = error
        self.post_message(Over())

    # What the ceremony's thread asks for.

    def take(self, make: Make, answer: "Future[Any]") -> bool:
        return self.post_message(Call(make, answer))

    def on_call(self, call: Call) -> None:
        def give(value: object) -> None:
            # An ended ceremony has its answer already.
            with suppress(InvalidStateError):
                call.answer.set_result(value)

        made = call.make()
        if isinstance(made, Screen) and isinstance(self.screen, Leave):
            # A question that comes now would hide the one that people are looking at.
            self._held.append((made, give))
        elif isinstance(made, Screen):
            self.push_screen(made, give)
        else:
            give(made)

    def on_over(self) -> None:
        """The end stays to be read, unless it was people or a signal that ended it."""
        if self.desk.ended or not self._stay:
            self.exit()
            return
        self.view.over = self._error is None
        self.push_screen(End(self.view, as_refusal(self._error)), lambda _: self.exit())

    def redraw(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Work):
                screen.redraw()

    def aside(self, work: Callable[[], None]) -> None:
        """The terminal as it was before, and signals as exceptions, while ``work`` runs."""
        with self.suspend(), handled(self._handlers):
            work()

    # What people ask for.

    def leave(self) -> None:
        def answered(answer: str | None) -> None:
            held, self._held = self._held, []
            if answer != "leave":
                for screen, give in held:
                    self.push_screen(screen, give)
                return
            if self.desk.ended:
                self.exit()
            self.desk.end(lambda: cancelled(self.view.leaving))

        self.push_screen(Leave(self.view), answered)

    def pressed(self, key: str) -> None:
        self.desk.pressed(key)

    def action_contrast(self) -> None:
        self._contrast = not self._contrast
        self.theme = self._theme()

    def action_large(self) -> None:
        self.large = not self.large
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.lay_out(self.large)

    def on_app_blur(self) -> None:
        """The terminal's window lost the keyboard: nobody may be looking after it."""
        self.hide_secrets()

    def hide_secrets(self) -> None:
        """On every screen, before the terminal is somebody else's."""
        for screen in self.screen_stack:
            for widget in screen.query(Hidden):
                widget.hide()
            for paper in screen.query(Paper):
                paper.hide()

    def copy_to_clipboard(self, text: str) -> None:
        """Nothing leaves this way."""

    def _theme(self) -> str:
        return (CONTRAST if self._contrast else NORMAL).name

    # How it ends.

    def _fatal_error(self) -> None:
        """Textual would print the values of variables, which may be secrets."""
        self.crash = self._exception or RuntimeError()
        self._close_messages_no_wait()

    def panic(self, *_: object) -> None:
        self._fatal_error()

    def run_ceremony(self) -> T:
        """The script's value. Raises what it raised; ``cancelled`` where the screen failed."""
        self._handlers = handlers_of(ENDS)
        try:
            with signals_told(self._signalled):
                self.run(mouse=False)
        finally:
            self.desk.end(KeyboardInterrupt)
            if self._thread.ident is not None:
                self._thread.join(PATIENCE)
        return self.outcome()

    def outcome(self) -> T:
        if self._value:
            return self._value[0]
        if self.crash is not None:
            raise screen_failed(self.crash, str(self._error or ""))
        raise self._error or KeyboardInterrupt(UNFINISHED)

    def _signalled(self, number: int) -> None:
        """It ends the ceremony where it stands; a second one does not wait for that.

        Where the script is over, nobody but the screen is left to be ended.
        """
        if self.desk.ended or not self._thread.is_alive():
            self.take(self.exit, Future())
        self.desk.end(lambda: Terminated(number))
