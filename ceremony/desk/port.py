"""The desk: everything that a ceremony says to the people in the room, and asks of them.

A ceremony knows this interface only. ``screen`` fills a terminal, ``plain`` writes lines on any
terminal or through a pipe, ``scripted`` answers for people in tests and rehearsals.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ceremony.errors import CeremonyError
from ceremony.link.progress import Progress as LinkProgress
from ceremony.record.steps import Step
from ceremony.secret import Secret


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Nothing has come yet; ``what`` is awaited from the other side."""

    what: str


@dataclass(frozen=True, slots=True)
class Working:
    """Long work on this machine: ``done`` of ``of`` parts, 0 of 0 where nobody knows."""

    what: str
    done: int
    of: int


Progress = Awaiting | Working | LinkProgress
"""A closed set of values; none of them ever holds content."""

Accept = Callable[[str], str]
"""Gives the answer as it is used, or raises a CeremonyError that says what is wrong."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to ``choose``. ``loses`` says what is lost by it, where something is."""

    name: str
    text: str
    loses: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that people compare with ``other``, page by page."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    other: str = "the paper"


class Desk(Protocol):
    """Texts are one line each. Whatever came from outside is made printable here, too.

    Every question can be answered with the way out: it raises CeremonyError ``cancelled``.
    """

    def open(self, title: str, environment: str, steps: Sequence[Step]) -> None:
        """The ceremony begins: what it is called, and whether it is a rehearsal."""

    def step(self, step: Step) -> None:
        """A step begins."""

    def show(self, *lines: str) -> None:
        """Facts that nobody has to answer."""

    def ask(self, question: str, accept: Accept) -> str:
        """A line of text; asked again, with the reason, while ``accept`` refuses it."""

    def choose(self, question: str, choices: Sequence[Choice]) -> str:
        """The name of the choice. The first one is the safe one, and none is a default."""

    def secret(self, prompt: str, *, lines: bool = False) -> Secret:
        """What is typed without echo: a line, or ``lines`` until an empty one."""

    def words(self, prompt: str, counts: Sequence[int], whole: Accept) -> Secret:
        """Words of a list, typed without echo and each checked as it comes, with one space
        between them. ``whole`` gives the whole word for what was typed, or refuses it;
        ``counts`` are how many words there can be.
        """

    def reveal(self, text: str, secret: Secret) -> None:
        """Shows a secret that people copy onto paper, until one of them says that it is copied."""

    def compare(self, table: Table) -> None:
        """Shows a table in pages, each confirmed. Raises ``confirmation`` for one that is not."""

    def note(self, deviation: str) -> None:
        """Something that is not as the script has it, and goes on; it is in the transcript."""

    def progress(self, progress: Progress) -> None:
        """How far it is; called often."""

    def error(self, error: CeremonyError) -> None:
        """A refusal that the ceremony survives: message and hint."""

    def key(self) -> str:
        """The key that somebody pressed at this desk since the last call, "" for none.

        A character, "enter" or "escape"; it never waits. A medium asks while it shows or
        receives. "escape" means: stop waiting.
        """

    def aside(self, work: Callable[[], None]) -> None:
        """Runs what speaks to the terminal by itself, where a screen has to make room for it."""
