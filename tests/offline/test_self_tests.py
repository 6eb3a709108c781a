"""The laptop's self-tests: each gives its known answer, and none gives it with a part broken."""

import io
import sys
from functools import partial
from pathlib import Path

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.offline import cli
from ceremony.offline.self_tests import TESTS, pictures, run_self_tests
from ceremony.optics.worker_process import WorkerProcess
from ceremony.record.plan import Operation
from ceremony.record.plan_example import example_plan
from tests.support import walks
from tests.support.invoking import look

FAILING = {"HKDF": lambda: True, "ECIES": lambda: False}

ROOT = Path(__file__).parents[2]


def reader(code: str) -> partial[WorkerProcess]:
    """The process that reads pictures, with another reader of QR codes: ``code`` of a picture."""
    program = (
        f"import os, sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from ceremony.optics.decode import Found, find_codes\n"
        "from ceremony.optics.worker import main\n"
        f"sys.exit(main([], lambda picture: Found({code})))"
    )
    return partial(WorkerProcess, command=(sys.executable, "-c", program))


def test_all_pass_and_are_named_in_their_order() -> None:
    told = []
    assert run_self_tests(told.append) == tuple(TESTS)
    assert len(told) == len(TESTS)
    assert "QR codes" in TESTS


def test_pictures_cross_the_process_that_reads_them() -> None:
    assert pictures(reader("find_codes(picture).texts"))


@pytest.mark.parametrize(
    "code",
    ["[]", "[find_codes(picture).texts[0].swapcase()]", "['A' * 1000]", "os.abort()"],
    ids=["sees nothing", "reads wrongly", "sees others", "ends"],
)
def test_a_reader_that_does_not_read_is_found(code: str) -> None:
    with pytest.raises(CeremonyError) as error:
        run_self_tests(lambda _: None, {"QR codes": partial(pictures, reader(code))})
    assert error.value.failure is Failure.MACHINE
    assert error.value.control is not None
    assert error.value.control.id == "ENV-SELF-TEST"


def test_a_reader_that_does_not_start_is_told() -> None:
    with pytest.raises(CeremonyError) as error:
        pictures(partial(WorkerProcess, command=("/nowhere",)))
    assert error.value.failure is Failure.CONFIGURATION


@pytest.mark.parametrize(
    "command",
    [
        "inspect --key-file nowhere --format hex --curve stark",
        "api encrypt --signers nowhere --fingerprint x --key-file nowhere --curve stark --out new",
        "api export-request --state new --passphrase-file nowhere --out new",
        "api recombine --state nowhere --response nowhere --public-key 02 --out new",
    ],
)
def test_a_command_whose_self_test_fails_reads_nothing(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(command.split(), look, self_tests=FAILING) == 1
    assert "the self-test ECIES gives another answer" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "operation"), [("import", "import-wallets"), ("export", "export-keys")]
)
def test_the_command_of_a_ceremony_has_the_same_self_tests(
    command: str,
    operation: Operation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    Path("stick").mkdir()
    Path("plan.toml").write_text(example_plan(operation))
    arguments = [command, "plan.toml", "--by", "stick", "--transcript", "its.jsonl"]
    assert cli.main([*arguments, "--desk", "plain"], look, self_tests=FAILING) == 1
    assert "the self-test ECIES gives another answer" in capsys.readouterr().err
    assert list(Path("stick").iterdir()) == []


@pytest.mark.parametrize("begin", walks.ALL)
def test_a_ceremony_whose_self_test_fails_sends_nothing(begin: walks.Begin) -> None:
    walk = begin()
    sent = [*walk.laptop.medium.sent]
    walk.run(self_tests=FAILING)
    assert walk.ended_by is not None
    assert walk.ended_by.control is not None
    assert walk.ended_by.control.id == "ENV-SELF-TEST"
    assert walk.laptop.medium.sent == sent
