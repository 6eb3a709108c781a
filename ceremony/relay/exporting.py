"""Exports: the answer is kept before anything reads it, because Dfns retires the key with it.

An answer is kept whatever it is, and judged afterwards, with what was kept before. Nothing
is asked for a second time unless somebody decides it by a question of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ceremony.desk.lines import columns
from ceremony.dfns import wire
from ceremony.dfns.bodies import Key, Wallet
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.relay.api import DfnsApi
from ceremony.relay.export_answer import has_shares, is_pending, names_key
from ceremony.relay.keeping import ANSWER, Keeping, leftovers, remove_leftover, reserve
from ceremony.relay.requests import KeyExport
from ceremony.relay.schema import Post, State
from ceremony.relay.session import (
    DECIDED_AGAIN,
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
from ceremony.relay.show import export_again_lines, export_lines
from ceremony.relay.transport import KEEP


@dataclass(frozen=True, slots=True)
class _Export:
    """An export that is to be posted. ``post`` is the earlier one, ``key`` as it was shown."""

    item: KeyExport
    key: Key
    post: Post | None

    @property
    def again(self) -> bool:
        """Whether it would be the key's second export, as far as anybody knows."""
        posted = self.post is not None and self.post.state != "refused"
        return posted or bool(self.key.exported)


def key_of_wallet(api: DfnsApi, wallet_id: str) -> str:
    """The id of the key that signs for the wallet, by GET /wallets/{id}."""
    wallet = wire.decode(api.wallet(wallet_id), Wallet, "the wallet")
    if not wallet.signing_key.id:
        raise wire.malformed(f"Dfns does not name the key of wallet {printable(wallet_id)}")
    return wallet.signing_key.id


def run_exports(session: Session, items: Sequence[KeyExport]) -> list[Outcome]:
    """What became of each, in order: Dfns' answer, byte for byte, or an error.

    Asks nobody when all are finished. Those that are exported for the first time are
    confirmed together, before the first post; each other one by a question of its own,
    right before its post. Raises as ``run_imports`` does.
    """
    prepared: list[_Export | Outcome] = []
    for item in items:
        others = [p.item.key_id for p in prepared if isinstance(p, _Export)]
        try:
            prepared.append(_prepare(session, item, others))
        except CeremonyError as error:
            prepared.append(of_one_key(error))
    new = [p for p in prepared if isinstance(p, _Export) and not p.again]
    if new:
        session.confirm([line for p in new for line in export_lines(p.item, _facts(p.key))])
    outcomes: list[Outcome] = []
    with resumable():
        for one in prepared:
            try:
                outcomes.append(_finish(session, one) if isinstance(one, _Export) else one)
            except CeremonyError as error:
                outcomes.append(of_one_key(error))
    return outcomes


def stored(session: Session, item: KeyExport) -> bytes | None:
    """The response, if it was received: from the journal, or from a file beside it.

    What a file beside the journal has of this export goes into the journal first.
    """
    post = session.journal.post(item.job)
    if post is not None and post.state == "done":
        return post.answer
    for leftover in leftovers(session.journal.path):
        if leftover.mark != item.job.mark:
            continue
        if leftover.answer:
            session.tell(f"an answer was left beside the journal: {printable(leftover.path, 300)}")
            if post is None:
                # The journal was lost, and the file was not.
                session.journal.begin(item.job, None)
            session.journal.finish(item.job, "kept", answer=leftover.answer)
        remove_leftover(leftover.path)
    for answer in reversed(session.journal.answers(item.job)):
        if has_shares(answer):
            session.journal.finish(item.job, "done", answer=answer)
            return answer
    return None


def _prepare(session: Session, item: KeyExport, others: Sequence[str]) -> _Export | bytes:
    """The response if it is there; else what has to be posted."""
    if (answer := stored(session, item)) is not None:
        return answer
    check_not_posted(session.journal, item.job)
    if item.key_id in others:
        raise CeremonyError(
            Failure.DUPLICATE,
            f"the key {item.key_id} is in this message twice",
            hint="the other outcome has its shares",
        )
    return _Export(item, _key(session, item), session.journal.post(item.job))


def _finish(session: Session, export: _Export) -> Outcome:
    """Dfns is asked again right before the post; what changed since then is a new question."""
    now = _Export(export.item, _key(session, export.item), export.post)
    if now.again or now.key != export.key:
        lines = export_again_lines(
            now.item, _facts(now.key), now.post, changed=now.key != export.key
        )
        if not session.ask_again(lines):
            raise _not_again(now)
    passed = (JOURNAL_DUPLICATE, LOOKED_AGAIN)
    session.journal.passed(now.item.job.request, *passed, subject=now.item.job.subject)
    return _post(session, now)


