"""Messages and the journal: which may come now, and what was answered before.

A ceremony's messages are in the journal, so that a relay that died in the middle goes on:
the newest request, taken again, gets the same answer.
"""

from dataclasses import dataclass

from ceremony.errors import Control, Failure
from ceremony.message import (
    Closing,
    Conversation,
    Deliver,
    Environment,
    ExportRequest,
    ExportResponse,
    ImportRequest,
    Message,
    decode_message,
    digest,
)
from ceremony.relay.journal import Journal
from ceremony.relay.schema import Heard

ANSWERS_OURS = Control("MSG-SIGNERS", "an import was built from signers that this relay sent")

Incoming = ImportRequest | ExportRequest | Deliver | Closing

AWAITED: dict[str, type[Incoming]] = {
    "import-request": ImportRequest,
    "export-request": ExportRequest,
    "deliver": Deliver,
    "closing": Closing,
}
"""The kinds that the laptop sends."""

NO_CEREMONY = b""
"""The ceremony id of what the relay sends before a ceremony has begun."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that may come now. ``answer`` is there if it was answered before."""

    message: Incoming
    digest: bytes
    conversation: Conversation
    answer: bytes | None


def take(journal: Journal, environment: Environment, data: bytes) -> Taken:
    """The message in ``data``, read once, if it may come now.

    Raises what ``Conversation.accept`` does.

    Nothing is recorded yet: that a message came does not shut out another one before
    people have said yes.
    """
    message = decode_message(data)
    heard = journal.heard(message.ceremony) if message.ceremony else []
    answer = None
    newest = [h for h in heard if h.answer is None]
    if newest and newest[-1].digest == digest(data):
        # The newest message again: the relay died, or its answer was not seen.
        answer = heard[-1].answer
        heard = [h for h in heard if h.sequence < message.sequence]
    if not heard:
        heard = _before(journal, message)
    kind = next((k for k in AWAITED.values() if isinstance(message, k)), ImportRequest)
    accepted, conversation = _conversation(environment, message, heard).admit(message, data, kind)
    return Taken(accepted, digest(data), conversation, answer)


def record_taken(journal: Journal, taken: Taken) -> None:
    """Once people have said yes, or the message was kept."""
    sequence = taken.conversation.sequence
    journal.hear(taken.conversation.ceremony, Heard(sequence, taken.digest, answer=None))


def record_answer(journal: Journal, taken: Taken, answer: bytes) -> None:
    """Before the answer is shown to the other side."""
    record_taken(journal, taken)
    sequence = taken.conversation.sequence + 1
    journal.hear(taken.conversation.ceremony, Heard(sequence, digest(answer), answer))


def record_signers(journal: Journal, message: bytes) -> None:
    journal.hear(NO_CEREMONY, Heard(0, digest(message), message))


def was_export(journal: Journal, ceremony: bytes) -> bool:
    """Whether keys were exported in this ceremony, as its answers in the journal say."""
    answers = [heard.answer for heard in journal.heard(ceremony) if heard.answer is not None]
    return any(isinstance(decode_message(answer), ExportResponse) for answer in answers)


def _before(journal: Journal, message: Message) -> list[Heard]:
    """MSG-SIGNERS: what a ceremony's first import answers. Raises ``answer``.

    The first message of an export answers nothing.
    """
    if not isinstance(message, ImportRequest):
        return []
    found = [h for h in journal.heard(NO_CEREMONY) if h.digest == message.answers]
    if not found:
        raise ANSWERS_OURS.refusal(
            Failure.ANSWER,
            "this import was built from signers that this relay did not send",
            hint="is --journal the file that this ceremony began with? if it is lost, start the "
            "import on the laptop again, with the signers that this relay sends now; STOP if "
            "nobody knows why",
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
