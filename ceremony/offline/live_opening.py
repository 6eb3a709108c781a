"""What the live image shows and asks before its menu: itself, keyboard, clock, machine, cameras."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ceremony.desk.digests import numbered_digest
from ceremony.desk.lines import columns
from ceremony.desk.port import Choice, Desk
from ceremony.machine import Image
from ceremony.media.light_check import CAMERAS, check_cameras
from ceremony.offline.checking import MACHINE, CheckRoom, check_machine
from ceremony.offline.live_init import Init
from ceremony.offline.live_settings import CLOCK, KEYBOARD, set_clock, set_keyboard
from ceremony.record.steps import Step

IMAGE = Step(
    "image",
    "The image",
    ("administrator", "witness"),
    ("The words of the image's root hash are compared with those on the paper.",),
)
STEPS = (IMAGE, KEYBOARD, CLOCK, MACHINE, CAMERAS)

FLAVOURS = {
    "sealed": "no driver of any storage: the plan comes in by light, and files leave by light",
    "media": "with drivers of USB storage: a stick is mounted when people choose it",
}

WIDTHS = (10,)
"""The width of the names in front of what the image is."""

OFF = Choice("off", "power off")


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first screens work with; ``check`` gives machine and cameras for a desk."""

    image: Image
    init: Init
    now: Callable[[], datetime]
    check: Callable[[Desk], CheckRoom]


def open_image(opening: Opening, desk: Desk) -> str:
    """All of it, with people. Gives "off", "compared", or "not compared": whether the image's
    words were those of a paper. Raises ``cancelled``.
    """
    desk.open(image_title(opening.image), "live image", STEPS)
    compared = _compare(opening.image, desk)
    if compared == "off":
        return "off"
    set_keyboard(opening.init, desk)
    set_clock(opening.init, opening.now, desk)
    desk.step(MACHINE)
    room = opening.check(desk)
    found = [*check_machine(room), *check_cameras(room.light)]
    wrong = [fact for fact in found if fact.verdict == "problem"]
    if wrong:
        desk.show(f"problems: {len(wrong)}; what production refuses, it refuses in a ceremony too")
    answer = desk.choose("go on to the menu?", [OFF, Choice("menu", "go on to the menu")])
    return "off" if answer == "off" else compared


def image_title(image: Image) -> str:
    return f"the ceremony's live image {image.version}, {image.flavour}"


def _compare(image: Image, desk: Desk) -> str:
    desk.step(IMAGE)
    desk.show(
        columns("version", image.version, widths=WIDTHS),
        columns("commit", image.commit, widths=WIDTHS),
        columns("flavour", f"{image.flavour}: {FLAVOURS[image.flavour]}", widths=WIDTHS),
        "the hash of its root file system, in hex and in words:",
        *numbered_digest(image.digest),
    )
    answer = desk.choose(
        "are these the words on the paper, which came with the image another way?",
        [
            Choice("off", "they differ: power off, and find out why"),
            Choice("same", "they are the same, each of them"),
            Choice(
                "none", "there is no paper", "production is refused until it is powered on again"
            ),
        ],
    )
    return {"off": "off", "same": "compared"}.get(answer, "not compared")
