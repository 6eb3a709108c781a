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
    ) -> None:
        program = Path(sys.executable).with_name(name)
        super().__init__([program, *arguments], cwd, answer, digests, env)

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
