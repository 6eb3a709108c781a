"""Commands as an operator gives them, in this process, and what must hold when they refuse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ceremony.entropy import system_random
from ceremony.machine import Facts
from ceremony.offline import cli
from ceremony.secret import Random
from tests.support.self_tests import LITTLE, QUICK

if TYPE_CHECKING:
    import pytest

FIT = Facts(core_pattern="core", memory_locked=True, root_kind="overlay")
"""A machine of which there is nothing to tell."""


def look() -> Facts:
    return FIT


def main(
    arguments: Sequence[str],
    look: Callable[[], Facts] = look,
    random: Random = system_random,
) -> int:
    """The command on a machine that fits, whose memory and time the tests do not take."""
    return cli.main(arguments, look, random, LITTLE, QUICK)


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def shown(self) -> str:
        return self.out + self.err


class Ceremony:
    """Runs ``ceremony`` in the working folder and looks at everything it says.

    ``random`` is what the commands take their randomness from.
    """

    def __init__(
        self, capsys: "pytest.CaptureFixture[str]", look: Callable[[], Facts] = look
    ) -> None:
        self._capsys, self._look = capsys, look
        self.random: Random = system_random

    def run(self, *arguments: str) -> Outcome:
        self._capsys.readouterr()
        try:
            status = main([*arguments], self._look, self.random)
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        output = self._capsys.readouterr()
        return Outcome(status, output.out, output.err)

    def does(self, *arguments: str) -> Outcome:
        outcome = self.run(*arguments)
        assert outcome.status == 0, outcome.err
        return outcome

    def refuses(self, *arguments: str) -> Outcome:
        """One error line and one hint, status 1 or 2, nothing else said, nothing written."""
        before = contents()
        outcome = self.run(*arguments)
        assert contents() == before
        assert outcome.status in (1, 2), outcome.shown
        assert outcome.out == ""
        error, hint = outcome.err.splitlines()
        assert error.startswith("ceremony: error: ")
        assert hint.startswith("ceremony: hint: ")
        assert not error.endswith(".")
        assert "Traceback" not in outcome.err
        return outcome


def contents() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}
