"""USB sticks in the live image's `media` flavour: chosen by people, mounted by the first process.

What comes in is mounted read-only, what goes out writable; neither can start a program. Nothing
is mounted by itself: a stick that is only plugged in is not read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ceremony.desk.port import Choice, Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.media.folder import Folder
from ceremony.offline.live_init import IN, OUT, Init

CLASS = "sys/class/block"
MOUNTS = "proc/self/mounts"

DEVICE = re.compile(r"sd[a-z][0-9]{0,2}")
SECTOR = 512
"""Bytes of one block in ``size`` (Documentation/ABI/stable/sysfs-block)."""

WAY = {"in": IN, "out": OUT}
OPTION = {"in": "ro", "out": "rw"}
"""How each is mounted."""


@dataclass(frozen=True, slots=True)
class Stick:
    """A file system's place: a partition, or a whole stick without any. ``disk`` is the stick."""

    name: str
    disk: str
    text: str


def sticks(root: Path = Path("/")) -> tuple[Stick, ...]:
    """Those that are plugged in, by their names in ``sys/class/block``."""
    try:
        names = sorted(path.name for path in (root / CLASS).iterdir())
    except OSError:
        return ()
    found = [name for name in names if DEVICE.fullmatch(name)]
    parted = {name[:3] for name in found if len(name) > 3}
    return tuple(
        Stick(name, name[:3], _text(root, name))
        for name in found
        if len(name) > 3 or name not in parted
    )


def mounted(root: Path, way: str) -> tuple[str, bool]:
    """The device that is mounted there, "" for none, and whether it is as it has to be."""
    point = f"/{WAY[way]}"
    try:
        lines = (root / MOUNTS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "", False
    found = [words for words in map(str.split, lines) if len(words) > 3 and words[1] == point]
    if not found:
        return "", False
    options = found[-1][3].split(",")
    wanted = (OPTION[way], "nosuid", "nodev", "noexec")
    return found[-1][0].removeprefix("/dev/"), all(one in options for one in wanted)


def mount_chosen(init: Init, desk: Desk, way: str, what: str) -> None:
    """A stick that people choose, mounted. Each refusal is told, and it is asked again.

    Raises ``cancelled`` when they stop.
    """
    while True:
        # One stick is not mounted twice: what is read stays unchanged.
        other = mounted(init.root, "out" if way == "in" else "in")[0][:3]
        there = [one for one in sticks(init.root) if one.disk != other]
        look = "look again: put it in, and wait until its light is steady"
        choices = [Choice("look", look), *(Choice(one.name, one.text) for one in there)]
        name = desk.choose(f"which stick is {what}?", choices)
        if name == "look":
            continue
        try:
            mount(init, way, name)
        except CeremonyError as error:
            desk.error(error)
        else:
            return


def mount(init: Init, way: str, name: str) -> None:
    """Raises ``machine``: also where it is not mounted as it was asked for."""
    init.ask(way, name)
    device, as_asked = mounted(init.root, way)
    if device != name or not as_asked:
        init.ask("away")
        raise CeremonyError(
            Failure.MACHINE,
            f"the stick {printable(name)} is not mounted as it has to be, and was put away",
            hint="try another stick, with a FAT or exFAT file system",
        )


def carried(init: Init, desk: Desk, folder: str) -> Folder:
    """The stick at ``/media/out`` as the medium: put away while it is carried, then mounted again.

    While nothing new is on it, people carry it; each time it is asked for, it is looked at once.
    """

    def carry(_: float) -> None:
        init.ask("away")
        desk.show("the stick can be taken out: carry it to the online computer")
        mount_chosen(init, desk, "out", "the one that came back with the relay's answer")

    return Folder(folder, "laptop", wait=carry)


def put_away(init: Init, told: Callable[[CeremonyError], None]) -> None:
    """What is mounted is so no more; where that fails it is told, and nothing else is lost."""
    if not any(mounted(init.root, way)[0] for way in WAY):
        return
    try:
        init.ask("away")
    except CeremonyError as error:
        told(error)


def _text(root: Path, name: str) -> str:
    folder = root / CLASS
    size = _read(folder / name / "size")
    bytes_ = int(size) * SECTOR if size.isascii() and size.isdigit() and len(size) < 20 else 0
    device = folder / name[:3] / "device"
    model = " ".join(filter(None, (_read(device / "vendor"), _read(device / "model"))))
    return f"{printable(model) or 'a stick without a name'}, {bytes_ / 1e9:.1f} GB"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
