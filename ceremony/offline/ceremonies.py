"""From options to a room: `ceremony import`, `export` and `resume`."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ceremony.desk.port import Desk
from ceremony.desk.screen import WHAT_FITS, DeskOptions, at_desk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.files import Lines, read_file, read_secret, write_files
from ceremony.machine import Image, Problem, machine_facts, problems
from ceremony.media.folder import Folder
from ceremony.media.light import Light
from ceremony.media.opening import LIGHT, LightOptions, opened_light, source_of
from ceremony.media.port import Medium
from ceremony.media.secret_code import scan_secret
from ceremony.message import Environment, PlanFile, decode_message
from ceremony.message.conversation import check_kind
from ceremony.offline.export_ceremony import export_ceremony
from ceremony.offline.import_ceremony import import_ceremony
from ceremony.offline.resuming import Kept, resume_ceremony
from ceremony.offline.returning import resume_returned
from ceremony.offline.room import Enter, Outcome, Room
from ceremony.offline.self_tests import SelfTests
from ceremony.offline.source_entry import enter_source
from ceremony.passphrases import WORK, Work
from ceremony.record.plan import Plan
from ceremony.record.plan_check import check_plan
from ceremony.record.plan_file import MAX_PLAN, parse_plan
from ceremony.record.rehearsal_plan import parse_place
from ceremony.record.transcript import Record
from ceremony.secret import Secret

IMPORTS = ("import-wallets", "import-keys")
EXPORTS = ("export-keys",)

LEAVING = (
    "what was typed is lost; what was sent stays sent, and `ceremony resume` takes it up again"
)

INCOMPLETE = "the ceremony ended, and not every key is done"


@dataclass(frozen=True, slots=True)
class CeremonyOptions:
    """``plan`` is a file, or the relay's without one; ``by`` is the medium's folder, or ``light``,
    for which ``camera`` and ``display`` are chosen; ``link`` is the file with the
    pace that `check` kept; ``files`` is the folder of the laptop's own files.

    ``returned`` is true for a ceremony that is taken up without anything of it here: the relay
    brings it back. ``transcript`` is the file of the transcript, a new one for each run.
    ``rehearsal`` is the sandbox's table: the plan's ceremony with fresh keys, at the sandbox.
    """

    plan: str | None
    by: str
    files: str
    transcript: str
    rehearsal: str | None = None
    camera: str = ""
    display: str = ""
    desk: DeskOptions = WHAT_FITS
    link: str = ""
    returned: bool = False


@contextmanager
def medium_of(options: CeremonyOptions, desk: Desk, *, resumed: bool) -> Iterator[Folder | Light]:
    """The medium that the options name. Raises ``file`` and ``configuration``."""
    if options.by != LIGHT:
        yield Folder(options.by, "laptop")
        return
    light = LightOptions(options.camera, options.display, options.files, options.link)
    environment: Environment | None = None if options.rehearsal is None else "rehearsal"
    with opened_light(light, "laptop", environment, desk, again=resumed) as medium:
        yield medium


@dataclass(frozen=True, slots=True)
class House:
    """What a ceremony finds on its machine; the live image and tests have others.

    ``admit`` raises for a plan that is not to be held here; ``self_tests`` is None for all that
    there are; ``work`` is what a guess of a passphrase costs.
    """

    desk: Callable[[DeskOptions, str, Callable[[Desk], None]], None] = at_desk
    medium: Callable[..., AbstractContextManager[Folder | Light]] = medium_of
    image: Callable[[], Image | None] = lambda: machine_facts().image
    admit: Callable[[Plan], None] = lambda _: None
    self_tests: SelfTests | None = None
    work: Work = WORK


HOUSE = House()
"""This machine."""


def run_import(options: CeremonyOptions, house: House = HOUSE) -> None:
    """`ceremony import`. Raises CeremonyError, ``receipt`` where not every key is done."""
    _run(options, house, IMPORTS, lambda room, _: import_ceremony(room))


def run_export(options: CeremonyOptions, house: House = HOUSE) -> None:
    """`ceremony export`. Raises as ``run_import`` does."""
    _run(options, house, EXPORTS, lambda room, _: export_ceremony(room))


def run_resume(options: CeremonyOptions, house: House = HOUSE) -> None:
    """`ceremony resume`. Raises as ``run_import`` does."""
    if options.returned:
        _run(options, house, IMPORTS + EXPORTS, lambda room, _: resume_returned(room))
    else:
        _run(options, house, IMPORTS + EXPORTS, resume_ceremony)


def read_plan(data: bytes, operations: tuple[str, ...]) -> Plan:
    """The plan in these bytes, without a mistake and for one of these operations.

    Raises ``plan``.
    """
    plan = parse_plan(data)
    mistakes = check_plan(plan, data.decode()).mistakes
    if mistakes:
        raise CeremonyError(
            Failure.PLAN,
            f"the plan has {len(mistakes)} mistakes, the first: {mistakes[0]}",
            hint="`ceremony plan check PLAN` explains every one",
        )
    if plan.operation not in operations:
        raise CeremonyError(
            Failure.PLAN,
            f"this is a plan for {plan.operation}",
            hint="start `ceremony export` for export-keys, `ceremony import` for the others",
        )
    return plan


def receive_plan(desk: Desk, medium: Medium) -> bytes:
    """What the relay sends, where no plan is named; it counts by its words on paper."""
    desk.show("no plan is named: the relay's is taken, and people confirm its words from paper")
    message = decode_message(medium.receive(("plan",), (), desk.progress))
    return check_kind(message, PlanFile).plan


def _run(
    options: CeremonyOptions,
    house: House,
    operations: tuple[str, ...],
    script: Callable[[Room, Kept], Outcome],
) -> None:
    """At the desk that was chosen; a mistake in a plan that is named is told before it opens."""
    resumed = script is resume_ceremony
    named = None
    if options.plan is not None:
        named = read_plan(read_file(options.plan, "the plan", MAX_PLAN), operations)

    def at(desk: Desk) -> None:
        with house.medium(options, desk, resumed=resumed) as medium:
            plan = named or read_plan(receive_plan(desk, medium), operations)
            house.admit(plan)
            if isinstance(medium, Light) and options.rehearsal is None:
                medium.environment = plan.environment
            _hold(options, house, plan, desk, medium, script)

    house.desk(options.desk, LEAVING, at)


def _hold(
    options: CeremonyOptions,
    house: House,
    plan: Plan,
    desk: Desk,
    medium: Folder | Light,
    script: Callable[[Room, Kept], Outcome],
) -> None:
    if options.rehearsal is not None:
        from ceremony.offline.rehearsing import run_rehearsal

        place = parse_place(read_file(options.rehearsal, "the sandbox's table", MAX_PLAN))
        resumed = script is resume_ceremony
        outcome = run_rehearsal(options, house, plan, place, desk, medium, resumed=resumed)
    else:
        with open_room(options, house, desk, medium, plan, enter_source) as room:
            outcome = watched(room, lambda: script(room, medium))
    if not outcome.complete:
        raise CeremonyError(
            Failure.RECEIPT,
            INCOMPLETE,
            hint="the lines above name each key and what to do; pending and unknown ones are taken "
            "up by `ceremony resume`",
        )


@contextmanager
def open_room(
    options: CeremonyOptions,
    house: House,
    desk: Desk,
    medium: Medium,
    plan: Plan,
    enter: Enter,
) -> Iterator[Room]:
    """The room of a ceremony on this machine, with a new transcript. Raises ``file``."""
    files = options.files
    with Lines(options.transcript, "the transcript") as lines:
        yield Room(
            desk=desk,
            medium=medium,
            plan=plan,
            machine=look_at_machine,
            random=system_random,
            record=Record(lines.append, lambda: datetime.now(UTC)),
            enter=enter,
            write=_writer(files),
            read=lambda name: read_secret(str(Path(files) / name), "the file"),
            exists=lambda name: os.path.lexists(Path(files) / name),
            scan=lambda prompt: scan_secret(
                desk, lambda: source_of(options.camera, desk), plan.environment, prompt
            ),
            image=house.image(),
            self_tests=house.self_tests,
            work=house.work,
        )


def watched(room: Room, script: Callable[[], Outcome]) -> Outcome:
    """Runs the script; what ends it early stands in the transcript."""
    try:
        return script()
    except CeremonyError as error:
        room.record.refused(error)
        if error.failure is Failure.CANCELLED:
            hint = LEFT if has_left(room.record) else NOT_LEFT
            raise CeremonyError(error.failure, error.message, hint=hint) from None
        raise
    except KeyboardInterrupt as interrupt:
        room.record.happened("interrupted", why="Ctrl-C or a signal")
        # The same one: it knows the signal that it came of.
        interrupt.args = (LEFT if has_left(room.record) else NOT_LEFT,)
        raise


def has_left(record: Record) -> bool:
    """Whether a request has left the laptop, in this run or in the one that it takes up."""
    signs = (b'"kind":"import-request"', b'"kind":"export-request"', b'"event":"resumes"')
    return any(sign in line for sign in signs for line in record.lines)


LEFT = "the request has left this laptop, and may be carried out: `ceremony resume` goes on"

NOT_LEFT = "no request has left this laptop: start the ceremony again"


def look_at_machine() -> tuple[Problem, ...]:
    return problems(machine_facts())


def _writer(folder: str) -> Callable[[Sequence[tuple[str, Secret]], str], None]:
    def write(files: Sequence[tuple[str, Secret]], subject: str) -> None:
        # An absolute name goes where it says: a custodian's medium, mounted elsewhere.
        places = [(str(Path(folder) / name), content.reveal()) for name, content in files]
        write_files(places, subject)

    return write
