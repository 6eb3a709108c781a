"""From the command line to a session: the journal, the API, and the question to people."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ceremony.desk.digests import check_confirmed
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.relay.api import DfnsApi
from ceremony.relay.configuration import Configuration
from ceremony.relay.journal import Journal
from ceremony.relay.sealing import Seal
from ceremony.relay.session import Session
from ceremony.relay.show import digest_block, where_lines

YES = "Yes"
"""What confirms, and nothing else does: Enter alone is easily pressed."""


def open_journal(options: argparse.Namespace, configuration: Configuration) -> Journal:
    return Journal(options.journal, configuration.environment, configuration.api_url)


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

    def confirm(lines: Sequence[str]) -> None:
        for line in [*where_lines(configuration), *lines, *digest_block(digest, subject)]:
            tell(line)
        if options.confirm is None:
            ask()
        else:
            check_confirmed(digest, options.confirm, subject)
        on_yes()

    seal = Seal(configuration.private_key, system_random)
    with DfnsApi(configuration) as api:
        yield Session(api, journal, seal, confirm, tell)


def ask() -> None:
    """RLY-CONFIRM: somebody types the exact word. Raises ``confirmation``."""
    sys.stderr.write(f"Compare the digest with the offline screen. Type {YES} to post: ")
    sys.stderr.flush()
    if sys.stdin.readline().removesuffix("\n") != YES:
        raise CeremonyError(
            Failure.CONFIRMATION,
            f"not confirmed: the answer was not {YES}",
            hint="nothing was posted; run the same command again to be asked again",
        )


def tell(line: str) -> None:
    """Explanations go to standard error: standard output is for machines."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
