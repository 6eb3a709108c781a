"""How a full screen ends: by signals that become a question's answer, and by faults, told."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import Any

from ceremony.desk.command import ENDING, place_of
from ceremony.errors import CeremonyError, Control, Failure

ENDS = (signal.SIGINT, *ENDING)
"""What ends a ceremony from outside. At the screen itself Ctrl-C is a key, like Escape."""

TEXTUALS = (signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH)
"""Signals that textual takes and does not give back."""

FAULT = Control("DSK-FAULT", "a fault of the screen ends the ceremony and prints no value")

Handlers = Mapping[int, Any]


def handlers_of(numbers: tuple[signal.Signals, ...]) -> Handlers:
    return {number: signal.getsignal(number) for number in numbers}


@contextmanager
def handled(handlers: Handlers) -> Iterator[None]:
    """These handlers; afterwards those from before, whatever was set in between."""
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def signals_told(tell: Callable[[int], None]) -> Iterator[None]:
    """While it lasts ``tell`` gets the numbers of ENDS, in a thread of its own.

    A handler runs between any two instructions of the screen's thread, where a lock cannot
    be taken; a queue of this kind can be filled.
    """
    arrived: SimpleQueue[int] = SimpleQueue()

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.put(number)

    def watch() -> None:
        while number := arrived.get():
            tell(number)

    Thread(target=watch, name="signals", daemon=True).start()
    try:
        with handled(handlers_of(TEXTUALS)), handled(dict.fromkeys(ENDS, note)):
            yield
    finally:
        arrived.put(0)


def before_stop(hide: Callable[[], None]) -> None:
    """``hide`` runs before SIGTSTP gives the terminal away, which textual does by itself."""
    stop = signal.getsignal(signal.SIGTSTP)
    if not callable(stop):
        return

    def hide_and_stop(number: int, frame: FrameType | None) -> None:
        hide()
        stop(number, frame)

    signal.signal(signal.SIGTSTP, hide_and_stop)


def as_refusal(error: BaseException | None) -> CeremonyError | None:
    """What the last screen says of it. Of a bug: its type and place, never its text."""
    if error is None or isinstance(error, CeremonyError):
        return error
    return CeremonyError(
        Failure.CANCELLED,
        f"a bug in this program: {type(error).__name__} at {place_of(error)}",
        hint="report this line, it holds no secret",
    )


def screen_failed(error: BaseException, left: str) -> CeremonyError:
    """A bug of the screen. ``left`` says whether a request has left."""
    return FAULT.refusal(
        Failure.CANCELLED,
        f"the screen failed, a bug in this program: {type(error).__name__} at {place_of(error)}",
        hint=f"{left or 'start it again'}; `--desk plain` needs no screen; report this line, it "
        "holds no secret",
    )
