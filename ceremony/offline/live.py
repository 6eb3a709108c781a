"""`ceremony live`: the live image's first screen, and the menu that everything starts from.

Each entry has a desk of its own, and builds the options that a command line would have built.
What goes wrong in it is told with its hint, in the menu; the program goes on.
"""

import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from ceremony.desk.command import Terminated
from ceremony.desk.port import Choice, Desk
from ceremony.desk.screen import WHAT_FITS, DeskOptions, at_desk
from ceremony.desk.screen_ending import as_refusal
from ceremony.desk.warnings import Look
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.media.light_check import light_room
from ceremony.media.opening import this_terminal
from ceremony.message import digest_words
from ceremony.offline.ceremonies import (
    HOUSE,
    CeremonyOptions,
    House,
    run_export,
    run_import,
    run_resume,
)
from ceremony.offline.checking import CheckOptions, CheckRoom, check, check_room
from ceremony.offline.live_entries import Live, ceremony_options, files_in
from ceremony.offline.live_holding import admitted, keep_transcripts, media_of
from ceremony.offline.live_init import Init, this_image
from ceremony.offline.live_looking import inspect_key, verify_transcript
from ceremony.offline.live_opening import FLAVOURS, OFF, Opening, image_title, open_image
from ceremony.offline.live_sticks import put_away
from ceremony.optics.cameras import cameras
from ceremony.optics.console import Console

T = TypeVar("T")

LEAVING = "this screen ends, and the image's first screen begins again; files in memory stay"

BACK = "nothing has begun: the menu comes back"
"""What is lost by leaving the questions of an entry."""

MENU = (
    Choice("rehearse", "a ceremony with fresh keys, at a sandbox on the online computer"),
    Choice("import", "keys go into Dfns, by a plan"),
    Choice("export", "keys come out of Dfns, by a plan"),
    Choice("resume", "take up a ceremony whose request has left"),
    Choice("check", "cameras, screen and link, before the day"),
    Choice("inspect", "show what a key is, never the key itself"),
    Choice("verify", "check a transcript, and show its fingerprint"),
    Choice("off", "power off", "everything that is in this laptop's memory"),
)

IN_MEMORY = (
    "its transcript, if it began, is in this laptop's memory until the power goes: `verify` shows "
    "it"
)

RUNS: dict[str, Callable[[CeremonyOptions, House], None]] = {
    "import": run_import,
    "export": run_export,
    "resume": run_resume,
}


class AtDesk(Protocol):
    """As ``at_desk``."""

    def __call__(
        self, options: DeskOptions, leaving: str, script: Callable[[Desk], T], *, stay: bool = True
    ) -> T: ...


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """``camera`` and ``display`` as in ``CeremonyOptions``, "" for what there is; ``home`` is the
    folder for what stays in memory.
    """

    camera: str = ""
    display: str = ""
    desk: DeskOptions = WHAT_FITS
    home: str = "."


@dataclass(frozen=True, slots=True)
class Machine:
    """The computer under the image; tests have another one."""

    look: Look
    root: Path = Path("/")
    at_desk: AtDesk = at_desk
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    check: Callable[[LiveOptions, Desk], CheckRoom] = lambda options, desk: check_room(
        light_room(options.camera, options.display, desk, system_random)
    )
    house: House = HOUSE
    patience: float = 30.0


def live(options: LiveOptions, machine: Machine) -> None:
    """`ceremony live`: returns when people chose to power off.

    Raises ``configuration`` where this is not the live image, ``cancelled`` when the first
    screen or the menu was left, and KeyboardInterrupt when a signal ended the program.
    """
    image = this_image(machine.root)
    # A program before this one may have died with codes on the screen, which text does not reach.
    Console(this_terminal()).close()
    init = Init(machine.root, machine.patience)
    if not image.is_sealed:
        # A program before this one may have died with sticks mounted.
        put_away(init, lambda _: None)
    opening = Opening(image, init, machine.now, partial(machine.check, options))
    how = machine.at_desk(options.desk, LEAVING, lambda desk: open_image(opening, desk), stay=False)
    here = Live(
        image, init, Path(options.home), machine.now, cameras, how == "compared", options.camera
    )
    outcome: list[str] = []
    errors: list[CeremonyError] = []
    while how != "off":
        how = machine.at_desk(options.desk, LEAVING, menu_of(here, outcome, errors), stay=False)
        if how != "off":
            outcome, errors = _run(how, here, options, machine)


