"""From options to a room: `ceremony import`, `export` and `resume`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ceremony.desk.plain import PlainDesk
from ceremony.desk.port import Desk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.files import Lines, read_file, read_secret, write_files
from ceremony.machine import Problem, machine_facts, problems
from ceremony.media.folder import Folder
from ceremony.offline.export_ceremony import export_ceremony
from ceremony.offline.import_ceremony import import_ceremony
from ceremony.offline.resuming import resume_ceremony
from ceremony.offline.room import Outcome, Room
from ceremony.offline.source_entry import enter_source
from ceremony.record.plan import Plan
from ceremony.record.plan_check import check_plan
from ceremony.record.plan_file import MAX_PLAN, parse_plan
from ceremony.record.transcript import Record
from ceremony.secret import Secret

INCOMPLETE = "the ceremony ended, and not every key is done"


@dataclass(frozen=True, slots=True)
class CeremonyOptions:
    """``plan`` is a file, ``by`` the medium's folder, ``files`` the one of the laptop's files.

    ``transcript`` is the file of the transcript, a new one for each run.
    """

    plan: str
    by: str
    files: str
    transcript: str


def run_import(options: CeremonyOptions) -> None:
    """`ceremony import`. Raises CeremonyError, ``receipt`` where not every key is done."""
    plan = open_plan(options.plan, "import-wallets", "import-keys")
    _run(options, plan, lambda room, _: import_ceremony(room))


def run_export(options: CeremonyOptions) -> None:
    """`ceremony export`. Raises as ``run_import`` does."""
    plan = open_plan(options.plan, "export-keys")
    _run(options, plan, lambda room, _: export_ceremony(room))


def run_resume(options: CeremonyOptions) -> None:
    """`ceremony resume`. Raises as ``run_import`` does."""
    plan = open_plan(options.plan, "import-wallets", "import-keys", "export-keys")
    _run(options, plan, resume_ceremony)


def open_plan(path: str, *operations: str) -> Plan:
    """The plan in a file, without a mistake and for one of these operations.

    Raises ``file`` and ``plan``.
    """
    data = read_file(path, "the plan", MAX_PLAN)
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


def _run(options: CeremonyOptions, plan: Plan, script: Callable[[Room, Folder], Outcome]) -> None:
    folder = Folder(options.by, "laptop")
    with Lines(options.transcript, "the transcript") as lines:
        record = Record(lines.append, lambda: datetime.now(UTC))
        room = Room(
            desk=PlainDesk(),
            medium=folder,
            plan=plan,
            machine=look_at_machine,
            random=system_random,
            record=record,
            enter=enter_source,
            write=_writer(options.files),
            read=lambda name: read_secret(str(Path(options.files) / name), "the file"),
        )
        outcome = watched(room, lambda: script(room, folder))
    if not outcome.complete:
        raise CeremonyError(
            Failure.RECEIPT,
            INCOMPLETE,
            hint="the lines above name each key and what to do; pending and unknown ones are taken "
            "up by `ceremony resume`",
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
        raise


def look_at_machine() -> tuple[Problem, ...]:
    return problems(machine_facts())


def _writer(folder: str) -> Callable[[Sequence[tuple[str, Secret]], str], None]:
    def write(files: Sequence[tuple[str, Secret]], subject: str) -> None:
        # An absolute name goes where it says: a custodian's medium, mounted elsewhere.
        places = [(str(Path(folder) / name), content.reveal()) for name, content in files]
        write_files(places, subject)

    return write


__all__ = ["CeremonyOptions", "Desk", "open_plan", "run_export", "run_import", "run_resume"]
