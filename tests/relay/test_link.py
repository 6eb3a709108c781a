"""Over the simulated link: whole messages, a relay that dies, and the same answer again."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ceremony.curves import CURVES
from ceremony.dfns.bodies import ExportBody
from ceremony.dfns.key_export import build_key_export_request, recover_secret_scalar
from ceremony.dfns.key_import import Destination
from ceremony.dfns.signers import SignersInfo
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.keys.material import KeyMaterial, scalar_key
from ceremony.message import (
    Conversation,
    ExportItem,
    ExportRequest,
    ExportResponse,
    ImportReceipt,
    digest,
    encode_message,
)
from ceremony.offline import crossing
from ceremony.optics.rehearsal import receive_simulated, send_simulated
from ceremony.optics.simulated import HD720
from tests.support.sandbox_process import ROOT, SandboxProcess

Start = Callable[..., SandboxProcess]


class Room:
    """The offline side, and relays beside it, with one journal."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.sandbox, self.folder, self.light = sandbox, folder, folder / "light"

    def relay(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "ceremony.relay.cli", *arguments),
                *("--env", str(self.sandbox.env_file), "--link", str(self.light)),
                *("--journal", str(self.folder / "journal"), "--loss", "0.1"),
            ],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def look(self) -> bytes:
        generator = np.random.default_rng(7)
        data, _ = receive_simulated(self.light, HD720, generator, lambda _: None, timeout=30)
        return data

    def show(self, data: bytes) -> None:
        send_simulated(self.light, data, timeout=30)


@pytest.fixture
def room(start_sandbox: Start, tmp_path: Path) -> Room:
    return Room(start_sandbox("--fault", "slow-answer=1@import"), tmp_path)


def ended(relay: "subprocess.Popen[str]") -> tuple[int, str, str]:
    output, errors = relay.communicate(timeout=30)
    return relay.returncode, output, errors


def answered(room: Room, relay: "subprocess.Popen[str]", data: bytes) -> bytes:
    """What the relay answers to a message; the relay must end well."""
    room.show(data)
    answer = room.look()
    status, output, errors = ended(relay)
    assert status == 0, errors
    assert [next(iter(json.loads(line))) for line in output.splitlines()] == ["received", "sent"]
    return answer


def fetch_signers(room: Room, conversation: Conversation) -> tuple[SignersInfo, Conversation]:
    relay = room.relay("signers")
    data = room.look()
    assert ended(relay)[0] == 0
    return crossing.take_signers(conversation, data)


def fresh_key(curve: str = "secp256k1") -> KeyMaterial:
    return scalar_key(curve, CURVES[curve].random_scalar(system_random))


def test_import_and_export_with_a_death_between(room: Room) -> None:
    here = Conversation("rehearsal", b"c" * 16)
    signers, here = fetch_signers(room, here)
    wallet, key = fresh_key(), fresh_key("stark")
    keys = [wallet, key, wallet]
    networks = ["Ethereum", None, "Polygon"]
    items = [(k, Destination(network)) for k, network in zip(keys, networks, strict=True)]
    request, here = crossing.make_import_request(here, signers, items, 3, system_random)

    # The first answer takes a second: the relay dies while it waits for it.
    relay = room.relay("import", "--confirm", digest(request).hex())
    room.show(request)
    time.sleep(0.6)
    relay.kill()
    ended(relay)

    receipt = answered(room, room.relay("import", "--confirm", digest(request).hex()), request)
    message, after = here.accept(receipt, ImportReceipt)
    first, second, third = message.outcomes
    assert (first.error, second.error) == ("", "")
    assert first.public_key == wallet.public_key
    assert second.public_key == key.public_key
    assert (third.status, third.wallet_id) == ("duplicate", "")
    assert "in this very request" in third.error

    # Its answer was not seen: the same request has the same receipt, and nothing is posted.
    room.sandbox.process.send_signal(19)  # SIGSTOP: Dfns is not asked
    again = answered(room, room.relay("import", "--confirm", digest(request).hex()), request)
    room.sandbox.process.send_signal(18)
    assert again == receipt

    decryption_key = DecryptionKey.generate(system_random)
    body = build_key_export_request(decryption_key.encryption_key)
    export = msgspec.json.decode(body, type=ExportBody)
    asked = (
        ExportItem(export, wallet_id=first.wallet_id),
        ExportItem(export, key_id=second.key_id),
        ExportItem(export, key_id="key-none"),
        ExportItem(export, wallet_id="wa-none"),
    )
    request = encode_message(ExportRequest(**after.header(), keys=asked))
    words = digest(request).hex()
    response = answered(room, room.relay("export", "--confirm", words), request)
    answers, _ = after.sent(request).accept(response, ExportResponse)
    assert [o.key_id for o in answers.outcomes] == [first.key_id, second.key_id, "key-none", ""]
    for outcome, expected in zip(answers.outcomes, (wallet, key), strict=False):
        found = recover_secret_scalar(decryption_key, outcome.answer, expected.public_key)
        assert found.secret_scalar.matches(expected.secret_scalar)
    assert "404 for GET /keys/key-none" in answers.outcomes[2].error
    assert "404 for GET /wallets/wa-none" in answers.outcomes[3].error


def test_a_message_that_is_refused_posts_nothing(room: Room) -> None:
    """Of production, with another digest than the operator's, and from strange signers."""
    signers, here = fetch_signers(room, Conversation("rehearsal", b"c" * 16))
    items = [(fresh_key(), Destination("Ethereum"))]
    good, _ = crossing.make_import_request(here, signers, items, 3, system_random)
    production, _ = crossing.make_import_request(
        Conversation("production", b"c" * 16, 0, here.last), signers, items, 3, system_random
    )
    strange, _ = crossing.make_import_request(
        Conversation("rehearsal", b"c" * 16, 0, b"s" * 32), signers, items, 3, system_random
    )
    for data, confirmed, said in (
        (production, production, "this message belongs to production"),
        (good, production, "not that of the received message"),
        (strange, strange, "signers that this relay did not send"),
    ):
        relay = room.relay("import", "--confirm", digest(confirmed).hex())
        room.show(data)
        status, _, errors = ended(relay)
        assert status == 1
        assert said in errors
    answered(room, room.relay("import", "--confirm", digest(good).hex()), good)


def test_no_receipt_while_an_outcome_is_unknown(start_sandbox: Start, tmp_path: Path) -> None:
    """The first post is lost; the other key is imported; the same message ends both."""
    room = Room(start_sandbox("--fault", "lost-request@import"), tmp_path)
    signers, here = fetch_signers(room, Conversation("rehearsal", b"c" * 16))
    keys = [fresh_key(), fresh_key()]
    items = [(key, Destination("Ethereum")) for key in keys]
    request, here = crossing.make_import_request(here, signers, items, 3, system_random)
    confirm = ("--confirm", digest(request).hex())
    relay = room.relay("import", *confirm)
    room.show(request)
    status, output, errors = ended(relay)
    assert status == 1
    assert "it is not known what Dfns did" in errors
    assert '"sent"' not in output
    receipt = answered(room, room.relay("import", *confirm), request)
    message, _ = here.accept(receipt, ImportReceipt)
    assert [outcome.error for outcome in message.outcomes] == ["", ""]
    assert [outcome.public_key for outcome in message.outcomes] == [k.public_key for k in keys]
