"""From options to a room: `ceremony import`, `export` and `resume`."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ceremony.desk.plain import PlainDesk
from ceremony.desk.port import Desk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.files import Lines, read_file, read_secret, write_files
from ceremony.machine import Problem, lock_memory, machine_facts, problems
from ceremony.media.folder import Folder
from ceremony.media.port import Medium
from ceremony.message import PlanFile, decode_message
from ceremony.message.conversation import check_kind
from ceremony.offline.export_ceremony import export_ceremony
from ceremony.offline.import_ceremony import import_ceremony
from ceremony.offline.resuming import resume_ceremony
from ceremony.offline.room import Enter, Outcome, Room
from ceremony.offline.source_entry import enter_source
from ceremony.record.plan import Plan
from ceremony.record.plan_check import check_plan
from ceremony.record.plan_file import MAX_PLAN, parse_plan
from ceremony.record.rehearsal_plan import parse_place
from ceremony.record.transcript import Record
from ceremony.secret import Secret

IMPORTS = ("import-wallets", "import-keys")
EXPORTS = ("export-keys",)

INCOMPLETE = "the ceremony ended, and not every key is done"


@dataclass(frozen=True, slots=True)
class CeremonyOptions:
    """``plan`` is a file, or the relay's without one; ``by`` is the medium's folder, ``files``
    that of the laptop's own files.

    ``transcript`` is the file of the transcript, a new one for each run. ``rehearsal`` is the
    sandbox's table: the plan's ceremony with fresh keys, at the sandbox.
    """

    plan: str | None
    by: str
    files: str
    transcript: str
    rehearsal: str | None = None


def run_import(options: CeremonyOptions) -> None:
    """`ceremony import`. Raises CeremonyError, ``receipt`` where not every key is done."""
    _run(options, IMPORTS, lambda room, _: import_ceremony(room))


def run_export(options: CeremonyOptions) -> None:
    """`ceremony export`. Raises as ``run_import`` does."""
    _run(options, EXPORTS, lambda room, _: export_ceremony(room))


def run_resume(options: CeremonyOptions) -> None:
    """`ceremony resume`. Raises as ``run_import`` does."""
    _run(options, IMPORTS + EXPORTS, resume_ceremony)


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


def plan_from(options: CeremonyOptions, desk: Desk, medium: Medium) -> bytes:
    """The plan's file; without one, what the relay sends, which counts by its words on paper."""
    if options.plan is not None:
        return read_file(options.plan, "the plan", MAX_PLAN)
    desk.show("no plan is named: the relay's is taken, and people confirm its words from paper")
    message = decode_message(medium.receive(("plan",), (), desk.progress))
    return check_kind(message, PlanFile).plan


def _run(
    options: CeremonyOptions,
    operations: tuple[str, ...],
    script: Callable[[Room, Folder], Outcome],
) -> None:
    lock_memory()
    desk, folder = PlainDesk(), Folder(options.by, "laptop")
    plan = read_plan(plan_from(options, desk, folder), operations)
    if options.rehearsal is not None:
        from ceremony.offline.rehearsing import run_rehearsal

        place = parse_place(read_file(options.rehearsal, "the sandbox's table", MAX_PLAN))
        resumed = script is resume_ceremony
        outcome = run_rehearsal(options, plan, place, desk, folder, resumed=resumed)
    else:
        with open_room(options.transcript, options.files, desk, folder, plan, enter_source) as room:
            outcome = watched(room, lambda: script(room, folder))
    if not outcome.complete:
        raise CeremonyError(
            Failure.RECEIPT,
            INCOMPLETE,
            hint="the lines above name each key and what to do; pending and unknown ones are taken "
            "up by `ceremony resume`",
        )


@contextmanager
def open_room(
    transcript: str, files: str, desk: Desk, medium: Medium, plan: Plan, enter: Enter
) -> Iterator[Room]:
    """The room of a ceremony on this machine; ``transcript`` is a new file.

    Raises ``file``.
    """
    with Lines(transcript, "the transcript") as lines:
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
        )


def watched(room: Room, script: Callable[[], Outcome]) -> Outcome:
    """Runs the script; what ends it early stands in the transcript."""
    try:
        return script()
    except CeremonyError as error:
        room.record.refused(error)
        raise
    except KeyboardInterrupt:
        room.record.happened("interrupted", why="Ctrl-C or a signal")
        raise KeyboardInterrupt(LEFT if has_left(room.record) else NOT_LEFT) from None


def has_left(record: Record) -> bool:
    """Whether a request has left the laptop in this run."""
    return any(b'"kind":"import-request"' in line or b'"kind":"export-request"' in line
               for line in record.lines)  # fmt: skip


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
