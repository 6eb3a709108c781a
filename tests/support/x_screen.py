"""A virtual screen (Xvfb), whose pixels are read from the server's own memory, and a camera's
stand-in that gives them to whoever connects."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import unpack_from
from threading import Event, Thread

import cv2
import numpy as np

from ceremony.optics.feed import picture_bytes
from ceremony.optics.picture import Picture

GREEN = 1
"""The channel that stands for grey: all three are the same where grey was drawn."""


NOISE_MARGIN = 64
"""Pixels by which the noise is larger than a picture."""


@dataclass
class VirtualScreen:
    """A running X server of ``width`` by ``height`` pixels; ``name`` is its DISPLAY."""

    name: str
    memory: mmap
    process: subprocess.Popen[bytes]

    def grab(self) -> Picture:
        """What is on it now: rows of pixels of three channels, blue first."""
        # The XWD format (X11/XWDFile.h): words of 32 bits, big-endian, then the colours.
        header = unpack_from(">25I", self.memory)
        size, width, height, bits, line, colours = (header[i] for i in (0, 4, 5, 11, 12, 19))
        assert bits == 32
        rows = np.frombuffer(self.memory, np.uint8, line * height, size + 12 * colours)
        # All of it at once: three of four bytes take ten times as long.
        return rows.reshape(height, line // 4, 4).copy()[:, :width, :3]

    def grey(self) -> Picture:
        return np.ascontiguousarray(self.grab()[:, :, GREEN])

    def press(self, *keys: str) -> None:
        """Keys, by xdotool's names, into whatever has the focus."""
        subprocess.run(
            ["xdotool", "key", *keys], env=os.environ | {"DISPLAY": self.name}, check=True
        )


@contextlib.contextmanager
def virtual_screen(
    folder: Path, width: int = 1280, height: int = 720, *, opengl: bool = False
) -> Iterator[VirtualScreen]:
    """Starts Xvfb and ends it; its memory is a file in ``folder``.

    OpenGL is computed here, at each of the screen's refreshes: a window without it takes an
    eighth of the processor's time.
    """
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [
            *("Xvfb", "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"),
            # Without -noreset it starts afresh, and hears nobody, when the last window closes.
            *("-noreset", "-fbdir", str(folder), "-displayfd", str(writer)),
            *("+extension" if opengl else "-extension", "GLX"),
        ],
        pass_fds=[writer],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            number = told.readline().strip()
        with (folder / "Xvfb_screen0").open("rb") as file:
            memory = mmap(file.fileno(), 0, access=ACCESS_READ)
        yield VirtualScreen(f":{number}", memory, process)
    finally:
        process.terminate()
        process.wait()


def as_seen(screen: VirtualScreen) -> Callable[[], Picture]:
    """What a camera makes of a screen: a little blurred and grey, on a plane a little turned."""
    generator = np.random.default_rng(5)
    height, width = screen.grey().shape
    # Made once, and each picture has another part of it.
    noise = generator.normal(0, 4, (height + NOISE_MARGIN, width + NOISE_MARGIN)).astype(np.float32)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 3, 0.92)

    def see() -> Picture:
        grey = cv2.GaussianBlur(screen.grey(), (0, 0), 0.7).astype(np.float32)
        top, left = generator.integers(0, NOISE_MARGIN, 2)
        grain = noise[top : top + height, left : left + width]
        lit = cv2.addWeighted(grey, 0.7, grain, 1, 30, dtype=cv2.CV_8U)
        seen = cv2.warpAffine(lit, turn, (width, height), borderValue=40)
        return np.asarray(seen, dtype=np.uint8)

    return see


@dataclass
class Feeder:
    """Listens at ``path``; gives the pictures of ``see`` to one program after the other."""

    path: Path
    see: Callable[[], Picture]
    period: float = 1 / 8
    ended: Event = field(default_factory=Event)

    def __enter__(self) -> "Feeder":
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(4)
        self.listener.settimeout(0.2)
        self.thread = Thread(target=self._serve)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()
        self.listener.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                connection = self.listener.accept()[0]
            except TimeoutError:
                continue
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                while not self.ended.is_set():
                    connection.sendall(picture_bytes(self.see()))
                    time.sleep(self.period)
