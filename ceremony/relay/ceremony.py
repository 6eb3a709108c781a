"""`ceremony-relay run`: the online half of a ceremony. It reads as the printed script does."""

from collections.abc import Sequence
from contextlib import suppress

from ceremony.desk.again import until_it_works
from ceremony.desk.digests import numbered_digest
from ceremony.desk.lines import columns
from ceremony.desk.port import Choice
from ceremony.desk.words import confirm_words
from ceremony.dfns.signers import parse_signers
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.message import (
    NONCE_SIZE,
    Closing,
    Deliver,
    ExportRequest,
    ImportRequest,
    PlanFile,
    Signers,
    digest,
    digest_hex,
    encode_message,
)
from ceremony.message.conversation import CONTROLS
from ceremony.message.kinds import HeaderFields
from ceremony.record.steps import (
    RELAY_ANSWERS,
    RELAY_CLOSES,
    RELAY_RETURN_STEPS,
    RELAY_RETURNS,
    RELAY_SIGNERS,
    RELAY_STEPS,
)
from ceremony.relay.answering import answer_exports, answer_imports
from ceremony.relay.hearing import (
    ANSWERS_OURS,
    AWAITED,
    NO_CEREMONY,
    Taken,
    record_signers,
    record_taken,
    take,
    was_export,
)
from ceremony.relay.returning import find_attempt
from ceremony.relay.room import RelayRoom
from ceremony.relay.session import AGAIN, DECIDED_AGAIN, Session
from ceremony.relay.show import LAPTOP, WHERE, table_of, where_lines

REQUEST_PLACE = Control(
    "RLY-PLACE", "a request is for the host and the organisation that this relay speaks to"
)
REQUEST_PLAN = Control(
    "RLY-PLAN", "a request is of the plan that the relay was given, where it was given one"
)
REQUEST_WORDS = Control(
    "RLY-WORDS", "nothing is posted before people typed words of the request's digest"
)

NOT_OF_THE_REQUEST = frozenset({Failure.CONNECTION, Failure.CONFIGURATION, Failure.JOURNAL})
"""What can be corrected or waited for beside the relay: the same request is tried again."""


def relay_ceremony(room: RelayRoom) -> bool:
    """Signers out, or what the laptop lost; then each message in, until a ceremony closes.

    Gives whether that exported keys.

    A message that is refused is told, and the next one is awaited.
    """
    title = room.plan.title if room.plan else "the relay of a ceremony"
    known = set(room.journal.passed_over())
    if room.crossed is None:
        room.desk.open(title, room.configuration.environment, RELAY_STEPS)
        say_signers(room)
    else:
        room.desk.open(title, room.configuration.environment, RELAY_RETURN_STEPS)
        known |= bring_back(room, room.crossed())
    room.desk.step(RELAY_ANSWERS)
    while True:
        data = room.medium.receive(tuple(AWAITED), known, room.desk.progress)
        known.add(digest(data))
        try:
            taken = take(room.journal, room.configuration.environment, data)
            over = _handle(room, taken)
        except CeremonyError as error:
            if error.failure is Failure.CANCELLED:
                raise
            room.desk.error(error)
            with suppress(CeremonyError):  # it stands on the screen, and nothing was done
                room.journal.refused(digest(data), error)
            continue
        if over:
            return was_export(room.journal, taken.conversation.ceremony)


def say_plan(room: RelayRoom) -> None:
    """Where this relay stands, and the plan, if it has one."""
    desk = room.desk
    desk.show(*where_lines(room.configuration))
    if room.plan is not None:
        _check_place(room, room.plan.dfns.api, room.plan.dfns.organisation)
        desk.show(columns("plan", digest_hex(room.plan.digest), widths=WHERE))
        message = PlanFile(**_header(room), plan=room.plan_file)
        _send(room, encode_message(message))


def say_signers(room: RelayRoom) -> None:
    """The plan, and the signers that Dfns names now."""
    desk, configuration = room.desk, room.configuration
    desk.step(RELAY_SIGNERS)
    say_plan(room)
    answer = room.api.signers()
    cluster = room.plan.dfns.cluster if room.plan else None
    signers = parse_signers(answer, cluster)
    desk.show(
        # Not as words: those that the laptop asks for come from paper, by way of a second host.
        f"cluster {signers.cluster_id}: {len(signers.signers)} signers, their fingerprint in hex:",
        digest_hex(signers.fingerprint()),
    )
    message_data = encode_message(
        Signers(
            **_header(room),
            answer=answer,
            cluster_id=cluster,
            api_url=configuration.api_url,
            organisation=configuration.organisation,
            time=room.now(),
            nonce=room.random(NONCE_SIZE),
        )
    )
    record_signers(room.journal, message_data)
    _send(room, message_data)


def bring_back(room: RelayRoom, crossed: Sequence[bytes]) -> set[bytes]:
    """What the laptop lost with its power, and the answer if it was given.

    Gives the digest of a request that needs no answer any more. Raises ``ceremony``.
    """
    room.desk.step(RELAY_RETURNS)
    say_plan(room)
    attempt = find_attempt(room, crossed)
    if attempt.state and digest(attempt.state) not in attempt.heard:
        # It was read, and this relay died before it was taken.
        _handle(room, take(room.journal, room.configuration.environment, attempt.state))
    _send(room, encode_message(attempt.message(_header(room))))
    if attempt.answer is None:
        return set()
    room.desk.show("its request was answered before: the same answer goes out with it")
    _send(room, attempt.answer)
    return {digest(attempt.request)}


