"""How the programs start and end."""

import argparse
import os
import resource
import subprocess
import sys

import pytest

from ceremony.desk.command import EXIT_BUG, Parser, run
from ceremony.errors import CeremonyError, Failure


class Panic(BaseException):
    """As a library written in Rust raises it: no Exception."""


def status(error: BaseException | None, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    def handler(_options: argparse.Namespace) -> None:
        if error is not None:
            raise error

    parser = Parser(prog="program")
    parser.set_defaults(handler=handler)
    return run("program", parser, []), capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "expected", "text"),
    [
        (None, 0, ""),
        (CeremonyError(Failure.KEY, "no key", hint="look"), 1, "program: error: no key"),
        (CeremonyError(Failure.USAGE, "no sense", hint="look"), 2, "program: error: no sense"),
        (KeyboardInterrupt(), 130, "program: error: interrupted"),
        (RuntimeError("hunter2"), EXIT_BUG, "a bug in this program: RuntimeError at test_"),
        (Panic("hunter2"), EXIT_BUG, "a bug in this program: Panic at test_"),
        (MemoryError("hunter2"), EXIT_BUG, "a bug in this program: MemoryError at test_"),
    ],
)
def test_every_end_has_its_status_and_no_traceback(
    error: BaseException | None, expected: int, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown = status(error, capsys)
    assert code == expected
    assert text in shown
    assert "hunter2" not in shown
    assert "Traceback" not in shown
    assert len(shown.splitlines()) == (2 if error else 0)


def test_a_crash_leaves_no_core(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(None, capsys)[0] == 0
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def test_a_pipe_that_closes_is_no_bug() -> None:
    """`ceremony address ... | head -1` ends without a word."""
    point = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    command = (
        f"{sys.executable} -m ceremony.offline.cli address {point} --curve secp256k1 | head -1"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_full_disk_is_no_bug() -> None:
    point = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    command = (
        f"{sys.executable} -m ceremony.offline.cli address {point} --curve secp256k1 >/dev/full"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "ceremony: error: cannot go on: No space left on device",
        "ceremony: hint: is the disk full?",
    ]


def test_a_terminal_without_unicode_is_no_bug() -> None:
    code = (
        "import argparse; from ceremony.desk.command import *; p = Parser(prog='program')\n"
        "p.set_defaults(handler=lambda _: print('\\u2713 done'))\n"
        "raise SystemExit(run('program', p, []))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "\\u2713 done\n", "")
