"""Every parser of foreign bytes, as a function of any bytes that returns or has found a fault.

The invariant is one: a value or a CeremonyError, nothing else. Where a value says something
that can be checked (a message is its own only encoding), that is checked too. `scripts/fuzz`
drives these functions, guided by coverage; `tests/fuzz/test_corpus.py` replays what it kept.
"""

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import pyrage

from ceremony.addresses.match import match_expected
from ceremony.dfns.key_export import recover_secret_scalar
from ceremony.dfns.key_import import parse_import_body
from ceremony.dfns.signers import parse_signers
from ceremony.dfns.wire import decode
from ceremony.ecies import DecryptionKey
from ceremony.errors import MAX_SHOWN, CeremonyError, printable
from ceremony.keys.fireblocks.archive import read_archive
from ceremony.keys.fireblocks.crypto import load_rsa_key
from ceremony.keys.fireblocks.kit import open_kit
from ceremony.keys.fireblocks.metadata import parse_metadata
from ceremony.keys.formats import FORMATS, formats_that_fit, read_key
from ceremony.keys.forms.agefile import read_age
from ceremony.keys.forms.form import OutOptions, Output
from ceremony.link import Complete, Receiver, Sender, parse_frame
from ceremony.link.feedback import Feedback, encode_feedback, parse_feedback
from ceremony.link.frame import frame_text
from ceremony.message import decode_message, encode_message
from ceremony.message.words import digest_words, parse_digest
from ceremony.offline.state import open_state, seal_state
from ceremony.optics.headers import is_video, picture_size
from ceremony.optics.worker_messages import (
    Codes,
    End,
    Look,
    Next,
    Opened,
    Ready,
    Reason,
    Refused,
    packet,
    parse_answer,
    parse_request,
    receive_body,
)
from ceremony.record.plan import Operation
from ceremony.record.plan_check import check_plan
from ceremony.record.plan_example import example_plan
from ceremony.record.plan_file import read_plan
from ceremony.record.plan_table import TableOptions, table_lines
from ceremony.record.rehearsal_plan import parse_place
from ceremony.record.transcript import Record, verify_transcript
from ceremony.relay.answers import raise_for_status
from ceremony.relay.api import Key, Wallet
from ceremony.relay.configuration import read_configuration
from ceremony.relay.reading import read_contents
from ceremony.relay.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from ceremony.secret import Secret
from tests.fuzz.light_targets import LIGHT_TARGETS, light_seeds
from tests.support.key_samples import SAMPLES, vector
from tests.support.kit_files import kit_named, secrets_of, unpack
from tests.support.vector_files import cases

WORD = Secret(b"correct horse")
EXPORTS = [case.values[0] for case in cases("dfns/exports.json", 1)]
EXPORT = next(case for case in EXPORTS if case["expect"] == "recovered")
PUBLIC_KEY = bytes.fromhex(EXPORT["public_key"])
KIT = kit_named("CMP keys")
IDENTITY = Secret(b"AGE-SECRET-KEY-1MKUN5AX93FAFMT678CC6WTGXE35T88D2H4E8SUJMWGQVFD00M2HSF0ZLU9")


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """A refusal is an answer, if people can read it: a short line and a hint."""
    try:
        yield
    except CeremonyError as error:
        check_readable(error)


def check_readable(error: CeremonyError) -> None:
    assert error.message.isprintable()
    assert error.hint.isprintable()
    assert 0 < len(error.message) < 1000
    assert len(error.hint) < 2000


def message(data: bytes) -> None:
    with refusals():
        assert encode_message(decode_message(data)) == data


def link_frame(data: bytes) -> None:
    with refusals():
        frame = parse_frame(data.decode("latin-1"))
        assert len(frame.symbol) == frame.header.symbol_size


def feedback(data: bytes) -> None:
    text = data.decode("latin-1")
    with refusals():
        assert encode_feedback(parse_feedback(text)) == text


FEEDBACKS = [
    Feedback(bytes(8), 0, 0, 1, 2, 3, complete=False),
    Feedback(bytes(range(8)), 3, 30, 60_000, 2, 0, complete=False),
    Feedback(bytes(range(8)), 30, 30, 9, 0, 0, complete=True),
]
GENUINE = [Sender(bytes(range(256)) * many, 400) for many in (1, 4)]


def link_receiver(data: bytes) -> None:
    """Four bytes are one frame: genuine, or with a symbol, a path or an ESI of the forger's."""
    receiver = Receiver()
    for place in range(0, len(data) - 3, 4):
        kind, esi, value, which = data[place : place + 4]
        sender = GENUINE[which % 2]
        header, esi = sender.header, esi % sender.distinct
        match kind % 4:
            case 0:
                text = sender.frame(esi)
            case 1:
                symbol = bytes([value]) * header.symbol_size
                text = frame_text(header, esi, symbol, bytes(header.path_size))
            case 2:
                symbol = parse_frame(sender.frame(esi)).symbol
                text = frame_text(header, esi, symbol, bytes([value]) * header.path_size)
            case _:
                text = sender.frame(esi)[: value * 2]
        progress = receiver.add(text)
        if isinstance(progress, Complete):
            assert progress.digest in [one.digest for one in GENUINE]
            receiver.go_on()


