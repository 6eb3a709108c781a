"""People at a plain desk of a program."""

import signal
from time import monotonic, sleep

from ceremony.rehearsal import people
from ceremony.rehearsal.people import Answer, Digests, Process

__all__ = ["Answer", "Person"]

LONG = 300.0
"""Seconds that a test waits for a program at the most; a busy machine needs many of them."""


class Person(people.Person):
    """Somebody at a program that a test waits for."""

    def __init__(self, process: Process, answer: Answer, digests: Digests) -> None:
        self._typed: dict[int, str] = {}
        super().__init__(process, answer, digests)

    def finish(self, timeout: float = LONG) -> int:
        """The exit status; the output is in ``lines``."""
        status = self.wait(timeout)
        if status is None:
            self.kill()
            raise AssertionError("still running:\n" + self.text)
        return status

    @property
    def screen(self) -> str:
        """What stands on a terminal: each answer that has an echo is below its question."""
        shown = []
        for number, line in enumerate(self.lines):
            shown.append(line)
            if line.startswith("? ") and number in self._typed:
                shown.append(self._typed[number])
        return "\n".join(shown)

    def _given(self, line: str) -> str | None:
        given = super()._given(line)
        if given is not None:
            self._typed[len(self.lines) - 1] = given
        return given

    def wait_for(self, text: str, timeout: float = LONG) -> None:
        """Until it has said this."""
        ends = monotonic() + timeout
        while text not in self.text:
            assert monotonic() < ends, f"it never said {text}:\n{self.text}"
            assert self.process.poll() is None or text in self.text, self.text
            sleep(0.02)

    def kill(self) -> None:
        """SIGKILL, as a power cut would end it."""
        self.process.kill()
        self.finish(10)


class Interrupter:
    """Answers nothing; at the first line that begins so, somebody types Ctrl-C."""

    def __init__(self, start: str) -> None:
        self._start = start
        self.person: Person | None = None

    def __call__(self, line: str) -> str | None:
        if self._start and line.startswith(self._start):
            while self.person is None:
                sleep(0.01)
            self._start = ""
            self.person.process.send_signal(signal.SIGINT)
            return ""
        return None


class Killer:
    """Answers nothing; at the first line that begins so, it kills the program."""

    def __init__(self, start: str, victims: list[Person]) -> None:
        self._start, self._victims = start, victims

    def __call__(self, line: str) -> str | None:
        if line.strip().startswith(self._start):
            self._victims[0].process.kill()
        return None
