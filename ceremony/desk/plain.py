"""The plain desk: lines on any terminal, for screen readers and serial consoles too.

It works through a pipe, so that a test drives the installed program: an answer is a line
of standard input, a secret too where standard input is not a terminal.
"""

import contextlib
import select
import sys
import termios
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from ceremony.desk.lines import indented, shown
from ceremony.desk.port import Accept, Awaiting, Choice, Progress, Table, Working
from ceremony.desk.secrets import cannot_hide
from ceremony.errors import CeremonyError, Failure
from ceremony.link.progress import describe
from ceremony.record.steps import Step
from ceremony.secret import Secret

WIDTH = 200
"""Characters of the longest line that is shown."""

PAGE = 20
"""Rows of a table that are compared at a time."""

AGREED = "same"
"""What confirms a page: a word that nobody types by habit."""

STOP = "stop"
"""What ends the ceremony at every question."""


RESUME = "what was sent can be taken up again by `ceremony resume`"


class PlainDesk:
    """Writes to ``out``, reads from ``keyboard``; ``again`` says how a ceremony goes on that
    people stopped."""

    def __init__(
        self, keyboard: TextIO = sys.stdin, out: TextIO = sys.stdout, again: str = RESUME
    ) -> None:
        self._keyboard, self._out, self._again = keyboard, out, again
        self._environment = ""
        self._steps: Sequence[Step] = ()
        self._last = ""

    def open(self, title: str, environment: str, steps: Sequence[Step]) -> None:
        self._environment, self._steps = environment, steps
        self._line(f"{self._mark()}{title}")
        self._line(f"Type {STOP} at any question to end the ceremony.")

    def step(self, step: Step) -> None:
        names = [other.name for other in self._steps]
        number = f"Step {names.index(step.name) + 1} of {len(names)}" if step in self._steps else ""
        self._line("")
        self._line(f"{self._mark()}{number}: {step.title}" if number else step.title)

    def show(self, *lines: str) -> None:
        for line in lines:
            self._line(indented(line, 2))

    def ask(self, question: str, accept: Accept) -> str:
        while True:
            try:
                return accept(self._answer(question))
            except CeremonyError as error:
                if error.failure is Failure.CANCELLED:
                    raise
                self.error(error)

    def choose(self, question: str, choices: Sequence[Choice]) -> str:
        self._line(question)
        for choice in choices:
            loses = f" ({choice.loses})" if choice.loses else ""
            self._line(f"  {choice.name}: {choice.text}{loses}")
        names = [choice.name for choice in choices]

        def accept(text: str) -> str:
            if text in names:
                return text
            raise CeremonyError(
                Failure.USAGE, "that is not one of the answers", hint="type " + " or ".join(names)
            )

        return self.ask(f"type {' or '.join(names)}:", accept)

    def secret(self, prompt: str, *, lines: bool = False) -> Secret:
        self._line(prompt + (" (end with an empty line)" if lines else ""))
        with self._no_echo():
            typed = [self._read()]
            while lines and typed[-1]:
                typed.append(self._read())
        self._line("  (taken)")
        if typed[0] == STOP:
            raise cancelled(self._again)
        return Secret("\n".join(typed[:-1] if lines else typed).encode())

    def words(self, prompt: str, counts: Sequence[int], whole: Accept) -> Secret:
        words: list[str] = []
        self._line(f"{prompt} (one or more words a line)")
        with self._no_echo():
            while len(words) < max(counts):
                line = self._read()
                if line == STOP and STOP not in words:
                    raise cancelled(self._again)
                if not line.strip() and len(words) in counts:
                    break
                words += self._whole(line, len(words), whole)
                if len(words) < max(counts):
                    end = ", or an empty line to end" if len(words) in counts else ""
                    self._line(f"  {len(words)} words; the next{end}:")
        self._line("  (taken)")
        return Secret(" ".join(words).encode())

    def _whole(self, line: str, before: int, whole: Accept) -> list[str]:
        """The words of a line up to the first wrong one, which is told by its place."""
        found: list[str] = []
        for word in line.split():
            try:
                found.append(whole(word))
            except CeremonyError as error:
                place = before + len(found) + 1
                message = f"word {place}: {error.message}; the words before it are kept"
                self.error(CeremonyError(error.failure, message, hint=error.hint))
                break
        return found

    def reveal(self, text: str, secret: Secret) -> None:
        self._line(text)
        self._out.write(f"    {secret.reveal().decode()}\n")
        self._answer("press Enter when it is on the paper:")
        if self._out.isatty():
            self._out.write("\x1b[3A\x1b[J  (shown, and taken away)\n")
            self._out.flush()

    def compare(self, table: Table) -> None:
        pages = [table.rows[i : i + PAGE] for i in range(0, len(table.rows), PAGE)]
        for number, rows in enumerate(pages, 1):
            self._line(f"{table.title}, page {number} of {len(pages)}:")
            for row in rows:
                for i, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                    self._line(f"  {'' if i == 0 else '  '}{column}: {cell}")
            self.ask(f"compare with {table.other}; type {AGREED} if all is the same:", _agreed)

    def note(self, deviation: str) -> None:
        self._line(f"  DEVIATION: {deviation}")

    def progress(self, progress: Progress) -> None:
        match progress:
            case Awaiting(what):
                text = f"waiting for {what}"
            case Working(what, done, of):
                text = f"{what}: {done} of {of}" if of else what
            case other:
                text = describe(other)
        if text != self._last:
            self._line(f"  ... {text}")
            self._last = text

    def error(self, error: CeremonyError) -> None:
        self._line(f"  ERROR {error.named}", limit=1000)
        self._line(f"  hint: {error.hint}", limit=1000)

    def key(self) -> str:
        """What was typed as a line of its own, on a terminal; ``STOP`` is the way out."""
        if not self._keyboard.isatty() or not select.select([self._keyboard], [], [], 0)[0]:
            return ""
        text = self._read().strip()
        if text == STOP:
            return "escape"
        return text[:1] or "enter"

    def aside(self, work: Callable[[], None]) -> None:
        work()

    def _mark(self) -> str:
        return "*** REHEARSAL *** " if self._environment == "rehearsal" else ""

    def _answer(self, question: str) -> str:
        self._line(f"? {question}")
        text = self._read().strip()
        if text == STOP:
            raise cancelled(self._again)
        return text

    def _read(self) -> str:
        line = self._keyboard.readline()
        if not line:
            raise CeremonyError(
                Failure.CANCELLED,
                "there is nobody to answer: standard input has ended",
                hint=f"run it on a terminal; {self._again}",
            )
        return line.rstrip("\n")

    def _line(self, text: str, limit: int = WIDTH) -> None:
        """TXT-OUTSIDE: nothing but a secret that is revealed reaches the screen another way."""
        self._out.write(shown(text, limit) + "\n")
        self._out.flush()

    @contextlib.contextmanager
    def _no_echo(self) -> Iterator[None]:
        """DSK-ECHO. Raises ``passphrase`` where the terminal goes on with an echo."""
        if not self._keyboard.isatty():
            yield
            return
        descriptor = self._keyboard.fileno()
        before = termios.tcgetattr(descriptor)
        silent = termios.tcgetattr(descriptor)
        silent[3] &= ~(termios.ECHO | termios.ECHONL)
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, silent)
        try:
            # The call succeeds if any part of it was done (tcsetattr(3)).
            if termios.tcgetattr(descriptor)[3] & termios.ECHO:
                raise cannot_hide("a secret", self._again)
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


def cancelled(again: str) -> CeremonyError:
    return CeremonyError(
        Failure.CANCELLED,
        "the ceremony was stopped by the people in the room",
        hint=again,
    )


def _agreed(text: str) -> str:
    if text != AGREED:
        raise CeremonyError(
            Failure.CONFIRMATION,
            f"the page is not confirmed: the answer was not {AGREED}",
            hint=f"type {AGREED} if all of it is the same, or {STOP} to end the ceremony",
        )
    return text
