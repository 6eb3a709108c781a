"""From options to a room: `ceremony-relay run`."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ceremony.desk.plain import PlainDesk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.files import read_file, write_file
from ceremony.media.folder import Folder
from ceremony.media.port import Medium
from ceremony.message import Environment
from ceremony.record.plan import Plan
from ceremony.record.plan_file import MAX_PLAN, parse_plan
from ceremony.record.rehearsal_plan import at_place, parse_place
from ceremony.relay.api import DfnsApi
from ceremony.relay.ceremony import relay_ceremony
from ceremony.relay.configuration import CREDENTIAL, Configuration
from ceremony.relay.console import show_until_kept, tell_waiting
from ceremony.relay.host import HOST, URL
from ceremony.relay.journal import Journal
from ceremony.relay.journal_file import OURS
from ceremony.relay.room import RelayRoom
from ceremony.relay.sealing import Seal
from ceremony.relay.surroundings import PRIVATE_FILES, TLS
from ceremony.relay.token import ORGANISATION

LINK = Control("RLY-LINK", "the simulated light serves rehearsals only")
REHEARSAL = Control("RLY-REHEARSAL", "a plan is rehearsed at a sandbox on this machine only")

AT_START = (URL, HOST, TLS, PRIVATE_FILES, CREDENTIAL, ORGANISATION, OURS, LINK)
"""What has passed before the relay says its first message."""

THIS_RUN = b""
"""In the journal in place of a request: what passed for the whole run."""

AGAIN = "run the same command again: what was finished is in the journal"
"""What is told when somebody stops the relay."""

LIGHT = "light:"
"""What the name of a simulated light begins with; its folder follows."""

DELIVERED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Names of files that the laptop may deliver: no folder, nothing hidden."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """``by`` is the medium: a folder, or the simulated light, ``light:`` and its folder.

    Delivered files go to ``files``, ``plan`` may be absent. ``rehearsal`` is the sandbox's
    table: the plan's ceremony with fresh keys, at the sandbox.
    """

    journal: str
    by: str
    files: str
    plan: str | None
    rehearsal: str | None = None


def run(options: RunOptions, configuration: Configuration) -> None:
    """`ceremony-relay run`, until the ceremony closes.

    The rehearsal of an export is two ceremonies: its fresh keys go in first.
    """
    plan, plan_file = _plan(options.plan)
    desk = PlainDesk(sys.stdin, sys.stdout, AGAIN)
    ceremonies = 1
    if options.rehearsal is not None:
        check_rehearsal(options, configuration.environment)
        place = parse_place(read_file(options.rehearsal, "the sandbox's table", MAX_PLAN))
        ceremonies = 2 if plan is not None and plan.is_export else 1
        plan = plan and at_place(plan, place)
        desk.show("THIS IS A REHEARSAL: a sandbox takes the place of Dfns")
    with (
        medium_at(options.by, configuration.environment) as medium,
        Journal(
            options.journal,
            configuration.environment,
            configuration.api_url,
            configuration.organisation,
        ) as journal,
        DfnsApi(configuration, waiting=tell_waiting) as api,
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
            rescue=show_until_kept,
            plan=plan,
            plan_file=plan_file,
        )
        for _ in range(ceremonies):
            relay_ceremony(room)


@contextmanager
def medium_at(by: str, environment: Environment) -> Iterator[Medium]:
    """RLY-LINK: the medium; the simulated light in a rehearsal only. Raises ``environment``."""
    if not by.startswith(LIGHT):
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

    light = SimulatedLight(Path(by.removeprefix(LIGHT)), "relay")
    try:
        yield light
    finally:
        light.close()


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
