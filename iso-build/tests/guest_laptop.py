"""The guest as the air-gapped laptop of the tests by light: its screen, and its keyboard."""

import time
from pathlib import Path
from threading import Lock

import numpy as np
from machine import PATIENCE, Machine

from ceremony.optics.picture import Picture
from tests.support.two_laptops import Side
from tests.support.x_screen import GREEN

OLD = 0.25
"""Seconds after which the guest's screen is looked at again."""

KEYS = {"Return": "ret", "\x1b[6~": "pgdn"}


class GuestScreen:
    """What stands on the guest's screen, from QEMU's memory of it."""

    def __init__(self, computer: Machine) -> None:
        self._computer, self._lock = computer, Lock()
        self._at, self._seen = 0.0, np.zeros((0, 0, 3), np.uint8)

    def grab(self) -> Picture:
        with self._lock:
            if time.monotonic() - self._at > OLD:
                self._seen = self._computer.look()
                self._at = time.monotonic()
            return self._seen

    def grey(self) -> Picture:
        return np.ascontiguousarray(self.grab()[:, :, GREEN])

    def press(self, *keys: str) -> None:
        for key in keys:
            self._computer.press(KEYS.get(key, key))


class GuestTerminal:
    """The guest's console: its text, read from the screen, and its keys."""

    def __init__(self, computer: Machine, screen: GuestScreen) -> None:
        self._computer, self._screen = computer, screen
        self.process = computer.process
        self._read = (screen.grab(), "")

    @property
    def screen(self) -> str:
        picture = self._screen.grab()
        if picture is not self._read[0]:
            self._read = (picture, self._computer.read(picture))
        return self._read[1]

    def types(self, keys: str) -> None:
        if keys in KEYS:
            self._computer.press(KEYS[keys])
        else:
            self._computer.type(keys.replace("\r", "\n"))

    def close(self) -> None:
        """The machine is ended by who started it."""


def guest_side(computer: Machine, feed: Path) -> Side:
    screen = GuestScreen(computer)
    terminal = GuestTerminal(computer, screen)
    return Side("laptop", screen, feed, terminal, patience=PATIENCE)  # type: ignore[arg-type]
