"""How every program here starts, speaks and ends."""

import io
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from ceremony.desk.cli_parser import Handler as Handler
from ceremony.desk.cli_parser import Parser as Parser
from ceremony.desk.lines import shown
from ceremony.errors import CeremonyError, Failure
from ceremony.machine import forbid_dumps

EXIT_REFUSED = 1
"""Something was refused or went wrong; the error says what."""

EXIT_USAGE = 2
"""The command line makes no sense."""

EXIT_BUG = 70
"""An error in the program itself (EX_SOFTWARE of sysexits.h)."""

EXIT_INTERRUPTED = 130
"""Ended by Ctrl-C: 128 and the number of the signal, as shells count; 143 by SIGTERM."""

ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Other signals that end a program: sent by the system, and by a terminal that is closed."""


class Terminated(KeyboardInterrupt):
    """A signal of ENDING. What holds for Ctrl-C holds for it: files in work are removed."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def run(program: str, parser: Parser, arguments: Sequence[str] | None) -> int:
    """Parse, call the handler that the parser set, and turn refusals into text.

    Gives the exit status. An error that is nobody's refusal is a bug: it is told as
    one, without the values of local variables, which may be secrets.
    """
    os.umask(0o077)
    # A crash of native code must not leave the memory of this process on a disk. The limit
    # does not hold for a core that is piped to a program; a process that cannot be dumped does.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    forbid_dumps()
    _show_what_the_terminal_can()
    parser.set_defaults(parser=parser)
    try:
        options = parser.parse_args(arguments)
        handler: Handler = options.handler
        with _signals_raised():
            handler(options)
        sys.stdout.flush()
    except CeremonyError as error:
        show_error(program, error.named, error.hint)
        return EXIT_USAGE if error.failure is Failure.USAGE else EXIT_REFUSED
    except KeyboardInterrupt as ended:
        number = ended.number if isinstance(ended, Terminated) else signal.SIGINT
        what = (
            "interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}"
        )
        # A text is the program's own: what was under way when it was ended.
        show_error(program, what, str(ended) or "nothing was finished: start the command again")
        return 128 + number
    except BrokenPipeError:
        _abandon_output()
        return EXIT_REFUSED
    except OSError as error:
        # What the programs do with files has errors of its own: this is their output.
        _abandon_output()
        show_error(program, f"cannot go on: {error.strerror}", "is the disk full?")
        return EXIT_REFUSED
    except SystemExit:
        raise
    # The last line of defence: say that it is a bug, and where. Not Exception alone: the
    # panic of a library written in Rust is none.
    except BaseException as error:
        show_error(
            program,
            f"a bug in this program: {type(error).__name__} at {place_of(error)}",
            "nothing was finished; report this line, it holds no secret",
        )
        return EXIT_BUG
    return 0


@contextmanager
def _signals_raised() -> Iterator[None]:
    """The signals of ENDING become exceptions, so that what is half done is cleared away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: FrameType | None) -> None:
        raise Terminated(number)

    before = {number: signal.signal(number, end) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def show_error(program: str, message: str, hint: str) -> None:
    """An error and what to do, on standard error: two lines, whatever they were made of."""
    sys.stderr.write(f"{program}: error: {shown(message)}\n{program}: hint: {shown(hint)}\n")


def _show_what_the_terminal_can() -> None:
    """A terminal that has no ✓ shows its number, and nothing ends for that."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _abandon_output() -> None:
    """Nobody takes it: at the end Python would try once more, and complain."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def place_of(error: BaseException) -> str:
    """File and line where it was raised: what may be shown of a bug, and nothing else."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    code = trace.tb_frame.f_code
    return f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}"
