"""The whole screen as ``/dev/fb0``: a console without window system or DRM.

Its console is put into graphics mode (``ceremony.optics.console``). Source: linux/fb.h.
"""

import contextlib
import os
from mmap import mmap
from struct import Struct, unpack_from
from time import monotonic, sleep

import numpy as np

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.console import Console, Ioctl, control
from ceremony.optics.display import PERIOD
from ceremony.optics.picture import Picture

GET_VARIABLE, GET_FIXED = 0x4600, 0x4602
"""FBIOGET_VSCREENINFO and FBIOGET_FSCREENINFO."""

WAIT_FOR_REFRESH = 0x40044620
"""FBIO_WAITFORVSYNC; many drivers have none."""

_VARIABLE_SIZE, _FIXED_SIZE = 160, 80
_FIXED_LINE_LENGTH = 48
"""Where ``line_length`` stands on a machine of 64 bits: after id, smem_start, smem_len, type,
type_aux, visual and three steps."""

_VARIABLE = Struct("=7I")
"""xres, yres, xres_virtual, yres_virtual, xoffset, yoffset, bits_per_pixel."""

BITS = (24, 32)
MAX_SIDE = 16384


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
