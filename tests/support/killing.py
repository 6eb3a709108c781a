"""A relay in a process of its own that dies by SIGKILL at a chosen moment.

The process is forked from the tests, so that a hundred of them take no time to start;
what is killed is the real program with its real sockets and its real journal.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import ceremony.relay.commands  # noqa: F401 -- loaded once, before the forks
from ceremony.relay import journal, transport
from ceremony.relay.cli import main

KILLED = -signal.SIGKILL


def run_relay(arguments: list[str], log: Path, prepare: Callable[[], None] = lambda: None) -> int:
    """The exit status of the relay, or KILLED. ``prepare`` is called in its process."""
    child = os.fork()
    if child == 0:
        status = 99
        try:
            for name in [n for n in os.environ if n.startswith("DFNS_")]:
                del os.environ[name]
            with log.open("ab") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            sys.stdout, sys.stderr = (
                os.fdopen(1, "w", closefd=False),
                os.fdopen(2, "w", closefd=False),
            )
            sys.stdin = open(os.devnull)  # noqa: SIM115 -- the process ends below
            prepare()
            status = main(arguments)
            sys.stderr.flush()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die_at(moment: int) -> Callable[[], None]:
    """Die at the moment with this number: before and after each statement of the journal,
    before each call leaves, and after its answer came."""

    def prepare() -> None:
        count = [0]

        def tick() -> None:
            if count[0] == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            count[0] += 1

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal.Journal, "_run", _around(journal.Journal._run, tick))
            patch.setattr(
                transport.Transport, "_exchange", _around(transport.Transport._exchange, tick)
            )
            patch._setattr.clear()  # for good: the process ends by itself

    return prepare


def _around(call: Callable[..., object], tick: Callable[[], None]) -> Callable[..., object]:
    def around(*arguments: object) -> object:
        tick()
        result = call(*arguments)
        tick()
        return result

    return around
