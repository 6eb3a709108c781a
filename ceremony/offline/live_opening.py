"""What the live image shows and asks before its menu: itself, keyboard, clock, machine, cameras."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from ceremony.desk.digests import numbered_digest
from ceremony.desk.lines import columns
from ceremony.desk.port import Choice, Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.machine import Image
from ceremony.media.light_check import CAMERAS, check_cameras
from ceremony.offline.checking import MACHINE, CheckRoom, check_machine
from ceremony.offline.live_init import KEYMAPS, Init
from ceremony.record.steps import Step

IMAGE = Step(
    "image",
    "The image",
    ("administrator", "witness"),
    ("The words of the image's root hash are compared with those on the paper.",),
)
KEYBOARD = Step(
    "keyboard", "The keyboard", ("administrator",), ("The layout is chosen, and tried.",)
)
CLOCK = Step(
    "clock", "The clock", ("administrator", "witness"), ("The time is compared with a watch.",)
)
STEPS = (IMAGE, KEYBOARD, CLOCK, MACHINE, CAMERAS)

FLAVOURS = {
    "sealed": "no driver of any storage: the plan comes in by light, and files leave by light",
    "media": "with drivers of USB storage: a stick is mounted when people choose it",
}

WIDTHS = (10,)
"""The width of the names in front of what the image is."""

OFF = Choice("off", "power off")
MAX_KEYMAPS = 1 << 16
"""Bytes of the list of keyboard layouts."""

NEAR = 0.5
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""What a clock is set to lies between."""

DRIFT = 60.0
"""Seconds between the time that was set and the clock, right after it."""


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
    _keyboard(opening.init, desk)
    _clock(opening, desk)
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


def _keyboard(init: Init, desk: Desk) -> None:
    desk.step(KEYBOARD)
    names = keymaps(init.root)
    desk.show(
        f"{len(names)} layouts of the Linux console; until one is chosen, keys are as in the US",
        "some of them: " + ", ".join([n for n in COMMON if n in names] or names[:20]),
    )
    while True:
        name = desk.ask(
            "keyboard layout, by its name; empty leaves it as it is:", lambda t: _known(t, names)
        )
        if name:
            try:
                init.ask("keymap", name)
            except CeremonyError as error:
                desk.error(error)
                continue
            desk.show(f"keyboard layout: {name}")
        typed = desk.ask(
            "try it here: letters such as y and z, digits, and every sign that a passphrase has; "
            "nothing secret:",
            str,
        )
        desk.show(f"typed: {printable(typed)}")
        answer = desk.choose(
            "did each key give its sign?",
            [Choice("again", "no: choose another layout, or try again"), Choice("right", "yes")],
        )
        if answer == "right":
            return


COMMON = ("us", "uk", "de", "de-latin1", "fr", "es", "it", "pt-latin1", "br-abnt2", "nl", "dvorak")
"""Names that people look for first."""


def keymaps(root: Path) -> tuple[str, ...]:
    """The layouts of the image, one a line in its list; none where it cannot be read."""
    try:
        with (root / KEYMAPS).open(encoding="ascii") as file:
            return tuple(file.read(MAX_KEYMAPS).split())
    except (OSError, UnicodeDecodeError):
        return ()


def _known(text: str, names: tuple[str, ...]) -> str:
    if not text or text in names:
        return text
    near = [name for name in names if name.startswith(text[:2])][:12]
    near = list(dict.fromkeys([*get_close_matches(text, names, 6, NEAR), *near]))
    raise CeremonyError(
        Failure.USAGE,
        f"there is no layout {printable(text)}",
        hint=f"names that are near: {', '.join(near) or 'none'}",
    )


def _clock(opening: Opening, desk: Desk) -> None:
    desk.step(CLOCK)
    while True:
        desk.show(f"the clock: {opening.now():%A %Y-%m-%d %H:%M:%S} UTC")
        answer = desk.choose(
            "is this the time, in UTC? it stands in every line of a transcript",
            [
                Choice("wrong", "no: it is corrected"),
                Choice("look", "show it once more"),
                Choice("right", "yes, to the minute, as a watch of ours has it"),
            ],
        )
        if answer == "right":
            return
        if answer == "wrong":
            try:
                _set_clock(opening, desk)
            except CeremonyError as error:
                if error.failure is Failure.CANCELLED:
                    raise
                desk.error(error)


def _set_clock(opening: Opening, desk: Desk) -> None:
    text = desk.ask("the time in UTC, as 2026-11-26 08:30 or 2026-11-26 08:30:15:", _time)
    wanted = _parsed(text)
    opening.init.ask("clock", f"{wanted:%Y-%m-%dT%H:%M:%S}")
    if abs((opening.now() - wanted).total_seconds()) > DRIFT:
        raise CeremonyError(
            Failure.MACHINE,
            "the clock is not at the time that it was set to",
            hint="try again; a clock that stays wrong is noted on the paper",
        )


def _time(text: str) -> str:
    _parsed(text)
    return text


def _parsed(text: str) -> datetime:
    for form in FORMATS:
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if FIRST <= found < LAST:
            return found
    raise CeremonyError(
        Failure.USAGE,
        "that is not a date and a time of day",
        hint="year-month-day hour:minute, with two digits each, in UTC: 2026-11-26 08:30",
    )
