"""Which desk: the full screen where the terminal can hold it, else plain lines.

This module imports no textual: a command that has no screen does not load it.
"""

import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from ceremony.desk.plain import PlainDesk
from ceremony.desk.port import Desk
from ceremony.desk.warnings import warn
from ceremony.errors import CeremonyError, Failure, printable

T = TypeVar("T")

COLUMNS, LINES = 100, 30
"""The smallest terminal of the full screen."""

LARGE_COLUMNS, LARGE_LINES = 80, 24
"""The same with large text, which is for a larger font and shows less at a time."""

SETTINGS = {
    "TEXTUAL_COLOR_SYSTEM": "standard",
    # With NO_COLOR a theme that is set later would draw black on black.
    "TEXTUAL_THEME": "ansi-dark",
    "TEXTUAL_ANIMATIONS": "none",
    # A bare console would print the end of this sequence.
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
}


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """``desk`` is None where nobody chose: the screen if it fits, else plain."""

    desk: Literal["screen", "plain"] | None = None
    large: bool = False
    contrast: bool = False


WHAT_FITS = DeskOptions()
"""Nobody chose."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What standard input and both outputs are connected to. ``size`` is columns and lines."""

    is_terminal: bool
    size: tuple[int, int]
    kind: str
    encoding: str


def at_desk(
    options: DeskOptions, leaving: str, script: Callable[[Desk], T], *, stay: bool = True
) -> T:
    """Runs the script at the desk that was chosen, or that fits; gives what the script gives.

    ``leaving`` says what is lost by leaving. The full screen stays to be read at the script's
    end, if it is to ``stay``. Raises what the script raises, ``usage`` where
    the screen was asked for and cannot be.
    """
    why_not = unfit(options, look(os.environ))
    if options.desk == "screen" and why_not:
        raise CeremonyError(
            Failure.USAGE,
            f"the full screen cannot be used: {why_not}",
            hint="`--desk plain` works on anything",
        )
    if options.desk == "plain" or why_not:
        if options.desk is None:
            warn(f"the plain desk is used: {why_not}")
        return script(PlainDesk(sys.stdin, sys.stdout, leaving))
    prepare(os.environ)
    # Only now: textual reads the environment as it is imported.
    from ceremony.desk.screen_app import DeskApp

    app = DeskApp(script, leaving, large=options.large, contrast=options.contrast, stay=stay)
    return app.run_ceremony()


def look(environ: Mapping[str, str]) -> Terminal:
    """The terminal of this process."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    is_terminal = all(stream.isatty() for stream in streams)
    size = os.get_terminal_size(sys.stdout.fileno()) if is_terminal else (0, 0)
    encoding = getattr(sys.stderr, "encoding", None) or ""
    return Terminal(is_terminal, (size[0], size[1]), environ.get("TERM", ""), encoding)


def unfit(options: DeskOptions, terminal: Terminal) -> str:
    """Why the full screen cannot be on this terminal; empty where it can."""
    if not terminal.is_terminal:
        return "this is not a terminal"
    if terminal.kind in ("", "dumb", "unknown"):
        return f"a terminal of the type {printable(terminal.kind) or 'none'} has no screen"
    if terminal.encoding.lower().replace("-", "") != "utf8":
        return "the terminal's encoding is not UTF-8"
    columns, lines = (LARGE_COLUMNS, LARGE_LINES) if options.large else (COLUMNS, LINES)
    if terminal.size[0] < columns or terminal.size[1] < lines:
        here = f"{terminal.size[0]}x{terminal.size[1]}"
        return f"the terminal has {here} characters, the full screen needs {columns}x{lines}"
    return ""


def prepare(environ: MutableMapping[str, str]) -> None:
    """Takes from the environment what makes textual log keys, save pictures or load drivers."""
    for name in [name for name in environ if name.startswith("TEXTUAL")]:
        del environ[name]
    for name in ("COLORTERM", "FORCE_COLOR", "COLUMNS", "LINES"):
        environ.pop(name, None)
    environ.update(SETTINGS)
