"""An import that was posted, whose answer was lost, and which Dfns does not show.

The same post is sent again under its own user action: Dfns takes a user action once, so
that only one of the two counts. If Dfns refuses that, the first post had arrived and may
still be at work, or the user action was too old: nobody here can know. Dfns' lists are
watched for a while, and then a person decides whether it is posted again, because two
wallets may result. No clock decides it: a clock can be wrong, and Dfns can be slow.
"""

from collections.abc import Callable

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.accepting import accept_or_look, find, found_now
from ceremony.relay.holdings import look
from ceremony.relay.requests import KeyImport
from ceremony.relay.schema import Post
from ceremony.relay.session import DECIDED_AGAIN, LOOKED_AGAIN, Departure, Session
from ceremony.relay.show import import_again_lines

SETTLE = 60.0
"""Seconds that Dfns' lists are watched, always as long as this."""

POLL = 5.0
"""Seconds between two looks at Dfns' lists: a look is two requests or more, and Dfns takes
100 requests a minute from some organisations."""


def take_up(
    session: Session,
    item: KeyImport,
    post: Post,
    post_import: Callable[[Session, KeyImport], bytes],
) -> bytes:
    """The answer to the import, of the first post or of another one. Raises
    ``unknown-outcome`` if nobody decided to post it again."""
    if (answer := _same_again(session, item, post)) is not None:
        return answer
    if (found := _watch(session, item, post)) is not None:
        return found
    if not session.ask_again(import_again_lines(item, post)):
        raise _undecided(item)
    # RLY-LOOK-AGAIN: the answer to the question took its time.
    if (found := find(session, item, post, look(session.api))) is not None:
        return found
    session.journal.passed(item.job.request, LOOKED_AGAIN, subject=item.job.subject)
    try:
        return post_import(session, item)
    except CeremonyError as error:
        if error.failure is Failure.DUPLICATE:
            return found_now(session, item, error)
        raise


def _same_again(session: Session, item: KeyImport, post: Post) -> bytes | None:
    """The answer under the user action of the first post; None if Dfns refuses that one."""
    user_action = session.seal.open(post.user_action)
    if user_action is None:
        session.tell(
            "the user action of the first post cannot be opened with this credential: "
            "it was sealed with another one, or is damaged"
            if post.user_action
            else "the journal has no user action of the first post"
        )
        return None
    departure = Departure(lambda _: session.journal.begin(item.job, post.user_action))
    departure("")
    try:
        with departure.told():
            answer = session.api.import_again(item.body.api_path, item.json, user_action)
    except CeremonyError as error:
        if error.failure is Failure.CONNECTION:
            raise
        if error.failure is Failure.UNKNOWN_OUTCOME:
            return found_now(session, item, error)
        session.tell(f"Dfns does not take the first user action again: {error.message}")
        return None
    return accept_or_look(session, item, answer)


def _watch(session: Session, item: KeyImport, post: Post) -> bytes | None:
    """The import, if it appears in Dfns' lists while they are watched."""
    left = SETTLE
    while True:
        if (found := find(session, item, post, look(session.api))) is not None:
            return found
        if left <= 0:
            return None
        session.tell(f"Dfns may still be at work on the first post: watching {left:.0f} s more")
        session.sleep(min(POLL, left))
        left -= POLL


def _undecided(item: KeyImport) -> CeremonyError:
    return DECIDED_AGAIN.refusal(
        Failure.UNKNOWN_OUTCOME,
        f"the import of {item.name.public_key.hex()} left, Dfns does not show it, and nobody "
        "decided to post it again",
        hint="look in Dfns for the key, its approvals and the log; then run the same command "
        "again: it asks Dfns first, and posts nothing by itself",
    )
