"""What an import or an export works with: Dfns, the journal, and the people in the room."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep

from ceremony.errors import CeremonyError, Control, Failure
from ceremony.relay.api import DfnsApi
from ceremony.relay.journal import Journal
from ceremony.relay.schema import Job
from ceremony.relay.sealing import Seal

DECIDED_AGAIN = Control(
    "RLY-AGAIN", "nothing is posted a second time before somebody typed the phrase for it"
)
LOOKED_AGAIN = Control(
    "RLY-LOOK-AGAIN", "Dfns is asked again after the confirmation, right before each post"
)
JOURNAL_DUPLICATE = Control(
    "RLY-JOURNAL-DUPLICATE", "no other request in the journal posted this key"
)

AGAIN = "Post it again"
"""What decides a second post: another phrase, so that a habit or a script does not."""

Outcome = bytes | CeremonyError
"""Dfns' answer, byte for byte, or why there is none."""

OF_ONE_KEY = frozenset(
    {Failure.REFUSED, Failure.DUPLICATE, Failure.PUBLIC_KEY, Failure.UNKNOWN_OUTCOME}
)
"""The failures of one key alone; every other would meet the next key too."""


@dataclass(frozen=True, slots=True)
class Session:
    """``confirm`` shows the whole request, and what is told beside it (lines), and returns, or
    raises ``confirmation``; ``tell`` only shows.

    ``ask_again`` shows lines and returns whether somebody typed the phrase that lets
    something be posted a second time. ``rescue`` shows an answer that no disk took (what it
    is, and its bytes) until somebody has said that it is kept. ``sleep`` takes seconds.
    """

    api: DfnsApi
    journal: Journal
    seal: Seal
    confirm: Callable[[Sequence[str]], None]
    ask_again: Callable[[Sequence[str]], bool]
    tell: Callable[[str], None]
    rescue: Callable[[str, bytes], None]
    sleep: Callable[[float], None] = sleep


class Departure:
    """Called just before a post leaves: notes it in the journal, and remembers that it left."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self.left = False

    def __call__(self, user_action: str) -> None:
        self._note(user_action)
        self.left = True

    @contextmanager
    def told(self) -> Iterator[None]:
        """Around the call: Ctrl-C after the post left says so."""
        try:
            yield
        except KeyboardInterrupt as interrupt:
            if self.left:
                interrupt.args = (LEFT,)
            raise


LEFT = "the post left, and Dfns may have carried it out: run the same command again, it asks Dfns"

STOPPED = "what was finished is in the journal: run the same command again"


@contextmanager
def resumable() -> Iterator[None]:
    """Around the posts of several keys: what Ctrl-C means for those that are finished."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        # The same one: it knows the signal that it came of.
        interrupt.args = interrupt.args or (STOPPED,)
        raise


def check_not_posted(journal: Journal, job: Job) -> None:
    """RLY-JOURNAL-DUPLICATE: no other request posted this key. Raises ``duplicate``."""
    if (other := journal.other(job)) is not None:
        same = (
            "in this very request, with another public key or network"
            if other == job.request
            else f"in request {other.hex()}"
        )
        raise JOURNAL_DUPLICATE.refusal(
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


def action_is_spent(error: CeremonyError) -> bool:
    """Dfns refused the post because its user action was used: by this post, sent before.

    A proxy or a connection can send a post twice. The refusal then belongs to the second
    one, and the first was carried out or still is.
    """
    words = set(re.findall("[a-z]+", error.message.lower()))
    return error.failure is Failure.REFUSED and words >= {"action", "already", "used"}
