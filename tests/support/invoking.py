"""Commands as an operator gives them, in this process, and what must hold when they refuse."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from ceremony.offline.cli import main


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def shown(self) -> str:
        return self.out + self.err


class Ceremony:
    """Runs ``ceremony`` in the working folder and looks at everything it says."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *arguments: str) -> Outcome:
        self._capsys.readouterr()
        try:
            status = main([*arguments])
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
