"""`ceremony rehearse`: the laptop's own scripts, with every other part a process of its own."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.message import Conversation, ExportResponse, ImportReceipt, codec, decode_message
from ceremony.offline.cli import main
from ceremony.record.transcript import verify_transcript
from tests.support.rehearsal_plans import EXPORT, IMPORT, WALLETS

KINDS = sorted({*codec.KINDS} - {"returned"})
"""Of messages: one is only for a laptop whose power went."""

PROGRAM = Path(sys.executable).with_name("ceremony")


def rehearse(*arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [PROGRAM, "rehearse", *arguments], capture_output=True, text=True, cwd=cwd, timeout=300
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One rehearsal with two keys on each curve and half of the frames lost, and what it kept."""
    folder = tmp_path_factory.mktemp("rehearsal") / "kept"
    finished = rehearse("--keys", "2", "--loss", "0.5", "--seed", "7", "--keep", str(folder))
    assert finished.returncode == 0, finished.stderr
    return folder, finished.stdout


def test_every_key_comes_back(kept: tuple[Path, str]) -> None:
    _, output = kept
    for curve in ("secp256k1", "stark", "ed25519"):
        assert output.count(f": {curve}: the same key came back, from ") == 2
    assert "6 keys went in and came back" in output
    assert "The rehearsal succeeded in " in output
    assert "\x1b" not in output, "control characters in a pipe"


def test_every_kind_of_message_crossed_in_frames(kept: tuple[Path, str]) -> None:
    folder, output = kept
    for name in KINDS:
        message = decode_message((folder / f"{name}.message").read_bytes())
        assert message.environment == "rehearsal"
        row = re.search(rf"^ *{name} +(laptop|relay) +([\d,]+) +(\d+) +(\d+)", output, re.MULTILINE)
        assert row, name
        assert int(row[2].replace(",", "")) == (folder / f"{name}.message").stat().st_size
        assert int(row[4]) >= int(row[3]) >= 1
        assert list((folder / "frames" / name).glob("*.png"))


def test_the_relay_really_posted(kept: tuple[Path, str]) -> None:
    folder, _ = kept
    journal = sqlite3.connect(folder / "journal.sqlite")
    posted = [row[0] for row in journal.execute("SELECT state FROM posts")]
    journal.close()
    assert len(posted) == 13, "six imports, a wallet and six exports"
    receipt = decode_message((folder / "import-receipt.message").read_bytes())
    assert isinstance(receipt, ImportReceipt)
    assert len({outcome.key_id for outcome in receipt.outcomes}) == 6
    assert sum(len(outcome.wallets) for outcome in receipt.outcomes) == 1
    response = decode_message((folder / "export-response.message").read_bytes())
    assert isinstance(response, ExportResponse)
    assert {o.key_id for o in response.outcomes} == {o.key_id for o in receipt.outcomes}


def test_both_transcripts_are_whole_and_the_relay_has_them(kept: tuple[Path, str]) -> None:
    folder, _ = kept
    for name, delivered in (("import", "transcript.jsonl"), ("export", "2-transcript.jsonl")):
        lines, fingerprint = verify_transcript((folder / f"{name}.jsonl").read_bytes())
        assert lines[-1].event == "ends"
        assert verify_transcript((folder / "relay" / delivered).read_bytes())[1] == fingerprint
        log = (folder / "relay.log").read_text().replace(" ", "").replace("\n", "")
        assert fingerprint.hex() in log


def test_messages_of_a_rehearsal_are_refused_in_production(kept: tuple[Path, str]) -> None:
    folder, _ = kept
    for name in KINDS:
        data = (folder / f"{name}.message").read_bytes()
        message = decode_message(data)
        production = Conversation("production", message.ceremony or bytes(16))
        with pytest.raises(CeremonyError) as error:
            production.accept(data, type(message))
        assert error.value.failure == Failure.ENVIRONMENT


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (IMPORT, "4 keys went in, and the receipt is as expected"),
        (WALLETS, "2 keys went in, and the receipt is as expected"),
        (EXPORT, "3 keys went in and came back"),
    ],
    ids=["three curves", "wallets", "export"],
)
def test_a_plan_is_rehearsed(tmp_path: Path, plan: str, said: str) -> None:
    (tmp_path / "plan.toml").write_text(plan)
    finished = rehearse("plan.toml", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert said in finished.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"], "nothing is left behind"


def test_half_of_the_frames_are_lost(kept: tuple[Path, str]) -> None:
    _, output = kept
    lost = re.findall(r"^ *\S+ +(?:laptop|relay) +[\d,]+ +\d+ +(\d+) +(\d+)", output, re.M)
    seen, gone = (sum(int(row[i]) for row in lost) for i in (0, 1))
    assert 0.2 < gone / seen < 0.8


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
        (["no-such-plan.toml"], "cannot read the plan"),
        (["/dev/null"], "the plan"),
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


DIES = """\
import os, sys, threading
if "ceremony.relay.cli" in sys.orig_argv:
    threading.Timer(2.5, lambda: os.kill(os.getpid(), 9)).start()
"""
HAS_NO_PORT = """\
import sys
if "ceremony.sandbox.cli" in sys.orig_argv:
    sys.stderr.write("ceremony-sandbox: error: no port is free\\n")
    raise SystemExit(1)
"""


@pytest.mark.parametrize(
    ("broken", "said"),
    [(DIES, "relay: it ended without a word"), (HAS_NO_PORT, "sandbox: no port is free")],
    ids=["a relay that dies", "a sandbox that cannot start"],
)
def test_a_part_that_fails_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, said: str
) -> None:
    """It ends the rehearsal at once, in one line, and leaves no process and no file.

    Its files are in a folder with a short name: a socket's path has 107 characters at most.
    """
    (tmp_path / "sitecustomize.py").write_text(broken)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        finished = rehearse("--keys", "5")
        assert list(Path(folder).iterdir()) == []
    assert finished.returncode == 1
    assert finished.stderr.splitlines() == [
        f"ceremony: error: the rehearsal failed, {said}",
        "ceremony: hint: run it again with --keep DIR and read the logs there",
    ]
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert str(tmp_path) not in running