def menu_of(here: Live, outcome: list[str], errors: list[CeremonyError]) -> Callable[[Desk], str]:
    """The menu, with what became of the entry before; it gives the name of the next one."""

    def menu(desk: Desk) -> str:
        desk.open(image_title(here.image), "live image", ())
        words = digest_words(here.image.digest)
        desk.show(
            FLAVOURS[here.image.flavour],
            f"root {words[0]} {words[1]} {words[2]} {words[3]} ...: "
            f"{'compared with the paper' if here.compared else 'NOT compared with a paper'}",
            f"the clock: {here.now():%A %Y-%m-%d %H:%M} UTC",
            *outcome,
        )
        for error in errors:
            desk.error(error)
        name = desk.choose("what is to be done?", MENU)
        if name == "off":
            sure = desk.choose(
                "power off? this laptop keeps nothing",
                [Choice("menu", "back to the menu"), OFF],
            )
            return "off" if sure == "off" else "menu"
        return name

    return menu


def _run(
    name: str, here: Live, options: LiveOptions, machine: Machine
) -> tuple[list[str], list[CeremonyError]]:
    """One entry, to its end; what the menu tells of it."""
    if name == "menu":
        return [], []
    told: list[CeremonyError] = []
    try:
        _entry(name, here, options, machine, told.append)
    except CeremonyError as error:
        told.append(error)
    except KeyboardInterrupt as ended:
        if isinstance(ended, Terminated) and ended.number != signal.SIGINT:
            raise
        hint = str(ended) or "nothing was finished: start it again"
        told.append(CeremonyError(Failure.CANCELLED, "interrupted", hint=hint))
    except Exception as error:
        # A bug: its type and place are told, never its text, and the menu comes back.
        told += filter(None, [as_refusal(error)])
    finally:
        if not here.image.is_sealed:
            put_away(here.init, told.append)
    lines = [f"{name}: {'it ended with this' if told else 'came to its end'}"]
    if told and name in ("rehearse", *RUNS) and files_in(here.home, ".jsonl"):
        lines.append(IN_MEMORY)
    return lines, told


def _entry(
    name: str,
    here: Live,
    options: LiveOptions,
    machine: Machine,
    tell: Callable[[CeremonyError], None],
) -> None:
    if name == "check":
        link = here.new_file(here.home, "link", "toml")
        check(
            CheckOptions(options.camera, options.display, None, link, options.desk), machine.at_desk
        )
    elif name in ("inspect", "verify"):
        machine.at_desk(options.desk, BACK, _looking(name, here, machine), stay=False)
    else:
        kind, asked = machine.at_desk(options.desk, BACK, asking(name, here), stay=False)
        chosen = replace(asked, display=options.display, desk=options.desk)
        house = replace(
            machine.house, medium=media_of(here, machine.house.medium), image=lambda: here.image,
            admit=admitted(here, name, chosen), desk=machine.at_desk,
        )  # fmt: skip
        try:
            RUNS[kind](chosen, house)
        finally:
            keep_transcripts(here, chosen, tell)


def asking(name: str, here: Live) -> Callable[[Desk], tuple[str, CeremonyOptions]]:
    """The questions before a ceremony; they give which one, and its options."""

    def ask(desk: Desk) -> tuple[str, CeremonyOptions]:
        desk.open(f"{name}, in {image_title(here.image)}", "live image", ())
        kind = name
        if name == "rehearse":
            kind = desk.choose(
                "what is rehearsed?",
                [Choice("import", "keys go into Dfns"), Choice("export", "keys come out of Dfns")],
            )
        return kind, ceremony_options(here, desk, name)

    return ask


def _looking(name: str, here: Live, machine: Machine) -> Callable[[Desk], None]:
    def look(desk: Desk) -> None:
        desk.open(f"{name}, in {image_title(here.image)}", "live image", ())
        if name == "inspect":
            inspect_key(here, desk, machine.look)
        else:
            verify_transcript(here, desk)

    return look
