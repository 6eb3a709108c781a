"""From options to a room: `ceremony-relay run`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ceremony.desk.port import Awaiting, Desk
from ceremony.desk.screen import WHAT_FITS, DeskOptions, at_desk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.files import read_file, write_file
from ceremony.media.folder import Folder
from ceremony.media.opening import KEPT, LIGHT, LightOptions, opened_light
from ceremony.media.port import Medium
from ceremony.message import Environment
from ceremony.record.plan import Plan
from ceremony.record.plan_file import MAX_PLAN, parse_plan
from ceremony.record.rehearsal_plan import at_place, parse_place
from ceremony.relay.api import DfnsApi
from ceremony.relay.ceremony import relay_ceremony
from ceremony.relay.configuration import CREDENTIAL, Configuration
from ceremony.relay.console import show_until_kept, waited
from ceremony.relay.host import HOST, URL
from ceremony.relay.journal import Journal
from ceremony.relay.journal_file import OURS
from ceremony.relay.room import RelayRoom
from ceremony.relay.sealing import Seal
from ceremony.relay.session import resumable
from ceremony.relay.surroundings import PRIVATE_FILES, TLS
from ceremony.relay.token import ORGANISATION

LINK = Control("RLY-LINK", "the simulated light serves rehearsals only")
REHEARSAL = Control("RLY-REHEARSAL", "a plan is rehearsed at a sandbox on this machine only")

LEAVING = "what was posted stays in the journal: run the same command again to go on"

AT_START = (URL, HOST, TLS, PRIVATE_FILES, CREDENTIAL, ORGANISATION, OURS, LINK)
"""What has passed before the relay says its first message."""

THIS_RUN = b""
"""In the journal in place of a request: what passed for the whole run."""

SIMULATED = "light:"
"""What the name of a simulated light begins with; its folder follows."""

DELIVERED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Names of files that the laptop may deliver: no folder, nothing hidden."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """``by`` is the medium: ``light``, for which ``camera`` and ``display`` are chosen and
    ``link`` may be the file with a pace, a folder, or the simulated light, ``light:`` and its
    folder.

    Delivered files go to ``files``, ``plan`` may be absent. ``rehearsal`` is the sandbox's
    table: the plan's ceremony with fresh keys, at the sandbox. ``resume`` brings a ceremony
    back to a laptop that kept nothing of it.
    """

    journal: str
    by: str
    files: str
    plan: str | None
    rehearsal: str | None = None
    camera: str = ""
    display: str = ""
    desk: DeskOptions = WHAT_FITS
    link: str = ""
    resume: bool = False


def run(options: RunOptions, configuration: Configuration) -> None:
    """`ceremony-relay run`, until the ceremony closes.

    The rehearsal of an export is two ceremonies: its fresh keys go in first.
    """
    check_resume(options)
    plan, plan_file = _plan(options.plan)
    before_export = False
    place = None
    if options.rehearsal is not None:
        check_rehearsal(options, configuration.environment)
        place = parse_place(read_file(options.rehearsal, "the sandbox's table", MAX_PLAN))
        before_export = plan is not None and plan.is_export
        plan = plan and at_place(plan, place)

    def at(desk: Desk) -> None:
        if place is not None:
            desk.show("THIS IS A REHEARSAL: a sandbox takes the place of Dfns")
        _hold(options, configuration, desk, plan, plan_file, before_export)

    at_desk(options.desk, LEAVING, at)


def _hold(
    options: RunOptions,
    configuration: Configuration,
    desk: Desk,
    plan: Plan | None,
    plan_file: bytes,
    before_export: bool,
) -> None:
    def tell(seconds: float) -> None:
        desk.progress(Awaiting(waited(seconds)))

    with (
        medium_at(options, configuration.environment, desk) as medium,
        Journal(
            options.journal,
            configuration.environment,
            configuration.api_url,
            configuration.organisation,
        ) as journal,
        DfnsApi(configuration, waiting=tell) as api,
    ):
        journal.passed(THIS_RUN, *AT_START, *((REHEARSAL,) if options.rehearsal else ()))
        room = RelayRoom(
            desk=desk,
            medium=medium,
            api=api,
            configuration=configuration,
            journal=journal,
            seal=Seal(configuration.private_key, system_random),
            random=system_random,
            keep=lambda name, data: keep(options.files, name, data),
            now=lambda: datetime.now(UTC).isoformat(timespec="seconds"),
            rescue=lambda subject, data: desk.aside(lambda: show_until_kept(subject, data)),
            plan=plan,
            plan_file=plan_file,
            crossed=partial(crossed_before, options.files) if options.resume else None,
        )
        with resumable():
            while not relay_ceremony(room) and before_export:
                desk.show("the fresh keys are in: now their export")


@contextmanager
def medium_at(options: RunOptions, environment: Environment, desk: Desk) -> Iterator[Medium]:
    """RLY-LINK: the medium; the simulated light in a rehearsal only.

    Raises ``environment``, ``file`` and ``configuration``.
    """
    by = options.by
    if by == LIGHT:
        light_options = LightOptions(options.camera, options.display, options.files, options.link)
        with opened_light(light_options, "relay", environment, desk) as real:
            yield real
        return
    if not by.startswith(SIMULATED):
        yield Folder(by, "relay")
        return
    if environment != "rehearsal":
        raise LINK.refusal(
            Failure.ENVIRONMENT,
            "the simulated light is for rehearsals, and this is production",
            hint="name the folder that is carried across",
        )
    # Only here: no camera is simulated, and no OpenCV loaded, in production.
    from ceremony.media.simulated import SimulatedLight

    light = SimulatedLight(Path(by.removeprefix(SIMULATED)), "relay")
    try:
        yield light
    finally:
        light.close()


def check_resume(options: RunOptions) -> None:
    """Raises ``usage`` where there is nothing that could be brought back."""
    if options.resume and (options.by != LIGHT or options.plan is None or options.rehearsal):
        raise CeremonyError(
            Failure.USAGE,
            "--resume goes with --by light and --plan, and not with --rehearsal",
            hint="a laptop with a stick or a disk has its messages there: `ceremony resume` alone",
        )


def crossed_before(files: str) -> list[bytes]:
    """What the laptop said by light in earlier runs with this folder. Raises ``file``."""
    return Folder(str(Path(files) / KEPT), "relay").received()


def check_rehearsal(options: RunOptions, environment: Environment) -> None:
    """RLY-REHEARSAL: only a relay that speaks to this machine rehearses.

    Raises ``environment``, and ``usage`` without a plan.
    """
    if environment != "rehearsal":
        raise REHEARSAL.refusal(
            Failure.ENVIRONMENT,
            "a rehearsal was asked for, and DFNS_API_URL is not that of a sandbox",
            hint="STOP: give the file that ceremony-sandbox wrote with --env",
        )
    if options.plan is None:
        raise CeremonyError(
            Failure.USAGE, "--rehearsal needs a --plan to rehearse", hint="name the plan's file"
        )


def keep(folder: str, name: str, data: bytes) -> None:
    """A delivered file, new; the same once more is a success. Raises ``file``, ``malformed``."""
    if not DELIVERED.fullmatch(name):
        raise CeremonyError(
            Failure.MALFORMED,
            "the laptop delivers a file under a name that no file of a ceremony has",
            hint="STOP: the laptop's program is another one, or the message was forged",
        )
    path = Path(folder) / name
    number = 1
    while path.exists():
        if read_file(str(path), "the delivered file") == data:
            return
        number += 1
        path = Path(folder) / f"{number}-{name}"
    write_file(str(path), data, "the delivered file")


def _plan(path: str | None) -> tuple[Plan | None, bytes]:
    if path is None:
        return None, b""
    data = read_file(path, "the plan", MAX_PLAN)
    return parse_plan(data), data
