"""Two laptops that face each other, as far as a machine without a camera can have them.

Each has a screen of its own (an X server), a terminal with a program at its full-screen desk,
and a camera that sees what the other's screen really shows, through a simulated lens.
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ceremony.desk.words import WORDS_ASKED
from ceremony.message import digest_words
from ceremony.optics.picture import Picture
from tests.support.ceremony_world import CeremonyWorld
from tests.support.papers import picked
from tests.support.seen_screen import camera_at
from tests.support.terminal_picture import Drawn
from tests.support.terminals import Terminal, flat, program, still
from tests.support.x_screen import GREEN, Feeder, VirtualScreen, virtual_screen

PATIENCE = 120.0
"""Seconds in which something must be seen on a busy machine; nothing is measured by it."""

QUESTION = re.compile(WORDS_ASKED.pattern)

DIGEST = re.compile(" +".join(rf"{number} [A-Za-z]+" for number in range(1, 33)))
"""The words of a digest with their numbers, as they stand on a screen."""

WIDE = (120, 34)
"""Columns and lines of a terminal that fills a screen of 1280x720."""


@dataclass
class Side:
    """One of the two: its screen, its camera's feed, and its terminal when it has one."""

    name: str
    screen: VirtualScreen
    feed: Path
    terminal: Terminal | None = None
    drawn: Drawn = field(default_factory=Drawn)
    poster: Picture | None = None
    """Somebody holds it before the screen."""
    patience: float = PATIENCE
    """Seconds, as PATIENCE is."""

    def look(self) -> Picture:
        """What whoever sits there sees: the picture window, and without it the terminal."""
        grabbed = self.screen.grab()
        if self.poster is not None:
            return self.poster
        if self.terminal is None or covers(grabbed):
            return grabbed
        return self.drawn.picture(self.terminal.cells)

    def grey(self) -> Picture:
        return np.ascontiguousarray(self.look()[:, :, GREEN])

    @property
    def at(self) -> Terminal:
        assert self.terminal is not None, f"nothing runs at the {self.name}"
        return self.terminal

    def sees(self, *parts: str) -> str:
        """Waits until all of it is on the terminal, breaks of lines left out."""
        return self.until(lambda text: all(part in text for part in parts), parts)

    def finds(self, form: re.Pattern[str], what: str) -> re.Match[str]:
        """Waits until something of this form is on the terminal, whose lines are apart here."""
        self.until(lambda _: form.search(self.at.screen) is not None, what)
        found = form.search(self.at.screen)
        assert found, what
        return found

    def until(self, true: Callable[[str], bool], what: object) -> str:
        """Waits until it is true of the terminal's text, which is given as one line."""
        end = time.monotonic() + self.patience

        def look() -> str:
            return flat(self.at.screen)

        while not (true(look()) and true(text := still(look))):
            over = self.at.process.poll() is not None or time.monotonic() > end
            assert not over, f"the {self.name} never showed {what}:\n{self.at.screen}"
            time.sleep(0.05)
        return text

    def types(self, keys: str) -> None:
        self.at.types(keys)

    def shows_window(self) -> bool:
        return covers(self.screen.grab())

    def shows_codes(self) -> None:
        """Waits until the picture window covers this terminal, its panel with what is seen."""
        end = time.monotonic() + self.patience
        while not (covers(grabbed := self.screen.grab()) and panelled(grabbed)):
            assert time.monotonic() < end, f"no picture at the {self.name}:\n{self.at.screen}"
            time.sleep(0.05)

    def presses(self, *keys: str) -> None:
        """Keys into the picture window."""
        self.shows_codes()
        self.screen.press(*keys)

    def words(self, subject: str, words: Sequence[str]) -> None:
        """Types the words that are asked for, of those that somebody reads aloud."""
        text = self.until(lambda text: f"of {subject}, as" in text, subject)
        found = QUESTION.search(text)
        assert found, text
        self.types(picked(words, found[1]) + "\r")

    def confirms(self) -> None:
        """Reads each page of a table to its end and says that it is the same."""
        text = self.sees("page 1 of")
        found = re.search(r"page 1 of (\d+)", text)
        assert found
        for page in range(1, int(found[1]) + 1):
            self.sees(f"page {page} of")
            while "this is the end of the page" not in flat(self.at.screen):
                self.types("\x1b[6~")
                time.sleep(0.3)
            self.types("same\r")

    def read_digest(self) -> list[str]:
        """The 32 words of the digest that stands on this terminal, as a person reads them."""
        text = self.until(lambda text: DIGEST.search(text) is not None, "32 words")
        found = DIGEST.search(text)
        assert found
        return [word for word in found[0].split() if word.isalpha()]

    def ends(self) -> int:
        self.sees("The program has come to its end")
        self.types("\r")
        return self.at.ends()


