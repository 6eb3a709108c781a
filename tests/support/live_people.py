"""People at the live image's plain desk: each answer is a line, given when it is asked for."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from ceremony.desk.plain import PlainDesk
from ceremony.desk.port import Desk
from ceremony.desk.screen import DeskOptions
from ceremony.desk.words import WORDS_ASKED
from ceremony.entropy import system_random
from ceremony.machine import Entropy, Facts, Problem
from ceremony.media.light_check import LightRoom
from ceremony.message import digest_words
from ceremony.offline.ceremonies import House
from ceremony.offline.checking import CheckRoom
from ceremony.offline.live import LiveOptions, Machine, live
from tests.support.facing import FakeCamera, FakeScreen
from tests.support.invoking import FIT
from tests.support.live_image import LiveImage
from tests.support.papers import picked
from tests.support.self_tests import LITTLE, QUICK

T = TypeVar("T")

OPENED = ("same", "", "yz", "right", "right", "menu")
"""The answers to all that comes before the menu."""

POWER_OFF = ("off", "off")


class Lines(io.TextIOBase):
    """The answers in their order; of words that are asked for, those of ``papers``."""

    def __init__(self, out: io.StringIO, answers: Sequence[str], papers: dict[str, bytes]) -> None:
        self._out, self._answers, self._papers = out, [*answers], papers

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        asked = self._out.getvalue().rstrip("\n").split("\n")[-1].removeprefix("? ")
        if found := WORDS_ASKED.fullmatch(asked):
            words = digest_words(self._papers[found[2]])
            return picked(words, found[1]) + "\n"
        # Nobody is there any more: the plain desk says so, and the test reads what was asked.
        return self._answers.pop(0) + "\n" if self._answers else ""

    @property
    def left(self) -> list[str]:
        return self._answers


@dataclass
class LivePeople:
    """One run of `ceremony live` in the image, to its end; ``shown`` is all that was seen.

    ``medium`` takes the place of light.
    """

    image: LiveImage
    papers: dict[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    look: Callable[[], Facts] = lambda: FIT
    patience: float = 60.0
    medium: Any = None
    out: io.StringIO = field(default_factory=io.StringIO)

    @property
    def shown(self) -> str:
        return self.out.getvalue()

    def run(self, *answers: str) -> list[str]:
        """What was not asked for any more: nothing, where the test knows the screens."""
        keyboard = Lines(self.out, answers, self.papers)

        def at_desk(
            options: DeskOptions, leaving: str, script: Callable[[Desk], T], *, stay: bool = True
        ) -> T:
            return script(PlainDesk(keyboard, self.out, leaving))

        house = House(self_tests=QUICK, work=LITTLE)
        if self.medium is not None:
            house = replace(house, medium=lambda *_, **__: self.medium)
        machine = Machine(
            self.look, self.image.root, at_desk, self._now, self._check, house, self.patience
        )
        live(LiveOptions(home=str(self.image.home)), machine)
        return keyboard.left

    def _now(self) -> datetime:
        return self.image.now()

    def _check(self, _: LiveOptions, desk: Desk) -> CheckRoom:
        return room_without_cameras(desk, self.problems)


def room_without_cameras(desk: Desk, problems: tuple[Problem, ...] = ()) -> CheckRoom:
    """A machine whose self-tests pass and whose generator is seeded."""
    light = LightRoom(desk, (), lambda: FakeScreen(), system_random, FakeCamera().clock, 6)
    return CheckRoom(
        light, lambda: ("sharing", "ECIES"), lambda: problems, lambda: Entropy(256, "")
    )
