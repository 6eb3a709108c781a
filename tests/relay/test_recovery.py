"""What a journal knows can be read from any journal, however its relay ended."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony.errors import CeremonyError, Control, Failure
from ceremony.relay.cli import main
from ceremony.relay.journal import Journal
from ceremony.relay.keeping import reserve
from ceremony.relay.reading import read_contents
from ceremony.relay.schema import APPLICATION_ID, Heard, Job
from tests.support.sandbox_process import ROOT

URL = "https://api.dfns.io"
IMPORT = Job(b"r" * 32, "import", "ECDSA secp256k1 02aa", b"b" * 32)
EXPORT = Job(b"s" * 32, "export", "key-1", b"c" * 32)
HALF = b'{"half'
ANSWER = b'{"encryptedKeyShares":[],"odd":1e999}'
Capture = pytest.CaptureFixture[str]


def fill(path: Path) -> None:
    with Journal(str(path), "production", URL, "or-1", lambda: 1_700_000_000.0) as journal:
        journal.begin(IMPORT, b"sealed-canary")
        journal.begin(EXPORT, None)
        journal.finish(EXPORT, "kept", answer=HALF, error="the connection broke")
        journal.begin(EXPORT, None)
        journal.finish(EXPORT, "done", answer=ANSWER)
        journal.hear(b"c" * 16, Heard(2, b"d" * 32, b"a message"))
        journal.passed(IMPORT.request, Control("RLY-ONE", "x"), Control("RLY-TWO", "x"))
        journal.refused(
            IMPORT.request, Control("RLY-THREE", "x").refusal(Failure.KEY, "no", hint="")
        )


def show(path: Path, capsys: Capture) -> tuple[str, str]:
    assert main(["journal", "show", "--journal", str(path)]) == 0
    output = capsys.readouterr()
    return output.out, output.err


def recover(path: Path, out: Path, *more: str) -> int:
    return main(["journal", "recover", "--journal", str(path), "--out", str(out), *more])


def test_every_entry_is_listed(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "journal"
    fill(path)
    before = path.read_bytes()
    text, warnings = show(path, capsys)
    for part in (
        *("or-1", "production", URL, "version 3"),
        *("import of ECDSA secp256k1 02aa: posting", "not ended", "user action is kept, sealed"),
        *("export of key-1: done", "2 times", "2023-11-14 22:13:20 UTC"),
        *(IMPORT.request.hex(), IMPORT.body.hex(), EXPORT.request.hex(), EXPORT.body.hex()),
        *(f"entry 1: 6 bytes, SHA-256 {hashlib.sha256(HALF).hexdigest()}",),
        *(f"entry 2: {len(ANSWER)} bytes, SHA-256 {hashlib.sha256(ANSWER).hexdigest()}",),
        *(f"controls of request {IMPORT.request.hex()}", "passed: RLY-ONE, RLY-TWO"),
        "refused: RLY-THREE: no",
        *(f"message 2 of ceremony {b'c'.hex() * 16}", "entry 3: 9 bytes"),
    ):
        assert part in text
    assert warnings == ""
    assert "canary" not in text
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_kept_answer_is_written_out_again(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "journal"
    fill(path)
    for number, answer in ((1, HALF), (2, ANSWER), (3, b"a message")):
        assert recover(path, tmp_path / f"out-{number}", "--entry", str(number)) == 0
        assert (tmp_path / f"out-{number}").read_bytes() == answer
        assert hashlib.sha256(answer).hexdigest() in capsys.readouterr().err
    for wrong in ([], ["--entry", "0"], ["--entry", "4"], ["--entry", "-1"]):
        assert recover(path, tmp_path / "out", *wrong) == 2
        assert "--entry" in capsys.readouterr().err
    assert recover(path, tmp_path / "out-1", "--entry", "1") == 1
    assert "exists already" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_only_answer_needs_no_number(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(str(path), "production", URL, "or-1") as journal:
        journal.begin(EXPORT, None)
        journal.finish(EXPORT, "done", answer=ANSWER)
    assert recover(path, tmp_path / "out") == 0
    assert (tmp_path / "out").read_bytes() == ANSWER


def test_files_beside_the_journal(tmp_path: Path, capsys: Capture) -> None:
    """Of a post that the journal lists, of one that it does not; and without any journal."""
    path = tmp_path / "journal"
    fill(path)
    other = Job(b"x" * 32, "export", "key-2", b"y" * 32)
    for job in (EXPORT, other):
        keeping = reserve(str(path), job)
        keeping.keep(b"beside ")
        keeping.keep(job.subject.encode())  # and killed: the file is as long as its space
    text, _ = show(path, capsys)
    assert "export of key-1" in text.split("beside it")[1] + text.split("beside it")[2]
    assert "a post that the journal does not list" in text
    found = {}
    for number in (4, 5):
        assert recover(path, tmp_path / f"out-{number}", "--entry", str(number)) == 0
        found[number] = (tmp_path / f"out-{number}").read_bytes()
    assert set(found.values()) == {b"beside key-1", b"beside key-2"}
    path.unlink()
    assert recover(path, tmp_path / "alone", "--entry", "1") == 0
    assert (tmp_path / "alone").read_bytes() in found.values()


OLD = """
CREATE TABLE belongs (environment TEXT NOT NULL, api_url TEXT NOT NULL) STRICT;
CREATE TABLE posts (
    request BLOB NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL, posted_at REAL NOT NULL, ended_at REAL,
    user_action BLOB, answer BLOB, error TEXT, PRIMARY KEY (request, action, subject, body)
) STRICT;
CREATE TABLE messages (
    ceremony BLOB NOT NULL, sequence INTEGER NOT NULL, digest BLOB NOT NULL, at REAL NOT NULL,
    answer BLOB, PRIMARY KEY (ceremony, digest)
) STRICT;
"""


def test_an_older_journal(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "journal"
    database = sqlite3.connect(path)
    database.executescript(OLD)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute("PRAGMA user_version = 1")
    database.execute("INSERT INTO belongs VALUES ('production', ?)", (URL,))
    values = (b"r" * 32, "export", "key-1", b"b" * 32, "pending", 1, 1.7e9, 1.7e9, None, ANSWER, "")
    database.execute(f"INSERT INTO posts VALUES ({', '.join('?' * 11)})", values)  # noqa: S608
    database.commit()
    database.close()
    path.chmod(0o600)
    text, warnings = show(path, capsys)
    assert "version 1" in text
    assert "export of key-1: pending" in text
    assert warnings == ""
    assert recover(path, tmp_path / "out") == 0
    assert (tmp_path / "out").read_bytes() == ANSWER
    with pytest.raises(CeremonyError) as error:
        Journal(str(path), "production", URL, "or-1")
    assert error.value.failure is Failure.JOURNAL
    assert "journal show" in error.value.hint


def test_a_journal_that_another_relay_has_open(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "journal"
    fill(path)
    with Journal(str(path), "production", URL, "or-1") as journal:
        journal.begin(Job(b"t" * 32, "export", "key-3", b"d" * 32), None)
        text, _ = show(path, capsys)
        assert "export of key-3: posting" in text
        assert recover(path, tmp_path / "out", "--entry", "2") == 0
    assert (tmp_path / "out").read_bytes() == ANSWER


def test_killed_in_the_middle_of_a_write(tmp_path: Path, capsys: Capture) -> None:
    """SQLite's own rollback file lies beside: it is applied to a copy, and left."""
    path = tmp_path / "journal"
    fill(path)
    program = (
        "import os, sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "database.execute('PRAGMA cache_size = 1')\n"
        "database.execute('PRAGMA cache_spill = 1')\n"
        "database.execute('BEGIN EXCLUSIVE')\n"
        "database.execute('UPDATE posts SET state = \\'mismatch\\'')\n"
        "for i in range(200):\n"
        "    database.execute('INSERT INTO messages VALUES (?, 1, ?, 1.0, ?)',"
        " (b'z', bytes([i]), bytes(5000)))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    rollback = Path(f"{path}-journal")
    assert rollback.stat().st_size > 0, "the spilled pages were not written"
    before = path.read_bytes(), rollback.read_bytes()
    text, warnings = show(path, capsys)
    assert "export of key-1: done" in text
    assert "mismatch" not in text
    assert warnings == ""
    assert (path.read_bytes(), rollback.read_bytes()) == before


def test_damaged_journals_give_what_they_have(tmp_path: Path, capsys: Capture) -> None:
    """Cut anywhere, or overwritten anywhere: no traceback, and the files beside are listed."""
    path = tmp_path / "journal"
    fill(path)
    keeping = reserve(str(path), EXPORT)
    keeping.keep(b"beside")
    keeping.settle()
    whole = path.read_bytes()
    page = 4096
    damaged = [whole[:cut] for cut in (0, 1, 50, 100, 1000, page, 3 * page, len(whole) - 1)]
    for start in range(0, len(whole), page // 2):
        damaged.append(whole[:start] + b"\xff" * 600 + whole[start + 600 :])
        damaged.append(whole[:start] + bytes(600) + whole[start + 600 :])
    read = 0
    for content in damaged:
        path.write_bytes(content)
        contents = read_contents(str(path))
        assert [kept.answer for kept in contents.beside] == [b"beside"]
        read += any(kept.answer == ANSWER for kept in contents.kept())
        assert main(["journal", "show", "--journal", str(path)]) == 0
        assert "Traceback" not in capsys.readouterr().err
    assert read > 5


def test_hostile_texts_are_shown_printable(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "journal"
    with Journal(str(path), "production", URL, "or-1\x1b[2J") as journal:
        job = Job(b"r" * 32, "export", "key\x1b[2J\u202e" + "k" * 1000, b"b" * 32)
        journal.begin(job, None)
        journal.finish(job, "kept", answer=b"x", error="\x07\x1b]0;title")
    text, _ = show(path, capsys)
    assert text.isprintable() or set(text) - {"\n"} <= {c for c in text if c.isprintable()}
    assert max(map(len, text.splitlines())) < 400


@pytest.mark.parametrize("name", ["none", "folder", "no/folder", "a\0b"])
def test_what_is_no_journal(tmp_path: Path, name: str, capsys: Capture) -> None:
    (tmp_path / "folder").mkdir()
    assert recover(tmp_path / name, tmp_path / "out") == 1
    error = capsys.readouterr().err
    assert error.count(": error: ") == 1
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()
    assert os.listdir(tmp_path) == ["folder"]


def test_another_program_s_database(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "other"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE accounts (name TEXT)")
    database.close()
    _, warnings = show(path, capsys)
    assert "not a ceremony journal" in warnings


def test_no_configuration_is_needed(tmp_path: Path) -> None:
    """As a program of its own, with nothing in its environment."""
    fill(tmp_path / "journal")
    done = subprocess.run(
        [sys.executable, "-m", "ceremony.relay.cli", "journal", "show", "--journal", "journal"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "export of key-1: done" in done.stdout
