"""Hostile text in every message that reaches the laptop, and in the answers inside them."""

import json
import secrets
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ceremony.curves import SECP256K1
from ceremony.dfns.key_export import build_key_export_request
from ceremony.ecies import DecryptionKey
from ceremony.message import (
    Conversation,
    ExportOutcome,
    ExportResponse,
    ImportOutcome,
    ImportReceipt,
    Signers,
    WalletOutcome,
    encode_message,
)
from ceremony.message.kinds import Header
from ceremony.offline.beginning import begin
from ceremony.offline.export_ceremony import finish_export
from ceremony.offline.import_ceremony import finish_import, receive_signers
from ceremony.offline.sent import Sent
from ceremony.record.plan import Dfns, ExportKey, ImportKey, Person, Plan, Source, Wallet
from ceremony.record.plan_file import read_plan
from ceremony.secret import Secret
from tests.support.fake_cluster import Cluster, export_response
from tests.support.hostile_texts import (
    ALL,
    HUGE,
    LONE,
    PLAN_TOML,
    TEXTS,
    check_shown,
    text_paths,
    with_text,
)
from tests.support.laptop_room import LaptopRoom

EVERY = TEXTS | {"all": ALL, "huge": HUGE}
API = "https://api.dfns.io"
SCALAR = Secret(bytes.fromhex("0123456789abcdef" * 3 + "00fedcba98765432"))
PUBLIC = SECP256K1.base_multiply(SCALAR).compressed
PEOPLE = (Person("Ada", "administrator"), Person("Bob", "operator"), Person("Cyd", "witness"))
KEYS = (
    ImportKey("one", "words", network="Ethereum"),
    ImportKey("two", "words", master_key=True, wallets=(Wallet("Ethereum", "0x00", path="m/0"),)),
)
PLAN = Plan(
    title="A test",
    environment="rehearsal",
    operation="import-keys",
    dfns=Dfns(API, "or-1", "00" * 32),
    people=PEOPLE,
    sources=(Source("words", "bip39"),),
    imports=KEYS,
    digest=bytes(32),
)
EXPORT = msgspec.structs.replace(
    PLAN,
    operation="export-keys",
    imports=(),
    exports=(ExportKey("one", PUBLIC.hex(), "hex", ("one.hex",), key="key-1"),),
)
CONVERSATION = Conversation("rehearsal", b"\x07" * 16, 1, bytes(32))


def check_laptop(laptop: LaptopRoom) -> None:
    check_shown(laptop.screen.getvalue())
    for line in laptop.transcript:
        check_shown(json.dumps(json.loads(line), ensure_ascii=False, indent=1))
        assert len(line) < 20_000


def changed(message: Header, path: tuple[Any, ...], text: str) -> bytes:
    value = msgspec.msgpack.decode(msgspec.msgpack.encode(message))
    return msgspec.msgpack.encode(with_text(value, path, text))


def paths_of(message: Header) -> list[tuple[Any, ...]]:
    return list(text_paths(msgspec.msgpack.decode(msgspec.msgpack.encode(message))))


def receipt() -> ImportReceipt:
    header = CONVERSATION.header()
    outcomes = (
        ImportOutcome("one", "refused", "wa-1", "key-1", PUBLIC, "0x00", "Dfns says no"),
        ImportOutcome(
            "two", "done", "", "key-2", PUBLIC, "", "", (WalletOutcome("done", "wa-2", "0x00"),)
        ),
    )
    return ImportReceipt(**header, outcomes=outcomes)


def test_hostile_text_in_a_receipt() -> None:
    sent = [Sent(key, "secp256k1", PUBLIC) for key in KEYS]
    good = encode_message(receipt())
    for path in paths_of(receipt()):
        for text in EVERY.values():
            laptop = LaptopRoom.make(PLAN, [changed(receipt(), path, text), good])
            out = laptop.run(lambda room: finish_import(room, CONVERSATION, sent))
            check_laptop(laptop)
            assert "two: done: key key-2" in out, out


def signers_message(answer: bytes) -> Signers:
    return Signers(
        environment="rehearsal",
        ceremony=b"",
        sequence=0,
        answers=b"",
        answer=answer,
        cluster_id=None,
        api_url=API,
        organisation="or-1",
        time="2026-01-01T00:00:00+00:00",
        nonce=bytes(16),
    )


