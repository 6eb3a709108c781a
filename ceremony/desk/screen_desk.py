"""The desk's port over the full screen: the side of the ceremony's own thread.

A ceremony stays a straight function. It runs in a thread of its own; each question is a
factory of a screen and a future, sent to the screen's thread, and what people answer comes
back through the future and nowhere else.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import RLock
from typing import Any, Protocol

from ceremony.desk import screen_secret
from ceremony.desk.port import Accept, Choice, Progress, Table
from ceremony.desk.screen_ask import Ask, AskDigestWords, Choose
from ceremony.desk.screen_compare import DIFFERS, Compare
from ceremony.desk.screen_rows import LARGE_ROWS, ROWS, Page, pages_of
from ceremony.desk.screen_view import View
from ceremony.desk.screen_words import AskWords
from ceremony.desk.words import WORDS_ASKED
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.link.progress import Foreign, Forged, Unreadable
from ceremony.record.steps import Step
from ceremony.secret import Secret

PAGE = Control("DSK-PAGE", "a page was shown to its end, and somebody typed that it is the same")

Make = Callable[[], Any]
"""Runs in the screen's thread: gives a screen whose answer is awaited, or does something."""


class Stage(Protocol):
    """The app, as far as a ceremony's thread reaches it."""

    large: bool

    def take(self, make: Make, answer: "Future[Any]") -> bool:
        """From any thread. False where there is no screen any more."""

    def redraw(self) -> None:
        """In the screen's thread."""

    def aside(self, work: Callable[[], None]) -> None:
        """In the screen's thread: gives the terminal away for this work."""


class ScreenDesk:
    """Every method raises what ``end`` was given, once it was, and again at each further call:
    nothing that a script catches makes an ended ceremony go on.
    """

    def __init__(self, stage: Stage, view: View) -> None:
        self._stage, self._view = stage, view
        self._lock = RLock()
        self._ended: Callable[[], BaseException] | None = None
        self._open: Future[Any] | None = None
        self._key = ""
        self._told: Progress | None = None

    def open(self, title: str, environment: str, steps: Sequence[Step]) -> None:
        self._do(lambda: self._view.open(title, environment, steps))

    def step(self, step: Step) -> None:
        self._do(lambda: self._view.enter(step))

    def show(self, *lines: str) -> None:
        self._do(lambda: self._view.show(lines))

    def ask(self, question: str, accept: Accept) -> str:
        before, refused = "", None
        page = AskDigestWords if WORDS_ASKED.fullmatch(question) else Ask
        while True:
            text: str = self._call(lambda: page(self._view, question, before, refused))  # noqa: B023
            try:
                return accept(text)
            except CeremonyError as error:
                if error.failure is Failure.CANCELLED:
                    raise
                before, refused = text, error

    def choose(self, question: str, choices: Sequence[Choice]) -> str:
        name: str = self._call(lambda: Choose(self._view, question, choices))
        return name

    def secret(self, prompt: str, *, lines: bool = False) -> Secret:
        secret: Secret = self._call(lambda: screen_secret.Ask(self._view, prompt, several=lines))
        return secret

    def words(self, prompt: str, counts: Sequence[int], whole: Accept) -> Secret:
        secret: Secret = self._call(lambda: AskWords(self._view, prompt, counts, whole))
        return secret

    def reveal(self, text: str, secret: Secret) -> None:
        self._call(lambda: screen_secret.Copy(self._view, text, secret))

    def compare(self, table: Table) -> None:
        for page in pages_of(table, LARGE_ROWS if self._stage.large else ROWS):
            if not self._call(lambda: Compare(self._view, page, table.other)):  # noqa: B023
                raise _differs(page, table)

    def note(self, deviation: str) -> None:
        self._do(lambda: self._view.note(deviation))

    def progress(self, progress: Progress) -> None:
        """Returns at once; what cannot be read is told once, and stays."""
        self._check()
        self._view.progress = progress
        if isinstance(progress, Foreign | Forged | Unreadable) and progress != self._told:
            self._told = progress
            self._do(lambda: self._view.tell(progress))

    def error(self, error: CeremonyError) -> None:
        self._do(lambda: self._view.error(error))

    def key(self) -> str:
        self._check()
        with self._lock:
            key, self._key = self._key, ""
        return key

    def aside(self, work: Callable[[], None]) -> None:
        """``work`` speaks to the terminal itself; the screen comes back after it."""
        self._call(lambda: self._stage.aside(work))

    def pressed(self, key: str) -> None:
        """From the screen's thread: a key that no question waited for."""
        with self._lock:
            self._key = key

    def end(self, why: Callable[[], BaseException]) -> None:
        """From any thread: the ceremony ends at the question that is open, or at its next call.

        The first reason counts.
        """
        with self._lock:
            self._ended = self._ended or why
            if self._open is not None:
                # It may have been answered in the same moment.
                with suppress(InvalidStateError):
                    self._open.set_exception(self._ended())

    @property
    def ended(self) -> bool:
        return self._ended is not None

    def _check(self) -> None:
        if self._ended is not None:
            raise self._ended()

    def _do(self, change: Callable[[], None]) -> None:
        def make() -> None:
            change()
            self._stage.redraw()

        self._call(make)

    def _call(self, make: Make) -> Any:
        """What the screen's thread gives for it; never a value that is logged or kept."""
        future: Future[Any] = Future()
        with self._lock:
            self._check()
            self._open = future
        if not self._stage.take(make, future):
            self.end(lambda: KeyboardInterrupt())
            self._check()
        return future.result()


def _differs(page: Page, table: Table) -> CeremonyError:
    return PAGE.refusal(
        Failure.CONFIRMATION,
        f"page {page.number} of {page.of} of {printable(table.title)} is not confirmed: somebody "
        f"typed {DIFFERS}",
        hint=f"STOP: find out which row is not that of {printable(table.other)}, and why",
    )
