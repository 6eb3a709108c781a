"""Exports: the response is in the journal before anybody sees it; Dfns retires the key."""

from collections.abc import Sequence

from ceremony.curves import CURVES
from ceremony.dfns import wire
from ceremony.dfns.bodies import ExportAnswer, Key, Wallet
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.relay.api import DfnsApi
from ceremony.relay.requests import KeyExport
from ceremony.relay.session import Session, check_not_posted, of_one_key
from ceremony.relay.show import export_lines
from ceremony.text import parse_hex_bytes

Outcome = bytes | CeremonyError


def key_of_wallet(api: DfnsApi, wallet_id: str) -> str:
    """The id of the key that signs for the wallet, by GET /wallets/{id}."""
    wallet = wire.decode(api.wallet(wallet_id), Wallet, "the wallet")
    if not wallet.signing_key.id:
        raise wire.malformed(f"Dfns does not name the key of wallet {printable(wallet_id)}")
    return wallet.signing_key.id


def run_exports(session: Session, items: Sequence[KeyExport]) -> list[Outcome]:
    """What became of each, in order: Dfns' answer, byte for byte, or an error.

    Asks nobody when all are finished; else once, before the first post. An export whose
    answer was lost is asked for again with the same request, which does no harm: the
    shares are for the same encryption key. Raises as ``run_imports`` does.
    """
    results: list[Outcome | None] = []
    keys: dict[str, Key] = {}
    lines: list[str] = []
    for item in items:
        result: Outcome | None = stored(session, item)
        if result is None:
            try:
                keys[item.key_id] = _prepare(session, item, keys)
                lines += export_lines(item, _facts(session, item, keys[item.key_id]))
            except CeremonyError as error:
                result = of_one_key(error)
        results.append(result)
    if lines:
        session.confirm(lines)
    return [
        _finish(session, item, keys[item.key_id]) if result is None else result
        for item, result in zip(items, results, strict=True)
    ]


def stored(session: Session, item: KeyExport) -> bytes | None:
    """The response, if it was received."""
    post = session.journal.post(item.job)
    return post.answer if post is not None and post.state == "done" else None


def _prepare(session: Session, item: KeyExport, others: dict[str, Key]) -> Key:
    check_not_posted(session.journal, item.job)
    if item.key_id in others:
        raise CeremonyError(
            Failure.DUPLICATE,
            f"the key {item.key_id} is in this message twice",
            hint="the other outcome has its shares",
        )
    return _key(session, item)


def _key(session: Session, item: KeyExport) -> Key:
    return wire.decode(session.api.key(item.key_id), Key, f"key {item.key_id}")


def _facts(session: Session, item: KeyExport, key: Key) -> list[str]:
    facts = [
        f"{printable(key.scheme)}  {printable(key.curve)}  {printable(key.status)}",
        f"public key {printable(key.public_key, 140)}",
    ]
    if key.exported:
        facts.append(f"it was exported before: {printable(key.date_exported or 'no date')}")
    if session.journal.post(item.job) is not None:
        facts.append("this very request was posted before, and no response came")
    return facts


def _finish(session: Session, item: KeyExport, key: Key) -> Outcome:
    before = session.journal.post(item.job)
    begun: list[bool] = []

    def before_post(_: str) -> None:
        session.journal.begin(item.job, None)
        begun.append(True)

    try:
        answer = session.api.export_key(item.key_id, item.json, before_post, keep=lambda _: None)
    except CeremonyError as error:
        if error.failure is Failure.UNKNOWN_OUTCOME:
            raise _unknown(session, item, error.message) from None
        # A refusal now says nothing of an earlier post whose answer was lost.
        if begun and (before is None or before.state == "refused"):
            session.journal.finish(item.job, "refused", answer=None, error=error.message)
        return of_one_key(error)
    try:
        response = wire.decode(answer, ExportAnswer, "the export response")
    except CeremonyError:
        # Kept all the same: there may be shares in it that are nowhere else.
        session.journal.finish(item.job, "pending", answer=answer)
        raise _unknown(
            session, item, "Dfns' answer to the export has no shares; it may wait for an approval"
        ) from None
    session.journal.finish(item.job, "done", answer=answer)
    if not _same_key(response, key):
        session.tell(
            f"warning: the response for {item.key_id} names another public key than GET /keys;"
            " the offline side decides by the public key that it expects"
        )
    return answer


def _same_key(response: ExportAnswer, key: Key) -> bool:
    try:
        parse = CURVES[response.curve].parse_public_key
        named, listed = (
            parse(parse_hex_bytes(text, "a public key"))
            for text in (response.public_key, key.public_key)
        )
    except (CeremonyError, KeyError):
        return response.public_key.lower() == key.public_key.lower()
    return response.curve == key.curve and named == listed


def _unknown(session: Session, item: KeyExport, message: str) -> CeremonyError:
    """The loss of an answer, with what Dfns says of the key now."""
    try:
        exported = _key(session, item).exported
        state = "Dfns has marked it as exported" if exported else "Dfns has not marked it yet"
    except CeremonyError:
        state = "Dfns cannot be asked now"
    return CeremonyError(
        Failure.UNKNOWN_OUTCOME,
        f"key {item.key_id}: {message}; {state}",
        hint="keep the state of the offline side; run the same command with the same request "
        "again, which asks for the shares again",
    )
