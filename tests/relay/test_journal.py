"""The journal: of one relay, one host and one environment, and of nobody else's eyes."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.relay.journal import Heard, Job, Journal
from ceremony.relay.sealing import Seal
from ceremony.secret import Secret
from tests.support.sandbox_process import ROOT

URL = "https://api.dfns.io"
JOB = Job(b"r" * 32, "import", "ECDSA secp256k1 02aa", b"b" * 32)


def open_journal(path: Path, environment: str = "production", url: str = URL) -> Journal:
    return Journal(str(path), environment, url, lambda: 1000.0)  # type: ignore[arg-type]


def refused(path: Path, environment: str = "production", url: str = URL) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        open_journal(path, environment, url)
    assert error.value.failure is Failure.JOURNAL
    return error.value


def test_a_post_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with open_journal(path) as journal:
        assert journal.post(JOB) is None
        journal.begin(JOB, b"sealed")
    with open_journal(path) as journal:
        post = journal.post(JOB)
        assert post is not None
        assert (post.state, post.posted_at, post.user_action) == ("posting", 1000.0, b"sealed")
        journal.finish(JOB, "done", answer=b"{}")
    with open_journal(path) as journal:
        post = journal.post(JOB)
        assert post is not None
        assert (post.state, post.answer, post.user_action) == ("done", b"{}", None)


def test_who_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with open_journal(path) as journal:
        journal.begin(JOB, None)
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert [file.name for file in tmp_path.iterdir()] == ["journal"]
    path.chmod(0o640)
    assert "others than you" in refused(path).message


def test_it_survives_a_power_cut(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal") as journal:
        assert journal._run("PRAGMA synchronous") == [(3,)]
        assert journal._run("PRAGMA journal_mode") == [("delete",)]


def test_a_second_relay_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    program = (
        "import sys; from ceremony.relay.journal import Journal; from ceremony.errors import *\n"
        "try: Journal(sys.argv[1], 'production', sys.argv[2])\n"
        "except CeremonyError as error: print(error.failure, error.message)"
    )
    with open_journal(path) as journal:
        done = subprocess.run(
            [sys.executable, "-c", program, str(path), URL],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "journal" in done.stdout
        assert "in use by another relay" in done.stdout
        journal.begin(JOB, None)
        assert "in use by another relay" in refused(path).message


def test_it_belongs_to_one_host_and_one_environment(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with open_journal(path):
        pass
    assert "rehearsal" in refused(path, environment="rehearsal").message
    assert "api.uae.dfns.io" in refused(path, url="https://api.uae.dfns.io").message
    with open_journal(path):
        pass


def test_files_that_are_no_journals(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_bytes(b"This is not a database, and it is long enough to be looked at.\n" * 40)
    text.chmod(0o600)
    other = tmp_path / "other"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE accounts (name TEXT)")
    database.close()
    other.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo, 0o600)
    for mode in (0o600, 0o644):  # others may read it, and that is not what is wrong with it
        text.chmod(mode)
        error = refused(text)
        assert "is not a journal" in error.message
        assert "chmod" not in error.hint
    before = text.read_bytes(), other.read_bytes()
    for path in (text, other, link, fifo, tmp_path, tmp_path / "no" / "folder", Path("a\0b")):
        refused(path)
    assert (text.read_bytes(), other.read_bytes()) == before
    assert not (tmp_path / "elsewhere").exists()


def test_a_name_that_sqlite_takes_for_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:x?mode=memory"):
        with open_journal(Path(name)) as journal:
            journal.begin(JOB, None)
        with open_journal(Path(name)) as journal:
            assert journal.post(JOB) is not None


def test_another_version(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with open_journal(path) as journal:
        journal._run("PRAGMA user_version = 2")
    assert "version 2" in refused(path).message


def test_a_damaged_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with open_journal(path) as journal:
        journal.begin(JOB, b"x" * 20_000)
    whole = path.read_bytes()
    for cut in (1, 50, 1000, 4096, 5000, len(whole) - 1):
        path.write_bytes(whole[:cut])
        try:
            with open_journal(path) as journal:
                journal.post(JOB)
                journal.finish(JOB, "done", answer=None)
        except CeremonyError as error:
            assert error.failure is Failure.JOURNAL  # noqa: PT017 -- some cuts go unnoticed


def test_no_space_left(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal") as journal:
        journal._run("PRAGMA max_page_count = 8")
        with pytest.raises(CeremonyError) as error:
            journal.begin(JOB, b"x" * 100_000)
        assert error.value.failure is Failure.JOURNAL
        assert "SQLITE_FULL" in error.value.message


def test_other_requests_for_the_key(tmp_path: Path) -> None:
    other = Job(b"o" * 32, "import", JOB.subject, b"c" * 32)
    same_body = Job(b"o" * 32, "import", "ECDSA secp256k1 02bb", JOB.body)
    unrelated = Job(b"o" * 32, "import", "ECDSA secp256k1 02bb", b"c" * 32)
    export = Job(b"o" * 32, "export", JOB.subject, JOB.body)
    with open_journal(tmp_path / "journal") as journal:
        journal.begin(JOB, None)
        for state in ("posting", "done", "pending", "mismatch"):
            journal.finish(JOB, state, answer=None)
            assert journal.other(other) == JOB.request
            assert journal.other(same_body) == JOB.request
            assert journal.other(JOB) is None
            assert journal.other(unrelated) is None
            assert journal.other(export) is None
        journal.finish(JOB, "refused", answer=None)
        assert journal.other(other) is None


def test_one_export_request_may_serve_several_keys(tmp_path: Path) -> None:
    first = Job(b"r" * 32, "export", "key-1", b"b" * 32)
    with open_journal(tmp_path / "journal") as journal:
        journal.begin(first, None)
        assert journal.other(Job(b"r" * 32, "export", "key-2", b"b" * 32)) is None
        assert journal.other(Job(b"s" * 32, "export", "key-1", b"c" * 32)) == b"r" * 32


def test_messages_in_their_order(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal") as journal:
        journal.hear(b"c" * 16, Heard(2, b"2" * 32, b"answer"))
        journal.hear(b"c" * 16, Heard(1, b"1" * 32, None))
        journal.hear(b"c" * 16, Heard(1, b"1" * 32, None))
        journal.hear(b"", Heard(0, b"0" * 32, b"signers"))
        assert [h.sequence for h in journal.heard(b"c" * 16)] == [1, 2]
        assert journal.heard(b"d" * 16) == []


def test_a_sealed_user_action() -> None:
    seal = Seal(Secret(b"a private key"), system_random)
    sealed = seal.close("canary-action")
    assert b"canary" not in sealed
    assert seal.open(sealed) == "canary-action"
    assert seal.close("canary-action") != sealed
    assert Seal(Secret(b"another key"), system_random).open(sealed) is None
    for damaged in (
        None,
        b"",
        b"x",
        sealed[:-1],
        sealed[:20],
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
    ):
        assert seal.open(damaged) is None
