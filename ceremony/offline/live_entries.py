"""What the live image's menu asks before a ceremony: the options that a command line would have."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ceremony.desk.port import Choice, Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import write_file
from ceremony.machine import Image
from ceremony.media.folder import Folder
from ceremony.media.opening import KEPT, LIGHT
from ceremony.message import PlanFile, decode_message
from ceremony.offline.ceremonies import CeremonyOptions
from ceremony.offline.live_init import IN, OUT, Init
from ceremony.offline.live_sticks import mount_chosen
from ceremony.optics.cameras import CameraName

MAX_FILES = 20
"""Files of a stick that are offered; a folder with more is not one that was made for the day."""


@dataclass(frozen=True, slots=True)
class Live:
    """The live image while its menu runs. ``home`` is the folder in memory; ``compared`` says
    whether people compared the image's words; ``cameras`` looks which there are, where none
    was named with ``camera``.
    """

    image: Image
    init: Init
    home: Path
    now: Callable[[], datetime]
    cameras: Callable[[], tuple[CameraName, ...]]
    compared: bool
    camera: str = ""

    @property
    def into(self) -> Path:
        return self.init.root / IN

    @property
    def out(self) -> Path:
        return self.init.root / OUT

    def new_file(self, folder: Path, what: str, ending: str) -> str:
        """A name with the time in it: a new file for each run."""
        return str(folder / f"{what}-{self.now():%Y%m%d-%H%M%S}.{ending}")


def ceremony_options(live: Live, desk: Desk, kind: str) -> CeremonyOptions:
    """Options for import, export, resume or a rehearsal; sticks are mounted when this returns.

    Raises ``cancelled``, and ``file`` where a stick does not have what is needed.
    """
    if live.image.is_sealed:
        return _sealed(live, desk, kind)
    by = desk.choose(
        "how do messages cross to the online computer?",
        [
            Choice("light", "by light: screens and cameras face each other"),
            Choice("stick", "on a stick that is carried; files go to the same one, encrypted"),
        ],
    )
    mount_chosen(live.init, desk, "in", "the one with the plan, to be read only")
    plans = files_in(live.into, ".toml")
    relay = [Choice("relay", "the relay sends it")] if by == LIGHT and kind != "rehearse" else []
    plan = _chosen(desk, live.into, plans, "the plan", relay)
    place = None
    if kind == "rehearse" or (kind == "resume" and _was_rehearsal(desk)):
        others = [name for name in plans if name != plan]
        place = _chosen(desk, live.into, others, "the sandbox's table", [])
    mount_chosen(live.init, desk, "out", OUT_TEXTS[by])
    return CeremonyOptions(
        plan=None if plan is None else str(live.into / plan),
        by=LIGHT if by == LIGHT else str(live.out),
        files=str(live.out),
        # A file that is open would keep a stick that is carried from being put away.
        transcript=live.new_file(live.out if by == LIGHT else live.home, kind, "jsonl"),
        rehearsal=None if place is None else str(live.into / place),
        camera=_camera(live, desk) if by == LIGHT else "",
        link=_link(live),
    )


def _was_rehearsal(desk: Desk) -> bool:
    question = "was it a rehearsal with a sandbox's table?"
    return desk.choose(question, [Choice("no", "no"), Choice("yes", "yes")]) == "yes"


OUT_TEXTS = {
    "light": "for what stays with you: transcript, sealed state, exported keys",
    "stick": "carried to the online computer and back",
}


RELAY_RESUMES = (
    "ceremony-relay run --resume --by light --journal journal.sqlite --files . --plan plan.toml"
)
"""The command that brings a ceremony back; as docs/live.md has it."""

LOST = (
    "the relay brings back, by light, what this laptop lost with its power",
    "end the relay if it runs, and start it with the journal, files and plan of the first time:",
    f"  {RELAY_RESUMES}",
    "on paper: the words of the plan, and those of the request",
    "of an export also: the passphrase of the sealed state",
    "where the relay says that no request has crossed, nothing was asked of Dfns",
)


def _sealed(live: Live, desk: Desk, kind: str) -> CeremonyOptions:
    plan, files, returned = None, live.home, False
    if kind == "resume":
        plan = _kept_plan(live, desk)
        returned = plan is None
    if returned:
        desk.show(*LOST)
        desk.ask("press Enter when the relay runs so:", str)
        # As after a new boot: what another attempt left in memory is not of this one.
        files = _new_folder(live)
    elif plan is None:
        desk.show(
            "the plan comes from the relay, by light: start `ceremony-relay run --by light` there"
        )
    return CeremonyOptions(
        plan=plan,
        by=LIGHT,
        files=str(files),
        transcript=live.new_file(live.home, kind, "jsonl"),
        camera=_camera(live, desk),
        link=_link(live),
        returned=returned,
    )


def _new_folder(live: Live) -> Path:
    """Raises ``file``."""
    folder = Path(live.new_file(live.home, "returned", "files"))
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise CeremonyError(
            Failure.FILE,
            f"no folder can be made in this laptop's memory: {error.strerror}",
            hint="try once more; or power off and boot again: the relay has everything",
        ) from None
    return folder


def _kept_plan(live: Live, desk: Desk) -> str | None:
    """A new file with the plan that came by light last: the relay does not show it any more.

    It counts by its words on paper, as before. None where no plan has come since the laptop
    was powered on, or people say that the ceremony is one of before that.
    """
    folder = live.home / KEPT
    came = Folder(str(folder), "laptop").received() if folder.is_dir() else []
    plans = [one.plan for one in map(decode_message, came) if isinstance(one, PlanFile)]
    if not plans:
        return None
    question = "was this laptop powered off since the request left?"
    if desk.choose(question, [Choice("no", "no"), Choice("yes", "yes, or nobody knows")]) == "yes":
        return None
    path = live.new_file(live.home, "plan", "toml")
    write_file(path, plans[-1], "the plan")
    return path


def files_in(folder: Path, *endings: str) -> list[str]:
    """The names of the files with such an ending, sorted; at most ``MAX_FILES``."""
    try:
        there = sorted(path.name for path in folder.iterdir() if path.is_file())
    except OSError:
        return []
    return [name for name in there if name.endswith(endings) and name[0] != "."][:MAX_FILES]


def chosen_file(desk: Desk, folder: Path, names: list[str], what: str) -> str:
    """One of the files. Raises ``file`` where there is none."""
    found = _chosen(desk, folder, names, what, [])
    return str(folder / (found or ""))


def _chosen(
    desk: Desk, folder: Path, names: list[str], what: str, others: list[Choice]
) -> str | None:
    """The name of a file; None for one of ``others``. Names may be anything: numbers choose."""
    if not names and not others:
        raise CeremonyError(
            Failure.FILE,
            f"there is no file for {what} in /{folder.name}",
            hint="it lies at the top of the stick, and its name ends as the documents say",
        )
    numbered = [Choice(str(n), printable(name)) for n, name in enumerate(names, 1)]
    answer = desk.choose(f"which file is {what}?", [*others, *numbered])
    return names[int(answer) - 1] if answer.isdigit() else None


def _camera(live: Live, desk: Desk) -> str:
    there = live.cameras()
    if live.camera or len(there) < 2:
        return live.camera
    choices = [Choice(str(n), printable(one.name)) for n, one in enumerate(there, 1)]
    return there[int(desk.choose("which camera sees the other screen?", choices)) - 1].path


def _link(live: Live) -> str:
    """The newest pace that a check of this day kept; "" for none."""
    kept = [name for name in files_in(live.home, ".toml") if name.startswith("link-")]
    return str(live.home / kept[-1]) if kept else ""
