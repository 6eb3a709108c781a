"""`resume` on a laptop that kept nothing: what it said before its power went comes by light.

The relay is believed in nothing. The words of the request's digest are on paper since the
first attempt, and through ``answers`` that digest covers the message with the sealed state
too: its ceremony, the state's bytes, their name. So another ceremony's state, an older one or
a changed one ends here, before anybody types the passphrase. What was said after the request
is covered by nothing: it only tells where the numbers go on, and each key is delivered again.
"""

from ceremony.errors import CeremonyError, Control, Failure
from ceremony.message import (
    Conversation,
    Deliver,
    ExportRequest,
    ImportRequest,
    Returned,
    digest,
)
from ceremony.offline.beginning import begin
from ceremony.offline.resuming import Attempt, confirm_request, finish, readable, request_of
from ceremony.offline.room import Outcome, Room, carry, receive

RETURNED = Control(
    "PLN-RETURNED",
    "what the relay brings back is a request of this plan, and the very sealed state it answers",
)


def resume_returned(room: Room) -> Outcome:
    """The ceremony from the receipt or response on, by what the relay kept of this side.

    Raises ``ceremony`` where that is not of this plan, and as ``resume_ceremony`` does.
    """
    begin(room)
    room.desk.show("the relay brings back the request, and of an export the sealed state")
    message, began = receive(room, Conversation(room.plan.environment, b""), Returned)
    request = request_of(room.plan, message.request)
    if request is None:
        raise _another("the relay brings back something else than a request of this plan")
    sealed = _sealed(message, request)
    room.record.passed(RETURNED, subject=digest(message.request).hex())
    confirm_request(room, message.request)
    # The relay may not have taken it, or not have answered: it decides that by its journal.
    carry(room, message.request)
    last = digest(message.request)
    conversation = Conversation(
        room.plan.environment,
        request.ceremony,
        request.sequence,
        last,
        began.seen | {last, request.answers},
    )
    return finish(room, Attempt(conversation, request, missed=message.said, sealed=sealed))


def _sealed(message: Returned, request: ImportRequest | ExportRequest) -> bytes | None:
    """The sealed state that the request answers; None for an import, which has none."""
    if isinstance(request, ImportRequest):
        return None
    if digest(message.state) != request.answers:
        raise _another("the sealed state that the relay brings back is not that of its request")
    state = readable(message.state)
    if not isinstance(state, Deliver) or state.type != "sealed-state":
        raise _another("the request that the relay brings back answers no sealed state")
    return state.data


def _another(message: str) -> CeremonyError:
    return RETURNED.refusal(
        Failure.CEREMONY,
        message,
        hint="find the relay's journal and files of the first attempt, and start both sides "
        "again; STOP if nobody knows why",
    )
