"""From options to a room: `ceremony-relay run`."""

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ceremony.desk.plain import PlainDesk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.files import read_file, write_file
from ceremony.media.folder import Folder
from ceremony.record.plan import Plan
from ceremony.record.plan_file import MAX_PLAN, parse_plan
from ceremony.relay.api import DfnsApi
from ceremony.relay.ceremony import relay_ceremony
from ceremony.relay.configuration import Configuration
from ceremony.relay.console import show_until_kept, tell_waiting
from ceremony.relay.journal import Journal
from ceremony.relay.room import RelayRoom
from ceremony.relay.sealing import Seal

DELIVERED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Names of files that the laptop may deliver: no folder, nothing hidden."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """``by`` is the medium's folder; delivered files go to ``files``, ``plan`` may be absent."""

    journal: str
    by: str
    files: str
    plan: str | None


def run(options: RunOptions, configuration: Configuration) -> None:
    """`ceremony-relay run`, until the ceremony closes."""
    plan, plan_file = _plan(options.plan)
    medium = Folder(options.by, "relay")
    desk = PlainDesk(sys.stdin, sys.stdout)
    with (
        Journal(
            options.journal,
            configuration.environment,
            configuration.api_url,
            configuration.organisation,
        ) as journal,
        DfnsApi(configuration, waiting=tell_waiting) as api,
    ):
        relay_ceremony(
            RelayRoom(
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
