"""The process that shows: ``python -m ceremony.optics.screen DISPLAY [TERMINAL]``.

Its standard input is a socket. It makes the frames of a message, draws them and turns them
at the screen's pace, whatever the program is doing meanwhile. It sees nothing from outside
but small grey previews, and holds no secret; the display server is its only neighbour.
``DISPLAY`` is ``window`` or the path of a framebuffer, ``TERMINAL`` that of its console.
"""

import signal
import socket
import sys
from collections.abc import Callable, Sequence
from select import select
from types import FrameType

from ceremony.errors import CeremonyError
from ceremony.optics.confine import Profile, confine
from ceremony.optics.display import Display
from ceremony.optics.reel import Reel
from ceremony.optics.screen_messages import (
    MAX_KEYS,
    MAX_SHOWN,
    Hide,
    Present,
    Shown,
    Status,
    Up,
    parse_request,
)
from ceremony.optics.showing import Showing
from ceremony.optics.worker_messages import packet, receive_body

WINDOW = "window"

SIXTIETH = 1 / 60
"""Seconds; the unit of a dwell."""

RESTING = 1.0
"""Seconds between two looks at the keyboard while the screen is given back."""

Open = Callable[[Sequence[str]], Display]


class Server:
    """Shows on ``display`` what the program at the other end of ``channel`` asks for."""

    def __init__(self, channel: socket.socket, display: Display) -> None:
        self._channel, self._display = channel, display
        self._reel = Reel()
        self._showing = Showing(display.size, self._reel)
        self._present = Present(b"", 1)
        self._status = Status()
        self._keys: list[str] = []
        self._hidden = True
        self._elapsed = 0.0
        self._fresh = True

    def serve(self) -> None:
        """Raises EOFError in the end, ValueError for what is not a request."""
        while True:
            while self._waiting(RESTING if self._hidden else 0):
                self._answer()
            if not self._hidden:
                self._turn()
            self._keys = [*self._keys, *self._display.keys()][:MAX_KEYS]

    def _waiting(self, seconds: float) -> bool:
        return bool(select([self._channel], [], [], seconds)[0])

    def _answer(self) -> None:
        match parse_request(receive_body(self._channel.recv, MAX_SHOWN)):
            case Present() as present:
                self._present = present
                self._showing.present(present)
                self._hidden = False
            case Status() as status:
                self._status = status
                self._showing.status(status)
            case Hide():
                # What stood beside the codes is old when they are shown again.
                self._hidden, self._status = True, Status()
                self._showing = Showing(self._display.size, self._reel)
                self._display.hide()
        self._fresh = True
        shown = Shown(tuple(self._keys), self._showing.frames, self._showing.needed)
        self._keys = []
        self._channel.sendall(packet(shown))

    def _turn(self) -> None:
        """One period of the screen."""
        if self._display.size != self._showing.picture.shape[::-1]:
            self._redraw()
        self._elapsed += 1 / (SIXTIETH * self._display.rate)
        periods, self._elapsed = divmod(self._elapsed, 1)
        self._fresh |= self._showing.turn(int(periods))
        self._display.present(self._showing.picture if self._fresh else None)
        self._fresh = False

    def _redraw(self) -> None:
        """The screen has another size now."""
        self._showing = Showing(self._display.size, self._reel)
        self._showing.present(self._present)
        self._showing.status(self._status)


def open_display(arguments: Sequence[str]) -> Display:
    """Raises ``configuration``."""
    if arguments[0] == WINDOW:
        from ceremony.optics.window import Window

        return Window()
    from ceremony.optics.console import Console
    from ceremony.optics.framebuffer import Framebuffer

    return Framebuffer(arguments[0], Console(arguments[1] if len(arguments) > 1 else ""))


def main(arguments: Sequence[str], opener: Open = open_display) -> int:
    """Show for the program at the other end of standard input until it ends."""
    channel = socket.socket(fileno=0)
    try:
        display = opener(arguments)
    except CeremonyError:
        channel.sendall(packet(Up()))
        return 1
    # Whatever ends this process gives the console back, but SIGKILL: that the program does.
    signal.signal(signal.SIGTERM, _terminated)
    try:
        confined = confine(Profile.SCREEN)
        width, height = display.size
        channel.sendall(packet(Up(display.name, width, height, confined)))
        Server(channel, display).serve()
    except (EOFError, ValueError, OSError, CeremonyError):
        return 1
    finally:
        display.close()
    return 0


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
