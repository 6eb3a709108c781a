"""The field for a secret: stars, and what was typed for five seconds when a key asks for it.

A terminal tells that a key was pressed and never that it was let go, so nothing can be shown
while a key is held. The bytes are in one array of fixed size, which is zeroed when they are
taken and when the screen goes. That is a best effort: the keys themselves reach this process
as texts of Python, which nobody can erase (docs/threat-model.md).
"""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from ceremony.secret import Secret

SIZE = 16384
"""Bytes: a key in PEM is the longest that is typed."""

REVEAL_KEY = "f2"


class Hidden(Widget, can_focus=True):
    """Takes keys, shows stars. ``several`` lines end with an empty one.

    A paste is refused: a clipboard is no place for a secret. Nothing of the value is in a
    message, a reactive or the name of anything.
    """

    ALLOW_SELECT = False
    ENDS = b"\n"
    """What may stand at the end, and is not part of the value."""
    reveal_seconds = 5.0

    class Done(Message):
        """Enter was pressed where it ends; the value is still in the field."""

    class Refused(Message):
        """A key or a paste that was not taken, and why; never what it was."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(self, *, several: bool = False) -> None:
        super().__init__()
        self._bytes = bytearray(SIZE)
        self._used = 0
        self._several = several
        self._clear = False
        self._timer: Timer | None = None

    @property
    def empty(self) -> bool:
        """No ``__len__``: textual asks whether a widget is true, and means whether it is there."""
        return not self._used

    def take(self) -> Secret:
        """What was typed; the field is empty afterwards."""
        end = self._used
        if end and self._bytes[end - 1] in self.ENDS:
            end -= 1
        with memoryview(self._bytes) as view:
            secret = Secret(bytes(view[:end]))
        self.wipe()
        return secret

    def wipe(self) -> None:
        self._bytes[:] = bytes(SIZE)
        self._used = 0
        self.hide()

    def hide(self) -> None:
        """At once; also called where the screen is given away."""
        self._clear = False
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.refresh(layout=True)

    def show_shortly(self) -> None:
        self.hide()
        self._clear = True
        self._timer = self.set_timer(self.reveal_seconds, self.hide)
        self.refresh(layout=True)

    def render(self) -> Content:
        typed = self.text() if self._clear else self._stars()
        return Content.assemble(typed, ("_", "reverse"))

    def text(self) -> str:
        """In the clear; only ``render`` asks, while it is to be seen."""
        return self._bytes[: self._used].decode()

    def _stars(self) -> str:
        """One for each character, counted in the array: nothing is decoded to be hidden."""
        seen = memoryview(self._bytes)[: self._used]
        starts = (byte for byte in seen if byte & 0xC0 != 0x80)
        return "".join("\n" if byte == ord("\n") else "*" for byte in starts)

    async def _on_key(self, event: events.Key) -> None:
        character = event.character
        if event.key == "enter":
            self._enter()
        elif event.key == "backspace":
            self._drop()
        elif event.key == "ctrl+u":
            self.wipe()
        elif event.key == REVEAL_KEY:
            self.show_shortly()
        elif character is not None and event.is_printable:
            self.put(character)
        else:
            return
        event.stop()
        event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.Refused("nothing was pasted: a secret is typed, key by key"))

    def _enter(self) -> None:
        last_is_empty = self._used == 0 or self._bytes[self._used - 1] == ord("\n")
        if self._several and not last_is_empty:
            self.put("\n")
        else:
            self.post_message(self.Done())

    def put(self, character: str) -> None:
        data = character.encode()
        if self._used + len(data) > SIZE:
            self.post_message(self.Refused("the field is full: this is longer than any secret"))
            return
        self._bytes[self._used : self._used + len(data)] = data
        self._used += len(data)
        self.refresh(layout=True)

    def _drop(self) -> None:
        """The last character, whose bytes are zeroed."""
        while self._used:
            self._used -= 1
            byte = self._bytes[self._used]
            self._bytes[self._used] = 0
            if byte & 0xC0 != 0x80:
                break
        self.refresh(layout=True)

    def _on_blur(self, event: events.Blur) -> None:
        self.hide()

    def _on_unmount(self) -> None:
        self._bytes[:] = bytes(SIZE)
        self._used = 0
