"""Imports: each key is posted once, and what became of it is found out before anything else.

For a post whose answer was lost, in this order: Dfns' lists are searched for the key; the
same post is sent again under its own user action, which Dfns takes once, so that it
cannot count twice; if Dfns refuses that, the first post had arrived or the action is too
old, and the relay waits until the first must have ended. Only then is it posted anew.
"""

from collections.abc import Sequence

from ceremony.dfns import wire
from ceremony.dfns.bodies import Key, Wallet
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.relay.holdings import Holdings, check_not_held, look, name_of
from ceremony.relay.journal import Post
from ceremony.relay.requests import KeyImport
from ceremony.relay.session import OF_ONE_KEY, Session, check_not_posted, of_one_key
from ceremony.relay.show import import_lines, lost_lines

SETTLE = 60.0
"""Seconds from a post until Dfns is through with it: no gateway waits longer."""

POLL = 2.0
"""Seconds between two looks at Dfns' lists."""

Outcome = bytes | CeremonyError
"""Dfns' answer, byte for byte, or why there is none."""


def run_imports(session: Session, items: Sequence[KeyImport]) -> list[Outcome]:
    """What became of each, in order. A failure of one key leaves the others alone.

    Asks nobody when all are finished; else once, before the first post. Raises what would
    meet every key (``configuration``, ``connection``, ``journal``, ``confirmation``) and
    ``unknown-outcome``: then the same request is run again.
    """
    outcomes = {item.name: stored(session, item) for item in items}
    if None not in outcomes.values() and len(outcomes) == len(items):
        return [outcome for outcome in outcomes.values() if outcome is not None]
    holdings = look(session.api)
    new: list[KeyImport] = []
    lost: list[KeyImport] = []
    results: list[Outcome | None] = []
    for item in items:
        outcome: Outcome | None
        try:
            outcome = _prepare(session, item, holdings, [*new, *lost])
        except CeremonyError as error:
            outcome = of_one_key(error)
        results.append(outcome)
        if outcome is None:
            posted = session.journal.post(item.job)
            (lost if posted and posted.state == "posting" else new).append(item)
    if new or lost:
        session.confirm([*import_lines(new), *lost_lines(lost)])
    return [
        _finish(session, item) if result is None else result
        for item, result in zip(items, results, strict=True)
    ]


def stored(session: Session, item: KeyImport) -> Outcome | None:
    """What the journal says for good: the answer, or that it was of another key."""
    post = session.journal.post(item.job)
    if post is None or post.state not in ("done", "mismatch"):
        return None
    return post.answer if post.state == "done" else _mismatch(post.error)


def _prepare(
    session: Session, item: KeyImport, holdings: Holdings, others: list[KeyImport]
) -> Outcome | None:
    """The outcome if there is one before any post. None: it is to be posted."""
    if (outcome := stored(session, item)) is not None:
        return outcome
    if any(item.name == other.name for other in others):
        raise CeremonyError(
            Failure.DUPLICATE,
            f"the key {item.name.public_key.hex()} is in this message twice",
            hint="it is imported once; for one more network, make a wallet of the key in Dfns",
        )
    check_not_posted(session.journal, item.job)
    post = session.journal.post(item.job)
    if post is None or post.state == "refused":
        check_not_held(holdings, item.name)
        return None
    session.tell(f"the answer for {item.name.public_key.hex()} was lost: asking Dfns")
    return _found(session, item, post, holdings)


def _finish(session: Session, item: KeyImport) -> Outcome:
    post = session.journal.post(item.job)
    try:
        if post is not None and post.state == "posting":
            return _again(session, item, post)
        return _post(session, item)
    except CeremonyError as error:
        return of_one_key(error)


def _post(session: Session, item: KeyImport) -> bytes:
    """One post with a user action of its own."""
    begun: list[bool] = []

    def before_post(user_action: str) -> None:
        session.journal.begin(item.job, session.seal.close(user_action))
        begun.append(True)

    try:
        answer = session.api.import_body(item.body.api_path, item.json, before_post)
    except CeremonyError as error:
        if error.failure is Failure.UNKNOWN_OUTCOME:
            return _found_now(session, item, error)
        if begun:
            session.journal.finish(item.job, "refused", answer=None, error=error.message)
        raise
    return _accept_or_look(session, item, answer)


