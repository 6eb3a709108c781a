"""Messages over the link: which may come now, what a dead relay goes on with."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ceremony.dfns.bodies import ExportBody, ImportBody
from ceremony.errors import CeremonyError, Failure
from ceremony.message import (
    Conversation,
    Environment,
    ExportItem,
    ExportRequest,
    ImportItem,
    ImportRequest,
    Signers,
    digest,
    encode_message,
)
from ceremony.relay.crossing import (
    export_outcome,
    import_outcome,
    record_answer,
    record_signers,
    record_taken,
    take,
)
from ceremony.relay.importing import run_imports
from ceremony.relay.journal import Journal
from ceremony.relay.requests import read_import
from tests.support.relay_world import URL, World

CEREMONY = b"c" * 16
EXPORT = ExportItem(ExportBody(b"key", ()), key_id="key-1")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(str(tmp_path / "journal"), "rehearsal", URL, "or-1") as journal:
        yield journal


def signers(api_url: str = URL) -> bytes:
    return encode_message(
        Signers(
            environment="rehearsal",
            ceremony=b"",
            sequence=0,
            answers=b"",
            answer=b"{}",
            cluster_id=None,
            api_url=api_url,
            time="now",
        )
    )


def importing(conversation: Conversation, public_key: bytes = b"\x02") -> bytes:
    body = ImportBody(curve="secp256k1", protocol="CGGMP21", min_signers=3, encrypted_key_shares=())
    item = ImportItem(body, public_key)
    return encode_message(ImportRequest(**conversation.header(), keys=(item,)))


def exporting(conversation: Conversation) -> bytes:
    return encode_message(ExportRequest(**conversation.header(), keys=(EXPORT,)))


def offline(environment: Environment = "rehearsal", ceremony: bytes = CEREMONY) -> Conversation:
    return Conversation(environment, ceremony)


def after(conversation: Conversation, data: bytes) -> Conversation:
    """The other side, when it has taken the signers."""
    return conversation.accept(data, Signers)[1]


def refused(journal: Journal, data: bytes, kind: type = ImportRequest) -> Failure:
    before = journal.heard(CEREMONY)
    with pytest.raises(CeremonyError) as error:
        take(journal, "rehearsal", data, kind)
    assert journal.heard(CEREMONY) == before, "nothing is lost by a refusal"
    return error.value.failure


def test_a_ceremony_from_its_beginning(journal: Journal) -> None:
    sent = signers()
    record_signers(journal, sent)
    here = after(offline(), sent)
    request = importing(here)
    taken = take(journal, "rehearsal", request, ImportRequest)
    assert taken.answer is None
    receipt = encode_message(ImportRequest(**taken.conversation.header(), keys=taken.message.keys))
    record_answer(journal, taken, receipt)

    here = here.sent(request)
    _, here = here.accept(receipt, ImportRequest)
    export = exporting(here)
    taken_export = take(journal, "rehearsal", export, ExportRequest)
    record_taken(journal, taken_export)
    assert [h.sequence for h in journal.heard(CEREMONY)] == [1, 2, 3]
    assert refused(journal, request) is Failure.REPLAY


def test_the_newest_request_is_taken_up_again(journal: Journal) -> None:
    sent = signers()
    record_signers(journal, sent)
    request = importing(after(offline(), sent))
    taken = take(journal, "rehearsal", request, ImportRequest)
    record_taken(journal, taken)
    again = take(journal, "rehearsal", request, ImportRequest)
    assert again.answer is None
    assert again.conversation == taken.conversation
    record_answer(journal, again, b"the receipt")
    assert take(journal, "rehearsal", request, ImportRequest).answer == b"the receipt"


def test_what_was_not_confirmed_stops_nothing(journal: Journal) -> None:
    take(journal, "rehearsal", importing(offline(), b"\x02"), ImportRequest)
    take(journal, "rehearsal", importing(offline(), b"\x03"), ImportRequest)


def test_an_import_answers_signers_of_this_relay(journal: Journal) -> None:
    stranger = importing(after(offline(), signers("http://evil.example")))
    take(journal, "rehearsal", stranger, ImportRequest)  # no signers are remembered
    record_signers(journal, signers())
    assert refused(journal, stranger) is Failure.ANSWER
    assert refused(journal, importing(offline())) is Failure.ANSWER
    record_signers(journal, signers("http://127.0.0.1:8"))
    for known in (signers(), signers("http://127.0.0.1:8")):
        take(journal, "rehearsal", importing(after(offline(), known)), ImportRequest)


def test_messages_that_may_not_come(journal: Journal) -> None:
    sent = signers()
    record_signers(journal, sent)
    here = after(offline(), sent)
    production = Conversation("production", CEREMONY, 0, digest(sent))
    late = Conversation("rehearsal", CEREMONY, 4, digest(sent))
    assert refused(journal, sent) is Failure.KIND
    assert refused(journal, exporting(here)) is Failure.KIND
    assert refused(journal, importing(here), ExportRequest) is Failure.KIND
    assert refused(journal, importing(production)) is Failure.ENVIRONMENT
    assert refused(journal, importing(late)) is Failure.SEQUENCE
    assert refused(journal, exporting(here), ExportRequest) is Failure.ANSWER
    assert refused(journal, b"") is Failure.MALFORMED
    assert refused(journal, importing(here)[:-1]) is Failure.MALFORMED

    taken = take(journal, "rehearsal", importing(here), ImportRequest)
    record_answer(journal, taken, b"the receipt")
    assert refused(journal, importing(here, b"\x03")) is Failure.SEQUENCE
    wrong = Conversation("rehearsal", CEREMONY, 2, digest(b"another receipt"))
    assert refused(journal, exporting(wrong), ExportRequest) is Failure.ANSWER
    right = Conversation("rehearsal", CEREMONY, 2, digest(b"the receipt"))
    take(journal, "rehearsal", exporting(right), ExportRequest)


def test_two_ceremonies_do_not_meet(journal: Journal) -> None:
    first = take(journal, "rehearsal", exporting(offline()), ExportRequest)
    record_answer(journal, first, b"the response")
    second = take(journal, "rehearsal", exporting(offline(ceremony=b"d" * 16)), ExportRequest)
    assert second.answer is None


@pytest.mark.parametrize(
    ("curve", "protocol", "network"),
    [
        ("secp256k1", "CGGMP21", "Ethereum"),
        ("secp256k1", "FROST_BITCOIN", None),
        ("stark", "CGGMP21", None),
        ("ed25519", "FROST", "Solana"),
    ],
)
def test_a_receipt_names_what_dfns_made(
    world: World, curve: str, protocol: str, network: str | None
) -> None:
    body, public_key = world.import_body(curve, protocol, network=network)
    item = read_import(digest(body), body, public_key)
    with world.session() as session:
        (answer,) = run_imports(session, [item])
    outcome = import_outcome(item, answer)
    assert outcome.error == ""
    assert outcome.public_key == public_key
    assert outcome.status == "Active"
    assert outcome.key_id in world.keys
    assert [outcome.wallet_id] == (world.wallets or [""])
    assert bool(outcome.address) == (network is not None)


def test_a_receipt_names_an_error(world: World) -> None:
    error = CeremonyError(Failure.REFUSED, "dfns said no", hint="ask")
    outcome = import_outcome(world.key_import(), error)
    assert (outcome.status, outcome.error) == ("refused", "dfns said no")
    assert export_outcome("key-1", error).error == "dfns said no"
    assert export_outcome("key-1", b"{}").answer == b"{}"


def test_the_api_body_of_a_message_is_the_one_of_a_file(world: World) -> None:
    body, public_key = world.import_body(network="Ethereum", name="cold 1")
    item = ImportItem(msgspec.json.decode(body, type=ImportBody), public_key)
    assert msgspec.json.encode(item.body) == body
