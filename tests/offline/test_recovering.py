"""A message of several keys: what is wrong with one of them leaves the others alone."""

import json
from pathlib import Path

import msgspec
import pytest

from ceremony.curves import SECP256K1
from ceremony.dfns.key_export import build_key_export_request
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.message import Conversation, ExportOutcome, ExportResponse
from ceremony.offline.export_ceremony import finish_export
from ceremony.record.plan import Dfns, ExportKey, Person, Plan
from ceremony.secret import Secret
from tests.support.fake_cluster import export_response
from tests.support.laptop_room import LaptopRoom

CONVERSATION = Conversation("rehearsal", b"\x07" * 16, 1, bytes(32))
SCALARS = {name: Secret(bytes([n]) * 32) for n, name in enumerate(("one", "two", "three"), 1)}
PLAN = Plan(
    title="A test",
    environment="rehearsal",
    operation="export-keys",
    dfns=Dfns("https://api.dfns.io", "or-1", "00" * 32),
    people=(Person("Ada", "administrator"), Person("Cyd", "witness")),
    state="export.state",
    exports=tuple(
        ExportKey(
            name, SECP256K1.base_multiply(s).compressed.hex(), "hex", (name,), key=f"key-{name}"
        )
        for name, s in SCALARS.items()
    ),
    digest=bytes(32),
)

WRONG = {
    "shares of another key": lambda answers: answers["three"],
    "no JSON": lambda answers: b"<html>",
    "nothing": lambda answers: b"",
    "too few shares": lambda answers: json.dumps(
        json.loads(answers["two"]) | {"encryptedKeyShares": []}
    ).encode(),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("place", ["one", "two", "three"])
def test_one_that_cannot_be_recovered_costs_no_other(
    tmp_path: Path, place: str, wrong: str
) -> None:
    """Seen: in a message of several keys one refusal discarded the other keys."""
    key = DecryptionKey.generate(system_random)
    request = tmp_path / "request.json"
    request.write_bytes(build_key_export_request(key.encryption_key))
    answers = {
        name: json.dumps(export_response("secp256k1", "CGGMP21", scalar, request, 0)).encode()
        for name, scalar in SCALARS.items()
    }
    if place == "three" and wrong == "shares of another key":
        answers[place] = answers["one"]
    else:
        answers[place] = WRONG[wrong](answers)
    outcomes = tuple(ExportOutcome(name, f"key-{name}", "done", answers[name]) for name in SCALARS)
    message = ExportResponse(**CONVERSATION.header(), outcomes=outcomes)
    laptop = LaptopRoom.make(PLAN, [msgspec.msgpack.encode(message)])
    laptop.run(lambda room: finish_export(room, CONVERSATION, key))
    said = laptop.screen.getvalue()
    assert laptop.files.keys() == SCALARS.keys() - {place}, said
    for name, content in laptop.files.items():
        assert bytes.fromhex(content.reveal().decode()) == SCALARS[name].reveal()
    assert f"{place}: mismatch:" in said
    assert "keep the sealed state" in said
