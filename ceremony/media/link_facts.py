"""What this computer has for light: its cameras with their real rates, its screen, its link.

Each finding is a name, a text, and whether it would spoil a ceremony by light.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ceremony.errors import printable
from ceremony.link.pace import Pace
from ceremony.link.presets import PRESETS, RUNGS
from ceremony.link.probe import Result
from ceremony.media.hints import CLIPPED, DIM, SLOW
from ceremony.media.link_test import Measured
from ceremony.media.pacing import describe
from ceremony.optics.eye import Source
from ceremony.optics.layout import layout
from ceremony.optics.matrix import QUIET_ZONE, modules
from ceremony.optics.screen_messages import Present, Up
from ceremony.optics.screen_process import Screen
from ceremony.optics.worker_messages import Seen

WATCHED = 4.0
"""Seconds for which a camera's rate is measured; before that it may take SILENT to start."""

SILENT = 8.0

MIN_PIXELS = 3
"""Pixels a module, below which few cameras read a code."""

MIN_GOODPUT = 300.0
"""Bytes a second: a request of one key has 5 kB."""


Verdict = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One finding. A problem has to be put right before the day; a note is for people to judge."""

    name: str
    text: str
    verdict: Verdict = "ok"

    def __str__(self) -> str:
        return f"{self.verdict} {self.name}: {self.text}"


Sections = Sequence[tuple[str, Sequence[Fact]]]
"""Findings by the title of their step."""


def problems_in(sections: Sections) -> int:
    """How many of the findings are problems."""
    return sum(fact.verdict == "problem" for _, facts in sections for fact in facts)


class StartedScreen(Screen, Protocol):
    """A screen that says what it is once it was started."""

    up: Up


def camera_fact(name: str, source: Source, clock: Callable[[], float]) -> Fact:
    """A camera's pictures a second, as they come through the process that reads them.

    Raises ``configuration`` and ``file`` as the source does.
    """
    began, first, pictures = clock(), 0.0, 0
    seen, trouble = Seen(()), ""
    try:
        while True:
            glance = source.look()
            now = clock()
            trouble = glance.trouble or trouble
            if glance.seen is not None:
                first = first or now
                pictures += 1
                seen = glance.seen
            if glance.over or (first and now - first >= WATCHED) or now - began >= SILENT + WATCHED:
                break
            if not first and now - began >= SILENT:
                break
    finally:
        source.rest()
    name = printable(name)
    if not pictures:
        return Fact(name, trouble or "gives no pictures", "problem")
    if not seen.rate:
        return Fact(name, f"{pictures} pictures were read; they have no rate", "note")
    light = _light(seen)
    text = f"{seen.rate / 100:.1f} pictures a second, grey from {seen.dark} to {seen.bright}"
    return Fact(
        name,
        f"{text}{'; ' if light else ''}{light}",
        _verdict(problem=seen.bright < DIM, note=bool(light)),
    )


def _light(seen: Seen) -> str:
    if seen.bright < DIM:
        return "too dark: more light"
    if seen.dark > CLIPPED:
        return "too bright: turn lamps away"
    return "slow, as in dim light" if seen.rate < SLOW else ""


def screen_facts(screen: StartedScreen) -> tuple[Fact, ...]:
    """The screen that codes are shown on. It is started and given back.

    Raises ``configuration`` where nothing can be shown.
    """
    screen.present(Present(b"", 1))
    screen.hide()
    up = screen.up
    fits = [
        f"{grid[0] * grid[1]} of version {version}: {pixels}"
        for version, grid in RUNGS
        if (pixels := pixels_a_module(up.width, up.height, version, grid)) >= 1
    ]
    first = pixels_a_module(up.width, up.height, *PRESETS["poor dim 720p"].rung)
    return (
        Fact("screen", f"{up.width} x {up.height} pixels, {up.display}"),
        Fact("pixels a module", "; ".join(fits) or "none", _verdict(problem=first < MIN_PIXELS)),
    )


def pixels_a_module(width: int, height: int, version: int, grid: tuple[int, int]) -> int:
    """Whole pixels that each module of a code has on such a screen; 0 where it does not fit."""
    codes, side = layout(width, height).codes, modules(version) - 2 * QUIET_ZONE
    # Neighbours share the white between them.
    across, down = (many * (side + QUIET_ZONE) + QUIET_ZONE for many in grid)
    return min(codes.width // across, codes.height // down)


def confined_fact(source: Source, screen: Screen) -> Fact:
    """ENV-OPTICS as a fact; both processes must have been started."""
    if source.confined and screen.confined:
        return Fact("processes", "the kernel confines those of camera and screen")
    return Fact(
        "processes",
        "the kernel does not confine those of camera and screen, which production refuses",
        "problem",
    )


def link_facts(measured: Measured) -> tuple[Fact, ...]:
    """Both directions, and the pace."""
    return (
        _direction("this camera reads the other screen", measured.ours),
        _direction("the other camera reads this screen", measured.theirs),
        Fact(
            "pace of this screen", pace_text(measured.pace), _verdict(problem=measured.pace is None)
        ),
    )


def pace_text(pace: Pace | None) -> str:
    """In words; what to do without one."""
    if pace is None:
        return "none was found: the other side's small code was not read often enough"
    return describe(pace)


def _direction(name: str, result: Result) -> Fact:
    clean, torn, unreadable = (
        f"{100 * result.share(count):.0f} %"
        for count in (result.clean, result.torn, result.unreadable)
    )
    text = f"{result.goodput / 1000:.1f} kB/s; codes: {clean} clean, {torn} torn"
    return Fact(
        name, f"{text}, {unreadable} unreadable", _verdict(problem=result.goodput < MIN_GOODPUT)
    )


def _verdict(*, problem: bool, note: bool = False) -> Verdict:
    return "problem" if problem else "note" if note else "ok"
