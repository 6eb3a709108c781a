"""Keyboard and clock of the live image: set by its first process, judged by people."""

from collections.abc import Callable
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from ceremony.desk.port import Choice, Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.offline.live_init import KEYMAPS, Init
from ceremony.record.steps import Step

KEYBOARD = Step(
    "keyboard", "The keyboard", ("administrator",), ("The layout is chosen, and tried.",)
)
CLOCK = Step(
    "clock", "The clock", ("administrator", "witness"), ("The time is compared with a watch.",)
)

MAX_KEYMAPS = 1 << 16
"""Bytes of the list of keyboard layouts."""

MAX_SHOWN = 80
"""Layouts that are listed; the image has about fifty."""

NEAR = 0.5
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""What a clock is set to lies between."""

DRIFT = 60.0
"""Seconds between the time that was set and the clock, right after it."""

Now = Callable[[], datetime]


def set_keyboard(init: Init, desk: Desk) -> None:
    """A layout, tried and chosen until people say that it is right. Raises ``cancelled``."""
    desk.step(KEYBOARD)
    names = keymaps(init.root)
    desk.show(
        "until a layout is chosen, keys are as in the US; there are:",
        ", ".join(names[:MAX_SHOWN]),
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


def set_clock(init: Init, now: Now, desk: Desk) -> None:
    """The time, corrected until people say that it is right. Raises ``cancelled``."""
    desk.step(CLOCK)
    while True:
        desk.show(f"the clock: {now():%A %Y-%m-%d %H:%M:%S} UTC")
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
                _correct(init, now, desk)
            except CeremonyError as error:
                if error.failure is Failure.CANCELLED:
                    raise
                desk.error(error)


def _correct(init: Init, now: Now, desk: Desk) -> None:
    text = desk.ask("the time in UTC, as 2026-11-26 08:30 or 2026-11-26 08:30:15:", _time)
    wanted = _parsed(text)
    init.ask("clock", f"{wanted:%Y-%m-%dT%H:%M:%S}")
    if abs((now() - wanted).total_seconds()) > DRIFT:
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
