"""What an import made: found among what Dfns holds, or in its answer; recorded, then judged."""

from ceremony.dfns import wire
from ceremony.dfns.bodies import Key, Wallet
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.relay.holdings import Holdings, look, name_of
from ceremony.relay.requests import KeyImport
from ceremony.relay.schema import Post
from ceremony.relay.session import OF_ONE_KEY, Session

MADE = Control("RLY-PUBLIC-KEY", "Dfns made what was announced; recorded first, then judged")


def find(session: Session, item: KeyImport, post: Post, holdings: Holdings) -> bytes | None:
    """The import among what Dfns holds, recorded as done. Raises ``unknown-outcome``."""
    found = holdings.imported(item.name, item.body.network)
    if found is not None:
        session.tell(f"Dfns has it: {printable(found.id)}")
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


def found_now(session: Session, item: KeyImport, error: CeremonyError) -> bytes:
    """One look at once after a lost answer; raises ``error`` if that finds nothing."""
    session.tell(f"{error.message}: asking Dfns")
    post = session.journal.post(item.job)
    try:
        found = find(session, item, post, look(session.api)) if post else None
    except CeremonyError as other:
        # What Dfns shows says more than that the answer was lost; that it cannot be asked, less.
        raise (other if other.failure in OF_ONE_KEY else error) from None
    if found is None:
        raise error
    return found


def accept_or_look(session: Session, item: KeyImport, answer: bytes) -> bytes:
    """Dfns' answer, if it is what was announced; if it cannot be read, Dfns is asked."""
    try:
        return _accept(session, item, answer)
    except CeremonyError as error:
        if error.failure is Failure.UNKNOWN_OUTCOME:
            return found_now(session, item, error)
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
        session.journal.finish(item.job, "done", answer=answer, passed=(MADE,))
        return answer
    public_key = made.signing_key.public_key if isinstance(made, Wallet) else made.public_key
    text = (
        f"Dfns made {printable(made.id)} with the public key {printable(public_key, 140)}"
        f" where {item.name.public_key.hex()} was announced"
    )
    session.journal.finish(item.job, "mismatch", answer=answer, error=text)
    raise mismatch(text)


def mismatch(text: str) -> CeremonyError:
    return MADE.refusal(
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
        "journal: the relay never posts this one again",
    )