def _handle(room: RelayRoom, taken: Taken) -> bool:
    """Whether the ceremony is over after this message."""
    match taken.message:
        case ImportRequest() | ExportRequest() as request:
            _answer(room, taken, request)
        case Deliver(name=name, type=kind, data=data):
            room.keep(name, data)
            record_taken(room.journal, taken)
            what = kind.replace("-", " ")
            room.desk.show(f"kept the {what} from the laptop: {printable(name)}, {len(data)} bytes")
        case Closing(outcome=outcome, fingerprint=fingerprint):
            record_taken(room.journal, taken)
            room.journal.close(taken.conversation.ceremony)
            room.desk.step(RELAY_CLOSES)
            room.desk.show(
                f"the ceremony is over: {outcome}; the fingerprint of its transcript, to compare "
                "with the laptop's:",
                *numbered_digest(fingerprint),
            )
            return True
    return False


def _answer(room: RelayRoom, taken: Taken, request: ImportRequest | ExportRequest) -> None:
    """One request: shown as a whole, confirmed, posted, answered; again while it is unclear."""
    _check_place(room, request.api_url, request.organisation)
    _check_plan(room, request)
    if taken.answer is not None:
        room.desk.show("this request was answered before: the same answer goes out again")
        _send(room, taken.answer)
        return
    session = _session(room, taken, request)
    while True:
        try:
            if isinstance(request, ImportRequest):
                answer, final = answer_imports(session, room.journal, taken, request)
            else:
                answer, final = answer_exports(session, room.journal, taken, request)
        except CeremonyError as error:
            if error.failure not in NOT_OF_THE_REQUEST:
                raise
            room.desk.error(error)
            if _later(room, "the request is not finished"):
                return
            continue
        _send(room, answer)
        if final or _later(room, "some outcomes are pending or unknown"):
            return


def _send(room: RelayRoom, data: bytes) -> None:
    """A message onto the medium; one that is full or not there is corrected, and tried again."""
    until_it_works(room.desk, lambda: room.medium.send(data, room.desk.progress))


def _later(room: RelayRoom, why: str) -> bool:
    choice = room.desk.choose(
        f"{why}: what now?",
        [
            Choice("again", "ask Dfns again now; nothing is posted twice by that alone"),
            Choice("later", "go on; start the relay again later to ask Dfns again"),
        ],
    )
    return choice == "later"


def _session(room: RelayRoom, taken: Taken, request: ImportRequest | ExportRequest) -> Session:
    """What imports and exports work with, where people are asked at this desk."""

    def confirm(lines: Sequence[str]) -> None:
        room.desk.show(*room.configuration.notes, *lines)
        room.desk.compare(table_of(request))
        confirm_words(
            room.desk,
            REQUEST_WORDS,
            taken.digest,
            "the request's digest",
            LAPTOP,
            room.random,
        )
        record_taken(room.journal, taken)
        room.journal.passed(taken.digest, *_passed(room, request))

    def ask_again(lines: Sequence[str]) -> bool:
        """RLY-AGAIN: somebody types the phrase; nothing else decides it."""
        room.desk.show(*where_lines(room.configuration), *lines)
        typed = room.desk.ask(f"type {AGAIN} to post it again, or leave to leave it:", str)
        if typed == AGAIN:
            record_taken(room.journal, taken)
            room.journal.passed(taken.digest, DECIDED_AGAIN)
        return typed == AGAIN

    return Session(
        room.api,
        room.journal,
        room.seal,
        confirm,
        ask_again,
        lambda line: room.desk.show(line),
        room.rescue,
    )


def _passed(room: RelayRoom, request: ImportRequest | ExportRequest) -> tuple[Control, ...]:
    """What a request has passed when people have confirmed it."""
    ours = (ANSWERS_OURS,) if isinstance(request, ImportRequest) else ()
    planned = (REQUEST_PLAN,) if room.plan is not None else ()
    return (*CONTROLS, *ours, REQUEST_PLACE, *planned, REQUEST_WORDS)


def _check_place(room: RelayRoom, api_url: str, organisation: str) -> None:
    """RLY-PLACE. Raises ``configuration``."""
    here = room.configuration
    if (api_url, organisation) != (here.api_url, here.organisation):
        raise REQUEST_PLACE.refusal(
            Failure.CONFIGURATION,
            f"this is for {printable(organisation)} at {printable(api_url)}, and this relay speaks "
            f"to {printable(here.organisation)} at {here.api_url}",
            hint="STOP: start the relay with the plan's token and host, or find the right plan",
        )


def _check_plan(room: RelayRoom, message: ImportRequest | ExportRequest) -> None:
    """RLY-PLAN: compared where the relay has a plan. Raises ``plan``."""
    if room.plan is not None and message.plan != room.plan.digest:
        raise REQUEST_PLAN.refusal(
            Failure.PLAN,
            f"the request is of the plan {message.plan.hex()[:16]}..., this relay was given "
            f"{room.plan.digest.hex()[:16]}...",
            hint="both sides take the same file: compare the words of its digest",
        )


def _header(room: RelayRoom) -> HeaderFields:
    environment = room.configuration.environment
    return {"environment": environment, "ceremony": NO_CEREMONY, "sequence": 0, "answers": b""}
