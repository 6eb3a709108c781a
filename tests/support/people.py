"""People at a plain desk of an installed program."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ceremony.rehearsal import people
from ceremony.rehearsal.people import Answer

__all__ = ["Answer", "Person"]


class Person(people.Person):
    """The program with this name in the folder of this Python."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        cwd: Path,
        answer: Answer,
        digests: Mapping[str, Callable[[], bytes]],
        env: Mapping[str, str] | None = None,
        dies: str = "",
    ) -> None:
        """``dies`` is a moment of tests/support/dying.py."""
        program: list[str | Path] = [Path(sys.executable).with_name(name)]
        if dies:
            program = [sys.executable, Path(__file__).with_name("dying.py"), dies, name]
        super().__init__([*program, *arguments], cwd, answer, digests, env)

    def finish(self, timeout: float = 60) -> int:
        """The exit status; the output is in ``lines``."""
        status = self.wait(timeout)
        if status is None:
            self.kill()
            raise AssertionError("still running:\n" + self.text)
        return status

    def kill(self) -> None:
        """SIGKILL, as a power cut would end it."""
        self.process.kill()
        self.finish(10)


class Killer:
    """Answers nothing; at the first line that begins so, it kills the program."""

    def __init__(self, start: str, victims: list[Person]) -> None:
        self._start, self._victims = start, victims

    def __call__(self, line: str) -> str | None:
        if line.strip().startswith(self._start):
            self._victims[0].process.kill()
        return None
