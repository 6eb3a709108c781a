"""Dfns misbehaves during whole ceremonies: what the laptop is told, and what is at Dfns after."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.addresses import addresses
from ceremony.curves import CURVES
from ceremony.dfns.key_export import recover_secret_scalar
from ceremony.dfns.key_import import Destination
from ceremony.dfns.signers import parse_signers
from ceremony.entropy import system_random
from ceremony.message import (
    ExportOutcome,
    ExportResponse,
    ImportReceipt,
    Signers,
    decode_message,
)
from ceremony.relay.cli import main
from ceremony.relay.configuration import read_configuration
from tests.support.killing import KILLED
from tests.support.laptop_says import import_item, import_request
from tests.support.one_import import one_import
from tests.support.one_request import OneExport, OneImport
from tests.support.relay_operator import Operator
from tests.support.sandbox_process import SandboxProcess

Start = Callable[..., SandboxProcess]

ON_IMPORT = {
    "slow-answer=2@import": ["done"],
    "lost-answer@import": ["done"],
    "error-after@import": ["done"],
    "garbage@import": ["done"],
    "cut@import": ["done"],
    "cut-chunked@import": ["done"],
    "odd-number@import": ["done"],
    "odd-twice@import": ["done"],
    "odd-integer@import": ["done"],
    "odd-depth@import": ["done"],
    "lost-request@import": ["unknown", "done"],
    "error@import": ["unknown", "done"],
    "early-hints=100@import": ["done"],
    "trickle=400@import": ["done"],
    "finishes-late=3@import": ["unknown", "done"],
    "pending=3@import": ["pending", "done"],
    "no-permission@import": ["done"],
    "wrong-public-key@import": ["mismatch"],
}
"""What the laptop is told, one receipt after the other."""


def told(operator: Operator) -> list[str]:
    """The status of the one key in each answer that the laptop got."""
    said = map(decode_message, operator.laptop.received())
    answers = [m for m in said if isinstance(m, ImportReceipt | ExportResponse)]
    return [outcome.status for answer in answers for outcome in answer.outcomes]


@pytest.mark.parametrize("fault", ON_IMPORT)
def test_an_import(start_sandbox: Start, tmp_path: Path, fault: str) -> None:
    """One wallet at most, and the last receipt is about it."""
    one = OneImport(start_sandbox("--fault", fault), tmp_path / "room", "Ethereum")
    one.patience, one.again = 20, False
    assert one.run() == 0, one.text
    expected, statuses = ON_IMPORT[fault], told(one)
    assert list(dict.fromkeys(statuses)) == expected, one.text
    made = one.made()
    assert len(made) == (expected[-1] in ("done", "mismatch"))
    if expected[-1] == "done":
        one.check_one()
    (outcome,) = one.answer.outcomes
    assert bool(outcome.error) is (expected[-1] != "done")


ON_EXPORT = {
    "slow-answer=2@export": ["done"],
    "early-hints=100@export": ["done"],
    "trickle=2000@export": ["done"],
    "odd-number@export": ["done"],
    "odd-twice@export": ["done"],
    "odd-integer@export": ["done"],
    "odd-depth@export": ["done"],
    "wrong-public-key@export": ["done"],
    "error@export": ["unknown"],
    "lost-answer@export": ["unknown"],
    "garbage@export": ["unknown"],
    "cut=90@export": ["unknown"],
    "cut-chunked=90@export": ["unknown"],
    "pending@export": ["pending", "unknown"],
    "no-permission@export": ["done"],
}
"""What the laptop is told when nobody decides a second export."""


@pytest.mark.parametrize("fault", ON_EXPORT)
def test_an_export(start_sandbox: Start, tmp_path: Path, fault: str) -> None:
    """Whatever Dfns answered can be taken out of the journal, and no second post leaves."""
    one = OneExport(start_sandbox("--fault", fault), tmp_path / "room")
    one.again, one.patience = False, 1
    status = one.run()
    expected = ON_EXPORT[fault]
    assert list(dict.fromkeys(told(one))) == expected, one.text
    assert status == (expected[-1] not in ("done", "refused")), one.text
    (outcome,) = one.answer.outcomes
    assert isinstance(outcome, ExportOutcome)
    kept = recovered(one)
    if expected == ["done"]:
        assert outcome.answer in kept
        if "wrong-public-key" not in fault and "odd" not in fault:
            scalar = recover_secret_scalar(one.decryption_key, outcome.answer, one.public_key)
            assert scalar.bad_signers == ()
    else:
        assert outcome.answer == b""
    if "cut" in fault:
        # What came is there, and does not pass for the whole.
        assert kept[0].startswith(b'{"publicKey')
        assert not kept[0].endswith(b"}")
    if expected == ["unknown"]:
        again(one)


def again(one: OneExport) -> None:
    """The next day, with a decision: the shares are for the same encryption key."""
    one.again = True
    assert one.run() == 0, one.text
    one.check_answered()


def recovered(one: OneExport) -> list[bytes]:
    """What `journal recover` writes out of Dfns' answers to this export, in their order."""
    kept: list[bytes] = []
    while True:
        entry, out = len(kept) + 1, one.folder / f"recovered-{len(kept) + 1}"
        arguments = ["--journal", str(one.folder / "journal"), "--out", str(out)]
        if main(["journal", "recover", *arguments, "--entry", str(entry)]) != 0:
            return kept
        kept.append(out.read_bytes())


