"""The relay's ceremony in this process: what it refuses by name, and what it answers."""

import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from ceremony.addresses import addresses
from ceremony.dfns.key_export import export_body, recover_secret_scalar
from ceremony.dfns.key_import import parse_import_body
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import Failure
from ceremony.message import (
    ExportResponse,
    ImportItem,
    ImportReceipt,
    PlanFile,
    Signers,
    WantedWallet,
    decode_message,
    digest,
    encode_message,
)
from ceremony.record.plan_file import parse_plan
from ceremony.relay.session import AGAIN
from tests.support.laptop import Reply, plan_text
from tests.support.laptop_says import (
    changed_item,
    closing,
    deliver,
    export_item,
    export_request,
    import_item,
    import_request,
)
from tests.support.relay_world import URL, Run, World

WRONG_WORDS = "aardvark adroitness absurd adviser"


def importing(*keys: ImportItem, **changes: object) -> Reply:
    """A request that answers the newest signers."""

    def reply(sent: list[bytes]) -> bytes:
        signers = [data for data in sent if isinstance(decode_message(data), Signers)]
        return import_request(signers[-1], keys, **changes)

    return reply


def ending(sent: list[bytes]) -> bytes:
    return closing(sent[-1])


def receipt_of(run: Run) -> ImportReceipt:
    message = decode_message(run.answers("import-receipt")[-1])
    assert isinstance(message, ImportReceipt)
    return message


def test_an_import_is_shown_posted_answered_and_closed(world: World) -> None:
    item = world.import_item(network="Ethereum", name="cold 1")
    run = world.ceremony(importing(item), ending)
    assert run.closed
    assert run.desk.errors == []
    (outcome,) = receipt_of(run).outcomes
    assert (outcome.status, outcome.wallet_id) == ("done", world.wallets[0])
    assert outcome.public_key == item.public_key
    (table,) = run.desk.tables
    text = "\n".join([table.title, *table.rows[0]])
    for part in (
        *("POST /wallets/import", "Ethereum", "cold 1", "secp256k1", "CGGMP21", "3 of 5"),
        *(item.public_key.hex(), URL, world.configuration.organisation),
    ):
        assert part in text
    assert [body for call, body in world.wire.calls if call == "POST /wallets/import"] == [
        json.dumps(world_json(item), separators=(",", ":")).encode()
    ]


def world_json(item: ImportItem) -> Any:
    return json.loads(msgspec.json.encode(item.body))


def test_an_external_id_is_shown_before_it_is_posted(world: World) -> None:
    item = world.import_item()
    body = msgspec.structs.replace(item.body, external_id="vault 7", master_key=True)
    run = world.ceremony(importing(changed_item(item, body=body)), words=WRONG_WORDS)
    assert "external id vault 7" in run.desk.tables[0].rows[0][1]
    assert "a master key" in run.desk.tables[0].rows[0][1]


def with_plan(world: World) -> tuple[Any, bytes]:
    text = plan_text(
        "00" * 32,
        environment="rehearsal",
        api=URL,
        organisation=world.configuration.organisation,
    ).encode()
    return parse_plan(text), text


