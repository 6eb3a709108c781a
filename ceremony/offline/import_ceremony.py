"""`ceremony import PLAN`: keys go into Dfns. It reads as the printed script does."""

from collections.abc import Sequence

from ceremony.desk.digests import numbered_words
from ceremony.desk.words import confirm_words
from ceremony.dfns.key_import import BUILT
from ceremony.dfns.signers import PIN, UNIQUE, SignersInfo, check_pin, parse_signers
from ceremony.errors import Control, Failure, counted, printable
from ceremony.message import CEREMONY_ID_SIZE, Conversation, ImportReceipt, Signers, digest
from ceremony.offline.beginning import begin, check_machine
from ceremony.offline.closing import FINAL, close, wait_for_newer
from ceremony.offline.entering import Entered, enter_all
from ceremony.offline.entropy import add_entropy
from ceremony.offline.import_receipt import judge_receipt
from ceremony.offline.import_request import build_import_request
from ceremony.offline.room import Outcome, Room, receive, send
from ceremony.offline.sent import Sent
from ceremony.record.steps import IMPORT_RECEIPT, IMPORT_REQUEST, SIGNERS

PLACE = Control(
    "SIG-PLACE", "the signers come from the API address and the organisation of the plan"
)
SIGNERS_WORDS = Control(
    "SIG-WORDS", "people confirmed the fingerprint of the signers from the second host's words"
)


def import_ceremony(room: Room) -> Outcome:
    """The whole import. Raises CeremonyError where it stops; what was sent stays sent."""
    begin(room)
    room = add_entropy(room)
    conversation = Conversation(room.plan.environment, room.random(CEREMONY_ID_SIZE))
    signers, conversation = receive_signers(room, conversation)
    entered = enter_all(room, signers)
    conversation = send_request(room, conversation, signers, entered)
    return finish_import(room, conversation, [one.sent for one in entered])


def receive_signers(room: Room, conversation: Conversation) -> tuple[SignersInfo, Conversation]:
    """Step 4: the signers, if they are those of the plan and of the paper."""
    plan, desk = room.plan, room.desk
    desk.step(SIGNERS)
    message, conversation = receive(room, conversation, Signers)
    check_place(room, message.api_url, message.organisation)
    signers = parse_signers(message.answer, plan.dfns.cluster)
    room.record.passed(PLACE, UNIQUE, subject=signers.cluster_id)
    check_pin(signers, plan.dfns.signers, "the plan pins")
    desk.show(f"cluster {signers.cluster_id}: {len(signers.signers)} signers, as the plan pins")
    confirm_words(
        desk,
        SIGNERS_WORDS,
        signers.fingerprint(),
        "the signers' fingerprint",
        "the paper from the second host",
        room.random,
    )
    room.record.passed(PIN, SIGNERS_WORDS, subject=signers.fingerprint().hex())
    return signers, conversation


def check_place(room: Room, api_url: str, organisation: str) -> None:
    """SIG-PLACE. Raises ``configuration``."""
    dfns = room.plan.dfns
    if (api_url, organisation) != (dfns.api, dfns.organisation):
        raise PLACE.refusal(
            Failure.CONFIGURATION,
            f"the relay speaks to {printable(organisation)} at {printable(api_url)}, the plan is "
            f"for {printable(dfns.organisation)} at {printable(dfns.api)}",
            hint="STOP: start the relay with the right host and token, or make another plan",
        )


def send_request(
    room: Room, conversation: Conversation, signers: SignersInfo, entered: Sequence[Entered]
) -> Conversation:
    """Step 6: split, check, encrypt; the request leaves when nothing can be refused any more."""
    desk = room.desk
    desk.step(IMPORT_REQUEST)
    check_machine(room)
    data = build_import_request(room, conversation, signers, entered)
    room.record.passed(*BUILT, subject=digest(data).hex())
    desk.show(
        f"the request has {counted(len(entered), 'key')}; write these words on the paper, and",
        "read to the relay's operator those that the relay asks for:",
        *numbered_words(digest(data)),
    )
    return send(room, conversation, data, "import-request")


def finish_import(
    room: Room,
    conversation: Conversation,
    sent: Sequence[Sent],
    said: Sequence[bytes] = (),
    missed: Sequence[bytes] = (),
) -> Outcome:
    """Steps 7 and 8. ``said`` and ``missed`` as in ``finish_export``."""
    room.desk.step(IMPORT_RECEIPT)
    while True:
        receipt, after = receive(room, conversation, ImportReceipt)
        check_machine(room)
        told = judge_receipt(room, receipt, sent)
        if all(one.status in FINAL for one in told) or not wait_for_newer(room):
            return close(room, after.after(missed), told, said)
        conversation = conversation.knowing(after.seen)
