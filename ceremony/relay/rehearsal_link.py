"""The link of a rehearsal: a simulated screen and camera at a Unix socket.

The real camera and its window are not here yet, so that production moves messages as
files, by ``ceremony qr``; nothing of a rehearsal can take a message to production.
"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Foreign, Progress, describe
from ceremony.message import Environment, digest
from ceremony.optics.light import Statistics
from ceremony.optics.rehearsal import receive_simulated, send_simulated
from ceremony.optics.simulated import HD720

TIMEOUT = 600.0
"""Seconds for the other side to come, and for a whole message."""

MAX_LOSS = 0.9


class RehearsalLink:
    """One place where messages go out and come in, one at a time.

    What each transfer took goes to standard output, one JSON object a line.
    """

    def __init__(self, options: argparse.Namespace, environment: Environment) -> None:
        check_rehearsal(environment)
        if not 0 <= options.loss <= MAX_LOSS:
            raise CeremonyError(
                Failure.USAGE, f"--loss is from 0 to {MAX_LOSS}", hint="for example --loss 0.2"
            )
        self._path = Path(options.link)
        self._conditions = HD720.lossy(options.loss)
        self._generator = np.random.default_rng(abs(options.seed))

    def send(self, message: bytes) -> None:
        """Show it until the other side has it."""
        self._report("sent", message, send_simulated(self._path, message, timeout=TIMEOUT))

    def receive(self) -> bytes:
        message, statistics = receive_simulated(
            self._path, self._conditions, self._generator, _on_progress, timeout=TIMEOUT
        )
        self._report("received", message, statistics)
        return message

    def _report(self, what: str, message: bytes, statistics: Statistics) -> None:
        line = {what: digest(message).hex(), **asdict(statistics)}
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()


def check_rehearsal(environment: Environment) -> None:
    """RLY-LINK: the simulated link is for rehearsals. Raises ``environment``."""
    if environment != "rehearsal":
        raise CeremonyError(
            Failure.ENVIRONMENT,
            "--link is a simulated camera, and this is production",
            hint="use files: --out and --request here, ceremony qr encode and decode to cross",
        )


def _on_progress(progress: Progress) -> None:
    if isinstance(progress, Foreign):
        sys.stderr.write(f"ceremony-relay: {describe(progress)}\n")
