"""`ceremony resume PLAN`: a ceremony whose request has left is taken up from the medium.

Everything that is needed is public and comes from the folder: the request that this side
sent and what it answered. It is believed only as far as the plan and the paper confirm it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ceremony.desk.words import confirm_words
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.message import (
    Conversation,
    ExportRequest,
    ImportRequest,
    Message,
    decode_message,
    digest,
)
from ceremony.offline.beginning import begin, check_machine
from ceremony.offline.export_ceremony import finish_export
from ceremony.offline.import_ceremony import finish_import
from ceremony.offline.room import Outcome, Room
from ceremony.offline.sealed import open_state_at
from ceremony.offline.sent import ADDRESS, Sent
from ceremony.offline.state import STATE_KEPT, check_state_of
from ceremony.record.plan import Plan

REQUEST_WORDS = Control(
    "PLN-REQUEST", "the request that is taken up is the one whose words are on the paper"
)


class Kept(Protocol):
    """A medium that still has the messages of a ceremony, in their order."""

    def sent(self) -> list[bytes]: ...

    def received(self) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier run, up to its request, where ``conversation`` stands.

    ``said`` is what this side said after it; ``missed`` are the digests of that where the
    messages themselves are gone. ``sealed`` is the sealed state where no file has it.
    """

    conversation: Conversation
    request: ImportRequest | ExportRequest
    said: Sequence[bytes] = ()
    missed: Sequence[bytes] = ()
    sealed: bytes | None = None


def resume_ceremony(room: Room, kept: Kept) -> Outcome:
    """The ceremony from the receipt or response on. Raises ``ceremony`` if none has begun."""
    begin(room)
    data, request = last_request(kept, room.plan)
    confirm_request(room, data)
    conversation = conversation_after(kept, room, data, request)
    return finish(room, Attempt(conversation, request, said_after(kept, request)))


def confirm_request(room: Room, data: bytes) -> None:
    """PLN-REQUEST. Raises ``confirmation``."""
    confirm_words(
        room.desk,
        REQUEST_WORDS,
        digest(data),
        "the request's digest",
        "the paper of the first attempt",
        room.random,
    )
    room.record.passed(REQUEST_WORDS, subject=digest(data).hex())
    room.record.happened("resumes", request=digest(data).hex())


def finish(room: Room, attempt: Attempt) -> Outcome:
    """After the request was confirmed. Raises ``cancelled``, ``state``, ``address``."""
    request, conversation = attempt.request, attempt.conversation
    if isinstance(request, ExportRequest):
        check_machine(room)
        key, _ = open_state_at(room, attempt.sealed)
        for item in request.keys:
            check_state_of(item.body.encryption_key, key, room.plan.state)
        room.record.passed(STATE_KEPT, subject=room.plan.state)
        return finish_export(room, conversation, key, attempt.said, attempt.missed)
    keys = sent_keys(room, request)
    return finish_import(room, conversation, keys, attempt.said, attempt.missed)


def last_request(kept: Kept, plan: Plan) -> tuple[bytes, ImportRequest | ExportRequest]:
    """This side's newest request for this very plan. Raises ``ceremony``."""
    for data in reversed(kept.sent()):
        if request := request_of(plan, data):
            return data, request
    raise CeremonyError(
        Failure.CEREMONY,
        "no request of this plan has left this laptop over this medium",
        hint="nothing was imported or exported by it: start `ceremony import` or `export` again",
    )


def request_of(plan: Plan, data: bytes) -> ImportRequest | ExportRequest | None:
    """The request in ``data``, None for what is no request of this very plan."""
    message = readable(data)
    if isinstance(message, ImportRequest | ExportRequest) and (
        message.plan == plan.digest and message.environment == plan.environment
    ):
        return message
    return None


def conversation_after(
    kept: Kept, room: Room, data: bytes, request: ImportRequest | ExportRequest
) -> Conversation:
    """Where the ceremony stood when the request had left.

    ``seen`` has what came before it: a receipt may be taken again, because what it says is
    judged again.
    """
    before = {
        digest(other)
        for other in [*kept.sent(), *kept.received()]
        if (message := readable(other)) is not None
        and message.sequence < request.sequence
        and message.ceremony in (b"", request.ceremony)
    }
    return Conversation(
        room.plan.environment,
        request.ceremony,
        request.sequence,
        digest(data),
        frozenset(before | {digest(data)}),
    )


def said_after(kept: Kept, request: ImportRequest | ExportRequest) -> list[bytes]:
    """What this side said after the request: the transcript, the closing.

    The relay may have taken it, so what is said now comes after it.
    """
    return [
        data
        for data in kept.sent()
        if (message := readable(data)) is not None
        and message.ceremony == request.ceremony
        and message.sequence > request.sequence
    ]


def sent_keys(room: Room, request: ImportRequest) -> Sequence[Sent]:
    """The keys of the request, each with what the plan expects of it. Raises ``address``."""
    planned = {key.label: key for key in room.plan.imports}
    if [item.label for item in request.keys] != list(planned):
        raise CeremonyError(
            Failure.CEREMONY,
            "the request on the medium has other keys than the plan",
            hint="this is not the request of this plan, or it was changed: find the right medium",
        )
    keys = [Sent(planned[item.label], item.body.curve, item.public_key) for item in request.keys]
    for key in keys:
        key.check_expected(made_here=room.plan.source(key.planned.source).format == "new")
    room.record.passed(ADDRESS, subject="the keys of the request that is taken up")
    return keys


def readable(data: bytes) -> Message | None:
    """The message, None for what is not one."""
    try:
        return decode_message(data)
    except CeremonyError:
        return None
