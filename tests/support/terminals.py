"""An installed program on a real terminal: a pty of some size, keys, and the raw bytes it wrote."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.cells import Cell, Cells

PATIENCE = 120.0
"""Seconds in which something must be seen; nothing is measured by it."""

MOMENT = 0.05
"""Seconds without a change after which a screen is taken to be whole."""

WAIT = "NOW: Wait"
"""What the full screen says where no question is open."""

ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
"""The terminal's other screen, where the full-screen desk is."""

PLAIN_TERM = {"TERM": "linux", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


class Terminal:
    """Runs ``command`` as the foreground of a terminal of ``size``, columns and lines."""

    def __init__(
        self,
        command: Sequence[str | Path],
        cwd: Path,
        size: tuple[int, int] = (100, 30),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(slave)
        self._slave, self.size = slave, size
        self.raw, self._cells = bytearray(), Cells(*size)
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={"PATH": os.environ["PATH"], **PLAIN_TERM, **(env or {})},
            start_new_session=True,
            # Its terminal, so that its end is a SIGHUP and Ctrl-C a SIGINT.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self._closing = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def screen(self) -> str:
        """What is on the screen now: its lines, without spaces at their ends."""
        return self._cells.text

    @property
    def cells(self) -> list[list[Cell]]:
        """The same, each character with its style."""
        return [list(line) for line in self._cells.rows]

    def sees(self, *parts: str) -> str:
        """Waits until all of the parts are on the screen, breaks of lines left out."""
        end = time.monotonic() + PATIENCE
        while True:
            if all(part in flat(self.screen) for part in parts):
                screen = still(lambda: self.screen)
                if all(part in flat(screen) for part in parts):
                    return screen
            assert time.monotonic() < end, f"not seen: {parts}\n{self.screen}"
            time.sleep(0.02)

    def types(self, keys: str) -> None:
        """An answer, which ends with Enter, waits for its question: before it keys are for the
        medium, also when what was said before the question is on the screen already."""
        end = time.monotonic() + PATIENCE
        while keys.endswith("\r") and not self._takes_answers():
            assert time.monotonic() < end, f"nothing is asked\n{self.screen}"
            time.sleep(0.02)
        os.write(self._master, keys.encode())

    def _takes_answers(self) -> bool:
        """The full screen says what is to be done now; without it a line is read at any time."""
        if self.raw.rfind(ENTERED) <= self.raw.rfind(LEFT):
            return True
        screen = self.screen
        return "NOW: " in screen and WAIT not in screen

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """The window is closed."""
        self._stop_reading()

    def ends(self) -> int:
        """The exit status, when all that was written is here."""
        status = self.process.wait(PATIENCE)
        time.sleep(0.2)
        return status

    @property
    def after(self) -> list[Any]:
        return termios.tcgetattr(self._slave)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self._stop_reading()

    def _stop_reading(self) -> None:
        """The terminal is gone when nobody reads from it any more."""
        self._closing.set()
        self._reader.join(10)
        for descriptor in (self._slave, self._master):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _read(self) -> None:
        while not self._closing.is_set():
            if select.select([self._master], [], [], 0.05)[0]:
                try:
                    data = os.read(self._master, 65536)
                except OSError:
                    return
                self.raw += data
                self._cells.feed(data)


def program(name: str) -> Path:
    """One of the installed programs."""
    return Path(sys.executable).with_name(name)


def still(look: Callable[[], str]) -> str:
    """The screen that ``look`` gives, once it is the same for a moment, or after a second: what
    is drawn at once comes in parts.
    """
    end, before, now = time.monotonic() + 1, "", look()
    while now != before and time.monotonic() < end:
        time.sleep(MOMENT)
        before, now = now, look()
    return now


def flat(screen: str) -> str:
    """The main part of the screen as one line: what was wrapped is found in it."""
    parts = [
        line.rpartition("\N{BOX DRAWINGS LIGHT VERTICAL}")[2].strip() for line in screen.split("\n")
    ]
    return " ".join(parts)
