"""The live image's screens as golden text, as ``screen_shots`` has those of a ceremony.

Written again by ``python -m tests.support.live_shots``; what changed is read in the diff.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ceremony.desk.port import Desk
from ceremony.errors import CeremonyError, Failure
from ceremony.machine import Image, Problem
from ceremony.offline.live import asking, menu_of
from ceremony.offline.live_entries import Live
from ceremony.offline.live_init import KEYMAPS, Init
from ceremony.offline.live_opening import Opening, open_image
from tests.support import live_image
from tests.support.live_people import room_without_cameras
from tests.support.screens import Room, coloured, play

FOLDER = Path(__file__).parents[1] / "offline" / "golden_live"

NETWORK = Problem("network", "this machine is connected: eth0 is up", "unplug it")
REFUSED = CeremonyError(
    Failure.CEREMONY,
    "the relay brings back something else than a request of this plan",
    hint="find the relay's journal and files of the first attempt",
)

Steps = tuple[tuple[str, tuple[str, ...]], ...]
"""What is seen, and the keys that are pressed then."""

SAME: Steps = (("are these the words", ("2", "enter")),)
KEYS: Steps = (*SAME, ("keyboard layout, by", ("enter",)))
TRIED: Steps = (*KEYS, ("try it here", (*"yz#", "enter")), ("did each key", ("2", "enter")))
TIME: Steps = (*TRIED, ("is this the time", ("3", "enter")))

OPENING: dict[str, Steps] = {
    "image": (("are these the words", ()),),
    "keyboard": (*SAME, ("keyboard layout, by", ())),
    "keyboard-refused": (*SAME, ("keyboard layout, by", (*"den", "enter")), ("ERROR", ())),
    "keyboard-tried": (*KEYS, ("try it here", (*"yz#", "enter")), ("did each key", ())),
    "clock": (*TRIED, ("is this the time", ())),
    "machine": (*TIME, ("go on to the menu?", ())),
}
MENU: dict[str, Steps] = {
    "menu": (("what is to be done?", ()),),
    "menu-marked": (("what is to be done?", ("8",)),),
    "menu-refused": (("what is to be done?", ()),),
    "off": (("what is to be done?", ("8", "enter")), ("power off? this", ())),
}
LOST: dict[str, Steps] = {"lost": (("press Enter when the relay", ()),)}
STICK: dict[str, Steps] = {
    "by": (("how do messages", ()),),
    "stick": (("how do messages", ("1", "enter")), ("which stick", ("2",))),
}


def taken(name: str) -> str:
    """The golden text of one screen."""
    kind, _, asked = name.partition(".")
    found: list[str] = []

    async def people(room: Room) -> None:
        for seen, keys in ({**OPENING, **MENU, **LOST, **STICK})[asked]:
            await room.sees(seen)
            await room.press(*keys)
        await room.settled()
        found.append(coloured(room.app.screen))

    large = kind == "large"
    with tempfile.TemporaryDirectory() as folder:
        play(
            _script("sealed" if large else kind, asked, Path(folder)),
            people,
            size=(80, 24) if large else (100, 30),
            large=large,
        )
    return found[0] + "\n"


def _script(flavour: str, asked: str, root: Path) -> Callable[[Desk], object]:
    image = Image("0.1.0", live_image.COMMIT, flavour, live_image.ROOT_SHA256)  # type: ignore[arg-type]
    (root / KEYMAPS).parent.mkdir(parents=True)
    (root / KEYMAPS).write_text("\n".join(live_image.KEYMAPS))
    init = Init(root)
    if asked in OPENING:
        opening = Opening(image, init, _now, lambda desk: room_without_cameras(desk, (NETWORK,)))
        return lambda desk: open_image(opening, desk)
    live = Live(image, init, root, _now, lambda: (), asked != "menu-refused")
    if asked in LOST:
        return asking("resume", live)
    if asked in STICK:
        for device in ("sdb", "sdb1"):
            (root / "sys/class/block" / device).mkdir(parents=True)
            (root / "sys/class/block" / device / "size").write_text("15625000\n")
        return asking("import", live)
    refused = asked == "menu-refused"
    outcome = ["resume: it ended with this"] if refused else ["import: came to its end"]
    return menu_of(live, outcome, [REFUSED] if refused else [])


def _now() -> datetime:
    return datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


NAMES = (
    *(f"sealed.{name}" for name in (*OPENING, *MENU, *LOST)),
    *(f"media.{name}" for name in ("image", *STICK)),
    *(f"large.{name}" for name in ("image", "machine", "menu", "menu-marked", "lost")),
)

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for shot in NAMES:
        (FOLDER / f"{shot}.txt").write_text(taken(shot))
