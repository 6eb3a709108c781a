"""The journal: of one relay, one host and one environment, and of nobody else's eyes."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.message import Environment
from ceremony.relay.journal import Journal
from ceremony.relay.schema import Heard, Job
from ceremony.relay.sealing import Seal
from ceremony.secret import Secret
from tests.support.sandbox_process import ROOT

URL = "https://api.dfns.io"
ORGANISATION = "or-1"
JOB = Job(b"r" * 32, "import", "ECDSA secp256k1 02aa", b"b" * 32)


def open_journal(
    path: Path,
    environment: Environment = "production",
    url: str = URL,
    organisation: str = ORGANISATION,
) -> Journal:
    return Journal(str(path), environment, url, organisation, lambda: 1000.0)


def refused(
    path: Path,
    environment: Environment = "production",
    url: str = URL,
    organisation: str = ORGANISATION,
) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        open_journal(path, environment, url, organisation)
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
        "try: Journal(sys.argv[1], 'production', sys.argv[2], 'or-1')\n"
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


def test_it_belongs_to_one_host_environment_and_organisation(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with open_journal(path):
        pass
    assert "rehearsal" in refused(path, environment="rehearsal").message
    assert "api.uae.dfns.io" in refused(path, url="https://api.uae.dfns.io").message
    for other in ("or-2", ""):
        error = refused(path, organisation=other)
        assert "belongs to organisation or-1" in error.message
    assert "no named organisation" in error.message
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
        journal._run("PRAGMA user_version = 1")
    assert "version 1" in refused(path).message


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


def test_answers_are_only_added(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal") as journal:
        journal.begin(JOB, None)
        for answer in (b"first", b"second", b"first"):
            journal.finish(JOB, "kept", answer=answer)
        post = journal.post(JOB)
        assert post is not None
        assert post.answer == b"first", "the one that the state is about"
        journal.begin(JOB, None)
        journal.finish(JOB, "refused", answer=None, error="no")
        post = journal.post(JOB)
        assert post is not None
        assert (post.answer, post.error, post.attempts) == (b"", "no", 2)
        assert journal.answers(JOB) == [b"first", b"second"]


def test_a_failed_finish_changes_nothing(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal") as journal:
        journal.begin(JOB, b"sealed")
        journal._run("PRAGMA max_page_count = 12")
        with pytest.raises(CeremonyError) as error:
            journal.finish(JOB, "kept", answer=b"x" * 100_000)
        assert error.value.failure is Failure.JOURNAL
        post = journal.post(JOB)
        assert post is not None
        assert (post.state, post.user_action) == ("posting", b"sealed")
        journal.finish(JOB, "kept", answer=b"x")


def test_a_sealed_user_action() -> None:
    seal = Seal(Secret(pem(ED25519)), system_random)
    sealed = seal.close("canary-action")
    assert b"canary" not in sealed
    assert seal.open(sealed) == "canary-action"
    assert seal.close("canary-action") != sealed
    other = ed25519.Ed25519PrivateKey.generate()
    assert Seal(Secret(pem(other)), system_random).open(sealed) is None
    for damaged in (
        None,
        b"",
        b"x",
        sealed[:-1],
        sealed[:20],
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
    ):
        assert seal.open(damaged) is None


ED25519 = ed25519.Ed25519PrivateKey.generate()


def pem(key: PrivateKeyTypes, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256K1()),
        rsa.generate_private_key(65537, 2048),
        ED25519,
    ],
    ids=["P-256", "secp256k1", "RSA", "Ed25519"],
)
def test_the_seal_is_that_of_the_key_not_of_its_pem(key: PrivateKeyTypes) -> None:
    """The same key with other line breaks, a comment, and as OpenSSL's older form."""
    whole = pem(key)
    first, *body, last = whole.decode().splitlines()
    text = "".join(body)
    narrow = "\r\n".join([first, *(text[i : i + 40] for i in range(0, len(text), 40)), last])
    forms = [whole, narrow.encode(), b"the credential\n" + whole + b"\n\n"]
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        forms.append(pem(key, PrivateFormat.TraditionalOpenSSL))
    sealed = Seal(Secret(whole), system_random).close("action")
    assert len(set(forms)) == len(forms)
    for form in forms:
        assert Seal(Secret(form), system_random).open(sealed) == "action"
