"""Which cameras there are, by name; no camera is opened here, and no picture seen.

Linux names a camera in ``/sys/class/video4linux/videoN/name``; ``index`` is 0 for the node
that gives pictures, mostly. ``/dev/v4l/by-id`` has links that keep their names when a
camera is plugged in again.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ceremony.errors import CeremonyError, Failure, printable

CLASS = Path("/sys/class/video4linux")
BY_ID = Path("/dev/v4l/by-id")
DEVICES = Path("/dev")

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class CameraName:
    """A camera that is plugged in. ``path`` stays the same when it is plugged in again."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where cameras are looked for; other places in tests."""

    classes: Path = CLASS
    by_id: Path = BY_ID
    devices: Path = DEVICES


def cameras(places: Places = Places()) -> tuple[CameraName, ...]:  # frozen
    """The cameras that are there, in the order of their numbers."""
    try:
        found = sorted(places.classes.glob("video*"), key=lambda p: (len(p.name), p.name))
    except OSError:
        return ()
    return tuple(
        CameraName(_text(node / "name"), _lasting_path(places, node.name))
        for node in found
        if _text(node / "index") in ("", "0")
    )


def choose(wanted: str, there: Sequence[CameraName]) -> CameraName:
    """The camera whose name or path holds ``wanted``; the first without a wish.

    Raises ``configuration`` when there is none, or several have such a name.
    """
    if wanted.startswith("/dev/"):
        return CameraName(printable(wanted, MAX_NAME), wanted)
    fitting = [
        camera for camera in there if wanted.lower() in f"{camera.name} {camera.path}".lower()
    ]
    names = ", ".join(camera.name for camera in there) or "none"
    if not fitting:
        missing = f"no camera is called {printable(wanted)}" if wanted else "there is no camera"
        raise CeremonyError(
            Failure.CONFIGURATION,
            missing,
            hint=f"plug it in, and name it with --camera; cameras that are here: {names}",
        )
    if len(fitting) > 1 and wanted:
        raise CeremonyError(
            Failure.CONFIGURATION,
            f"{len(fitting)} cameras are called {printable(wanted)}",
            hint=f"name one by more of its name, or by its path: {names}",
        )
    return fitting[0]


def _lasting_path(places: Places, node: str) -> str:
    device = places.devices / node
    try:
        for link in sorted(places.by_id.iterdir()):
            # A camera has a link for each of its nodes: "-video-index0" gives pictures.
            if os.path.realpath(link) == os.path.realpath(device):
                return str(link)
    except OSError:
        pass
    return str(device)


def _text(path: Path) -> str:
    try:
        return printable(path.read_text(errors="replace").strip(), MAX_NAME)
    except OSError:
        return ""
