"""A screen that nobody sees: an X server in memory, and what stands on it as pictures.

Xvfb keeps its frame buffer in a file, in the format of xwd (XWDFile.h of X.Org), so that a
picture is read from memory as often as a camera looks.
"""

import os
import subprocess
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import unpack_from
from time import monotonic, sleep

import cv2
import numpy as np

from ceremony.optics.picture import Picture

COLOUR_ENTRY = 12
"""Bytes of one entry of the colour map, which stands before the pixels."""


@dataclass(frozen=True, slots=True)
class VirtualScreen:
    """``name`` is what DISPLAY says."""

    name: str
    server: subprocess.Popen[bytes]
    memory: mmap

    def picture(self) -> Picture:
        """What stands on the screen now, in grey."""
        header, height, width = self._numbers()
        rows = np.frombuffer(self.memory, np.uint8, height * width * 4, header)
        return cv2.cvtColor(rows.reshape(height, width, 4), cv2.COLOR_BGRA2GRAY)

    def _numbers(self) -> tuple[int, int, int]:
        fields = unpack_from(">25I", self.memory)
        size, width, height, bits, line, colours = (fields[i] for i in (0, 4, 5, 11, 12, 19))
        assert (bits, line) == (32, width * 4), fields
        return size + colours * COLOUR_ENTRY, height, width

    def save(self, path: Path) -> None:
        header, height, width = self._numbers()
        rows = np.frombuffer(self.memory, np.uint8, height * width * 4, header)
        assert cv2.imwrite(str(path), rows.reshape(height, width, 4)[:, :, :3])

    def close(self) -> None:
        self.server.terminate()
        self.server.wait(10)


def start_screen(folder: Path, width: int = 1280, height: int = 720) -> VirtualScreen:
    """A new server on a number that is free. It takes no connection from a network."""
    folder.mkdir()
    reading, writing = os.pipe()
    server = subprocess.Popen(
        # fmt: off
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24",
         "-fbdir", str(folder), "-nolisten", "tcp", "-nocursor"],
        # fmt: on
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as number:
        name = ":" + number.readline().strip()
    assert name != ":", "Xvfb did not start"
    file = folder / "Xvfb_screen0"
    deadline = monotonic() + 10
    while not file.exists() and monotonic() < deadline:
        sleep(0.05)
    with file.open("rb") as opened:
        return VirtualScreen(name, server, mmap(opened.fileno(), 0, access=ACCESS_READ))