def test_early_hints_without_end_are_an_end(start_sandbox: Start, tmp_path: Path) -> None:
    """103 for ever: the list calls of a look are bounded by a minute, an import by ten.

    The deadline itself is proven by tests/relay/test_exchange.py, with a short patience; here
    the relay is killed while it waits, and the next run finds the wallet.
    """
    one = OneImport(start_sandbox("--fault", "early-hints@import"), tmp_path / "room", "Ethereum")
    # People are told that it takes its time.
    assert one.run_as_a_program(until="waiting for Dfns") == KILLED, one.text
    assert one.run() == 0, one.text
    one.check_one()


def test_a_key_that_was_exported_is_not_given_twice(start_sandbox: Start, tmp_path: Path) -> None:
    """refuse-reexport: another laptop asks for it again, somebody decides it, Dfns refuses."""
    sandbox = start_sandbox("--fault", "refuse-reexport:always")
    first = OneExport(sandbox, tmp_path / "first")
    assert first.run() == 0, first.text
    second = OneExport(sandbox, tmp_path / "second", (first.public_key, first.key_id))
    assert second.run() == 0, second.text
    assert "SECOND EXPORT" in second.text
    assert told(second) == ["refused"]
    first.check_answered()


class ManyImports(Operator):
    """Several keys in one request."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, count: int) -> None:
        super().__init__(sandbox, folder, self._importing)
        self.scalars = [CURVES["secp256k1"].random_scalar(system_random) for _ in range(count)]

    def _importing(self, signers: bytes) -> bytes:
        message = decode_message(signers)
        assert isinstance(message, Signers)
        items = []
        for number, scalar in enumerate(self.scalars):
            public_key = CURVES["secp256k1"].base_multiply(scalar).compressed
            body = one_import(
                parse_signers(message.answer),
                scalar,
                public_key,
                "secp256k1",
                "CGGMP21",
                3,
                Destination("Ethereum", f"wallet {number}"),
                system_random,
            )
            address = addresses("secp256k1", public_key, "Ethereum")[0].text
            items.append(import_item(body, public_key, f"key {number}", address=address))
        return import_request(signers, items)


def test_thirty_keys_at_a_hundred_requests_a_minute(start_sandbox: Start, tmp_path: Path) -> None:
    """The relay waits as long as it has to, and each key is there once."""
    many = ManyImports(start_sandbox("--fault", "rate-limit=100"), tmp_path / "room", 30)
    many.longest = 400
    assert many.run() == 0, many.text
    assert told(many) == ["done"] * 30
    found = [wallet["name"] for wallet in many.get("/wallets?limit=500")["items"]]
    assert sorted(found) == sorted(f"wallet {number}" for number in range(30))


def test_a_request_of_the_other_organisation(start_sandbox: Start, tmp_path: Path) -> None:
    """Two organisations on one host: the wrong relay refuses the request by name."""
    other_env = tmp_path / "other.env"
    sandbox = start_sandbox("--env", str(other_env))
    one = OneImport(sandbox, tmp_path / "one", "Ethereum")
    other = read_configuration(str(other_env), {}).organisation
    assert other != one.configuration.organisation
    one.changes = {"organisation": other}
    assert one.run_as_a_program(until="ERROR RLY-PLACE: this is for " + other) == KILLED
    assert told(one) == []
    assert one.made() == []
    one.arguments[one.arguments.index("--env") + 1] = str(other_env)
    one.arguments[one.arguments.index("--journal") + 1] = str(one.folder / "its journal")
    # Nor does the right relay take what it did not begin.
    assert one.run_as_a_program(until="ERROR MSG-SIGNERS") == KILLED
    assert one.made() == []
