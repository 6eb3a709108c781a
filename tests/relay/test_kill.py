"""`ceremony-relay run` is killed at every moment; started again, there is one wallet."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ceremony.curves import CURVES
from ceremony.dfns.key_export import export_body
from ceremony.dfns.key_import import Destination
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.message import ExportResponse, ImportReceipt, Signers, decode_message
from ceremony.relay.api import DfnsApi
from tests.support.killing import KILLED, die_at
from tests.support.laptop_says import export_item, export_request, import_item, import_request
from tests.support.one_import import one_import
from tests.support.relay_operator import Operator
from tests.support.sandbox_process import SandboxProcess

Start = Callable[..., SandboxProcess]

MOMENTS = 300
"""More than a ceremony has: the last one kills nothing, and that is checked."""

KEY_MOMENTS = range(60, MOMENTS)
"""The posts of /keys/import: what comes before them is the same for both."""


class OneImport(Operator):
    """The import of one new key."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, network: str | None) -> None:
        super().__init__(sandbox, folder, self._importing)
        self.network = network
        self.scalar = CURVES["secp256k1"].random_scalar(system_random)
        self.public_key = CURVES["secp256k1"].base_multiply(self.scalar).compressed

    def _importing(self, signers: bytes) -> bytes:
        message = decode_message(signers)
        assert isinstance(message, Signers)
        body = one_import(
            parse_signers(message.answer),
            self.scalar,
            self.public_key,
            "secp256k1",
            "CGGMP21",
            3,
            Destination(self.network),
            system_random,
        )
        return import_request(signers, [import_item(body, self.public_key)])

    def made(self) -> list[dict[str, Any]]:
        """What the sandbox has of this key: wallets, or keys where there is no network."""
        found = []
        for path, key in (("/wallets", "signingKey"), ("/keys", None)):
            items: list[dict[str, Any]] = self.get(f"{path}?limit=500")["items"]
            public_key = self.public_key.hex()
            found.append([i for i in items if (i[key] if key else i)["publicKey"] == public_key])
        assert len(found[1]) <= 1, "the key was imported twice"
        return found[0] if self.network else found[1]

    def check_one(self) -> None:
        """Exactly one, and the receipt is about it."""
        (made,) = self.made()
        assert isinstance(self.answer, ImportReceipt)
        (outcome,) = self.answer.outcomes
        assert outcome.status == "done", outcome
        assert (outcome.wallet_id if self.network else outcome.key_id) == made["id"]
        assert outcome.public_key == self.public_key

    def run_again(self) -> None:
        """As a person would, unless the ceremony was over when the relay died."""
        if not self.over():
            assert self.run() == 0, self.text


@pytest.mark.parametrize(
    ("network", "moments"), [("Ethereum", range(MOMENTS)), (None, KEY_MOMENTS)]
)
def test_killed_at_every_moment(
    start_sandbox: Start, tmp_path: Path, network: str | None, moments: range
) -> None:
    sandbox = start_sandbox()
    lost = 0
    for moment in moments:
        one = OneImport(sandbox, tmp_path / f"moment-{moment}", network)
        status = one.run(die_at(moment))
        if status == 0:
            one.check_one()
            break
        assert status == KILLED, one.text
        lost += bool(one.made())
        one.run_again()
        one.check_one()
    else:
        pytest.fail("the relay never lived to the end")
    assert moment > 60
    assert lost >= 2, "the moments after the post were not among them"


@pytest.mark.parametrize("moment", [40, 50, 60, 70])
def test_killed_again_and_again(start_sandbox: Start, tmp_path: Path, moment: int) -> None:
    """The second and the third run die too, a little later each time."""
    one = OneImport(start_sandbox(), tmp_path / "room", "Ethereum")
    for later in (0, 3, 6):
        if not one.over():
            assert one.run(die_at(moment + later)) in (0, KILLED), one.text
    one.run_again()
    one.check_one()


