"""What the full-screen desk shows at any moment, as plain values: no terminal is needed here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ceremony.desk.lines import shown
from ceremony.desk.port import Awaiting, Progress, Working
from ceremony.errors import CeremonyError
from ceremony.link.progress import Foreign, Forged, Unreadable, describe
from ceremony.record.steps import Step

Kind = Literal["step", "fact", "note", "error", "hint"]

MAX_LINES = 2000
"""Lines that can be read back; the oldest go first. The transcript has everything that counts."""

MAX_TITLE = 80
"""Characters of a step's title beside the others."""

REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was shown, printable already."""

    kind: Kind
    text: str


@dataclass(slots=True)
class View:
    """The ceremony as the people see it. ``leaving`` says what is lost by ending it here.

    Only the thread of the screen changes it, but for ``progress``, which is one assignment.
    """

    leaving: str
    title: str = "a ceremony"
    environment: str = ""
    steps: Sequence[Step] = ()
    current: Step | None = None
    lines: list[Line] = field(default_factory=list)
    progress: Progress | None = None
    over: bool = False

    def open(self, title: str, environment: str, steps: Sequence[Step]) -> None:
        self.title, self.environment, self.steps = title, environment, steps
        self.current = None

    def enter(self, step: Step) -> None:
        self.current, self.progress = step, None
        self._add("step", self.heading())

    def show(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._add("fact", line)

    def note(self, deviation: str) -> None:
        self._add("note", f"DEVIATION: {deviation}")

    def error(self, error: CeremonyError) -> None:
        name = f"{error.control.id}: " if error.control else ""
        self._add("error", f"ERROR {name}{error.message}")
        self._add("hint", f"hint: {error.hint}")

    def tell(self, progress: Progress) -> None:
        """What is wrong with something that came stays to be read, once, while work goes on."""
        if isinstance(progress, Foreign | Forged | Unreadable):
            line = Line("note", shown(describe(progress)))
            if line not in self.lines[-5:]:
                self.lines.append(line)
                if isinstance(progress, Unreadable):
                    self._add("hint", f"hint: {progress.hint}")

    @property
    def rehearsal(self) -> bool:
        return self.environment == REHEARSAL

    def number(self) -> int:
        """The place of the current step among the steps, from 1; 0 for none of them."""
        for place, step in enumerate(self.steps, 1):
            if step == self.current:
                return place
        return 0

    def heading(self) -> str:
        if self.current is None:
            return self.title
        number = self.number()
        place = f"Step {number} of {len(self.steps)}: " if number else ""
        return f"{place}{self.current.title}"

    def marks(self) -> list[str]:
        """Each step with its mark: done [x], now [>], to come [ ]."""
        now = self.number()
        done = now + 1 if self.over else now
        return [
            f"{'[x]' if place < done else '[>]' if place == now else '[ ]'} {place} "
            f"{shown(step.title, MAX_TITLE)}"
            for place, step in enumerate(self.steps, 1)
        ]

    def turn(self) -> str:
        """Whose turn it is."""
        return ", ".join(self.current.who) if self.current else "the laptop's people"

    def _add(self, kind: Kind, text: str) -> None:
        self.lines.append(Line(kind, shown(text)))
        del self.lines[:-MAX_LINES]


def banner(view: View, width: int) -> str:
    """The line at the top and at the bottom: nobody takes one environment for the other.

    A rehearsal says so from edge to edge, in letters: no colour is needed to see it.
    """
    if view.rehearsal:
        word = "/// REHEARSAL "
        return (word * (width // len(word) + 1))[:width]
    return shown(f" {view.environment.upper() or 'CEREMONY'}", MAX_TITLE)


def progress_line(progress: Progress) -> str:
    match progress:
        case Awaiting(what):
            return shown(f"waiting for {what}")
        case Working(what):
            return shown(what)
        case other:
            return shown(describe(other))
