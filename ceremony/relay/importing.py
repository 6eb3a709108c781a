"""Imports: each key is posted once, and what became of it is found out before anything else.

Dfns is asked what it holds before people are asked, and again right before each post. A
post whose answer was lost is dealt with in ceremony.relay.lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.accepting import accept_or_look, find, found_now, mismatch
from ceremony.relay.holdings import HOLDINGS, NOT_HELD, Holdings, check_not_held, look
from ceremony.relay.lists import LISTS
from ceremony.relay.lost import take_up
from ceremony.relay.requests import KeyImport
from ceremony.relay.schema import Post
from ceremony.relay.session import (
    JOURNAL_DUPLICATE,
    LOOKED_AGAIN,
    Departure,
    Outcome,
    Session,
    action_is_spent,
    check_not_posted,
    of_one_key,
    resumable,
)
from ceremony.relay.show import lost_lines


@dataclass(frozen=True, slots=True)
class _Import:
    """An import that is to be posted; ``post`` is what the journal has of an earlier post."""

    item: KeyImport
    post: Post | None

    @property
    def lost(self) -> bool:
        """Whether it was posted, and no answer came."""
        return self.post is not None and self.post.state == "posting"


def run_imports(session: Session, items: Sequence[KeyImport]) -> list[Outcome]:
    """What became of each, in order. A failure of one key leaves the others alone.

    An outcome of the class ``unknown-outcome`` is not final: the same request is run again.
    Asks nobody when all are finished; else once, before the first post, and once more for
    each post that could make a second wallet. Raises what would meet every key
    (``configuration``, ``connection``, ``journal``, ``confirmation``).
    """
    posts = [session.journal.post(item.job) for item in items]
    finished = [_final(post) for post in posts]
    if None not in finished and len({item.name for item in items}) == len(items):
        return [outcome for outcome in finished if outcome is not None]
    holdings = look(session.api)
    prepared: list[_Import | Outcome] = []
    for item, post in zip(items, posts, strict=True):
        others = [p.item for p in prepared if isinstance(p, _Import)]
        try:
            prepared.append(_prepare(session, item, post, holdings, others))
        except CeremonyError as error:
            prepared.append(of_one_key(error))
    waiting = [p for p in prepared if isinstance(p, _Import)]
    if waiting:
        session.confirm(lost_lines([p.item for p in waiting if p.lost]))
    outcomes: list[Outcome] = []
    with resumable():
        for one in prepared:
            try:
                outcomes.append(_finish(session, one) if isinstance(one, _Import) else one)
            except CeremonyError as error:
                outcomes.append(of_one_key(error))
    return outcomes


def _final(post: Post | None) -> Outcome | None:
    """What the journal says for good: the answer, or that it was of another key."""
    if post is None or post.state not in ("done", "mismatch"):
        return None
    return post.answer if post.state == "done" else mismatch(post.error)


def _prepare(
    session: Session,
    item: KeyImport,
    post: Post | None,
    holdings: Holdings,
    others: Sequence[KeyImport],
) -> _Import | Outcome:
    """The outcome if there is one before any post; else what has to be posted."""
    if (outcome := _final(post)) is not None:
        return outcome
    if any(item.name == other.name for other in others):
        raise NOT_HELD.refusal(
            Failure.DUPLICATE,
            f"the key {item.name.public_key.hex()} is in this message twice",
            hint="it is imported once; for one more network, make a wallet of the key in Dfns",
        )
    check_not_posted(session.journal, item.job)
    if post is None or post.state == "refused":
        check_not_held(holdings, item.name)
    else:
        session.tell(f"the answer for {item.name.public_key.hex()} was lost: asking Dfns")
        if (found := find(session, item, post, holdings)) is not None:
            return found
    return _Import(item, post)


def _finish(session: Session, one: _Import) -> bytes:
    """RLY-LOOK-AGAIN: Dfns is asked again right before the post, whoever confirmed when."""
    holdings = look(session.api)
    if one.post is not None and one.lost:
        found = find(session, one.item, one.post, holdings)
        return found or take_up(session, one.item, one.post, post_import)
    check_not_held(holdings, one.item.name, LOOKED_AGAIN)
    passed = (JOURNAL_DUPLICATE, LISTS, HOLDINGS, NOT_HELD, LOOKED_AGAIN)
    session.journal.passed(one.item.job.request, *passed, subject=one.item.job.subject)
    return post_import(session, one.item)


def post_import(session: Session, item: KeyImport) -> bytes:
    """One post with a user action of its own."""
    departure = Departure(
        lambda user_action: session.journal.begin(item.job, session.seal.close(user_action))
    )
    try:
        with departure.told():
            answer = session.api.import_body(item.body.api_path, item.json, departure)
    except CeremonyError as error:
        if error.failure is Failure.UNKNOWN_OUTCOME:
            return found_now(session, item, error)
        if departure.left and action_is_spent(error):
            return found_now(session, item, _spent(error))
        if departure.left:
            session.journal.finish(item.job, "refused", answer=None, error=error.message)
        raise
    return accept_or_look(session, item, answer)


def _spent(error: CeremonyError) -> CeremonyError:
    return CeremonyError(
        Failure.UNKNOWN_OUTCOME,
        f"{error.message}; something sent this post twice, and it is not known what became of it",
        hint="run the same command again: it asks Dfns first, and posts nothing by itself",
    )
