"""People at a plain desk: a program driven through its standard input and output."""

import contextlib
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from ceremony.desk.words import WORDS_ASKED
from ceremony.message import digest_words

Answer = Callable[[str], str | None]
"""Gives the answer to a question, or None for one that it does not know."""

Digests = Mapping[str, Callable[[], bytes]]
"""The digests on paper or on the other screen, by what they are called."""


def words_for(question: str, digests: Digests) -> str | None:
    """The words that are asked for, where ``question`` asks for words of a digest."""
    found = WORDS_ASKED.fullmatch(question)
    if found is None:
        return None
    words = digest_words(digests[found[2]]())
    return " ".join(words[int(place) - 1] for place in found[1].split(", "))


class Process(Protocol):
    """A program in work, with text in and out, as ``started`` gives it."""

    @property
    def stdin(self) -> IO[str] | None: ...

    @property
    def stdout(self) -> IO[str] | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float) -> int: ...

    def send_signal(self, number: int) -> None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


def started(
    command: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None
) -> "subprocess.Popen[str]":
    """The process of ``command``; its errors are among its output."""
    return subprocess.Popen(  # noqa: S603 -- our own programs, no shell
        [*command],
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
        env=None if env is None else dict(env),
    )


class Person:
    """One program and who answers it. ``answer`` is asked first, for whatever is special.

    ``otherwise`` answers the questions that nobody knows; without it they stay open.
    """

    def __init__(
        self, process: Process, answer: Answer, digests: Digests, otherwise: str | None = None
    ) -> None:
        self.process = process
        self.lines: list[str] = []
        self._answer, self._digests, self._otherwise = answer, digests, otherwise
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait(self, timeout: float) -> int | None:
        """The exit status, the output is in ``lines``; None while it runs on."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        self._thread.join(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        return status

    def end(self) -> None:
        """SIGTERM, and SIGKILL where that is not heard."""
        self.process.terminate()
        if self.wait(5) is None:
            self.process.kill()
            self.wait(5)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def _run(self) -> None:
        output, keyboard = self.process.stdout, self.process.stdin
        if output is None or keyboard is None:
            return
        for line in output:
            line = line.rstrip("\n")
            self.lines.append(line)
            if (given := self._given(line)) is not None:
                # A program that has ended hears nothing; what it said last is read all the same.
                with contextlib.suppress(BrokenPipeError):
                    keyboard.write(given + "\n")
                    keyboard.flush()

    def _given(self, line: str) -> str | None:
        if (given := self._answer(line)) is not None:
            return given
        question = line.removeprefix("? ")
        if (words := words_for(question, self._digests)) is not None:
            return words
        if question.startswith("compare with "):
            return "same"
        return self._otherwise if question != line else None