TAMPERED: dict[str, tuple[dict[str, object], str]] = {
    "another host": ({"api_url": "http://127.0.0.1:10"}, "RLY-PLACE"),
    "another organisation": ({"organisation": "or-other"}, "RLY-PLACE"),
    "another plan": ({"plan": b"q" * 32}, "RLY-PLAN"),
    "signers that this relay did not send": ({"answers": b"d" * 32}, "MSG-SIGNERS"),
    "no signers at all": ({"answers": b""}, "MSG-SIGNERS"),
    "production": ({"environment": "production"}, "MSG-ENVIRONMENT"),
    "a message is missing": ({"sequence": 2}, "MSG-SEQUENCE"),
    "a number of the past": ({"sequence": 0}, "MSG-SEQUENCE"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_request_is_refused_by_name(world: World, name: str) -> None:
    changes, control = TAMPERED[name]
    plan = with_plan(world)
    run = world.ceremony(
        importing(world.import_item(), **({"plan": plan[0].digest} | changes)), plan=plan
    )
    assert run.refused_by == [control]
    assert world.wire.posts() == []
    assert run.answers("import-receipt") == []
    assert run.desk.tables == [], "nobody is asked about it"


def test_a_relay_of_the_same_second_with_another_journal(world: World) -> None:
    """MSG-SIGNERS: the same signers at the same time are another message: nothing is posted."""
    first = world.ceremony()
    signers = first.answers("signers")[0]
    (world.folder / world.journal_name).unlink()
    item = world.import_item()
    second = world.ceremony(lambda _: import_request(signers, (item,)))
    times = {decode_message(run.answers("signers")[0]).time for run in (first, second)}  # type: ignore[union-attr]
    assert len(times) == 1
    assert second.refused_by == ["MSG-SIGNERS"]
    assert world.wire.posts() == []


def test_the_right_plan_is_sent_and_its_request_taken(world: World) -> None:
    plan = with_plan(world)
    run = world.ceremony(importing(world.import_item(), plan=plan[0].digest), ending, plan=plan)
    assert run.closed
    sent = decode_message(run.medium.sent[0])
    assert isinstance(sent, PlanFile)
    assert sent.plan == plan[1]


def test_a_plan_of_another_place_stops_before_anything_is_sent(world: World) -> None:
    text = plan_text("00" * 32, environment="rehearsal", api=URL, organisation="or-x").encode()
    with pytest.raises(Exception, match="this is for or-x") as refused:
        world.ceremony(plan=(parse_plan(text), text))
    assert refused.value.control.id == "RLY-PLACE"  # type: ignore[attr-defined]
    assert world.wire.calls == []


def test_the_journal_has_the_controls_that_passed_and_refused(world: World) -> None:
    """Before the post they stand alone; of the answer they stand with the post that it ends."""
    item = world.import_item(network="Ethereum")
    plan = with_plan(world)
    wrong, right = b"q" * 32, plan[0].digest
    run = world.ceremony(
        importing(item, plan=wrong), importing(item, plan=right), ending, plan=plan
    )
    assert run.closed
    with world.journal() as journal:
        refused, judged = (journal.controls(digest(data)) for data in run.requests)
    assert [one.control for one in refused] == ["RLY-PLAN"]
    assert "this relay was given" in (refused[0].refused or "")
    assert [one.control for one in judged if one.refused is None] == [
        *("TXT-OUTSIDE", "MSG-KIND", "MSG-ENVIRONMENT", "MSG-REPLAY", "MSG-CEREMONY"),
        *("MSG-SEQUENCE", "MSG-ANSWER", "MSG-SIGNERS", "RLY-PLACE", "RLY-PLAN", "RLY-WORDS"),
        *("RLY-JOURNAL-DUPLICATE", "RLY-LISTS", "RLY-HOLDINGS", "RLY-DUPLICATE"),
        *("RLY-LOOK-AGAIN", "RLY-PUBLIC-KEY"),
    ]
    assert item.public_key.hex() in judged[-1].subject


def test_wrong_words_three_times_post_nothing(world: World) -> None:
    item = world.import_item()
    request = importing(item)
    run = world.ceremony(request, words=WRONG_WORDS)
    assert run.refused_by == ["RLY-WORDS"] * 3
    assert world.wire.posts() == []
    assert run.answers("import-receipt") == []
    # Nothing was recorded: another request may come now, and this one too.
    again = world.ceremony(importing(item), ending)
    assert again.closed
    assert len(world.wire.posts()) == 1


def test_a_request_in_production_is_refused_in_a_rehearsal_and_the_next_is_taken(
    world: World,
) -> None:
    """A refusal ends nothing."""
    item = world.import_item()
    run = world.ceremony(importing(item, environment="production"), importing(item), ending)
    assert run.refused_by == ["MSG-ENVIRONMENT"]
    assert run.closed


def test_a_second_request_of_one_ceremony_does_not_slip_in(world: World) -> None:
    """MSG-SEQUENCE: it answers the signers, as the first did."""
    first, second = world.import_item(), world.import_item()
    run = world.ceremony(importing(first), importing(second), ending)
    assert run.refused_by == ["MSG-SEQUENCE"]
    assert run.closed
    assert len(world.keys) == 1


def closing_of(answers: bytes) -> Reply:
    def reply(sent: list[bytes]) -> bytes:
        message = decode_message(closing(sent[-1]))
        return encode_message(msgspec.structs.replace(message, answers=answers))

    return reply


def test_a_closing_that_answers_another_message(world: World) -> None:
    run = world.ceremony(importing(world.import_item()), closing_of(b"x" * 32))
    assert run.refused_by == ["MSG-ANSWER"]
    assert not run.closed


ADDRESS = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"


def test_no_further_wallet_after_one_with_another_address(world: World) -> None:
    item = world.import_item()
    right = addresses("secp256k1", item.public_key, "Ethereum")[0].text
    wallets = tuple(
        WantedWallet(network, address)
        for network, address in (("Ethereum", right), ("Polygon", ADDRESS), ("Base", right))
    )
    run = world.ceremony(importing(changed_item(item, wallets=wallets)), ending)
    (outcome,) = receipt_of(run).outcomes
    assert [wallet.status for wallet in outcome.wallets] == ["done", "mismatch", "refused"]
    assert ADDRESS in outcome.wallets[1].error
    assert "RLY-WALLET-ADDRESS" in outcome.wallets[2].error
    assert len(world.wallets) == 2


HOSTILE = ("../x", "/tmp/x", ".hidden", "x" * 300, "", "a/b", "a\0b", "x\n", "-x", "\u202ex")


def test_hostile_names_keep_nothing(world: World) -> None:
    """Each is told, none is kept, and a good one afterwards is."""
    outside = set(world.folder.rglob("*"))
    for number, name in enumerate(HOSTILE):
        ceremony = bytes([number]) * 16

        def delivered(sent: list[bytes], name: str = name) -> bytes:
            return deliver(sent[-1], name, b"data")

        run = world.ceremony(importing(world.import_item(), ceremony=ceremony), delivered)
        assert [error.failure for error in run.desk.errors] == [Failure.MALFORMED], name
        assert list((world.folder / "files").iterdir()) == []
    left = {path.name for path in set(world.folder.rglob("*")) - outside}
    assert left <= {"files", "journal"}


def test_a_delivered_file_is_kept_once_and_another_beside_it(world: World) -> None:
    def delivering(data: bytes) -> Reply:
        return lambda sent: deliver(sent[-1], "transcript.jsonl", data)

    for number, data in enumerate((b"one", b"one", b"two")):
        ceremony = bytes([number]) * 16
        world.ceremony(importing(world.import_item(), ceremony=ceremony), delivering(data))
    kept = {path.name: path.read_bytes() for path in (world.folder / "files").iterdir()}
    assert kept == {"transcript.jsonl": b"one", "2-transcript.jsonl": b"two"}


def test_a_finished_request_again_gives_the_same_answer_and_posts_nothing(world: World) -> None:
    request = importing(world.import_item(network="Ethereum"))
    first = world.ceremony(request)
    posts, calls = world.wire.posts(), len(world.wire.calls)
    again = world.ceremony(lambda _: first.requests[0], ending)
    assert again.answers("import-receipt") == first.answers("import-receipt")
    assert again.desk.tables == [], "nobody is asked"
    assert world.wire.posts() == posts
    assert [call for call, _ in world.wire.calls[calls:]] == ["GET /signers"]
    assert again.closed


def test_the_messages_of_a_closed_ceremony_are_passed_over(world: World) -> None:
    """The stick has the messages of yesterday's ceremony still."""
    said: list[bytes] = []

    def remembering(reply: Reply) -> Reply:
        def again(sent: list[bytes]) -> bytes:
            said.append(reply(sent))
            return said[-1]

        return again

    first = world.ceremony(remembering(importing(world.import_item())), remembering(ending))
    assert first.closed
    posts = world.wire.posts()
    old = [(lambda _, data=data: data) for data in said]
    second = world.ceremony(*old, importing(world.import_item(), ceremony=b"d" * 16), ending)
    assert second.closed
    assert second.desk.errors == []
    assert len(second.answers("import-receipt")) == 1
    assert len(world.wire.posts()) == len(posts) + 1


def test_two_requests_of_two_ceremonies(world: World) -> None:
    """On one stick: each has its own answer."""
    items = [world.import_item(), world.import_item()]
    run = world.ceremony(
        importing(items[0], ceremony=b"a" * 16), importing(items[1], ceremony=b"b" * 16), ending
    )
    receipts = [decode_message(data) for data in run.answers("import-receipt")]
    assert [receipt.ceremony for receipt in receipts] == [b"a" * 16, b"b" * 16]
    named = [r.outcomes[0].public_key for r in receipts if isinstance(r, ImportReceipt)]
    assert named == [item.public_key for item in items]
    assert run.closed


def test_an_unknown_outcome_then_again(world: World) -> None:
    """Nothing is posted twice by that, and only the final receipt is recorded."""
    world.client.sandbox.faults.add("lost-answer@import")
    hidden = [True]

    def hide(request: httpx.Request) -> None:
        # Dfns cannot be asked right after the loss.
        if world.wire.posts() and hidden[0] and request.method == "GET":
            raise httpx.ConnectError("no route", request=request)

    def again(question: str) -> None:
        hidden[0] = False

    world.wire.on_call = hide
    run = world.ceremony(importing(world.import_item(network="Ethereum")), some="later")
    assert [o.status for o in receipt_of(run).outcomes] == ["unknown"]
    again("")
    later = world.ceremony(lambda _: run.requests[0], ending)
    assert [o.status for o in receipt_of(later).outcomes] == ["done"]
    assert later.closed
    assert len(world.wire.posts()) == len(world.wallets) == 1


def test_again_at_the_question(world: World) -> None:
    world.client.sandbox.faults.add("pending@import")
    asked: list[str] = []
    item = world.import_item(network="Ethereum")
    run = world.ceremony(importing(item), some="later")
    assert [o.status for o in receipt_of(run).outcomes] == ["pending"]
    assert asked == []
    again = world.ceremony(lambda _: run.requests[0], some="later")
    assert [o.status for o in receipt_of(again).outcomes] == ["pending"]
    assert again.desk.tables == [], "nothing would be posted, so nobody is asked"
    assert len(world.wire.posts()) == 1


@pytest.mark.parametrize("fault", ["token-expired@init", "error@action", "lost-answer@init"])
def test_what_is_not_the_request_s_fault_is_tried_again(world: World, fault: str) -> None:
    """The laptop waits for an answer: the operator corrects it, and need not start again."""
    world.client.sandbox.faults.add(fault)
    item = world.import_item(network="Ethereum")
    run = world.ceremony(importing(item), ending, the="again")
    assert run.closed
    assert [error.failure for error in run.desk.errors] == [
        Failure.CONFIGURATION if "token" in fault else Failure.CONNECTION
    ]
    assert [o.status for o in receipt_of(run).outcomes] == ["done"]
    assert len(world.wallets) == len(world.wire.posts()) == 1


def exporting(world: World, again: str = "leave") -> tuple[DecryptionKey, dict[str, Any], Run]:
    key, _ = world.client.import_key("ed25519")
    decryption_key = DecryptionKey.generate(system_random)
    item = export_item(export_body(decryption_key.encryption_key), key["id"], key["publicKey"])
    world.wire.calls.clear()
    run = world.ceremony(
        lambda sent: export_request(sent[0], [item]), ending, some="later", type=again
    )
    return decryption_key, key, run


def test_an_export_answers_byte_for_byte(world: World) -> None:
    decryption_key, key, run = exporting(world)
    message = decode_message(run.answers("export-response")[0])
    assert isinstance(message, ExportResponse)
    recovered = recover_secret_scalar(
        decryption_key, message.outcomes[0].answer, bytes.fromhex(key["publicKey"])
    )
    assert recovered.bad_signers == ()
    assert run.closed
    assert run.desk.tables[0].rows[0] == ("one", key["id"], "-", key["publicKey"])
    assert any("signs with it no more" in line for line in run.desk.shown)


@pytest.mark.parametrize("typed", ["", "Yes", "post it again", "leave", AGAIN])
def test_nothing_but_the_phrase_decides_a_second_post(world: World, typed: str) -> None:
    """RLY-AGAIN: an export whose answer was lost, and the words of the digest are not enough."""
    world.client.sandbox.faults.add("lost-answer@export")
    _, key, lost = exporting(world)
    message = decode_message(lost.answers("export-response")[0])
    assert isinstance(message, ExportResponse)
    assert message.outcomes[0].status == "unknown"
    again = world.ceremony(lambda _: lost.requests[0], ending, some="later", type=typed)
    message = decode_message(again.answers("export-response")[0])
    assert isinstance(message, ExportResponse)
    assert (message.outcomes[0].status == "done") is (typed == AGAIN)
    assert world.wire.posts() == [f"POST /keys/{key['id']}/export"] * (2 if typed == AGAIN else 1)
    shown = "\n".join(again.desk.shown)
    for part in ("SECOND EXPORT", URL, "rehearsal", world.configuration.organisation):
        assert part in shown


def test_ctrl_c_during_a_post_says_that_it_left(world: World) -> None:
    def interrupt(request: httpx.Request) -> None:
        if request.url.path == "/wallets/import":
            raise KeyboardInterrupt

    world.wire.on_call = interrupt
    item = world.import_item(network="Ethereum")
    with pytest.raises(KeyboardInterrupt, match="the post left"):
        world.ceremony(importing(item))


def test_a_request_for_a_key_of_no_ceremony_is_refused(world: World) -> None:
    """An export of a key and a wallet at once, and of none."""
    key, _ = world.client.import_key("ed25519")
    body = export_body(DecryptionKey.generate(system_random).encryption_key)
    item = export_item(body, key["id"], key["publicKey"])
    for wrong in (
        msgspec.structs.replace(item, wallet_id="wa-1"),
        msgspec.structs.replace(item, key_id=""),
    ):
        run = world.ceremony(lambda sent, wrong=wrong: export_request(sent[0], [wrong]))
        assert [error.failure for error in run.desk.errors] == [Failure.MALFORMED]
    assert world.wire.posts() == []


def test_the_same_body_is_the_reference_s(world: World, tmp_path: Path) -> None:
    """A request's body is posted field for field, whoever built it."""
    body, public_key = world.import_body(network="Ethereum", name="cold 1")
    world.ceremony(importing(import_item(parse_import_body(body), public_key)), ending)
    assert [b for call, b in world.wire.calls if call == "POST /wallets/import"] == [body]
