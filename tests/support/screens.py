"""The full-screen desk in tests: a script at it, keys for it, and what it shows as text."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ceremony.desk.screen import prepare

prepare(os.environ)
os.environ.pop("NO_COLOR", None)

from textual.pilot import Pilot  # noqa: E402
from textual.screen import Screen  # noqa: E402

from ceremony.desk.port import Desk  # noqa: E402
from ceremony.desk.screen_app import DeskApp  # noqa: E402
from ceremony.record.steps import steps_of  # noqa: E402

LEAVING = "what was typed is lost"
STEPS = steps_of("import-keys", False)
SIZE = (100, 30)
PATIENCE = 120.0
"""Seconds in which a screen must come; nothing is measured by it."""


class Room:
    """One script at the full screen, as people see it."""

    def __init__(self, app: DeskApp[Any], pilot: Pilot[None]) -> None:
        self.app, self._pilot = app, pilot

    @property
    def lines(self) -> list[str]:
        return shown(self.app.screen)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    async def sees(self, *parts: str) -> str:
        """All the parts are on the screen; the whole of it."""
        await self.until(lambda: all(part in self.text for part in parts), parts)
        return self.text

    async def until(self, true: Callable[[], bool], what: object = "") -> None:
        async with asyncio.timeout(PATIENCE):
            try:
                while not true():
                    await self._pilot.pause(0.01)
            except asyncio.CancelledError:
                raise AssertionError(f"not seen: {what}\n{self.text}") from None

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)
        await self._pilot.pause()

    async def resize(self, columns: int, lines: int) -> None:
        await self._pilot.resize_terminal(columns, lines)
        await self._pilot.pause()

    async def settled(self) -> None:
        """The screen is the same at several looks: nothing is under way any more."""
        before, same = "", 0
        while same < 3:
            await self._pilot.pause(0.02)
            now = coloured(self.app.screen)
            same = same + 1 if now == before else 0
            before = now

    async def types(self, text: str, *then: str) -> None:
        await self.press(*("space" if c == " " else c for c in text), *then)


def shown(screen: Screen[Any]) -> list[str]:
    """The cells of a screen as lines of text."""
    return [
        "".join(segment.text for segment in strip).rstrip()
        for strip in screen._compositor.render_strips(screen.size)
    ]


def coloured(screen: Screen[Any]) -> str:
    """The same as a terminal of eight colours gets it: ``<1;7>`` begins a style, ``<>`` none.

    The codes are those of SGR, without 39 and 49, the terminal's own colours.
    """
    lines = []
    for strip in screen._compositor.render_strips(screen.size):
        line, before = "", ""
        for codes, text in PIECE.findall(strip.render(screen.app.console)):
            style = ";".join(code for code in codes.split(";") if code not in ("0", "39", "49"))
            line += f"<{style}>{text}" if text and style != before else text
            before = style if text else before
        lines.append(re.sub(r"(<> *| +)$", "", line))
    return "\n".join(lines)


STYLE = re.compile(r"<([0-9;]*)>")


def console_lines(folder: Path, name: str) -> list[str]:
    """A golden text's lines without its styles, which are those of a console of eight colours;
    its size is the terminal's.
    """
    golden = (folder / f"{name}.txt").read_text()
    codes = {int(code) for style in STYLE.findall(golden) for code in style.split(";") if code}
    assert codes <= {1, 4, 7, *range(30, 38), *range(40, 48)}
    lines = STYLE.sub("", golden).split("\n")[:-1]
    assert len(lines) == (24 if name.startswith("large") else 30)
    assert max(map(len, lines)) <= (80 if name.startswith("large") else 100)
    return lines


PIECE = re.compile(r"\x1b\[([0-9;]*)m([^\x1b]*)")


Play = Callable[[Room], Awaitable[None]]


def play(
    script: Callable[[Desk], Any], people: Play, size: tuple[int, int] = SIZE, **look: bool
) -> DeskApp[Any]:
    """Runs the script at the desk while the people act; the app, when both are over."""
    app: DeskApp[Any] = DeskApp(script, LEAVING, **look)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await people(Room(app, pilot))

    try:
        asyncio.run(run())
    finally:
        app.desk.end(KeyboardInterrupt)
        app._thread.join(PATIENCE)
    return app


@contextmanager
def variables(**values: str | None) -> Iterator[None]:
    """The environment with these, and as it was afterwards."""
    before = dict(os.environ)
    for name, value in values.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
