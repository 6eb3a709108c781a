"""The three commands over the link: a message in, the work, the answer out."""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ceremony.desk.digests import check_confirmed
from ceremony.dfns import wire
from ceremony.errors import CeremonyError, Failure
from ceremony.message import (
    ExportItem,
    ExportRequest,
    ExportResponse,
    ImportReceipt,
    ImportRequest,
    Signers,
    encode_message,
)
from ceremony.relay.configuration import Configuration
from ceremony.relay.crossing import (
    NO_CEREMONY,
    M,
    Taken,
    export_outcome,
    import_outcome,
    record_answer,
    record_signers,
    record_taken,
    take,
)
from ceremony.relay.exporting import key_of_wallet, run_exports
from ceremony.relay.importing import run_imports
from ceremony.relay.journal import Journal
from ceremony.relay.opening import open_journal, open_session
from ceremony.relay.requests import KeyExport, read_export, read_import
from ceremony.relay.session import Outcome, Session, of_one_key

if TYPE_CHECKING:
    from ceremony.relay.rehearsal_link import RehearsalLink

SUBJECT = "the received message"

MAX_EXPORTS = 400
"""Keys in one export request: their answers, 20 signers each, must fit into one message."""


def open_link(options: argparse.Namespace, configuration: Configuration) -> "RehearsalLink | None":
    """None with files. OpenCV and its company are loaded for a link only."""
    if options.link is None:
        return None
    from ceremony.relay.rehearsal_link import RehearsalLink

    return RehearsalLink(options, configuration.environment)


def send_signers(
    link: "RehearsalLink", options: argparse.Namespace, configuration: Configuration, answer: bytes
) -> None:
    """GET /signers as a message, remembered if there is a journal."""
    message = encode_message(
        Signers(
            environment=configuration.environment,
            ceremony=NO_CEREMONY,
            sequence=0,
            answers=b"",
            answer=answer,
            cluster_id=options.cluster,
            api_url=configuration.api_url,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
        )
    )
    if options.journal is not None:
        with open_journal(options, configuration) as journal:
            record_signers(journal, message)
    link.send(message)


def import_keys(
    link: "RehearsalLink", options: argparse.Namespace, configuration: Configuration
) -> None:
    """One import request, all its keys, one receipt."""
    _exchange(link, options, configuration, ImportRequest, _import_all)


def export_keys(
    link: "RehearsalLink", options: argparse.Namespace, configuration: Configuration
) -> None:
    """One export request, all its keys, one response."""
    _exchange(link, options, configuration, ExportRequest, _export_all)


def _exchange(
    link: "RehearsalLink",
    options: argparse.Namespace,
    configuration: Configuration,
    kind: type[M],
    answer_all: Callable[[Journal, argparse.Namespace, Configuration, Taken[M]], bytes],
) -> None:
    """A request in, its answer out; one that was given before is given again."""
    with open_journal(options, configuration) as journal:
        taken = take(journal, configuration.environment, link.receive(), kind)
        _check_confirmed(options, taken.digest)
        answer = taken.answer or answer_all(journal, options, configuration, taken)
    link.send(answer)


def _import_all(
    journal: Journal,
    options: argparse.Namespace,
    configuration: Configuration,
    taken: Taken[ImportRequest],
) -> bytes:
    items = [
        read_import(taken.digest, wire.encode(key.body), key.public_key)
        for key in taken.message.keys
    ]
    with open_session(
        journal,
        options,
        configuration,
        taken.digest,
        SUBJECT,
        on_yes=lambda: record_taken(journal, taken),
    ) as session:
        outcomes = run_imports(session, items)
    _check_final(outcomes)
    receipt = encode_message(
        ImportReceipt(
            **taken.conversation.header(), outcomes=tuple(map(import_outcome, items, outcomes))
        )
    )
    record_answer(journal, taken, receipt)
    return receipt


def _export_all(
    journal: Journal,
    options: argparse.Namespace,
    configuration: Configuration,
    taken: Taken[ExportRequest],
) -> bytes:
    keys = taken.message.keys
    if len(keys) > MAX_EXPORTS:
        raise CeremonyError(
            Failure.OVERSIZED,
            f"the message asks for {len(keys)} exports, at most {MAX_EXPORTS} can be",
            hint="nothing was posted: export fewer keys at a time",
        )
    with open_session(
        journal,
        options,
        configuration,
        taken.digest,
        SUBJECT,
        on_yes=lambda: record_taken(journal, taken),
    ) as session:
        items = [_resolved(session, taken.digest, key) for key in keys]
        results = run_exports(session, [i for i in items if isinstance(i, KeyExport)])
    _check_final(results)
    done = iter(results)
    outcomes = tuple(
        export_outcome(item.key_id, next(done))
        if isinstance(item, KeyExport)
        else export_outcome(key.key_id, item)
        for key, item in zip(keys, items, strict=True)
    )
    response = encode_message(ExportResponse(**taken.conversation.header(), outcomes=outcomes))
    record_answer(journal, taken, response)
    return response


def _check_final(outcomes: Sequence[Outcome]) -> None:
    """An answer over the link is given once: not while it is unknown what became of a key.

    The others are in the journal, and the same message goes on with the rest.
    """
    for outcome in outcomes:
        if isinstance(outcome, CeremonyError) and outcome.failure is Failure.UNKNOWN_OUTCOME:
            raise outcome


def _resolved(session: Session, request: bytes, key: ExportItem) -> KeyExport | CeremonyError:
    """The export of the key, or of the wallet's; or why Dfns does not say which that is."""
    if bool(key.key_id) is bool(key.wallet_id):
        raise wire.malformed(
            "the export request does not name one key or wallet each", wire.WRITE_AGAIN
        )
    try:
        key_id = key.key_id or key_of_wallet(session.api, key.wallet_id)
    except CeremonyError as error:
        return of_one_key(error)
    return read_export(request, wire.encode(key.body), key_id)


def _check_confirmed(options: argparse.Namespace, digest: bytes) -> None:
    """A digest that is not what --confirm says ends here, before Dfns is asked."""
    if options.confirm is not None:
        check_confirmed(digest, options.confirm, SUBJECT)