def test_hostile_text_in_the_signers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Cluster()
    value = json.loads(Path("signers.json").read_bytes())
    begun = Conversation("rehearsal", b"\x07" * 16)
    for path in text_paths(value):
        for text in (EVERY | LONE).values():
            answer = json.dumps(with_text(value, path, text)).encode()
            if len(answer) > 1_000_000:
                continue  # test_signers_file has it; a message is never so large
            laptop = LaptopRoom.make(PLAN, [encode_message(signers_message(answer))])
            out = laptop.run(lambda room: receive_signers(room, begun))
            check_laptop(laptop)
            assert "error" in out
    message = signers_message(json.dumps(value).encode())
    for path in paths_of(message):
        for text in EVERY.values():
            laptop = LaptopRoom.make(PLAN, [changed(message, path, text)])
            laptop.run(lambda room: receive_signers(room, begun))
            check_laptop(laptop)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[DecryptionKey, dict[str, Any]]:
    """A decryption key, and Dfns' answer for it with one bad share."""
    key = DecryptionKey.generate(secrets.token_bytes)
    request = tmp_path_factory.mktemp("export") / "request.json"
    request.write_bytes(build_key_export_request(key.encryption_key))
    return key, export_response("secp256k1", "CGGMP21", SCALAR, request, spoil=1)


@pytest.mark.parametrize("name", EVERY | LONE)
def test_a_signer_id_draws_nothing_and_vetoes_nothing(
    name: str, exported: tuple[DecryptionKey, dict[str, Any]]
) -> None:
    """Seen: a signer id in an export answer cleared the laptop's screen, drew a success."""
    key, answer = exported
    text = (EVERY | LONE)[name]
    for index in (0, 4):
        path = ("encryptedKeyShares", index, "signerId")
        laptop = respond(key, json.dumps(with_text(answer, path, text)).encode())
        assert laptop.files.keys() == {"one.hex"}, laptop.screen.getvalue()
        if index == 0:
            assert "one: bad share of" in laptop.screen.getvalue()
            assert '"event":"bad-share"' in laptop.written()


def test_hostile_text_in_an_export_answer(
    exported: tuple[DecryptionKey, dict[str, Any]],
) -> None:
    key, answer = exported
    for path in text_paths(answer):
        for text in (ALL, TEXTS["spaces"], LONE["lone surrogate"]):
            respond(key, json.dumps(with_text(answer, path, text)).encode())


def respond(key: DecryptionKey, answer: bytes) -> LaptopRoom:
    outcome = ExportOutcome("one", "key-1", "done", answer)
    response = ExportResponse(**CONVERSATION.header(), outcomes=(outcome,))
    data = msgspec.msgpack.encode(response)
    laptop = LaptopRoom.make(EXPORT, [data])
    laptop.run(lambda room: finish_export(room, CONVERSATION, key))
    check_laptop(laptop)
    return laptop


def test_hostile_text_in_an_export_response() -> None:
    key = DecryptionKey.generate(secrets.token_bytes)
    outcome = ExportOutcome("one", "key-1", "refused", b"", "Dfns says no")
    response = ExportResponse(**CONVERSATION.header(), outcomes=(outcome,))
    for path in paths_of(response):
        for text in EVERY.values():
            laptop = LaptopRoom.make(EXPORT, [changed(response, path, text)])
            laptop.run(lambda room: finish_export(room, CONVERSATION, key))
            check_laptop(laptop)


@pytest.mark.parametrize("plan", [PLAN, EXPORT], ids=["import", "export"])
def test_hostile_text_in_a_plan(plan: Plan) -> None:
    """A plan that nobody checked, as a value: titles, names, hosts, labels."""
    value = msgspec.to_builtins(plan)
    for path in text_paths(value):
        for text in (ALL, TEXTS["spaces"], TEXTS["bidi"], TEXTS["new lines"]):
            try:
                hostile = msgspec.convert(with_text(value, path, text), Plan)
            except msgspec.ValidationError:
                continue  # read_plan tells it; see below
            laptop = LaptopRoom.make(hostile, [], {"the plan's digest": hostile.digest})
            laptop.run(begin)
            check_laptop(laptop)


def test_hostile_text_in_a_plan_file() -> None:
    """In values, in names of fields and tables, and as lines that are not TOML."""
    for text in TEXTS.values():
        quoted = json.dumps(text)  # escapes of JSON are escapes of TOML
        files = [
            PLAN_TOML + quoted + " = 1\n",
            f"[{quoted}]\nx = 1\n" + PLAN_TOML,
            PLAN_TOML + text,
        ]
        for word in ("A test", "rehearsal", "import-keys", "or-1", "administrator", "bip39"):
            files.append(PLAN_TOML.replace(f'"{word}"', quoted))
        for file in files:
            plan, mistakes = read_plan(file.encode())
            for mistake in mistakes:
                check_shown(str(mistake))
            assert plan is not None or mistakes
