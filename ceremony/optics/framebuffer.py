"""The whole screen as ``/dev/fb0``: a console without window system or DRM.

The console is put into graphics mode, so that its cursor and messages stay out of the
picture, and is put back however this ends. Sources: linux/fb.h and linux/kd.h.
"""

import contextlib
import os
from collections.abc import Callable
from fcntl import ioctl
from mmap import mmap
from struct import Struct, unpack_from
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import numpy as np

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.display import PERIOD
from ceremony.optics.picture import Picture

GET_VARIABLE, GET_FIXED = 0x4600, 0x4602
"""FBIOGET_VSCREENINFO and FBIOGET_FSCREENINFO."""

WAIT_FOR_REFRESH = 0x40044620
"""FBIO_WAITFORVSYNC; many drivers have none."""

SET_MODE, GET_MODE = 0x4B3A, 0x4B3B
"""KDSETMODE and KDGETMODE."""

TEXT, GRAPHICS = 0, 1

_VARIABLE_SIZE, _FIXED_SIZE = 160, 80
_FIXED_LINE_LENGTH = 48
"""Where ``line_length`` stands on a machine of 64 bits: after id, smem_start, smem_len, type,
type_aux, visual and three steps."""

_VARIABLE = Struct("=7I")
"""xres, yres, xres_virtual, yres_virtual, xoffset, yoffset, bits_per_pixel."""

BITS = (24, 32)
MAX_SIDE = 16384

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


class Framebuffer:
    """``device`` as a display; keys are typed into the terminal, and not told here.

    Raises ``configuration`` for a device that is not one, or of other depths.
    """

    name = "framebuffer"

    def __init__(self, device: str, console: Console, call: Ioctl = control) -> None:
        self._console, self._call = console, call
        try:
            self._device = os.open(device, os.O_RDWR | os.O_CLOEXEC)
            variable = call(self._device, GET_VARIABLE, bytes(_VARIABLE_SIZE))
            fixed = call(self._device, GET_FIXED, bytes(_FIXED_SIZE))
        except OSError as error:
            raise _unusable(device, str(error.strerror)) from None
        if isinstance(variable, int) or isinstance(fixed, int):
            raise _unusable(device, "it tells no size")
        width, height, _, _, across, down, bits = _VARIABLE.unpack_from(variable)
        (line,) = unpack_from("=I", fixed, _FIXED_LINE_LENGTH)
        if bits not in BITS or not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
            raise _unusable(device, f"it has {bits} bits a pixel")
        self.size = (width, height)
        self.rate = 1 / PERIOD
        self._bytes = bits // 8
        size = line * (down + height)
        try:
            self._memory = mmap(self._device, size)
        except (OSError, ValueError):
            raise _unusable(device, "its memory cannot be used") from None
        rows = np.frombuffer(self._memory, np.uint8).reshape(down + height, line)
        begin = across * self._bytes
        self._rows = rows[down:, begin : begin + width * self._bytes]
        self._waits = True
        self._next = monotonic()
        self._before = self._rows.copy()

    def present(self, picture: Picture | None) -> None:
        self._console.graphics()
        if picture is not None:
            self._rows[:] = np.repeat(picture, self._bytes, axis=1)
        if self._waits:
            try:
                self._call(self._device, WAIT_FOR_REFRESH, bytes(4))
            except OSError:
                self._waits = False
            else:
                return
        self._next = max(self._next + PERIOD, monotonic())
        sleep(max(0, self._next - monotonic()))

    def keys(self) -> list[str]:
        return []

    def hide(self) -> None:
        self._rows[:] = self._before
        self._console.text()

    def close(self) -> None:
        self._console.close()
        with contextlib.suppress(OSError):
            os.close(self._device)


def _unusable(device: str, why: str) -> CeremonyError:
    return CeremonyError(
        Failure.CONFIGURATION,
        f"codes cannot be shown on {device}: {why}",
        hint="start from a graphical session, or name another device with --display",
    )
