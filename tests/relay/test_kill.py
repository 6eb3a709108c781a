"""The relay is killed at every moment of an import; started again, there is one wallet."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ceremony.curves import CURVES
from ceremony.dfns.key_export import build_key_export_request
from ceremony.dfns.key_import import Destination
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.message import digest
from ceremony.relay.configuration import read_configuration
from ceremony.relay.journal import Journal
from ceremony.relay.opening import AGAIN
from tests.support.killing import KILLED, die_at, run_relay
from tests.support.one_import import one_import
from tests.support.sandbox_process import ROOT, SandboxProcess

Start = Callable[..., SandboxProcess]

MOMENTS = 200
"""More than an import has: the last one kills nothing, and that is checked."""

KEY_MOMENTS = range(40, MOMENTS)
"""The posts of /keys/import: what comes before them is the same for both."""


class Room:
    """A sandbox, and one import with its files in a folder."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, network: str | None) -> None:
        folder.mkdir()
        self.sandbox, self.folder, self.network = sandbox, folder, network
        scalar = CURVES["secp256k1"].random_scalar(system_random)
        public_key = CURVES["secp256k1"].base_multiply(scalar).compressed
        body = one_import(
            parse_signers(self.get("/signers").content),
            scalar,
            public_key,
            "secp256k1",
            "CGGMP21",
            3,
            Destination(network),
            system_random,
        )
        (folder / "request.json").write_bytes(body)
        self.public_key = public_key.hex()
        self.receipt = folder / "receipt.json"
        self.log = folder / "log"
        self.arguments = [
            *("import", "--env", str(sandbox.env_file)),
            *("--request", str(folder / "request.json"), "--public-key", self.public_key),
            *("--journal", str(folder / "journal"), "--confirm", digest(body).hex()),
            *("--out", str(self.receipt)),
        ]

    def get(self, path: str) -> httpx.Response:
        token = {"authorization": f"Bearer {self.sandbox.env['DFNS_AUTH_TOKEN']}"}
        with httpx.Client(trust_env=False, verify=False) as http:  # noqa: S501 -- loopback
            return http.get(self.sandbox.url + path, headers=token)

    def made(self) -> list[dict[str, Any]]:
        """What the sandbox has of this key: wallets, or keys where there is no network."""
        found = []
        for path, key in (("/wallets", "signingKey"), ("/keys", None)):
            items: list[dict[str, Any]] = self.get(f"{path}?limit=500").json()["items"]
            found.append(
                [i for i in items if (i[key] if key else i)["publicKey"] == self.public_key]
            )
        assert len(found[1]) <= 1, "the key was imported twice"
        return found[0] if self.network else found[1]

    def check_one(self) -> None:
        """Exactly one, and the receipt is about it."""
        (made,) = self.made()
        receipt = json.loads(self.receipt.read_text())
        assert receipt["id"] == made["id"]
        assert (receipt["signingKey"] if self.network else receipt)["publicKey"] == self.public_key

    def run(self, prepare: Callable[[], None] = lambda: None) -> int:
        return run_relay(self.arguments, self.log, prepare)

    def run_again(self) -> None:
        """As a person would: a receipt that was written already is enough."""
        if self.receipt.exists():
            self.receipt.unlink()
        assert self.run() == 0, self.log.read_text()


@pytest.mark.parametrize(
    ("network", "moments"), [("Ethereum", range(MOMENTS)), (None, KEY_MOMENTS)]
)
def test_killed_at_every_moment(
    start_sandbox: Start, tmp_path: Path, network: str | None, moments: range
) -> None:
    sandbox = start_sandbox()
    lost = 0
    for moment in moments:
        room = Room(sandbox, tmp_path / f"moment-{moment}", network)
        status = room.run(die_at(moment))
        if status == 0:
            room.check_one()
            break
        assert status == KILLED, room.log.read_text()
        lost += bool(room.made())
        room.run_again()
        room.check_one()
    else:
        pytest.fail("the relay never lived to the end")
    assert moment > 30
    assert lost >= 2, "the moments after the post were not among them"


@pytest.mark.parametrize("moment", [32, 36, 40, 44])
def test_killed_again_and_again(start_sandbox: Start, tmp_path: Path, moment: int) -> None:
    """The second and the third run die too, a little later each time."""
    room = Room(start_sandbox(), tmp_path / "room", "Ethereum")
    for later in (0, 3, 6):
        if room.run(die_at(moment + later)) == 0:
            room.receipt.unlink()
    room.run_again()
    room.check_one()


