"""An export whose files exist already: they count if this very key is in them, and only then."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
import zxingcpp

from ceremony.curves import SECP256K1
from ceremony.dfns.key_export import build_key_export_request
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.forms import OutOptions, write_form
from ceremony.keys.material import scalar_key
from ceremony.message import Conversation, ExportOutcome, ExportResponse
from ceremony.offline.export_ceremony import export_ceremony, finish_export
from ceremony.offline.key_files import file_content
from ceremony.offline.written import check_places
from ceremony.optics.png import grey_pixels
from ceremony.record.plan import Dfns, ExportKey, Person, Plan
from ceremony.secret import Secret
from tests.support.fake_cluster import export_response
from tests.support.laptop_room import LaptopRoom
from tests.support.self_tests import LITTLE

SCALAR = Secret(bytes.fromhex("0123456789abcdef" * 3 + "00fedcba98765432"))
STRANGER = Secret(bytes.fromhex("11" * 32))
PUBLIC = SECP256K1.base_multiply(SCALAR).compressed.hex()
PHRASE = Secret(b"seven words that nobody would ever guess")
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
CONVERSATION = Conversation("rehearsal", b"\x07" * 16, 1, bytes(32))
SHARES = ("a", "b", "c", "d", "e")

FORMS: dict[str, dict[str, Any]] = {
    "hex": {},
    "qr": {},
    "wif": {"network": "Bitcoin"},
    "keystore-v3": {},
    "pkcs8": {},
    "slip39": {"to": SHARES, "threshold": 3},
    "age": {"recipients": (RECIPIENT,)},
}


def planned(form: str) -> ExportKey:
    given = FORMS[form]
    to = given.get("to", ("one.key",))
    return ExportKey("one", PUBLIC, form, key="key-1", **given | {"to": to})


def plan(form: str) -> Plan:
    return Plan(
        title="A test",
        environment="rehearsal",
        operation="export-keys",
        dfns=Dfns("https://api.dfns.io", "or-1", "00" * 32),
        people=(Person("Ada", "administrator"), Person("Cyd", "witness")),
        state="export.state",
        exports=(planned(form),),
        digest=bytes(32),
    )


def files(form: str, scalar: Secret) -> dict[str, Secret]:
    """What an attempt would have written."""
    key = planned(form)
    options = OutOptions(
        passphrase=PHRASE if form in ("keystore-v3", "pkcs8") else None,
        recipients=key.recipients,
        network=key.network,
        shares=(3, 5) if key.threshold else None,
        work=LITTLE,
    )
    outputs = write_form(form, scalar_key("secp256k1", scalar), options, system_random)
    return dict(zip(key.to, [file_content(form, output) for output in outputs], strict=True))


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[DecryptionKey, bytes]:
    key = DecryptionKey.generate(system_random)
    request = tmp_path_factory.mktemp("export") / "request.json"
    request.write_bytes(build_key_export_request(key.encryption_key))
    response = export_response("secp256k1", "CGGMP21", SCALAR, request, spoil=0)
    outcome = ExportOutcome("one", "key-1", "done", json.dumps(response).encode())
    message = ExportResponse(**CONVERSATION.header(), outcomes=(outcome,))
    return key, msgspec.msgpack.encode(message)


def finish(
    form: str, there: dict[str, Secret], answered: tuple[DecryptionKey, bytes]
) -> LaptopRoom:
    key, message = answered
    laptop = LaptopRoom.make(plan(form), [message])
    laptop.files.update(there)
    desk = laptop.room.desk
    desk.secret = lambda prompt, *, lines=False: PHRASE
    laptop.run(lambda room: finish_export(room, CONVERSATION, key))
    return laptop


@pytest.mark.parametrize("form", [form for form in FORMS if form != "age"])
def test_the_files_of_a_first_attempt_count(
    form: str, answered: tuple[DecryptionKey, bytes]
) -> None:
    there = files(form, SCALAR)
    laptop = finish(form, there, answered)
    assert "one: done: recovered; an earlier attempt wrote" in laptop.screen.getvalue()
    assert laptop.files == there


JUNK: dict[str, Callable[[str], dict[str, Secret]]] = {
    "another key": lambda form: files(form, STRANGER),
    "something else": lambda form: dict.fromkeys(planned(form).to, Secret(b"notes of the day\n")),
    "nothing": lambda form: dict.fromkeys(planned(form).to, Secret(b"")),
}


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_the_same_name_is_not_the_key(
    form: str, junk: str, answered: tuple[DecryptionKey, bytes]
) -> None:
    """It was taken for the key by its name, and the state was said to be of no more use."""
    there = JUNK[junk](form)
    laptop = finish(form, there, answered)
    said = laptop.screen.getvalue()
    assert "one.key exists" in said or "a, b, c, d, e exists" in said
    assert "it is not shown that the key is in it" in said
    assert "may be destroyed" not in said
    assert laptop.files == there


def test_what_only_a_recipient_can_open_is_not_believed(
    answered: tuple[DecryptionKey, bytes],
) -> None:
    laptop = finish("age", files("age", SCALAR), answered)
    assert "it is not shown that the key is in it" in laptop.screen.getvalue()
    assert "may be destroyed" not in laptop.screen.getvalue()


def test_a_planned_picture_is_a_picture(answered: tuple[DecryptionKey, bytes]) -> None:
    """It held the digits as text."""
    laptop = finish("qr", {}, answered)
    (content,) = laptop.files.values()
    (code,) = zxingcpp.read_barcodes(grey_pixels(content.reveal()))
    assert bytes.fromhex(code.text) == SCALAR.reveal()


def test_before_anything_is_asked_for_the_places_are_free() -> None:
    laptop = LaptopRoom.make(plan("hex"), [], {"the plan's digest": bytes(32)})
    laptop.files["one.key"] = Secret(b"from a rehearsal")
    with pytest.raises(CeremonyError) as error:
        export_ceremony(laptop.room)
    assert error.value.failure is Failure.FILE
    assert "one.key exists already" in error.value.message
    assert laptop.files.keys() == {"one.key"}
    check_places(replace(laptop.room, exists=lambda name: False))
