"""Hostile text in every file that a command reads, from key files to QR codes."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from qrcode import QRCode

from ceremony.errors import CeremonyError
from ceremony.keys.format_table import FORMATS
from ceremony.offline.source_options import KIT
from ceremony.relay.cli import main as relay
from ceremony.relay.configuration import NAMES, ORGANISATION, read_configuration
from ceremony.relay.recovery import show
from tests.support.fake_cluster import Cluster
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
from tests.support.invoking import Ceremony
from tests.support.key_commands import prepare
from tests.support.key_samples import SAMPLES
from tests.support.kit_files import pack, unpack
from tests.support.relay_room import run_relay
from tests.support.relay_world import World

Capture = pytest.CaptureFixture[str]
FEW = (ALL, TEXTS["spaces"], TEXTS["new lines"], TEXTS["bidi"])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("DFNS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def ceremony(capsys: Capture) -> Ceremony:
    return Ceremony(capsys)


def variants(source: bytes) -> Iterator[bytes]:
    """The file with hostile texts: in each text of it if it is JSON, else around it."""
    try:
        value = json.loads(source)
    except ValueError:
        value = None
    for text in FEW:
        for path in text_paths(value) if isinstance(value, dict | list) else ():
            yield json.dumps(with_text(value, path, text)).encode()
        if isinstance(value, dict):
            yield json.dumps({text: text} | value).encode()
        encoded = text.encode()
        yield from (encoded, encoded + b"\n" + source, source + encoded)
        lines = source.split(b"\n")
        yield b"\n".join([lines[0].replace(b" ", encoded, 1), *lines[1:]])


@pytest.mark.parametrize("name", list(FORMATS))
def test_key_files(ceremony: Ceremony, name: str) -> None:
    sample = SAMPLES[name]
    given = prepare(sample)
    for data in variants(sample.source):
        Path("source").write_bytes(data)
        outcome = ceremony.run("inspect", "--format", name, *given)
        check_shown(outcome.out)
        check_shown(outcome.err)
        assert "a bug in this program" not in outcome.err
    Path("source").write_bytes(sample.source)
    for option, value in zip(given[::2], given[1::2], strict=False):
        for text in FEW:
            changed = [text if word == value else word for word in given]
            outcome = ceremony.run("inspect", "--format", name, *changed, "--json")
            check_shown(outcome.shown)
            assert "a bug in this program" not in outcome.err, option


def test_recovery_kits(ceremony: Ceremony) -> None:
    """In metadata.json, in names of keys there, and in names of files in the archive."""
    sample = SAMPLES[KIT]
    given = prepare(sample)
    files = unpack(sample.source)
    metadata = json.loads(files["metadata.json"])
    for text in FEW:
        changes = [with_text(metadata, path, text) for path in text_paths(metadata)]
        changes.append(metadata | {"keys": {text: next(iter(metadata["keys"].values()))}})
        archives = [files | {"metadata.json": json.dumps(one).encode()} for one in changes]
        archives.append(files | {text.replace("\x00", ""): b"x"})
        for archive in archives:
            Path("source").write_bytes(pack(archive))
            check_shown(ceremony.run("inspect", "--format", KIT, *given).shown)
        check_shown(ceremony.run("inspect", "--format", KIT, *given, "--key-id", text).shown)


@pytest.mark.parametrize("name", TEXTS | LONE | {"huge": HUGE})
def test_signers_file(ceremony: Ceremony, name: str) -> None:
    """Seen: a padded cluster id drew a fingerprint block; an id of 5 MB was printed whole."""
    Cluster()
    value = json.loads(Path("signers.json").read_bytes())
    text = (TEXTS | LONE | {"huge": HUGE})[name]
    for path in text_paths(value):
        Path("signers.json").write_text(json.dumps(with_text(value, path, text)))
        outcome = ceremony.run("fingerprint", "signers.json")
        check_shown(outcome.shown)
        assert outcome.status == 1
        assert outcome.out == "", "nothing is shown of signers that are not taken"
    many = {"clusters": [{"clusterId": text[:99] + str(i), "signers": []} for i in range(90)]}
    Path("signers.json").write_text(json.dumps(many))
    for more in ((), ("--cluster", text[:999].replace("\ud83d", ""))):
        outcome = ceremony.run("fingerprint", "signers.json", *more)
        check_shown(outcome.shown)
        assert outcome.status == 1


def test_states_and_responses(ceremony: Ceremony) -> None:
    Path("phrase").write_text("correct horse battery staple")
    given = ("api", "recombine", "--passphrase-file", "phrase", "--public-key", "02" * 33)
    for text in (TEXTS | {"huge": HUGE}).values():
        for files in ((text, "{}"), ("dfns-ceremony export state 1\n" + text, text)):
            Path("state").write_text(files[0])
            Path("response").write_text(files[1])
            more = ("--state", "state", "--response", "response", "--out", "key")
            check_shown(ceremony.run(*given, *more).shown)
        if len(text) < 9999 and "\x00" not in text:
            more = ("--state", text, "--response", text, "--out", text)
            check_shown(ceremony.run(*given, *more).shown)


def test_settings(capsys: Capture) -> None:
    """Of the relay: each value in .env, and in the environment."""
    good = dict.fromkeys(NAMES, "x") | {"DFNS_API_URL": "http://127.0.0.1:9"}
    for text in TEXTS.values():
        for name in (*NAMES, ORGANISATION):
            values = good | {name: text}
            lines = [f"{one}='{value}'\n".replace("\x00", "") for one, value in values.items()]
            Path("settings").write_text("".join(lines))
            assert relay(["--env", "settings", "signers", "--out", "out"]) == 1
            out = capsys.readouterr()
            check_shown(out.out)
            check_shown(out.err)
            with pytest.raises(CeremonyError) as refused:
                read_configuration(None, values)
            check_shown(refused.value.message + refused.value.hint)
        Path("settings").write_text(text)
        assert relay(["--env", "settings", "signers", "--out", "out"]) == 1
        check_shown(capsys.readouterr().err)


def test_a_journal_that_somebody_else_wrote(tmp_path: Path, capsys: Capture) -> None:
    """Every text of every table, and the names of the files beside it."""
    world = World(tmp_path)
    run_relay(world)
    path = str(world.journal_path)
    with sqlite3.connect(path) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master")]
        columns: list[tuple[str, str]] = []
        for table in tables:
            rows = database.execute(f"PRAGMA table_info({table})").fetchall()
            columns += [(table, row[1]) for row in rows if row[2] == "TEXT"]
    assert len(columns) > 5
    changed = 0
    for table, column in columns:
        for text in (ALL, TEXTS["spaces"], HUGE[:200_000]):
            with sqlite3.connect(path) as database:
                database.execute("BEGIN")
                database.execute("PRAGMA ignore_check_constraints = 1")
                update = f"UPDATE OR REPLACE {table} SET {column} = ?"  # noqa: S608 -- of its schema
                try:
                    database.execute(update, (text,))
                except sqlite3.Error:
                    continue  # a column that the schema keeps from it
                changed += 1
            show(path)
            out = capsys.readouterr()
            check_shown(out.out)
            check_shown(out.err)
    assert changed > 5


@pytest.mark.parametrize("name", TEXTS)
def test_codes(ceremony: Ceremony, name: str) -> None:
    """A foreign QR code in the room, with anything in it."""
    code = QRCode(border=4)
    code.add_data(TEXTS[name].encode(), optimize=0)
    code.make()
    modules = np.where(np.array(code.get_matrix()), 0, 255).astype(np.uint8)
    cv2.imwrite("code.png", np.kron(modules, np.ones((4, 4), np.uint8)))
    outcome = ceremony.run("qr", "decode", "code.png", "--out", "message")
    check_shown(outcome.shown)
    assert outcome.status == 1
    hostile = TEXTS[name].replace("/", "").replace("\x00", "")[:60]
    Path("code.png").rename(hostile)
    check_shown(ceremony.run("qr", "decode", hostile, "--out", hostile + "2").shown)


def test_plans_and_tables(ceremony: Ceremony) -> None:
    """Plans that are checked and printed, and tables that plans are made of."""
    for text in (*FEW, *TEXTS.values()):
        quoted = json.dumps(text)  # escapes of JSON are escapes of TOML
        for word in ("A test", "or-1", "Ada", "words", "one", "m/0"):
            Path("plan.toml").write_text(PLAN_TOML.replace(f'"{word}"', quoted))
            for command in (["check"], ["digest"], ["print", "--out", "script.html"]):
                outcome = ceremony.run("plan", command[0], "plan.toml", *command[1:])
                check_shown(outcome.shown)
                assert "a bug in this program" not in outcome.err
        row = "one,Ethereum,m/0,0x00\n"
        for table in (
            f"label,network,path,address\n{row.replace('one', quoted)}",
            f"label,network,path,address\n{row.replace('Ethereum', quoted)}",
            f"label,network,path,address,{quoted}\n{row}",
            text,
        ):
            Path("table.csv").write_text(table)
            outcome = ceremony.run("plan", "from-table", "table.csv", "--source", "words")
            check_shown(re.sub(r'"[^"\n]*"', '""', outcome.out))  # quoted values stay exact
            check_shown(outcome.err)
            assert "a bug in this program" not in outcome.err