@pytest.mark.parametrize(
    "fault", ["slow=1@import", "slow-answer=1@import", "lost-answer@import", "lost-request@import"]
)
def test_killed_while_dfns_is_at_work(start_sandbox: Start, tmp_path: Path, fault: str) -> None:
    """The request is there, the answer is not; the next relay starts at once."""
    one = OneImport(start_sandbox("--fault", fault), tmp_path / "room", "Ethereum")

    def die_soon() -> None:
        threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGKILL)).start()

    assert one.run(die_soon) in (KILLED, 0, 1)
    one.run_again()
    time.sleep(1)
    one.check_one()


@pytest.mark.parametrize("fault", ["slow=0@import", "slow-answer=1@import"])
def test_killed_as_a_program_of_its_own(start_sandbox: Start, tmp_path: Path, fault: str) -> None:
    """Nothing forked and nothing patched: killed after parts of what a whole run takes."""
    sandbox = start_sandbox("--fault", fault + ":always")
    whole = OneImport(sandbox, tmp_path / "whole", "Ethereum")
    began = time.monotonic()
    assert whole.run_as_a_program() == 0, whole.text
    seconds = time.monotonic() - began
    whole.check_one()
    killed = 0
    for number, part in enumerate((0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)):
        one = OneImport(sandbox, tmp_path / f"room-{number}", "Ethereum")
        killed += one.run_as_a_program(seconds * part) == KILLED
        one.run_again()
        one.check_one()
    assert killed


def test_a_kill_frees_the_journal(start_sandbox: Start, tmp_path: Path) -> None:
    """Nothing has to be cleaned up by hand."""
    one = OneImport(start_sandbox(), tmp_path / "room", "Ethereum")
    assert one.run(die_at(20)) == KILLED
    with one.journal():
        pass


class OneExport(Operator):
    """The export of a key that is there already."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        super().__init__(sandbox, folder, self._exporting)
        self.public_key, self.key_id = import_one_key(self)
        self.body = export_body(DecryptionKey.generate(system_random).encryption_key)

    def _exporting(self, signers: bytes) -> bytes:
        item = export_item(self.body, self.key_id, self.public_key.hex())
        return export_request(signers, [item])

    def exported(self) -> bool:
        return "exported" in self.get(f"/keys/{self.key_id}")

    def check_answered(self) -> None:
        """The laptop has the shares of this key, and nothing lies about."""
        assert isinstance(self.answer, ExportResponse)
        (outcome,) = self.answer.outcomes
        assert outcome.status == "done", outcome
        assert json.loads(outcome.answer)["publicKey"] == self.public_key.hex()
        assert list(self.folder.glob("journal.answer-*")) == []


def import_one_key(operator: Operator) -> tuple[bytes, str]:
    """Its public key and its id; by the API, beside the relay."""
    scalar = CURVES["secp256k1"].random_scalar(system_random)
    public_key = CURVES["secp256k1"].base_multiply(scalar).compressed
    with DfnsApi(operator.configuration) as api:
        body = one_import(
            parse_signers(api.signers()),
            scalar,
            public_key,
            "secp256k1",
            "CGGMP21",
            3,
            Destination(None),
            system_random,
        )
        answer = api.import_body("/keys/import", json.loads(body), lambda _: None)
    return public_key, json.loads(answer)["id"]


def test_an_export_killed_at_every_moment(start_sandbox: Start, tmp_path: Path) -> None:
    """What Dfns answered is never lost, and no other export is made without a decision."""
    sandbox = start_sandbox("--fault", "refuse-reexport:always")
    saved = 0
    for moment in range(30, MOMENTS):
        one = OneExport(sandbox, tmp_path / f"moment-{moment}")
        status = one.run(die_at(moment))
        if status == 0:
            one.check_answered()
            break
        assert status == KILLED, one.text
        exported = one.exported()
        # If it was noted and had not left, nobody can know, and somebody decides; if it was
        # exported, the answer is here, and a second post would be refused.
        one.again = not exported
        if not one.over():
            assert one.run() == 0, one.text
        one.check_answered()
        saved += exported
    else:
        pytest.fail("the relay never lived to the end")
    assert saved >= 5, "the moments after the answer were not among them"