def _post(session: Session, export: _Export) -> Outcome:
    item = export.item
    departure = Departure(lambda _: session.journal.begin(item.job, None))
    keeping = reserve(session.journal.path, item.job)
    failed: CeremonyError | None = None
    try:
        with departure.told():
            session.api.export_key(item.key_id, item.json, departure, keeping.keep)
    except CeremonyError as error:
        failed = error
    finally:
        keeping.settle()
    if failed is not None and not departure.left:
        keeping.remove()
        raise failed
    answer, pending = keeping.received, session.api.pending_approval
    unknown = failed is not None and (
        failed.failure is Failure.UNKNOWN_OUTCOME or action_is_spent(failed)
    )
    if failed is None or unknown or has_shares(answer):
        if answer:
            _store(session, item, keeping, failed)
        return _judge(session, export, answer, failed, pending=pending)
    # A refusal now says nothing of an earlier post whose answer was lost.
    if export.post is None or export.post.state == "refused":
        session.journal.finish(item.job, "refused", answer=answer or None, error=failed.message)
    keeping.remove()
    raise failed


def _store(
    session: Session, item: KeyExport, keeping: Keeping, failed: CeremonyError | None
) -> None:
    """RLY-ANSWER: the answer is in the journal, or in the file, or shown until it is kept."""
    error = failed.message if failed else ""
    try:
        session.journal.finish(
            item.job, "kept", answer=keeping.received, error=error, passed=(KEEP, ANSWER)
        )
    except CeremonyError as cannot:
        if keeping.on_disk:
            path = printable(keeping.path, 300)
            session.tell(f"{cannot.message}: the answer is in {path}; keep that file")
        else:
            session.rescue(f"the answer to the export of key {item.key_id}", keeping.received)
        return
    keeping.remove()


def _judge(
    session: Session,
    export: _Export,
    answer: bytes,
    failed: CeremonyError | None,
    *,
    pending: bool,
) -> Outcome:
    """What an answer is that was kept already: the response, or something else."""
    item = export.item
    if has_shares(answer):
        _note(session, item, "done", answer)
        if not names_key(answer, export.key):
            session.tell(
                f"warning: the response for {item.key_id} does not name the public key of "
                "GET /keys; the offline side decides by the public key that it expects"
            )
        return answer
    if failed is None and (pending or is_pending(answer)):
        _note(session, item, "pending", answer)
        raise _unknown(session, item, "Dfns has not exported it yet: it waits for an approval")
    if failed is not None:
        if not answer:
            raise _unknown(session, item, failed.message, failed.control)
        kept = f"{failed.message}; the {len(answer)} bytes that came are kept"
        raise _unknown(session, item, kept, KEEP)
    raise _unknown(session, item, "Dfns' answer has no shares; it is kept", KEEP)


def _note(session: Session, item: KeyExport, state: State, answer: bytes) -> None:
    """The judgement, which the next run can make again if the journal does not take it."""
    try:
        session.journal.finish(item.job, state, answer=answer)
    except CeremonyError as cannot:
        session.tell(f"warning: {cannot.message}")


def _key(session: Session, item: KeyExport) -> Key:
    return wire.decode(session.api.key(item.key_id), Key, f"key {item.key_id}")


def _facts(key: Key) -> list[str]:
    facts = [
        columns(printable(key.scheme), printable(key.curve), printable(key.status)),
        f"public key {printable(key.public_key, 140)}",
    ]
    if key.exported:
        facts.append(f"it was exported before: {printable(key.date_exported or 'no date')}")
    return facts


def _not_again(export: _Export) -> CeremonyError:
    """The second export that nobody decided."""
    return DECIDED_AGAIN.refusal(
        Failure.UNKNOWN_OUTCOME if export.post else Failure.REFUSED,
        f"key {export.item.key_id} was not asked for again: nobody decided it",
        hint="ceremony-relay journal show lists what is kept; look at the key in Dfns, then run "
        "the same command again to be asked again",
    )


def _unknown(
    session: Session, item: KeyExport, message: str, control: Control | None = None
) -> CeremonyError:
    """The loss of an answer, with what Dfns says of the key now."""
    try:
        exported = _key(session, item).exported
        state = "Dfns has marked it as exported" if exported else "Dfns has not marked it yet"
    except CeremonyError:
        state = "Dfns cannot be asked now"
    return CeremonyError(
        Failure.UNKNOWN_OUTCOME,
        f"key {item.key_id}: {message}; {state}",
        hint="keep the state of the offline side; ceremony-relay journal show lists what is kept; "
        "the same command with the same request asks before it posts again",
        control=control,
    )
