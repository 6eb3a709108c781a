"""The programs, each forked from a process that has imported what they import.

Hundreds of tests need one, and to start it anew takes longer than all that it does. Each has
arguments, an environment, a folder and streams of its own, and nothing of the
tests' process is in it. Programs that start as operators start them, with all of their
self-tests and with passphrases that are dear to guess, are in tests/rehearsal, tests/ends,
tests/desk/test_screen_terminal.py, tests/flows/test_whole_day.py and the test of
docs/ceremony.md's sessions.
"""

import gc
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any, TextIO

from tests.support.dying import die_at
from tests.support.self_tests import LITTLE, QUICK

MAINS = {
    "ceremony": "ceremony.offline.cli",
    "ceremony-relay": "ceremony.relay.cli",
    "ceremony-sandbox": "ceremony.sandbox.cli",
}

LAYERS = ("addresses", "curves", "dfns", "keys", "desk", "media", "offline", "relay", "sandbox")
"""What is imported once, with all that it imports. Nothing of it runs before a program."""


class Program:
    """A program in work, as ``subprocess.Popen`` has it; ``stdin`` and ``stdout`` are its pipes."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str | Path],
        cwd: Path,
        *,
        env: Mapping[str, str] | None = None,
        stderr: int | None = None,
        dies: str = "",
    ) -> None:
        """``stderr`` is where its errors go, None for ``stdout``; ``dies`` is a moment of
        tests/support/dying.py.
        """
        (its_input, keyboard), (says, its_output) = os.pipe(), os.pipe()
        self.stdin = os.fdopen(keyboard, "w", 1, encoding="utf-8")
        self.stdout = os.fdopen(says, encoding="utf-8")
        streams = [its_input, its_output, its_output if stderr is None else stderr]
        environment = dict(os.environ if env is None else env)
        self._process = _loaded().Process(
            target=_begin,
            args=(
                *(name, [*map(str, arguments)], str(cwd), environment, dies),
                [Passed(number) for number in streams],
            ),
            daemon=True,
        )
        self._process.start()
        os.close(its_input)
        os.close(its_output)
        self._asking = threading.Lock()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        # Its answer can be read once, and several threads may ask.
        with self._asking:
            return self._process.exitcode

    def wait(self, timeout: float) -> int:
        wait([self._process.sentinel], timeout)
        if (status := self.poll()) is None:
            raise subprocess.TimeoutExpired(str(self._process), timeout)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Passed:
    """A descriptor that the program gets; there it is its number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[Any]]:
        return _number, (DupFd(self._number),)


def _number(passed: Any) -> int:
    return int(passed.detach())


@cache
def _loaded() -> ForkServerContext:
    """The process that all programs of this one are forked from."""
    context = get_context("forkserver")
    modules = []
    for layer in LAYERS:
        package = import_module(f"ceremony.{layer}")
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        modules += [module.name for module in found]
    context.set_forkserver_preload(modules)
    return context


def _begin(
    name: str,
    arguments: list[str],
    cwd: str,
    env: dict[str, str],
    dies: str,
    streams: list[int],
) -> None:
    """The program, in its process, to its end."""
    status = 99
    # What was loaded before it is shared, as long as nobody writes to it.
    gc.freeze()
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        for stream in {*streams} - {0, 1, 2}:
            os.close(stream)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        sys.stdin, sys.stdout, sys.stderr = _text(0, "r"), _text(1, "w"), _text(2, "w")
        sys.argv = [name, *arguments]
        status = _run(name, arguments, dies)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _text(number: int, mode: str) -> TextIO:
    """As Python opens its own streams."""
    buffering = 1 if number == 2 or os.isatty(number) else -1
    return open(number, mode, buffering, encoding="utf-8", closefd=False)


def _run(name: str, arguments: list[str], dies: str) -> int:
    main = import_module(MAINS[name]).main
    # Argon2id takes a second each time, and the self-tests take longer than some ceremonies.
    quick = {"work": LITTLE, "self_tests": QUICK} if name == "ceremony" else {}
    if dies:
        die_at(dies)
    try:
        return int(main(arguments, **quick))
    except SystemExit as ended:
        return int(ended.code or 0)