def signers(data: bytes) -> None:
    with refusals():
        parse_signers(data)
    with refusals():
        parse_signers(data, "cl-1")


@cache
def decryption_key() -> DecryptionKey:
    return DecryptionKey.parse(Secret(bytes.fromhex(EXPORT["decryption_key"])))


def export_answer(data: bytes) -> None:
    with refusals():
        recovered = recover_secret_scalar(decryption_key(), data, PUBLIC_KEY)
        assert recovered.public_key == PUBLIC_KEY


def import_answer(data: bytes) -> None:
    for kind in (Wallet, Key):
        with refusals():
            decode(data, kind, "the answer")
    for status in (400, 401, 403, 404, 409, 429, 500):
        for change in (False, True):
            with refusals():
                raise_for_status("POST /keys/import", status, data, change=change)


def import_body(data: bytes) -> None:
    with refusals():
        parse_import_body(data)


def key(name: str, data: bytes) -> None:
    """A key in one format, with the options of its sample and without a passphrase."""
    row, options = FORMATS[name], SAMPLES[name].options
    given = {
        "curve": SAMPLES[name].curve if "curve" in row.needs else None,
        "paths": (options[options.index("--path") + 1],) if "--path" in options else (),
    }
    words = [WORD] if "passphrase" in row.takes else []
    for passphrase in words if "passphrase" in row.needs else [None, *words]:
        with refusals():
            read_key(name, Secret(data), passphrase=passphrase, **given)  # type: ignore[arg-type]


def key_shape(data: bytes) -> None:
    assert set(formats_that_fit(Secret(data))) <= set(FORMATS)


def fireblocks_zip(data: bytes) -> None:
    with refusals():
        read_archive(data)
    with refusals():
        open_kit(data, secrets_of(KIT))


def fireblocks_metadata(data: bytes) -> None:
    with refusals():
        parse_metadata(data)


def rsa_pem(data: bytes) -> None:
    for passphrase in (None, WORD):
        with refusals():
            load_rsa_key(Secret(data), passphrase, "RSA key")


def age_file(data: bytes) -> None:
    outputs = (Output("key.age", Secret(data), clear=False),)
    with refusals():
        read_age(outputs, "secp256k1", OutOptions(identity=IDENTITY))


def state(data: bytes) -> None:
    with refusals():
        open_state(data, WORD)


def address(data: bytes) -> None:
    with refusals():
        match_expected(data.decode("utf-8", "replace"), "secp256k1", PUBLIC_KEY)


def digest(data: bytes) -> None:
    with refusals():
        value = parse_digest(data.decode("utf-8", "replace"))
        assert parse_digest(" ".join(digest_words(value))) == value


def shown(data: bytes) -> None:
    text = printable(data.decode("utf-8", "surrogateescape"))
    assert text.isprintable()
    assert len(text) <= MAX_SHOWN + 1
    text.encode()