@pytest.mark.parametrize(
    "fault", ["slow=1@import", "slow-answer=1@import", "lost-answer@import", "lost-request@import"]
)
def test_killed_while_dfns_is_at_work(start_sandbox: Start, tmp_path: Path, fault: str) -> None:
    """The request is there, the answer is not; the next relay starts at once."""
    room = Room(start_sandbox("--fault", fault), tmp_path / "room", "Ethereum")

    def die_soon() -> None:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGKILL)).start()

    assert room.run(die_soon) in (KILLED, 0, 1)
    # On a busy machine it is killed before its post: then the fault strikes the second relay.
    if not room.receipt.exists() and room.run() != 0:
        room.run_again()
    time.sleep(1)
    room.check_one()


@pytest.mark.parametrize("fault", ["slow=0@import", "slow-answer=1@import"])
def test_killed_as_a_program_of_its_own(start_sandbox: Start, tmp_path: Path, fault: str) -> None:
    """Nothing forked and nothing patched: killed after parts of what a whole run takes."""
    sandbox = start_sandbox("--fault", fault + ":always")
    whole = Room(sandbox, tmp_path / "whole", "Ethereum")
    began = time.monotonic()
    assert run_as_a_program(whole, None) == 0
    seconds = time.monotonic() - began
    whole.check_one()
    killed = 0
    for number, part in enumerate((0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)):
        room = Room(sandbox, tmp_path / f"room-{number}", "Ethereum")
        killed += run_as_a_program(room, seconds * part) == -signal.SIGKILL
        room.run_again()
        room.check_one()
    assert killed


def run_as_a_program(room: Room, delay: float | None) -> int:
    """Its exit status; killed after ``delay`` seconds if it still runs then."""
    command = [sys.executable, "-m", "ceremony.relay.cli", *room.arguments]
    with (
        room.log.open("ab") as log,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as process,
    ):
        try:
            return process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def test_a_kill_frees_the_journal(start_sandbox: Start, tmp_path: Path) -> None:
    """Nothing has to be cleaned up by hand."""
    room = Room(start_sandbox(), tmp_path / "room", "Ethereum")
    assert room.run(die_at(20)) == KILLED
    configuration = read_configuration(str(room.sandbox.env_file), {})
    with Journal(
        str(room.folder / "journal"), "rehearsal", room.sandbox.url, configuration.organisation
    ):
        pass


def test_an_export_killed_at_every_moment(start_sandbox: Start, tmp_path: Path) -> None:
    """What Dfns answered is never lost, and no other export is made without a decision."""
    sandbox = start_sandbox("--fault", "refuse-reexport:always")
    saved = 0
    for moment in range(MOMENTS):
        room = Room(sandbox, tmp_path / f"moment-{moment}", None)
        assert room.run() == 0, room.log.read_text()
        (key,) = room.made()
        request = build_key_export_request(DecryptionKey.generate(system_random).encryption_key)
        (room.folder / "export.json").write_bytes(request)
        response = room.folder / "response.json"
        arguments = [
            *("export", "--env", str(sandbox.env_file), "--key", key["id"]),
            *("--request", str(room.folder / "export.json"), "--out", str(response)),
            *("--journal", str(room.folder / "journal")),
        ]
        status = run_relay(arguments, room.log, killed_at(moment))
        if status == 0:
            break
        assert status == KILLED, room.log.read_text()
        exported = "exported" in room.get(f"/keys/{key['id']}").json()
        response.unlink(missing_ok=True)
        status = run_relay(arguments, room.log, typing("Yes"))
        if not exported and status != 0:
            # It was noted, and had not left: nobody can know, and somebody decides.
            status = run_relay(arguments, room.log, typing(AGAIN))
        assert status == 0, room.log.read_text()
        assert json.loads(response.read_text())["publicKey"] == room.public_key
        assert list(room.folder.glob("journal.answer-*")) == []
        saved += exported
    else:
        pytest.fail("the relay never lived to the end")
    assert saved >= 5, "the moments after the answer were not among them"


def killed_at(moment: int) -> Callable[[], None]:
    def prepare() -> None:
        typing("Yes")()
        die_at(moment)()

    return prepare


def typing(line: str) -> Callable[[], None]:
    def prepare() -> None:
        sys.stdin = io.StringIO(line + "\n")

    return prepare