def _again(session: Session, item: KeyImport, post: Post) -> bytes:
    """The rest of what the module says about a lost answer, after the first look."""
    if (user_action := session.seal.open(post.user_action)) is not None:
        session.journal.begin(item.job, post.user_action)
        try:
            answer = session.api.import_again(item.body.api_path, item.json, user_action)
        except CeremonyError as error:
            if error.failure is Failure.CONNECTION:
                raise
            if error.failure is Failure.UNKNOWN_OUTCOME:
                return _found_now(session, item, error)
        else:
            return _accept_or_look(session, item, answer)
    left = min(SETTLE, max(0.0, post.posted_at + SETTLE - session.clock()))
    while True:
        if (found := _found(session, item, post, look(session.api))) is not None:
            return found
        if left <= 0:
            break
        session.tell(f"Dfns may be at work on the first post still: {left:.0f} s more")
        session.sleep(min(POLL, left))
        left -= POLL
    try:
        return _post(session, item)
    except CeremonyError as error:
        if error.failure is Failure.DUPLICATE:
            return _found_now(session, item, error)
        raise


def _found(session: Session, item: KeyImport, post: Post, holdings: Holdings) -> bytes | None:
    """The import among what Dfns holds, recorded as done. Raises ``unknown-outcome``."""
    found = holdings.imported(item.name, item.body.network)
    if found is not None:
        session.tell(f"Dfns has it: {found.id}")
        call = session.api.wallet if isinstance(found, Wallet) else session.api.key
        return _accept(session, item, call(found.id))
    if where := holdings.describe(item.name):
        raise CeremonyError(
            Failure.UNKNOWN_OUTCOME,
            f"Dfns has the key, but no wallet on {printable(item.body.network or '')}: {where}",
            hint="wait a minute and run the same command again; if it stays so, make the wallet "
            "of that key in Dfns, and do not import it again",
        )
    if post.state == "pending":
        raise _pending()
    return None


def _found_now(session: Session, item: KeyImport, error: CeremonyError) -> bytes:
    """One look at once after a lost answer; raises ``error`` if that finds nothing."""
    session.tell(f"{error.message}: asking Dfns")
    post = session.journal.post(item.job)
    try:
        found = _found(session, item, post, look(session.api)) if post else None
    except CeremonyError as other:
        # What Dfns shows says more than that the answer was lost; that it cannot be asked, less.
        says_more = other.failure in {*OF_ONE_KEY, Failure.UNKNOWN_OUTCOME}
        raise (other if says_more else error) from None
    if found is None:
        raise error
    return found


def _accept_or_look(session: Session, item: KeyImport, answer: bytes) -> bytes:
    try:
        return _accept(session, item, answer)
    except CeremonyError as error:
        if error.failure is Failure.UNKNOWN_OUTCOME:
            return _found_now(session, item, error)
        raise


def _accept(session: Session, item: KeyImport, answer: bytes) -> bytes:
    """RLY-PUBLIC-KEY: Dfns made what was announced: recorded first, then judged."""
    made: Key | Wallet
    try:
        if item.body.network is None:
            made = wire.decode(answer, Key, "the answer to the import")
        else:
            made = wire.decode(answer, Wallet, "the answer to the import")
    except CeremonyError:
        if session.api.pending_approval or b'"approvalId"' in answer or b'"Pending"' in answer:
            session.journal.finish(item.job, "pending", answer=answer)
            raise _pending() from None
        raise CeremonyError(
            Failure.UNKNOWN_OUTCOME,
            "Dfns' answer to the import is not what it documents",
            hint="look into Dfns' dashboard, then run the same command again",
        ) from None
    network = made.network if isinstance(made, Wallet) else None
    if name_of(made) == item.name and network == item.body.network:
        session.journal.finish(item.job, "done", answer=answer)
        return answer
    public_key = made.signing_key.public_key if isinstance(made, Wallet) else made.public_key
    text = (
        f"Dfns made {printable(made.id)} with the public key {printable(public_key, 140)}"
        f" where {item.name.public_key.hex()} was announced"
    )
    session.journal.finish(item.job, "mismatch", answer=answer, error=text)
    raise _mismatch(text)


def _mismatch(text: str) -> CeremonyError:
    return CeremonyError(
        Failure.PUBLIC_KEY,
        text,
        hint="STOP: send nothing to this wallet; compare the public key on the offline screen, "
        "and ask Dfns; the journal has the answer",
    )


def _pending() -> CeremonyError:
    return CeremonyError(
        Failure.UNKNOWN_OUTCOME,
        "Dfns has not made the import yet: it waits for an approval",
        hint="when it is approved, run the same command again; after a rejection take a new "
        "journal: the relay posts this one never again",
    )
