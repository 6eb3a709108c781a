"""From the command line to a session: the journal, the API, and the question to people."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ceremony.desk.digests import check_confirmed
from ceremony.desk.lines import shown
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.relay.api import DfnsApi
from ceremony.relay.configuration import Configuration
from ceremony.relay.journal import Journal
from ceremony.relay.sealing import Seal
from ceremony.relay.session import AGAIN, Session
from ceremony.relay.show import digest_block, where_lines

YES = "Yes"
"""What confirms, and nothing else does: Enter alone is easily pressed."""


def open_journal(options: argparse.Namespace, configuration: Configuration) -> Journal:
    return Journal(
        options.journal,
        configuration.environment,
        configuration.api_url,
        configuration.organisation,
    )


@contextmanager
def open_session(
    journal: Journal,
    options: argparse.Namespace,
    configuration: Configuration,
    digest: bytes,
    subject: str,
    on_yes: Callable[[], None] = lambda: None,
) -> Iterator[Session]:
    """A session about what has ``digest``; ``on_yes`` is called when it was confirmed."""

    def show(lines: Sequence[str]) -> None:
        for line in [*where_lines(configuration), *lines, *digest_block(digest, subject)]:
            tell(line)

    def confirm(lines: Sequence[str]) -> None:
        show(lines)
        if options.confirm is None:
            ask()
        else:
            check_confirmed(digest, options.confirm, subject)
        on_yes()

    def ask_again(lines: Sequence[str]) -> bool:
        """RLY-AGAIN: somebody types the phrase. ``--confirm`` does not answer this."""
        show(lines)
        decided = _typed(f"Type {AGAIN} to post it again, anything else to leave it: ") == AGAIN
        if decided:
            on_yes()
        return decided

    seal = Seal(configuration.private_key, system_random)
    with DfnsApi(configuration, waiting=tell_waiting) as api:
        yield Session(api, journal, seal, confirm, ask_again, tell, show_until_kept)


def ask() -> None:
    """RLY-CONFIRM: somebody types the exact word. Raises ``confirmation``."""
    if _typed(f"Compare the digest with the offline screen. Type {YES} to post: ") != YES:
        raise CeremonyError(
            Failure.CONFIRMATION,
            f"not confirmed: the answer was not {YES}",
            hint="nothing was posted; run the same command again to be asked again",
        )


def tell(line: str) -> None:
    """Explanations go to standard error: standard output is for machines.

    The line is made printable here, whoever made it.
    """
    sys.stderr.write(shown(line) + "\n")
    sys.stderr.flush()


def tell_waiting(seconds: float) -> None:
    """Progress of a call that takes its time."""
    tell(f"waiting for Dfns: {seconds:.0f} s so far")


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
