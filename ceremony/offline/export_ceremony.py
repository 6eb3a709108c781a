"""`ceremony export PLAN`: keys come out of Dfns. It reads as the printed script does."""

from collections.abc import Sequence

from ceremony.desk.again import until_it_works
from ceremony.desk.digests import numbered_words
from ceremony.desk.port import Table
from ceremony.dfns.bodies import ExportBody
from ceremony.dfns.key_export import export_body
from ceremony.ecies import DecryptionKey
from ceremony.errors import counted
from ceremony.files import WRITTEN
from ceremony.message import (
    CEREMONY_ID_SIZE,
    Conversation,
    Deliver,
    ExportItem,
    ExportRequest,
    ExportResponse,
    digest,
    encode_message,
)
from ceremony.offline.beginning import begin, check_machine
from ceremony.offline.closing import FINAL, close, wait_for_newer
from ceremony.offline.entropy import add_entropy
from ceremony.offline.passphrases import new_passphrase_at
from ceremony.offline.recovering import recover_all
from ceremony.offline.room import Outcome, Room, receive, send
from ceremony.offline.sealed import state_of_before
from ceremony.offline.sealed_image import deliver_keys
from ceremony.offline.state import STATE_KEPT, check_kept, seal_state
from ceremony.offline.written import check_places
from ceremony.record.plan import ExportKey
from ceremony.record.steps import EXPORT_REQUEST, EXPORT_RESPONSE, STATE
from ceremony.secret import Secret


def export_ceremony(room: Room) -> Outcome:
    """The whole export. Raises CeremonyError where it stops; the sealed state stays."""
    begin(room)
    check_places(room)
    room = add_entropy(room)
    conversation = Conversation(room.plan.environment, room.random(CEREMONY_ID_SIZE))
    key, conversation = make_state(room, conversation)
    conversation = send_request(room, conversation, key)
    return finish_export(room, conversation, key)


def make_state(room: Room, conversation: Conversation) -> tuple[DecryptionKey, Conversation]:
    """Step 4': a new decryption key, which no accident can lose any more."""
    room.desk.step(STATE)
    check_machine(room)
    if room.exists(room.plan.state):
        key, passphrase = state_of_before(room)
    else:
        passphrase = new_passphrase_at(room, f"the sealed state {room.plan.state}")
        key = DecryptionKey.generate(room.random)
        sealed = Secret(seal_state(key, passphrase, room.random, room.work))
        state = [(room.plan.state, sealed)]
        until_it_works(room.desk, lambda: room.write(state, "the sealed state"))
    kept = room.read(room.plan.state).reveal()
    check_kept(kept, key, passphrase, room.plan.state, room.work)
    room.record.passed(WRITTEN, STATE_KEPT, subject=room.plan.state)
    room.desk.show(f"{room.plan.state}: written, read back and opened; keep it until the end")
    # A second copy leaves the laptop: whoever has it lacks the passphrase.
    message = Deliver(**conversation.header(), name=room.plan.state, type="sealed-state", data=kept)
    return key, send(room, conversation, encode_message(message), "deliver")


def send_request(room: Room, conversation: Conversation, key: DecryptionKey) -> Conversation:
    """Step 5': one request for all keys of the plan."""
    desk, dfns = room.desk, room.plan.dfns
    desk.step(EXPORT_REQUEST)
    check_machine(room)
    desk.compare(table_of(room.plan.exports))
    body = export_body(key.encryption_key)
    data = encode_message(
        ExportRequest(
            **conversation.header(),
            plan=room.plan.digest,
            api_url=dfns.api,
            organisation=dfns.organisation,
            keys=tuple(_item(planned, body) for planned in room.plan.exports),
        )
    )
    desk.show(
        f"the request is for {counted(len(room.plan.exports), 'key')}; write these words on the "
        "paper, and",
        "read to the relay's operator those that the relay asks for:",
        *numbered_words(digest(data)),
    )
    return send(room, conversation, data, "export-request")


def finish_export(
    room: Room,
    conversation: Conversation,
    key: DecryptionKey,
    said: Sequence[bytes] = (),
    missed: Sequence[bytes] = (),
) -> Outcome:
    """The last steps. ``said`` and ``missed`` are of a ceremony that is taken up again: the
    messages after the request as ``close`` takes them, or only their digests."""
    room.desk.step(EXPORT_RESPONSE)
    written: set[str] = set()
    while True:
        response, after = receive(room, conversation, ExportResponse)
        check_machine(room)
        told = recover_all(room, response, key, written)
        if all(one.status in FINAL for one in told) or not wait_for_newer(room):
            after = after.after(missed)
            if all(one.status in FINAL for one in told):
                after, said = deliver_keys(room, after, told, said)
            return close(room, after, told, said)
        conversation = conversation.knowing(after.seen)


def table_of(keys: Sequence[ExportKey]) -> Table:
    """What people compare with the paper, and the operator with the relay's; a row a key."""
    columns = ("label", "key", "wallet", "public key", "form", "goes to")
    rows = tuple(
        (
            one.label,
            one.key or "-",
            one.wallet or "-",
            one.public_key,
            one.form,
            ", ".join(one.to),
        )
        for one in keys
    )
    return Table("the keys that leave Dfns", columns, rows)


def _item(planned: ExportKey, body: ExportBody) -> ExportItem:
    return ExportItem(
        planned.label,
        body,
        planned.public_key,
        key_id=planned.key or "",
        wallet_id=planned.wallet or "",
    )
