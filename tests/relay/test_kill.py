"""`ceremony-relay run` is killed at every moment; started again, there is one wallet."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.killing import KILLED, die_at
from tests.support.one_request import OneExport, OneImport
from tests.support.sandbox_process import SandboxProcess

Start = Callable[..., SandboxProcess]

MOMENTS = 300
"""More than a ceremony has: the last one kills nothing, and that is checked."""

KEY_MOMENTS = range(60, MOMENTS)
"""The posts of /keys/import: what comes before them is the same for both."""


@pytest.mark.parametrize(
    ("network", "moments"), [("Ethereum", range(MOMENTS)), (None, KEY_MOMENTS)]
)
def test_killed_at_every_moment(
    start_sandbox: Start, tmp_path: Path, network: str | None, moments: range
) -> None:
    sandbox = start_sandbox()
    lost = 0
    for moment in moments:
        one = OneImport(sandbox, tmp_path / f"moment-{moment}", network)
        status = one.run(die_at(moment))
        if status == 0:
            one.check_one()
            break
        assert status == KILLED, one.text
        lost += bool(one.made())
        one.run_again()
        one.check_one()
    else:
        pytest.fail("the relay never lived to the end")
    assert moment > 60
    assert lost >= 2, "the moments after the post were not among them"


@pytest.mark.parametrize("moment", [40, 50, 60, 70])
def test_killed_again_and_again(start_sandbox: Start, tmp_path: Path, moment: int) -> None:
    """The second and the third run die too, a little later each time."""
    one = OneImport(start_sandbox(), tmp_path / "room", "Ethereum")
    for later in (0, 3, 6):
        if not one.over():
            assert one.run(die_at(moment + later)) in (0, KILLED), one.text
    one.run_again()
    one.check_one()


@pytest.mark.parametrize(
    "fault", ["slow=1@import", "slow-answer=1@import", "lost-answer@import", "lost-request@import"]
)
def test_killed_while_dfns_is_at_work(start_sandbox: Start, tmp_path: Path, fault: str) -> None:
    """The request is there, the answer is not; the next relay starts at once."""
    one = OneImport(start_sandbox("--fault", fault), tmp_path / "room", "Ethereum")

    def die_soon() -> None:
        threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGKILL)).start()

    assert one.run(die_soon) in (KILLED, 0, 1)
    one.run_again()
    time.sleep(1)
    one.check_one()


@pytest.mark.parametrize("fault", ["slow=0@import", "slow-answer=1@import"])
def test_killed_as_a_program_of_its_own(start_sandbox: Start, tmp_path: Path, fault: str) -> None:
    """Nothing forked and nothing patched: killed after parts of what a whole run takes."""
    sandbox = start_sandbox("--fault", fault + ":always")
    whole = OneImport(sandbox, tmp_path / "whole", "Ethereum")
    began = time.monotonic()
    assert whole.run_as_a_program() == 0, whole.text
    seconds = time.monotonic() - began
    whole.check_one()
    killed = 0
    for number, part in enumerate((0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)):
        one = OneImport(sandbox, tmp_path / f"room-{number}", "Ethereum")
        killed += one.run_as_a_program(seconds * part) == KILLED
        one.run_again()
        one.check_one()
    assert killed


def test_a_kill_frees_the_journal(start_sandbox: Start, tmp_path: Path) -> None:
    """Nothing has to be cleaned up by hand."""
    one = OneImport(start_sandbox(), tmp_path / "room", "Ethereum")
    assert one.run(die_at(20)) == KILLED
    with one.journal():
        pass


def test_an_export_killed_at_every_moment(start_sandbox: Start, tmp_path: Path) -> None:
    """What Dfns answered is never lost, and no other export is made without a decision."""
    sandbox = start_sandbox("--fault", "refuse-reexport:always")
    saved = 0
    for moment in range(30, MOMENTS):
        one = OneExport(sandbox, tmp_path / f"moment-{moment}")
        status = one.run(die_at(moment))
        if status == 0:
            one.check_answered()
            break
        assert status == KILLED, one.text
        exported = one.exported()
        # If it was noted and had not left, nobody can know, and somebody decides; if it was
        # exported, the answer is here, and a second post would be refused.
        one.again = not exported
        if not one.over():
            assert one.run() == 0, one.text
        one.check_answered()
        saved += exported
    else:
        pytest.fail("the relay never lived to the end")
    assert saved >= 5, "the moments after the answer were not among them"
