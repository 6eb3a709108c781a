"""`ceremony rehearse`: a whole import and export with a sandbox, every part its own process.

The sandbox plays Dfns, the relay talks to it, the offline side makes the keys; what
crosses between the last two crosses as pictures that a simulated camera saw. This
program starts them and does what people do: it pins the signers' fingerprint that a
second relay fetched, and carries digests from one screen to the other.
"""

import argparse
import contextlib
import importlib.util
import os
import secrets
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

import msgspec

from ceremony.dfns.signers import parse_signers
from ceremony.errors import CeremonyError, Failure
from ceremony.files import read_file, write_file
from ceremony.offline.events import Done, Events, Moved, Moving, Said, Step
from ceremony.offline.stage import Stage
from ceremony.optics.light import Statistics

MAX_KEYS = 300
"""On each curve: three curves, and at most a thousand keys in a message."""

PATIENCE = 120.0
"""Seconds for a process that should end."""

GLANCE = 0.2
"""Seconds between two looks at whether every part still lives."""


class Company:
    """The processes of a rehearsal and their logs, in one folder."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.options = folder, options
        self.light = folder / "light"
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        """A process of this Python; its standard error goes to NAME.log."""
        with (self.folder / f"{name}.log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(  # noqa: S603 -- our own modules, no shell
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                env=_environment(),
            )
        self._running.append((name, process))
        return process

    def relay(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        settings = ("--env", str(self.folder / "sandbox.env"))
        return self.start(name, "ceremony.relay.cli", *settings, *arguments)

    def over_light(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        seen = ("--loss", str(self.options.loss), "--seed", str(self.options.seed + 1))
        return self.relay(name, *arguments, "--link", str(self.light), *seen)

    def finish(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """Wait for a process that must succeed. Raises ``refused`` with its last words."""
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            status = None
        if status != 0:
            raise self.failed(name)

    def check(self) -> None:
        """Raises ``refused`` for a process that ended badly while others wait for it."""
        for name, process in self._running:
            if process.poll() not in (None, 0):
                raise self.failed(name)

    def failed(self, name: str) -> CeremonyError:
        log = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        errors = [line for line in log.splitlines() if ": error: " in line]
        said = errors[-1].split(": error: ", 1)[1] if errors else "it ended without a word"
        return CeremonyError(
            Failure.REFUSED,
            f"the rehearsal failed, {name}: {said}",
            hint="run it again with --keep DIR and read the logs there",
        )

    def end(self) -> None:
        for _, process in self._running:
            process.terminate()
        for _, process in self._running:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def rehearse(options: argparse.Namespace) -> None:
    """Raises ``usage`` for senseless options, ``refused`` when a part of it failed."""
    check_options(options)
    began = time.monotonic()
    with _folder(options.keep) as folder, Stage() as stage:
        company = Company(folder, options)
        try:
            play(company, stage)
        finally:
            company.end()
        stage.total(time.monotonic() - began, options.keep)
        if options.keep is not None:
            keep_frames(folder)


def play(company: Company, stage: Stage) -> None:
    """The rehearsal, in its order."""
    options, folder = company.options, company.folder
    sandbox = company.start("sandbox", "ceremony.sandbox.cli", "--env", str(folder / "sandbox.env"))
    address = next(_lines(company, sandbox), b"")
    if not address:
        raise company.failed("sandbox")
    stage.step(f"the sandbox plays Dfns at {address.decode()}")

    journal = ("--journal", str(folder / "journal.sqlite"))
    relay = company.over_light("relay-signers", "signers", *journal)
    signers = folder / "signers.json"
    company.finish("relay-2", company.relay("relay-2", "signers", "--out", str(signers)))
    pin = parse_signers(read_file(str(signers), "the signers")).fingerprint()
    stage.step("a second relay fetched the signers: their fingerprint is pinned", pin)

    write_file(str(folder / "passphrase"), secrets.token_hex(16).encode(), "the passphrase")
    offline = company.start(
        "offline", "ceremony.offline.rehearsed",
        "--light", str(company.light), "--work", str(folder), "--fingerprint", pin.hex(),
        "--passphrase-file", str(folder / "passphrase"),
        "--keys", str(options.keys), "--loss", str(options.loss), "--seed", str(options.seed),
    )  # fmt: skip
    done = False
    for line in _lines(company, offline):
        match msgspec.json.decode(line, type=Events):
            case Step(text):
                stage.step(text)
            case Said(name, digest):
                company.finish("relay-signers", relay)
                part = "import" if name == "import-request" else "export"
                stage.step(
                    f"the digest of the {name} is carried to the relay", bytes.fromhex(digest)
                )
                relay = company.over_light(f"relay-{part}", part, *journal, "--confirm", digest)
            case Moving(name, received, needed):
                stage.moving(name, received, needed)
            case Moved(name, to_offline, statistics):
                seen = statistics if to_offline else _received(company, name, relay)
                stage.moved(name, to_offline, seen)
            case Done(keys):
                stage.step(f"{keys} keys went in and came back the same")
                done = True
            case unknown:
                assert_never(unknown)
    company.finish("offline", offline)
    company.finish("relay", relay)
    if not done:
        raise company.failed("offline")


def keep_frames(folder: Path) -> None:
    """The frames of every message as pictures, to try a real camera or another reader on."""
    from ceremony.optics.pictures import encode_to_folder

    (folder / "frames").mkdir()
    for path in sorted(folder.glob("*.message")):
        encode_to_folder(path.read_bytes(), folder / "frames" / path.stem)


def check_options(options: argparse.Namespace) -> None:
    """Raises ``usage`` or, where the relay is not installed, ``configuration``."""
    if not 1 <= options.keys <= MAX_KEYS:
        raise _usage(f"--keys must be from 1 to {MAX_KEYS}")
    if not 0 <= options.loss <= 0.9:
        raise _usage("--loss must be from 0 to 0.9")
    if not 0 <= options.seed < 2**32:
        raise _usage("--seed must be from 0 to 4294967295")
    for module in ("dfns_sdk", "starlette", "uvicorn"):
        if importlib.util.find_spec(module) is None:
            raise CeremonyError(
                Failure.CONFIGURATION,
                "this installation has no relay and no sandbox: it cannot rehearse alone",
                hint="run scripts/rehearse in a checkout on a computer with a network",
            )


@contextlib.contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="ceremony-") as name:
            yield Path(name)
        return
    try:
        Path(keep).mkdir(mode=0o700)
    except OSError as error:
        raise CeremonyError(
            Failure.FILE,
            f"cannot make the folder to keep things in: {error.strerror}",
            hint="name a folder that does not exist, in one that does",
        ) from None
    yield Path(keep)


def _environment() -> dict[str, str]:
    # The parts of a rehearsal get nothing of the operator's own settings, and no proxy:
    # they speak to this machine only.
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DFNS_") and not name.lower().endswith("_proxy")
    }


def _lines(company: Company, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Its lines on standard output as they come, while no other part has failed."""
    if process.stdout is None:
        return
    descriptor, pending = process.stdout.fileno(), b""
    while True:
        company.check()
        if not select.select([descriptor], [], [], GLANCE)[0]:
            continue
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return
        *lines, pending = (pending + chunk).split(b"\n")
        yield from lines


def _received(company: Company, name: str, process: subprocess.Popen[bytes]) -> Statistics:
    """What the relay says of the message that it has just seen."""
    for line in _lines(company, process):
        return msgspec.json.decode(line, type=Statistics)
    raise company.failed(name)


def _usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="see ceremony rehearse --help")