def covers(grabbed: Picture) -> bool:
    """Whether the picture window is up: it is white, the bare X server black."""
    return bool((grabbed[0, 0] > 128).all())


def panelled(grabbed: Picture) -> bool:
    """Whether something stands in the upper right, where the preview or the keys are."""
    height, width = grabbed.shape[:2]
    panel = grabbed[: height // 2, width * 4 // 5 :, GREEN]
    return bool((panel < 200).sum() > 200)


@dataclass
class TwoLaptops:
    """``album`` is called with a name whenever people have something before them."""

    world: CeremonyWorld
    laptop: Side
    relay: Side
    album: Callable[[str], None] = lambda _: None

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.laptop, self.relay

    def start_laptop(self, command: str, number: int = 1) -> None:
        arguments = [command, "plan.toml", *self._light(self.laptop, self.relay)]
        self._start(
            self.laptop, "ceremony", [*arguments, "--transcript", f"{command}-{number}.jsonl"]
        )

    def start_relay(self, *more: str) -> None:
        env = ["--env", str(self.world.sandbox.env_file)]
        light = self._light(self.relay, self.laptop)
        run = ["run", "--journal", "journal.sqlite", "--plan", "plan.toml"]
        self._start(self.relay, "ceremony-relay", [*env, *run, *light, *more])

    def start_checks(self) -> None:
        """`check` at both; pages and paces go into files that begin with the side's name."""
        for side, other, name in (
            (self.laptop, self.relay, "ceremony"),
            (self.relay, self.laptop, "ceremony-relay"),
        ):
            seen = ["--camera", f"feed:{other.feed}", "--display", "window"]
            kept = ["--link", f"{side.name}-link.toml", "--out", f"{side.name}-check.html"]
            self._start(side, name, ["check", *seen, *kept])

    def read_aloud(self, subject: str) -> list[str]:
        """What stands on paper."""
        return digest_words(self.world.digests()[subject]())

    def close(self) -> None:
        for side in self.sides:
            if side.terminal is not None:
                side.terminal.close()
        self.world.end()

    def _light(self, side: Side, other: Side) -> list[str]:
        seen = ["--by", "light", "--camera", f"feed:{other.feed}", "--display", "window"]
        return [*seen, "--files", side.name]

    def _start(self, side: Side, name: str, arguments: Sequence[str]) -> None:
        if side.terminal is not None:
            side.terminal.close()
        env = {"DISPLAY": side.screen.name, "HOME": str(self.world.folder)}
        side.terminal = Terminal([program(name), *arguments], self.world.folder, WIDE, env)


@contextlib.contextmanager
def two_laptops(folder: Path) -> Iterator[TwoLaptops]:
    """A sandbox, two screens and two cameras; no program runs yet."""
    with contextlib.ExitStack() as stack:
        sides = []
        for seed, name in enumerate(("laptop", "relay")):
            (folder / f"{name}-screen").mkdir()
            screen = stack.enter_context(virtual_screen(folder / f"{name}-screen"))
            feed = folder / f"{name}.feed"
            side = Side(name, screen, feed)
            stack.enter_context(Feeder(feed, camera_at(side.grey, seed), period=0.0))
            sides.append(side)
        world = CeremonyWorld.make(folder)
        both = TwoLaptops(world, *sides)
        stack.callback(both.close)
        yield both
