"""From a confirmed request to its answer: what became of each key, under its label."""

from ceremony.curves import curve_named
from ceremony.dfns import wire
from ceremony.dfns.bodies import Key, Wallet
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.message import (
    ExportItem,
    ExportOutcome,
    ExportRequest,
    ExportResponse,
    ImportItem,
    ImportOutcome,
    ImportReceipt,
    ImportRequest,
    Status,
    encode_message,
)
from ceremony.message.kinds import MAX_ERROR
from ceremony.relay.exporting import key_of_wallet, run_exports
from ceremony.relay.hearing import Taken, record_answer
from ceremony.relay.importing import run_imports
from ceremony.relay.journal import Journal
from ceremony.relay.requests import KeyExport, KeyImport, read_export, read_import
from ceremony.relay.session import Outcome, Session, of_one_key
from ceremony.relay.wallets import make_wallets
from ceremony.text import parse_hex_bytes

FINAL = frozenset({"done", "refused", "mismatch"})
"""What asking Dfns again cannot change."""


def answer_imports(
    session: Session, journal: Journal, taken: Taken, request: ImportRequest
) -> tuple[bytes, bool]:
    """The receipt, and whether it is final; only then it is recorded as the answer."""
    items = [read_import(taken.digest, key.body, key.public_key) for key in request.keys]
    outcomes = run_imports(session, items)
    told = tuple(
        _import_outcome(session, taken, key, item, outcome)
        for key, item, outcome in zip(request.keys, items, outcomes, strict=True)
    )
    for one in told:
        session.tell(_told(one.label, one.status, f"{one.wallet_id} {one.key_id}", one.error))
        for wallet in one.wallets:
            label = f"{one.label}, a wallet of it"
            session.tell(_told(label, wallet.status, wallet.wallet_id, wallet.error))
    receipt = encode_message(ImportReceipt(**taken.conversation.header(), outcomes=told))
    statuses = [o.status for o in told] + [w.status for o in told for w in o.wallets]
    return receipt, _record(journal, taken, receipt, statuses)


def answer_exports(
    session: Session, journal: Journal, taken: Taken, request: ExportRequest
) -> tuple[bytes, bool]:
    """The response, and whether it is final; only then it is recorded as the answer."""
    items = [_resolved(session, taken.digest, key) for key in request.keys]
    done = iter(run_exports(session, [i for i in items if isinstance(i, KeyExport)]))
    told = tuple(
        _export_outcome(key, item.key_id, next(done))
        if isinstance(item, KeyExport)
        else _export_outcome(key, key.key_id, item)
        for key, item in zip(request.keys, items, strict=True)
    )
    for one in told:
        session.tell(_told(one.label, one.status, one.key_id, one.error))
    response = encode_message(ExportResponse(**taken.conversation.header(), outcomes=told))
    return response, _record(journal, taken, response, [o.status for o in told])


def _told(label: str, status: Status, what: str, error: str) -> str:
    """What became of one thing, as the laptop is told it."""
    return printable(f"{label}: {status}: {error or what}", 300)


def _record(journal: Journal, taken: Taken, answer: bytes, statuses: list[Status]) -> bool:
    final = all(status in FINAL for status in statuses)
    if final:
        record_answer(journal, taken, answer)
    return final


def status_of(error: CeremonyError) -> Status:
    """What an error means for the key: only an unknown outcome can still change."""
    if error.failure is Failure.UNKNOWN_OUTCOME:
        return "pending" if "approval" in error.message else "unknown"
    return "mismatch" if error.failure is Failure.PUBLIC_KEY else "refused"


def _import_outcome(
    session: Session, taken: Taken, key: ImportItem, item: KeyImport, outcome: Outcome
) -> ImportOutcome:
    if isinstance(outcome, CeremonyError):
        return ImportOutcome(key.label, status_of(outcome), error=_error(outcome))
    if item.body.network is None:
        made = wire.decode(outcome, Key, "the answer to the import")
        return ImportOutcome(
            key.label,
            "done",
            key_id=made.id,
            public_key=_public_key(item, made.public_key),
            wallets=make_wallets(session, taken.digest, made.id, key.wallets),
        )
    wallet = wire.decode(outcome, Wallet, "the answer to the import")
    return ImportOutcome(
        key.label,
        "done",
        wallet_id=wallet.id,
        key_id=wallet.signing_key.id,
        public_key=_public_key(item, wallet.signing_key.public_key),
        address=wallet.address or "",
        wallets=(),
    )


def _export_outcome(key: ExportItem, key_id: str, outcome: Outcome) -> ExportOutcome:
    if isinstance(outcome, CeremonyError):
        return ExportOutcome(key.label, key_id, status_of(outcome), error=_error(outcome))
    return ExportOutcome(key.label, key_id, "done", outcome)


def _resolved(session: Session, request: bytes, key: ExportItem) -> KeyExport | CeremonyError:
    """The export of the key, or of the wallet's; or why Dfns does not say which that is."""
    if bool(key.key_id) is bool(key.wallet_id):
        raise wire.malformed("the export request does not name one key or wallet each")
    try:
        key_id = key.key_id or key_of_wallet(session.api, key.wallet_id)
    except CeremonyError as error:
        return of_one_key(error)
    return read_export(request, key.body, key_id)


def _error(error: CeremonyError) -> str:
    """As it fits into a message: the laptop refuses one that is longer."""
    return printable(f"{error.named}: {error.hint}", MAX_ERROR)


def _public_key(item: KeyImport, text: str) -> bytes:
    """Compressed, as the laptop compares it; for Schnorr Dfns may name the x alone."""
    value = parse_hex_bytes(text, "a public key")
    if len(value) == len(item.name.public_key):
        return value
    return curve_named(item.body.curve).parse_public_key(value)
