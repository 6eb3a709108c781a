"""The console's mode: graphics while a framebuffer is drawn on, text before and after.

In graphics mode its cursor and messages stay out of the picture. The kernel lets root set it, and
the session whose terminal it is: so the program sets it and puts it back, and the process that
shows does the same, which counts for root, also when the program was killed.
"""

import contextlib
import os
from collections.abc import Callable
from fcntl import ioctl
from types import TracebackType
from typing import Self

SET_MODE = 0x4B3A
"""KDSETMODE (linux/kd.h)."""

TEXT, GRAPHICS = 0, 1

Ioctl = Callable[[int, int, bytes | int], bytes | int]


def control(device: int, request: int, argument: bytes | int) -> bytes | int:
    """The kernel's ioctl: what it wrote over ``argument``, or its number."""
    return ioctl(device, request, argument)


class Console:
    """The console in graphics mode while it lasts; ``path`` is its terminal, "" for none.

    A terminal that is not a console (a window, a serial line) is left as it is.
    """

    def __init__(self, path: str, call: Ioctl = control) -> None:
        self._call = call
        self._terminal: int | None = None
        if path:
            with contextlib.suppress(OSError):
                self._terminal = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)

    def graphics(self) -> None:
        self._mode(GRAPHICS)

    def text(self) -> None:
        self._mode(TEXT)

    def close(self) -> None:
        self.text()
        if self._terminal is not None:
            os.close(self._terminal)
            self._terminal = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _mode(self, mode: int) -> None:
        if self._terminal is not None:
            with contextlib.suppress(OSError):
                self._call(self._terminal, SET_MODE, mode)
