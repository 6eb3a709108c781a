"""Messages over the link and the journal: which may come now, and what was answered.

A ceremony's messages are in the journal, so that a relay that died in the middle goes on:
the newest request, scanned again, is taken up where it stood, and gets the same answer.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from ceremony.curves import curve_named
from ceremony.dfns import wire
from ceremony.dfns.bodies import Key, Wallet
from ceremony.errors import CeremonyError, Failure
from ceremony.message import (
    Conversation,
    Environment,
    ExportOutcome,
    ExportRequest,
    ImportOutcome,
    ImportRequest,
    Message,
    decode_message,
    digest,
)
from ceremony.relay.journal import Journal
from ceremony.relay.requests import KeyImport
from ceremony.relay.schema import Heard
from ceremony.text import parse_hex_bytes

M = TypeVar("M", ImportRequest, ExportRequest)

NO_CEREMONY = b""
"""The ceremony id of signers messages."""


@dataclass(frozen=True, slots=True)
class Taken(Generic[M]):
    """A request that was accepted. ``answer`` is there if it was answered before."""

    message: M
    digest: bytes
    conversation: Conversation
    answer: bytes | None


def take(journal: Journal, environment: Environment, data: bytes, kind: type[M]) -> Taken[M]:
    """The request in ``data``, if it may come now. Raises what ``Conversation.accept`` does.

    An import must answer signers that this relay sent, if the journal knows of any.
    """
    message = decode_message(data)
    heard = journal.heard(message.ceremony) if message.ceremony else []
    answer = None
    asked = [h for h in heard if h.answer is None]
    if asked and asked[-1].digest == digest(data):
        # The newest request again: the relay died, or its answer was not seen.
        answer = heard[-1].answer
        heard = [h for h in heard if h.sequence < message.sequence]
    if not heard:
        heard = _signers(journal, message)
    accepted, conversation = _conversation(environment, message, heard).accept(data, kind)
    return Taken(accepted, digest(data), conversation, answer)


def record_taken(journal: Journal, taken: Taken[M]) -> None:
    """Once the operator has said yes: before that, nothing is lost by another message."""
    sequence = taken.conversation.sequence
    journal.hear(taken.conversation.ceremony, Heard(sequence, taken.digest, answer=None))


def record_answer(journal: Journal, taken: Taken[M], answer: bytes) -> None:
    """Before the answer is shown to the other side."""
    record_taken(journal, taken)
    sequence = taken.conversation.sequence + 1
    journal.hear(taken.conversation.ceremony, Heard(sequence, digest(answer), answer))


def record_signers(journal: Journal, message: bytes) -> None:
    journal.hear(NO_CEREMONY, Heard(0, digest(message), message))


def import_outcome(item: KeyImport, outcome: bytes | CeremonyError) -> ImportOutcome:
    """What the receipt says of one key."""
    if isinstance(outcome, CeremonyError):
        return ImportOutcome(status=outcome.failure.value, error=outcome.message)
    if item.body.network is None:
        key = wire.decode(outcome, Key, "the answer to the import")
        return ImportOutcome(
            status=key.status, key_id=key.id, public_key=_public_key(item, key.public_key)
        )
    wallet = wire.decode(outcome, Wallet, "the answer to the import")
    return ImportOutcome(
        status=wallet.status,
        wallet_id=wallet.id,
        key_id=wallet.signing_key.id,
        public_key=_public_key(item, wallet.signing_key.public_key),
        address=wallet.address or "",
    )


def export_outcome(key_id: str, outcome: bytes | CeremonyError) -> ExportOutcome:
    """What the response says of one key."""
    if isinstance(outcome, CeremonyError):
        return ExportOutcome(key_id, error=outcome.message)
    return ExportOutcome(key_id, outcome)


def _public_key(item: KeyImport, text: str) -> bytes:
    value = parse_hex_bytes(text, "a public key")
    if len(value) == len(item.name.public_key):
        return value
    return curve_named(item.body.curve).parse_public_key(value)


def _signers(journal: Journal, message: Message) -> list[Heard]:
    """What a ceremony's first import answers; a first export answers nothing."""
    if not isinstance(message, ImportRequest):
        return []
    sent = journal.heard(NO_CEREMONY)
    if not sent:
        return [Heard(0, message.answers, None)] if message.answers else []
    found = [h for h in sent if h.digest == message.answers]
    if not found:
        raise CeremonyError(
            Failure.ANSWER,
            "this import was built from signers that this relay did not send",
            hint="STOP if nobody knows why: send the signers again, compare their fingerprint, "
            "and build the import anew",
        )
    return found


def _conversation(environment: Environment, message: Message, heard: list[Heard]) -> Conversation:
    if not heard:
        return Conversation(environment, message.ceremony)
    return Conversation(
        environment,
        message.ceremony,
        heard[-1].sequence,
        heard[-1].digest,
        frozenset(h.digest for h in heard),
    )
