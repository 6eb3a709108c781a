"""The last step of both ceremonies: what was done, what was not, what may be destroyed."""

from collections.abc import Sequence
from typing import Literal

from ceremony.desk.digests import numbered_digest
from ceremony.desk.port import Choice
from ceremony.message import Closing, Conversation, Deliver, decode_message, encode_message
from ceremony.offline.room import Outcome, Room, Told, carry
from ceremony.record.steps import CLOSE

FINAL = frozenset({"done", "refused", "mismatch"})
"""What no newer message of the relay can change; ``pending`` and ``unknown`` can."""

TRANSCRIPT = "transcript.jsonl"
"""The name of the transcript's file."""


def wait_for_newer(room: Room) -> bool:
    """Whether people wait until the relay has found out what became of the rest."""
    answer = room.desk.choose(
        "some keys are pending or unknown: wait for the relay to ask Dfns again?",
        [
            Choice("wait", "the relay asks Dfns again and sends a newer answer"),
            Choice("later", "the ceremony ends here, and `ceremony resume` takes it up"),
        ],
    )
    return answer == "wait"


def close(
    room: Room, conversation: Conversation, told: Sequence[Told], said: Sequence[bytes] = ()
) -> Outcome:
    """Step 8. The transcript and its fingerprint go to the relay; nothing follows.

    ``said`` are the messages of this step that an earlier attempt has sent. Where the closing
    is among them, the relay has it: then nothing more is sent, and the transcript stays here.
    """
    desk, record = room.desk, room.record
    desk.step(CLOSE)
    outcome = Outcome(tuple(told), conversation)
    for one in told:
        desk.show(f"{one.label}: {one.status}: {one.text}")
        if one.todo:
            desk.show(f"  to do: {one.todo}")
        record.happened("outcome", label=one.label, status=one.status, text=one.text, todo=one.todo)
    if not all(one.status in FINAL for one in told):
        record.happened("interrupted", why="some keys are pending or unknown")
        desk.show("the ceremony is not over: `ceremony resume` takes it up from here")
        return outcome
    desk.show(*_what_may_be_destroyed(room, outcome))
    result: Literal["completed", "stopped"] = "completed" if outcome.complete else "stopped"
    record.happened("ends", outcome=result)
    fingerprint = record.fingerprint()
    desk.show(
        "the fingerprint of the transcript; write these words on the paper and sign:",
        *numbered_digest(fingerprint),
    )
    for data in said:
        conversation = conversation.sent(data)
    if any(isinstance(decode_message(data), Closing) for data in said):
        desk.show("this ceremony was closed before: nothing is sent, this transcript stays here")
        return outcome
    # Not recorded: the transcript, which is delivered, has ended.
    data = encode_message(
        Deliver(
            **conversation.header(), name=TRANSCRIPT, type="transcript", data=record.serialize()
        )
    )
    carry(room, data)
    header = conversation.sent(data).header()
    closing = Closing(**header, outcome=result, fingerprint=fingerprint)
    carry(room, encode_message(closing))
    return outcome


def _what_may_be_destroyed(room: Room, outcome: Outcome) -> list[str]:
    if room.plan.is_export:
        if outcome.complete:
            return [
                "the sealed state may be destroyed when each exported key was opened from its file",
                "Dfns' own copy of an exported key may still exist: it is not deleted by this",
            ]
        return ["keep the sealed state and its passphrase: a key is not here yet"]
    if outcome.complete:
        return ["keep the sources until each wallet has signed once; then as your policy says"]
    return ["keep every source: not all keys are in Dfns"]
