"""What an import or an export works with: Dfns, the journal, and the people in the room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import sleep, time

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.api import DfnsApi
from ceremony.relay.journal import Job, Journal
from ceremony.relay.sealing import Seal

OF_ONE_KEY = frozenset({Failure.REFUSED, Failure.DUPLICATE, Failure.PUBLIC_KEY})
"""The failures of one key alone; every other would meet the next key too."""


@dataclass(frozen=True, slots=True)
class Session:
    """``confirm`` shows lines and returns, or raises ``confirmation``; ``tell`` only shows."""

    api: DfnsApi
    journal: Journal
    seal: Seal
    confirm: Callable[[Sequence[str]], None]
    tell: Callable[[str], None]
    clock: Callable[[], float] = time
    sleep: Callable[[float], None] = sleep


def check_not_posted(journal: Journal, job: Job) -> None:
    """RLY-JOURNAL-DUPLICATE: no other request posted this key. Raises ``duplicate``."""
    if (other := journal.other(job)) is not None:
        same = (
            "in this very request, with another public key or network"
            if other == job.request
            else f"in request {other.hex()}"
        )
        raise CeremonyError(
            Failure.DUPLICATE,
            f"the journal has this {job.action} already, {same}",
            hint="finish that one with its own request; if its answer is of no more use, "
            "take a new journal, and the relay looks at Dfns again",
        )


def of_one_key(error: CeremonyError) -> CeremonyError:
    """The error as one key's outcome. Raises it if it would meet the next key too."""
    if error.failure not in OF_ONE_KEY:
        raise error
    return error
