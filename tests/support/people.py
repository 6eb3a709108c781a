"""People at a plain desk: an installed program driven through its standard input and output."""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ceremony.desk.words import WORDS_ASKED
from ceremony.message import digest_words

Answer = Callable[[str], str | None]
"""Gives the answer to a question, or None for one that it does not know."""


class Person:
    """One program and who answers it. ``answer`` is asked first, for whatever is special.

    ``digests`` are the digests on paper or on the other screen, by what they are called.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        cwd: Path,
        answer: Answer,
        digests: Mapping[str, Callable[[], bytes]],
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.lines: list[str] = []
        self._answer, self._digests = answer, digests
        program = Path(sys.executable).with_name(name)
        self.process = subprocess.Popen(
            [program, *arguments],
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            env=None if env is None else dict(env),
        )
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def finish(self, timeout: float = 60) -> int:
        """The exit status; the output is in ``lines``."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("still running:\n" + self.text) from None
        self._thread.join(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        return status

    def kill(self) -> None:
        """SIGKILL, as a power cut would end it."""
        self.process.kill()
        self.finish(10)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def _run(self) -> None:
        output, keyboard = self.process.stdout, self.process.stdin
        assert output is not None
        assert keyboard is not None
        for line in output:
            line = line.rstrip("\n")
            self.lines.append(line)
            if (given := self._given(line)) is not None:
                try:
                    keyboard.write(given + "\n")
                    keyboard.flush()
                except BrokenPipeError:
                    return

    def _given(self, line: str) -> str | None:
        if (given := self._answer(line)) is not None:
            return given
        question = line.removeprefix("? ")
        if found := WORDS_ASKED.fullmatch(question):
            words = digest_words(self._digests[found[2]]())
            return " ".join(words[int(place) - 1] for place in found[1].split(", "))
        if question.startswith("compare with the paper"):
            return "same"
        return None
