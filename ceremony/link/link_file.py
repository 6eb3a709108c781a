"""The file that keeps a pace: what `ceremony check` measured, for the day of the ceremony.

TOML, with ``format``, ``version``, ``grid`` and ``dwell`` and nothing else. Whoever writes it
chooses among the paces of ``ceremony.link.presets`` and can do nothing else.
"""

import tomllib
from collections.abc import Sequence
from typing import Any

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.link.presets import DWELLS, RUNGS, Pace

FORMAT = 1

MAX_LINK = 4096
"""Bytes of the largest file; what `ceremony check` writes has some 500."""

NAMES = ("format", "version", "grid", "dwell")

HEAD = "# The pace of the codes that this computer shows, measured by `check`; given with --link."


def parse_link(data: bytes) -> Pace:
    """The pace in ``data``: a rung and a dwell of the presets. Raises ``configuration``."""
    if len(data) > MAX_LINK:
        raise _unusable(f"it is larger than {MAX_LINK} bytes")
    try:
        tree = tomllib.loads(data.decode())
    except (ValueError, RecursionError):  # of UTF-8, of TOML, of a number without end
        raise _unusable("it is not TOML") from None
    if set(tree) != set(NAMES):
        raise _unusable(f"it has other fields than {', '.join(NAMES)}")
    if _number(tree, "format") != FORMAT:
        raise _unusable(f"its format is not {FORMAT}")
    version, dwell, grid = _number(tree, "version"), _number(tree, "dwell"), tree["grid"]
    if type(grid) is not list or [type(one) for one in grid] != [int, int]:
        raise _unusable("grid is not a list of two whole numbers")
    pace = Pace(version, (grid[0], grid[1]), dwell)
    if pace.rung not in RUNGS or dwell not in DWELLS:
        raise _unusable("it names a pace that this program does not have")
    return pace


def link_text(pace: Pace, notes: Sequence[str] = ()) -> str:
    """The file of a pace; ``notes`` stand in it as comments, a line each."""
    across, down = pace.grid
    lines = [HEAD, *(f"# {printable(note, 200)}" for note in notes)]
    lines += [f"format = {FORMAT}", f"version = {pace.version}"]
    lines += [f"grid = [{across}, {down}]", f"dwell = {pace.dwell}"]
    return "\n".join(lines) + "\n"


def _number(tree: dict[str, Any], name: str) -> int:
    value = tree[name]
    # In Python true is the number 1.
    if type(value) is not int:
        raise _unusable(f"{name} is not a whole number")
    return value


def _unusable(why: str) -> CeremonyError:
    return CeremonyError(
        Failure.CONFIGURATION,
        f"the link's file cannot be used: {why}",
        hint="leave out --link, or let `ceremony check` write a new one",
    )
