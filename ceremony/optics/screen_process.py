"""The program's side of the process that shows: started, watched, its console given back."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.console import Console, Ioctl, control
from ceremony.optics.screen_messages import Answer, Hide, Present, Shown, Status, Up, parse_answer
from ceremony.optics.worker_process import ENVIRONMENT, ChildProcess, does_not_start

COMMAND = (sys.executable, "-I", "-B", "-m", "ceremony.optics.screen")

WINDOW, FRAMEBUFFER = "window", "/dev/fb0"

DISPLAY_NAMES = (
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "SDL_VIDEODRIVER",
    "HOME",
)
"""What a window system wants to know; nothing else is handed on."""

PATIENCE = 20.0
"""Seconds for one answer. The frames of the largest message take some seconds to make."""


LOSSES = 3
"""Times in a row that the process is started again without having answered."""

_WHAT = "shows codes"
_HINT = "start from a graphical session, or name a framebuffer with --display /dev/fb0"


class Screen(Protocol):
    """What a medium shows on."""

    def present(self, request: Present) -> None:
        """Show this from now on. Raises ``configuration`` when nothing can be shown at all."""

    def update(self, status: Status) -> Shown:
        """What stands beside it; keys since the last call."""

    def hide(self) -> None:
        """Give the screen back to the terminal."""

    def close(self) -> None: ...

    @property
    def confined(self) -> bool: ...


class ScreenProcess:
    """A screen that goes on when its process breaks: what is shown is presented again.

    While a framebuffer shows, its console ``terminal`` is in graphics mode, so that no text is
    written across the codes. That is set here: the kernel lets nobody set it but root and the
    session whose terminal it is, and the process that shows is in one of its own.
    """

    def __init__(
        self,
        display: str,
        environment: Mapping[str, str],
        terminal: str = "",
        command: Sequence[str] = COMMAND,
        call: Ioctl = control,
    ) -> None:
        chosen = {name: environment[name] for name in DISPLAY_NAMES if name in environment}
        terminal = terminal if display != WINDOW else ""
        self._console = Console(terminal, call)
        self._child: ChildProcess[Answer] = ChildProcess(
            (*command, display, *([terminal] if terminal else [])),
            ENVIRONMENT | chosen,
            parse_answer,
            PATIENCE,
        )
        self._present: Present | None = None
        self._losses = 0
        self._keys: tuple[str, ...] = ()
        self.up = Up()

    @property
    def confined(self) -> bool:
        return self.up.confined

    def present(self, request: Present) -> None:
        self._present = request
        # Its answer has keys, too: a key that changed the pace may be followed by another one.
        self._keys += self._ask(request).keys

    def update(self, status: Status) -> Shown:
        shown = self._ask(status)
        keys, self._keys = self._keys + shown.keys, ()
        return msgspec.structs.replace(shown, keys=keys)

    def hide(self) -> None:
        self._present, self._keys = None, ()
        if self._child.running:
            self._ask(Hide())
        self._console.text()

    def close(self) -> None:
        self._child.end()
        self._console.close()

    def _ask(self, request: Present | Status | Hide) -> Shown:
        if not self._child.running:
            self._start()
            if self._present is not None and not isinstance(request, Present):
                self._child.ask(self._present)
        if not isinstance(request, Hide):
            self._console.graphics()
        match self._child.ask(request):
            case Shown() as shown:
                self._losses = 0
                return shown
            case _:
                self._child.end()
                self._console.text()
        self._losses += 1
        if self._losses >= LOSSES:
            raise does_not_start(f"it ended {LOSSES} times in a row", _WHAT, _HINT)
        return Shown()

    def _start(self) -> None:
        first = self._child.start()
        if not isinstance(first, Up) or not first.width:
            self._child.end()
            raise does_not_start("no display could be opened", _WHAT, _HINT)
        self.up = first


def choose_display(wanted: str, environment: Mapping[str, str]) -> str:
    """``window`` or the path of a framebuffer; without a wish, what there is.

    Raises ``configuration`` when there is nothing to show on.
    """
    if wanted:
        return wanted
    if any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")):
        return WINDOW
    if os.path.exists("/dev/dri/card0"):
        return WINDOW
    if os.path.exists(FRAMEBUFFER):
        return FRAMEBUFFER
    raise CeremonyError(
        Failure.CONFIGURATION,
        "there is no screen to show codes on",
        hint="start from a graphical session or from the machine's own console",
    )
