"""`ceremony rehearse`: the whole path, with every part a process of its own."""

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony.message import (
    ExportRequest,
    ExportResponse,
    ImportReceipt,
    ImportRequest,
    Signers,
    decode_message,
)
from ceremony.offline.cli import main

PROGRAM = Path(sys.executable).with_name("ceremony")
KINDS = {
    "signers": Signers,
    "import-request": ImportRequest,
    "import-receipt": ImportReceipt,
    "export-request": ExportRequest,
    "export-response": ExportResponse,
}


def rehearse(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([PROGRAM, "rehearse", *arguments], capture_output=True, text=True)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One rehearsal with two keys on each curve, and what it kept."""
    folder = tmp_path_factory.mktemp("rehearsal") / "kept"
    finished = rehearse("--keys", "2", "--loss", "0.3", "--seed", "7", "--keep", str(folder))
    assert finished.returncode == 0, finished.stderr
    return folder, finished.stdout


def test_every_key_comes_back(kept: tuple[Path, str]) -> None:
    _, output = kept
    for curve in ("secp256k1", "stark", "ed25519"):
        assert output.count(f"{curve}: the same key came back") == 2
    assert "6 keys went in and came back the same" in output
    assert "The rehearsal succeeded in " in output
    assert "\x1b" not in output, "control characters in a pipe"


def test_every_message_crossed_in_frames(kept: tuple[Path, str]) -> None:
    folder, output = kept
    for name, kind in KINDS.items():
        message = decode_message((folder / f"{name}.message").read_bytes())
        assert type(message) is kind
        assert message.environment == "rehearsal"
        row = re.search(
            rf"^ *{name} +(offline|relay) +([\d,]+) +(\d+) +(\d+)", output, re.MULTILINE
        )
        assert row, name
        assert int(row[2].replace(",", "")) == (folder / f"{name}.message").stat().st_size
        assert int(row[4]) >= int(row[3]) >= 1
        assert list((folder / "frames" / name).glob("*.png"))


def test_the_relay_really_posted(kept: tuple[Path, str]) -> None:
    folder, _ = kept
    journal = sqlite3.connect(folder / "journal.sqlite")
    tables = [
        row[0] for row in journal.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    assert tables
    journal.close()
    receipt = decode_message((folder / "import-receipt.message").read_bytes())
    assert isinstance(receipt, ImportReceipt)
    assert len({outcome.key_id for outcome in receipt.outcomes}) == 6
    assert sum(bool(outcome.wallet_id) for outcome in receipt.outcomes) == 2


def test_no_key_is_in_what_was_kept(kept: tuple[Path, str]) -> None:
    """The exported answer and the requests hold ciphertexts; nothing holds a scalar's name."""
    folder, output = kept
    response = decode_message((folder / "export-response.message").read_bytes())
    assert isinstance(response, ExportResponse)
    for outcome in response.outcomes:
        assert set(json.loads(outcome.answer)) >= {"publicKey", "encryptedKeyShares"}
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".png":
            assert b"secret_share" not in path.read_bytes(), path.name
    assert "secret" not in output


def test_messages_of_a_rehearsal_are_nothing_in_production(kept: tuple[Path, str]) -> None:
    from ceremony.errors import CeremonyError, Failure
    from ceremony.message import Conversation

    folder, _ = kept
    for name, kind in KINDS.items():
        data = (folder / f"{name}.message").read_bytes()
        message = decode_message(data)
        production = Conversation("production", message.ceremony or bytes(16))
        with pytest.raises(CeremonyError) as error:
            production.accept(data, kind)
        assert error.value.failure == Failure.ENVIRONMENT


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--keys", "0"], "--keys must be from 1 to 300"),
        (["--keys", "301"], "--keys must be from 1 to 300"),
        (["--keys", "x"], "argument --keys: not understood"),
        (["--loss", "0.95"], "--loss must be from 0 to 0.9"),
        (["--loss", "-1"], "--loss must be from 0 to 0.9"),
        (["--loss", "nan"], "--loss must be from 0 to 0.9"),
        (["--seed", "-1"], "--seed must be from 0"),
        (["--keep", "."], "cannot make the folder to keep things in"),
        (["--keep", "no/such/folder"], "cannot make the folder to keep things in"),
    ],
)
def test_senseless_options(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: object = main(["rehearse", *arguments])
    except SystemExit as stopped:
        status = stopped.code
    assert status in (1, 2)
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 2
    assert expected in error[0]


def test_a_part_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken sandbox ends the rehearsal at once, in one line, and leaves no process."""
    broken = tmp_path / "ceremony_broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'ceremony.sandbox.cli' in ' '.join(sys.orig_argv):\n"
        "    sys.stderr.write('ceremony-sandbox: error: no port is free\\n')\n"
        "    raise SystemExit(1)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(broken))
    finished = rehearse()
    assert finished.returncode == 1
    assert finished.stderr.splitlines() == [
        "ceremony: error: the rehearsal failed, sandbox: no port is free",
        "ceremony: hint: run it again with --keep DIR and read the logs there",
    ]
