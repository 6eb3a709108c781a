"""The guest as the air-gapped laptop of the tests by light: its screen, and its keyboard."""

import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from machine import PATIENCE, Machine

from ceremony.link import Complete, Receiver
from ceremony.link.pace import START
from ceremony.media.queue import captions
from ceremony.message import decode_message, digest, digest_words
from ceremony.message.codec import kind_of
from ceremony.optics.decode import find_codes
from ceremony.optics.layout import layout
from ceremony.optics.picture import Picture
from ceremony.optics.screen_messages import Present
from ceremony.optics.showing import Showing
from tests.support.terminals import WAIT
from tests.support.two_laptops import Side
from tests.support.x_screen import GREEN

OLD = 0.25
"""Seconds after which the guest's screen is looked at again."""

KEYS = {"Return": "ret", "\x1b[6~": "pgdn"}


class GuestScreen:
    """What stands on the guest's screen, from QEMU's memory of it.

    ``messages`` are those whose codes were all in the pictures that ``grey`` gave, each with the
    picture that completed it.
    """

    def __init__(self, computer: Machine) -> None:
        self._computer, self._lock = computer, Lock()
        self._at, self._seen = 0.0, np.zeros((1, 1, 3), np.uint8)
        self._receiver = Receiver()
        self.messages: list[tuple[bytes, Picture]] = []

    def grab(self) -> Picture:
        with self._lock:
            if time.monotonic() - self._at > OLD:
                self._seen = self._computer.look()
                self._at = time.monotonic()
            return self._seen

    def grey(self) -> Picture:
        """For the relay's camera."""
        picture = np.ascontiguousarray(self.grab()[:, :, GREEN])
        for text in find_codes(picture, thorough=False).texts:
            progress = self._receiver.add(text)
            if isinstance(progress, Complete):
                self.messages.append((progress.message, picture))
                self._receiver.go_on()
        return picture

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
        """As at every terminal, an answer waits for its question."""
        end = time.monotonic() + PATIENCE
        while keys.endswith("\r") and WAIT in self.screen:
            assert time.monotonic() < end, f"nothing is asked\n{self.screen}"
            time.sleep(OLD)
        if keys in KEYS:
            self._computer.press(KEYS[keys])
        else:
            self._computer.type(keys.replace("\r", "\n"))

    def close(self) -> None:
        """The machine is ended by who started it."""


@dataclass
class GuestSide(Side):
    """The guest; its codes cover the text on its only screen."""

    def read_digest(self) -> list[str]:
        """The words of the next request, which stand below its codes: those that its codes say,
        and the same pixels as there.
        """
        screen = self.screen
        assert isinstance(screen, GuestScreen)
        requests: list[tuple[bytes, Picture]] = []
        end = time.monotonic() + PATIENCE
        while not requests:
            assert time.monotonic() < end, "no request on the guest's screen"
            time.sleep(OLD)
            requests = [
                one
                for one in screen.messages
                if kind_of(decode_message(one[0])).endswith("request")
            ]
        message, picture = requests[-1]
        screen.messages.clear()
        height, width = picture.shape
        expected = Showing((width, height))
        lines = captions(message, START)
        expected.present(Present(message, START.version, captions=lines))
        box = layout(width, height).captions
        # The first line tells the pace as well, which changes.
        words = slice(box.top + box.height // len(lines), box.bottom)
        differ = np.abs(picture[words].astype(int) - expected.picture[words])[:, : box.width]
        assert (expected.picture[words] < 128).sum() > 1000
        assert (differ > 64).mean() < 0.001, "other words stand below the codes"
        return list(digest_words(digest(message)))


def guest_side(computer: Machine, feed: Path) -> GuestSide:
    screen = GuestScreen(computer)
    terminal = GuestTerminal(computer, screen)
    return GuestSide("laptop", screen, feed, terminal, patience=PATIENCE)  # type: ignore[arg-type]
