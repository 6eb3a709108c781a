"""What a look at Dfns found: ok, a problem, or that nobody can tell from here."""

from dataclasses import dataclass
from typing import Literal

from ceremony.errors import CeremonyError, Failure

Verdict = Literal["ok", "problem", "cannot be told"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``text`` may have words of Dfns and of the plan: it is shown printable."""

    verdict: Verdict
    text: str

    def __str__(self) -> str:
        return f"{self.verdict}: {self.text}"


def yes(text: str) -> Finding:
    return Finding("ok", text)


def no(text: str) -> Finding:
    return Finding("problem", text)


def unknown(text: str) -> Finding:
    return Finding("cannot be told", text)


def failed(subject: str, error: CeremonyError) -> Finding:
    """A refusal is a problem; that Dfns was not reached tells nothing."""
    kind = unknown if error.failure is Failure.CONNECTION else no
    return kind(f"{subject}: {error.message} ({error.hint})")