def configuration(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "env"
        path.write_bytes(data)
        with refusals():
            read_configuration(str(path), {})


def picture_header(data: bytes) -> None:
    size = picture_size(data)
    assert size is None or min(size) > 0
    assert is_video(data) in (True, False)


def worker_packet(data: bytes) -> None:
    rest = bytearray(data)

    def read(size: int) -> bytes:
        part = bytes(rest[:size])
        del rest[:size]
        return part

    with contextlib.suppress(EOFError, ValueError):
        receive_body(read)
    for parse in (parse_answer, parse_request):
        with contextlib.suppress(ValueError):
            said = parse(data)
            assert parse(packet(said)[4:]) == said


def plan(data: bytes) -> None:
    found, mistakes = read_plan(data)
    assert (found is None) is bool(mistakes)
    for mistake in mistakes:
        assert mistake.text
    if found is not None:
        check_plan(found, data.decode())


def plan_table(data: bytes) -> None:
    for operation in ("import-wallets", "import-keys"):
        read = table_lines(data, TableOptions("source", operation))  # type: ignore[arg-type]
        assert bool(read.text) is not bool(read.mistakes)


def sandbox_table(data: bytes) -> None:
    with refusals():
        parse_place(data)


def transcript(data: bytes) -> None:
    with refusals():
        lines, fingerprint = verify_transcript(data)
        assert lines
        assert len(fingerprint) == 32


def journal(data: bytes) -> None:
    """As ``journal show`` reads it, without a traceback and without more than it holds."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "journal"
        path.write_bytes(data)
        with refusals():
            contents = read_contents(str(path))
            assert sum(len(kept.answer) for kept in contents.kept()) <= 4 * len(data)


PARSERS: tuple[Callable[[bytes], None], ...] = (
    message, link_frame, link_receiver, feedback, signers, export_answer, import_answer,
    import_body, key_shape, fireblocks_zip, fireblocks_metadata, rsa_pem, age_file, state, address,
    digest, shown, configuration, picture_header, worker_packet, plan, plan_table, sandbox_table,
    transcript, journal, *LIGHT_TARGETS,
)  # fmt: skip

TARGETS: dict[str, Callable[[bytes], None]] = {
    **{parser.__name__: parser for parser in PARSERS},
    **{f"key-{name}": partial(key, name) for name in FORMATS},
}
"""Every target by its name, which is also the name of its folder in tests/fuzz/corpus."""


@cache
def seeds() -> dict[str, list[bytes]]:
    """Right inputs of each target, most from the vectors: what a new corpus begins with."""
    messages = [bytes.fromhex(c.values[0]["message"]) for c in cases("messages/messages.json", 1)]
    frames = [c.values[0]["frames"][0].encode() for c in cases("link/frames.json", 1)]
    answers = [c.values[0]["signers"] for c in cases("messages/fingerprints.json", 1)]
    bodies = [c.values[0]["request"] for c in cases("dfns/imports.json", 1)]
    archive = SAMPLES["fireblocks-kit"].source
    wallet = {"id": "wa-1", "network": "Bitcoin", "status": "Active", "signingKey": SIGNING_KEY}
    sealed = seal_state(decryption_key(), WORD, lambda size: bytes(range(size)))
    found = {
        "message": messages,
        "link_frame": frames,
        "link_receiver": [bytes((kind, esi, 40, 1)) for kind in range(4) for esi in range(9)]
        + [b"".join(bytes((0, esi, 0, 1)) + bytes((1, esi, 7, 1)) for esi in range(9))],
        "feedback": [text.encode() for text in map(encode_feedback, FEEDBACKS)],
        "signers": [json.dumps(answer).encode() for answer in answers[:3]],
        "export_answer": [json.dumps(EXPORT["response"]).encode()],
        "import_answer": [json.dumps(wallet).encode(), b'{"error":{"message":"no"}}'],
        "import_body": [json.dumps(body).encode() for body in bodies[:3]],
        "key_shape": [sample.source for sample in SAMPLES.values()],
        "fireblocks_zip": [archive],
        "fireblocks_metadata": [unpack(archive)["metadata.json"]],
        "rsa_pem": [KIT["rsa_key_pem"].encode(), COSTLY_PEM],
        "age_file": [age_sample()],
        "state": [sealed, sealed[:-1]],
        "address": [sample.address.encode() for sample in SAMPLES.values()],
        "digest": [bytes(32).hex().encode(), " ".join(digest_words(bytes(range(32)))).encode()],
        "shown": ["é \u202e\x1b[2J  \u3164x".encode()],
        "configuration": [CONFIGURATION.encode()],
        "picture_header": [PNG, JPEG, b"\0\0\0\x20ftypisom", b"RIFF\0\0\0\0AVI "],
        "plan": [example_plan(o).encode() for o in OPERATIONS],
        "plan_table": [TABLE, TABLE.replace(b",", b";")],
        "sandbox_table": [
            b'[dfns]\napi = "http://127.0.0.1:4000"\norganisation = "or-1"\n'
            b'signers = "' + b"00" * 32 + b'"\n'
        ],
        "transcript": [transcript_sample()],
        "journal": [journal_sample()],
        "worker_packet": [m for one in WORKER for m in (packet(one), packet(one)[4:])],
    }
    return found | light_seeds() | {f"key-{name}": [SAMPLES[name].source] for name in FORMATS}


def age_sample() -> bytes:
    recipient = pyrage.x25519.Identity.from_str(IDENTITY.reveal().decode()).to_public()
    return bytes(pyrage.encrypt(b"01" * 32, [recipient], armored=True))


def transcript_sample() -> bytes:
    record = Record(lambda _: None, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    record.happened("begins", title="A test", keys=2)
    record.happened("ends", outcome="completed")
    return record.serialize()


def journal_sample() -> bytes:
    """As small as SQLite lets it be."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA page_size = 512")
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        database.executescript(SCHEMA)
        database.execute(
            "INSERT INTO answers VALUES (1, x'00', 'export', 'key-1', x'00', 1.0, x'7b')"
        )
        return database.serialize()


TABLE = b"label,network,address\none,Ethereum,0x9858EfFD232B4033E47d90003D41EC34EcaEda94\n"
SIGNING_KEY = {"curve": "secp256k1", "scheme": "ECDSA", "publicKey": PUBLIC_KEY.hex()}
CONFIGURATION = (
    "DFNS_API_URL=https://api.dfns.io\nDFNS_AUTH_TOKEN=a.b.c\nDFNS_CRED_ID=cr-1\n"
    "DFNS_PRIVATE_KEY='-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----'\n"
)
COSTLY_PEM = vector("keys/openssl.json", "pkcs8 (PBKDF2, AES)")["text"].encode()
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\1\0\0\0\0"
JPEG = bytes.fromhex("ffd8ffe000046162ffc0000b08004000400101110000")
OPERATIONS: tuple[Operation, ...] = ("import-wallets", "import-keys", "export-keys")
WORKER = [
    Look(), Next(), Ready(), Opened(), Codes(("A", "B")), End(), Refused(Reason.PIXELS, 9, 9),
]  # fmt: skip
