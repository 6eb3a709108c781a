"""The other programs of a rehearsal: the sandbox and the relay, each a process of its own."""

import os
import sys
from pathlib import Path
from time import monotonic, sleep

from ceremony.errors import CeremonyError, Failure
from ceremony.rehearsal.people import Answer, Digests, Person, started

START = 30.0
"""Seconds for the sandbox to start on a busy machine."""

PATIENCE = 60.0
"""Seconds for a process that should end."""

STOP = "stop"
"""What the relay's operator answers to a question that no rehearsal has: it ends the relay."""


class Company:
    """The processes and what they said, in one folder. ``end`` ends them all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, Person] = {}

    def sandbox(self, *options: str) -> str:
        """Starts it; its address, once it takes requests. Raises ``refused``."""
        sandbox = self._start("sandbox", "ceremony.sandbox.cli", options, lambda _: None, {})
        deadline = monotonic() + START
        while not any(line.startswith("http") for line in [*sandbox.lines]):
            self.check()
            if monotonic() > deadline:
                raise self.failed("sandbox")
            sleep(0.01)
        return next(line for line in sandbox.lines if line.startswith("http"))

    def relay(self, *options: str, answer: Answer, digests: Digests) -> None:
        self._start("relay", "ceremony.relay.cli", options, answer, digests)

    def check(self) -> None:
        """Raises ``refused`` for a process that ended while others wait for it."""
        for name, process in self._running.items():
            if process.process.poll() is not None:
                process.wait(PATIENCE)
                raise self.failed(name)

    def finish(self, name: str) -> None:
        """Waits for a process that must end well. Raises ``refused``."""
        if self._running[name].wait(PATIENCE) != 0:
            raise self.failed(name)

    def failed(self, name: str) -> CeremonyError:
        errors = [line for line in self._running[name].lines if ": error: " in line]
        said = errors[-1].split(": error: ", 1)[1] if errors else "it ended without a word"
        return CeremonyError(
            Failure.REFUSED,
            f"the rehearsal failed, {name}: {said}",
            hint="run it again with --keep DIR and read the logs there",
        )

    def end(self) -> None:
        """Ends every process; what each said is in NAME.log."""
        for name, process in self._running.items():
            process.end()
            (self.folder / f"{name}.log").write_text(process.text + "\n", encoding="utf-8")

    def _start(
        self, name: str, module: str, options: tuple[str, ...], answer: Answer, digests: Digests
    ) -> Person:
        command = [sys.executable, "-m", module, *options]
        process = started(command, self.folder, _environment())
        self._running[name] = Person(process, answer, digests, otherwise=STOP)
        return self._running[name]


def _environment() -> dict[str, str]:
    # The parts of a rehearsal get nothing of the operator's own settings, and no proxy:
    # they speak to this machine only.
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DFNS_") and not name.lower().endswith("_proxy")
    } | {"PYTHONUNBUFFERED": "1"}
