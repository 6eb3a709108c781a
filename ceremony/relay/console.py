"""What the relay says beside the desk: notes, patience, and an answer that no disk took."""

import sys

from ceremony.desk.lines import shown


def tell(line: str) -> None:
    """Explanations go to standard error: standard output is for the desk and for answers.

    The line is made printable here, whoever made it.
    """
    sys.stderr.write(shown(line) + "\n")
    sys.stderr.flush()


def waited(seconds: float) -> str:
    """Progress of a call that takes its time: what is awaited, and since when."""
    return f"Dfns: {seconds:.0f} s so far"


def tell_waiting(seconds: float) -> None:
    """The same for a command that has no desk."""
    tell(f"waiting for {waited(seconds)}")


def show_until_kept(subject: str, answer: bytes) -> None:
    """What no disk took, on the screen until somebody types that it is kept."""
    from ceremony.relay.rescue import rescue  # draws: numpy and its company only when needed

    rescue(subject, answer, tell, _typed)


def _typed(prompt: str) -> str | None:
    """The line that somebody types; None at the end of the input."""
    sys.stderr.write(shown(prompt))
    sys.stderr.flush()
    line = sys.stdin.readline()
    return line.removesuffix("\n") if line else None
