"""A relay in a process of its own that dies by SIGKILL at a chosen moment.

The process is forked from the tests, so that a hundred of them take no time to start;
what is killed is the real program with its real sockets and its real journal. Its operator
types through a pipe.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

import ceremony.relay.running  # noqa: F401 -- loaded once, before the forks
from ceremony.media import folder
from ceremony.relay import journal, transport
from ceremony.relay.cli import build_parser, main

KILLED = -signal.SIGKILL

POLL = 0.01
"""Seconds between two looks into the folder: people wait longer."""


@dataclass
class Child:
    """``says`` is what it writes, ``hears`` what it reads; both are to be closed."""

    pid: int
    says: int
    hears: int

    def wait(self) -> int:
        """The exit status, or KILLED."""
        os.close(self.hears)
        os.close(self.says)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def fork_relay(arguments: list[str], prepare: Callable[[], None] = lambda: None) -> Child:
    """The relay with these arguments. ``prepare`` is called in its process."""
    build_parser()  # once, before the forks
    (says, its_output), (its_input, hears) = os.pipe(), os.pipe()
    child = os.fork()
    if child:
        os.close(its_output)
        os.close(its_input)
        return Child(child, says, hears)
    status = 99
    try:
        os.close(says)
        os.close(hears)
        for name in [n for n in os.environ if n.startswith("DFNS_")]:
            del os.environ[name]
        os.dup2(its_output, 1)
        os.dup2(its_output, 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        sys.stdin = os.fdopen(its_input, "r", closefd=False)
        folder.POLL = POLL
        prepare()
        status = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def die_at(moment: int) -> Callable[[], None]:
    """Die at the moment with this number: before and after each statement of the journal,
    before each call leaves, after its answer came, and around each message on the stick."""

    def prepare() -> None:
        count = [0]

        def tick() -> None:
            if count[0] == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            count[0] += 1

        with pytest.MonkeyPatch.context() as patch:
            for owner, name in (
                (journal.Journal, "_run"),
                (transport.Transport, "_exchange"),
                (folder.Folder, "send"),
            ):
                patch.setattr(owner, name, _around(getattr(owner, name), tick))
            patch._setattr.clear()  # for good: the process ends by itself

    return prepare


def _around(call: Callable[..., object], tick: Callable[[], None]) -> Callable[..., object]:
    def around(*arguments: object) -> object:
        tick()
        result = call(*arguments)
        tick()
        return result

    return around
