"""The scripted desk: people played by a program, in tests and rehearsals.

The script is given what the desk would ask and answers it; everything that was shown is
kept, in order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ceremony.desk.port import Accept, Choice, Progress, Table
from ceremony.errors import CeremonyError
from ceremony.record.steps import Step
from ceremony.secret import Secret

Answer = Callable[[str], str]
"""Gives the answer to a question. Raises AssertionError for one that nobody planned."""


@dataclass
class ScriptedDesk:
    """``answer`` answers ``ask`` and ``choose``, ``enter`` gives secrets.

    ``on_progress`` is told every progress. ``keys`` are pressed one after the other, when they
    are asked for.
    """

    answer: Answer
    enter: Callable[[str], Secret]
    on_progress: Callable[[Progress], None] = lambda _: None
    on_step: Callable[[Step], None] = lambda _: None
    shown: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    errors: list[CeremonyError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    revealed: dict[str, Secret] = field(default_factory=dict)

    def open(self, title: str, environment: str, steps: Sequence[Step]) -> None:
        self.shown.append(f"{environment}: {title}")

    def step(self, step: Step) -> None:
        self.steps.append(step)
        self.on_step(step)

    def show(self, *lines: str) -> None:
        self.shown += lines

    def ask(self, question: str, accept: Accept) -> str:
        return accept(self.answer(question))

    def choose(self, question: str, choices: Sequence[Choice]) -> str:
        name = self.answer(question)
        if name not in [choice.name for choice in choices]:
            raise AssertionError(f"{name} is not an answer to: {question}")
        return name

    def secret(self, prompt: str, *, lines: bool = False) -> Secret:
        return self.enter(prompt)

    def words(self, prompt: str, counts: Sequence[int], whole: Accept) -> Secret:
        return Secret(" ".join(map(whole, self.enter(prompt).reveal().decode().split())).encode())

    def reveal(self, text: str, secret: Secret) -> None:
        self.revealed[text] = secret

    def compare(self, table: Table) -> None:
        self.tables.append(table)

    def note(self, deviation: str) -> None:
        self.notes.append(deviation)

    def progress(self, progress: Progress) -> None:
        self.on_progress(progress)

    def error(self, error: CeremonyError) -> None:
        self.errors.append(error)

    def key(self) -> str:
        return self.keys.pop(0) if self.keys else ""

    def aside(self, work: Callable[[], None]) -> None:
        work()
