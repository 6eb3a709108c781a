"""Imports: posted once whatever happens, and what became of them is found out."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from ceremony.dfns.key_import import parse_import_body
from ceremony.errors import CeremonyError, Failure
from ceremony.message import digest
from ceremony.relay.holdings import look, named
from ceremony.relay.importing import run_imports
from ceremony.relay.lists import ListLimits
from ceremony.relay.lost import SETTLE
from ceremony.relay.requests import KeyImport, read_import
from ceremony.relay.session import Outcome
from tests.support.relay_world import World


def run(world: World, *items: KeyImport) -> list[Outcome]:
    with world.session() as session:
        return run_imports(session, items)


def run_one(world: World, item: KeyImport) -> dict[str, Any]:
    (outcome,) = run(world, item)
    if isinstance(outcome, CeremonyError):
        raise outcome
    answer: dict[str, Any] = json.loads(outcome)
    return answer


def refused(world: World, item: KeyImport) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        run_one(world, item)
    return error.value


@pytest.mark.parametrize(
    ("curve", "protocol", "network"),
    [
        ("secp256k1", "CGGMP21", "Ethereum"),
        ("secp256k1", "CGGMP24", None),
        ("secp256k1", "FROST_BITCOIN", "Bitcoin"),
        ("stark", "CGGMP21", None),
        ("ed25519", "FROST", "Solana"),
    ],
)
def test_a_key_is_imported_once(
    world: World, curve: str, protocol: str, network: str | None
) -> None:
    item = world.key_import(curve, protocol, network=network, name="cold 1")
    answer = run_one(world, item)
    made = world.wallets if network else world.keys
    assert made == [answer["id"]]
    posts = world.wire.posts()
    assert posts == [f"POST {item.body.api_path}"]

    assert run_one(world, item) == answer
    assert world.wire.posts() == posts
    assert len(world.confirmed) == 1, "a finished request asks nobody"


def test_what_is_posted_is_what_was_built(world: World) -> None:
    body, public_key = world.import_body(network="Ethereum", name="cold 1")
    run_one(world, read_import(digest(body), parse_import_body(body), public_key))
    assert [b for call, b in world.wire.calls if call == "POST /wallets/import"] == [body]


def test_people_see_what_is_sent_again(world: World) -> None:
    """Beside the request, which they see as a whole (tests/relay/test_ceremony.py)."""
    world.client.sandbox.faults.add("lost-request@import")
    item = world.key_import(network="Ethereum", name="cold 1")
    refused(world, item)
    assert world.confirmed == [[]], "there is nothing to say beside the request"
    run_one(world, item)
    shown = "\n".join(world.confirmed[1])
    for part in (
        *("POST /wallets/import", "Ethereum", "cold 1", "secp256k1", "CGGMP21"),
        *("minSigners 3", "5 shares", item.name.public_key.hex(), "posted before"),
    ):
        assert part in shown


@pytest.mark.parametrize("network", ["Ethereum", None])
@pytest.mark.parametrize("fault", ["lost-answer", "error-after", "error-after=502", "garbage"])
def test_a_lost_answer_is_found_at_once(world: World, fault: str, network: str | None) -> None:
    world.client.sandbox.faults.add(f"{fault}@import")
    item = world.key_import(network=network)
    answer = run_one(world, item)
    assert (world.wallets if network else world.keys) == [answer["id"]]
    assert len(world.wire.posts()) == 1
    assert run_one(world, item) == answer


@pytest.mark.parametrize("fault", ["lost-request", "error", "error=503"])
def test_a_lost_request_is_sent_again_under_its_own_user_action(world: World, fault: str) -> None:
    world.client.sandbox.faults.add(f"{fault}@import")
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert world.wallets == []
    before = [call for call, _ in world.wire.calls].count("POST /auth/action")
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]
    assert [call for call, _ in world.wire.calls].count("POST /auth/action") == before
    assert "user action" in "\n".join(world.confirmed[1])
    assert world.slept == []


def test_a_post_that_arrives_late_does_not_count_twice(world: World) -> None:
    """The answer is lost, nothing is there yet, and the first post is carried out later."""
    late: list[httpx.Request] = []

    def hold_back(request: httpx.Request) -> None:
        if request.url.path == "/wallets/import" and not late:
            late.append(request)
            raise httpx.ReadTimeout("", request=request)

    world.wire.on_call = hold_back
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    answer = run_one(world, item)
    # The late one reaches Dfns now: its user action is spent.
    response = world.client.send(
        "POST", "/wallets/import", late[0].read(), dict(late[0].headers.items())
    )
    assert response.status_code == 400
    assert world.wallets == [answer["id"]]


def test_a_post_at_work_is_waited_for(world: World) -> None:
    """The user action is spent, the wallet not there yet: it appears while the relay waits."""
    held: list[httpx.Request] = []

    def hold(request: httpx.Request) -> None:
        if request.url.path == "/wallets/import" and not held:
            held.append(request)
            raise httpx.ReadTimeout("", request=request)
        if request.url.path == "/wallets/import":
            # What a cluster at work answers: this user action is used.
            raise CeremonyError(Failure.REFUSED, "user action has already been used", hint="")
        if len(world.slept) == 3 and world.wallets == []:
            carry_out(world, held[0])

    world.wire.on_call = hold
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]
    assert len(world.slept) == 3


def carry_out(world: World, request: httpx.Request) -> None:
    response = world.client.send(
        "POST", request.url.path, request.read(), dict(request.headers.items())
    )
    assert response.status_code == 200


def spend_and_work_on(world: World) -> list[httpx.Request]:
    """The first post spends its user action and breaks; what it makes comes later, or never."""
    held: list[httpx.Request] = []

    def hold(request: httpx.Request) -> None:
        if request.url.path == "/wallets/import" and not held:
            held.append(request)
            # A copy of the action, which the held post is carried out with.
            access = world.client.sandbox.access
            token = request.headers["x-dfns-useraction"]
            action = access._actions[token]
            access.spend(token, action.method, action.path, action.payload.encode())
            access._spent.discard(token)
            access._actions[token] = action
            raise httpx.ReadTimeout("", request=request)
        if (
            request.url.path == "/wallets/import"
            and request.headers["x-dfns-useraction"] == held[0].headers["x-dfns-useraction"]
        ):
            raise CeremonyError(Failure.REFUSED, "user action has already been used", hint="")

    world.wire.on_call = hold
    return held


@pytest.mark.parametrize("network", ["Ethereum", None])
@pytest.mark.parametrize("requests", range(1, 7))
@pytest.mark.parametrize("fault", ["finishes-late", "pending"])
def test_an_import_may_end_between_any_two_requests(
    world: World, fault: str, requests: int, network: str | None
) -> None:
    """Until it is there it is not to be seen; then it is there whole, and once."""
    world.client.sandbox.faults.add(f"{fault}={requests}@import")
    item = world.key_import(network=network)
    for _ in range(4):
        (outcome,) = run(world, item)
        if isinstance(outcome, bytes):
            break
        assert outcome.failure is Failure.UNKNOWN_OUTCOME
        assert "but no wallet" not in outcome.message
    assert [json.loads(outcome)["id"]] == (world.wallets if network else world.keys)
    assert world.asked == []


def test_a_spent_action_with_nothing_to_see_is_an_unknown_outcome(world: World) -> None:
    """One relay, one journal, one confirmation: nothing is posted again by itself."""
    held = spend_and_work_on(world)
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    for _ in range(2):
        error = refused(world, item)
        assert error.failure is Failure.UNKNOWN_OUTCOME
        assert "nobody decided to post it again" in error.message
    actions = {request for call, request in world.wire.calls if call == "POST /auth/action/init"}
    assert len(actions) == 1, "no other user action was asked for"
    assert sum(world.slept) == 2 * SETTLE
    carry_out(world, held[0])  # 90 seconds later
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]


def test_the_question_says_what_may_result_and_where_to_look(world: World) -> None:
    spend_and_work_on(world)
    item = world.key_import(network="Ethereum")
    for _ in range(2):
        refused(world, item)
    (asked,) = world.asked
    text = "\n".join(asked)
    for part in ("TWO wallets", "Look in Dfns", item.name.public_key.hex(), "approvals", "log"):
        assert part in text


def test_decided_it_is_posted_again(world: World) -> None:
    spend_and_work_on(world)
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    world.again = True
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]
    assert len(world.asked) == 1


def test_what_appears_while_the_question_stands_is_found(world: World) -> None:
    """Dfns is asked again after the answer to the question, right before the post."""
    held = spend_and_work_on(world)
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    world.again = True
    world.on_again = lambda: carry_out(world, held[0])
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]
    assert len(world.asked) == 1


@pytest.mark.parametrize("seconds", [-1e9, -10_000, 10_000, 1e9])
def test_no_clock_decides(world: World, seconds: float) -> None:
    """A clock that is moved takes nothing off the time that Dfns' lists are watched."""
    spend_and_work_on(world)
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    world.seconds += seconds
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert sum(world.slept) >= SETTLE
    assert len(world.asked) == 1


def test_another_credential_cannot_open_the_user_action(world: World) -> None:
    """It is said, and nothing is posted again without a decision."""
    world.client.sandbox.faults.add("lost-request@import")
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    with world.session() as session:
        post = session.journal.post(item.job)
        assert post is not None
        assert post.user_action is not None
        session.journal.begin(item.job, post.user_action[:-1] + b"\0")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert "cannot be opened with this credential" in "\n".join(world.shown)
    assert world.wallets == []
    world.again = True
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]
    assert len(world.asked) == 2


def test_a_fresh_post_that_was_sent_twice_on_its_way(world: World) -> None:
    """A proxy repeats the post: "already used" is the answer to the second one."""
    held: list[httpx.Request] = []

    def repeat(request: httpx.Request) -> None:
        if request.url.path == "/wallets/import":
            held.append(request)
            raise CeremonyError(Failure.REFUSED, "user action has already been used", hint="")

    world.wire.on_call = repeat
    item = world.key_import(network="Ethereum")
    error = refused(world, item)
    assert error.failure is Failure.UNKNOWN_OUTCOME
    assert "sent this post twice" in error.message
    carry_out(world, held[0])
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]
    assert len(held) == 1


def test_two_relays_with_two_journals(world: World) -> None:
    """Yes is typed at one, and 10 seconds later at the other, which had looked before."""
    item = world.key_import(network="Ethereum")
    made: list[Outcome] = []

    def the_other_relay() -> None:
        other = World(world.folder, world.client, journal_name="journal-2")
        made.extend(run(other, item))

    world.on_confirm = the_other_relay
    error = refused(world, item)
    assert error.failure is Failure.DUPLICATE
    assert isinstance(made[0], bytes)
    assert world.wallets == [json.loads(made[0])["id"]]
    assert world.wallets[0] in error.message
    assert world.wire.posts() == []


def test_ids_from_outside_are_shown_printable(world: World) -> None:
    """A wallet id with escape sequences does not clear the screen."""
    run_one(world, item := world.key_import(network="Ethereum"))
    wallet = next(iter(world.client.sandbox.records.wallets.values()))
    evil = "wa-\x1b[2J\u202eimported"
    handle = world.wire.handle_request

    def hostile(request: httpx.Request) -> httpx.Response:
        content = b"".join(handle(request).iter_raw())
        return httpx.Response(
            200, stream=httpx.ByteStream(content.replace(world.wallets[0].encode(), name))
        )

    assert wallet
    name = json.dumps(evil)[1:-1].encode()
    world.wire.handle_request = hostile  # type: ignore[method-assign]
    error = refused(world, world.same_key(replace_journal(world, item), network="Ethereum"))
    for text in (error.message, *world.shown):
        assert "\x1b" not in text
        assert "\u202e" not in text


def replace_journal(world: World, item: KeyImport) -> KeyImport:
    world.journal_name = "journal-2"
    return item


def test_ctrl_c_during_a_post_says_that_it_left(world: World) -> None:
    item = world.key_import(network="Ethereum")

    def interrupt(request: httpx.Request) -> None:
        if request.url.path == "/wallets/import":
            raise KeyboardInterrupt

    world.wire.on_call = interrupt
    with pytest.raises(KeyboardInterrupt) as ended:
        run_one(world, item)
    assert "the post left" in str(ended.value)
    assert "run the same command again" in str(ended.value)
    world.wire.on_call = lambda _: None
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]


def test_ctrl_c_between_posts_says_what_is_finished(world: World) -> None:
    items = [world.key_import(network="Ethereum") for _ in range(2)]

    def interrupt(_: httpx.Request) -> None:
        if len(world.wallets) == 1:
            raise KeyboardInterrupt

    world.wire.on_call = interrupt
    with pytest.raises(KeyboardInterrupt) as ended:
        run(world, *items)
    assert "what was finished is in the journal" in str(ended.value)
    world.wire.on_call = lambda _: None
    assert not any(isinstance(o, CeremonyError) for o in run(world, *items))
    assert len(world.wallets) == 2


def test_one_unknown_outcome_leaves_the_others_alone(world: World) -> None:
    world.client.sandbox.faults.add("lost-request@import")
    items = [world.key_import(network="Ethereum") for _ in range(3)]
    first, second, third = run(world, *items)
    assert isinstance(first, CeremonyError)
    assert first.failure is Failure.UNKNOWN_OUTCOME
    assert isinstance(second, bytes)
    assert isinstance(third, bytes)
    assert not any(isinstance(o, CeremonyError) for o in run(world, *items))
    assert len(world.wallets) == 3


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("token-expired@import", Failure.CONFIGURATION),
        ("no-permission@import", Failure.CONFIGURATION),
        ("refuse-duplicates@import", None),
        ("token-expired@init", Failure.CONFIGURATION),
        ("error@init", Failure.CONNECTION),
        ("lost-answer@action", Failure.CONNECTION),
        ("garbage@action", Failure.CONNECTION),
        ("token-expired@read", Failure.CONFIGURATION),
        ("lost-answer@read", Failure.CONNECTION),
        ("error=429@import:7", Failure.CONNECTION),
        ("error=409@import", Failure.DUPLICATE),
        ("error=422@import", Failure.REFUSED),
    ],
)
def test_a_refused_import_is_not_made_and_can_be_run_again(
    world: World, fault: str, failure: Failure | None
) -> None:
    world.client.sandbox.faults.add(fault)
    item = world.key_import(network="Ethereum")
    if failure is not None:
        assert refused(world, item).failure is failure
        assert world.wallets == []
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]


def test_a_key_that_dfns_holds_is_not_imported(world: World) -> None:
    answer, secret_scalar = world.client.import_key(network="Ethereum")
    assert secret_scalar is not None
    public_key = bytes.fromhex(answer["signingKey"]["publicKey"])
    for destination in ({"network": "Ethereum"}, {"network": "Polygon"}, {}):
        other = world.key_import(**destination)
        item = read_import(other.job.request, other.body, public_key)
        error = refused(world, item)
        assert error.failure is Failure.DUPLICATE
        assert answer["id"] in error.message
    assert world.wire.posts() == []
    assert world.confirmed == []


def test_one_key_under_two_schemes_is_two_keys(world: World) -> None:
    ecdsa = world.key_import(network="Ethereum")
    run_one(world, ecdsa)
    with world.session() as session:
        assert ecdsa.name in look(session.api).keys
    schnorr = world.key_import("secp256k1", "FROST_BITCOIN", network="Bitcoin")
    assert schnorr.name.public_key != ecdsa.name.public_key
    run_one(world, schnorr)
    assert len(world.wallets) == 2


def test_the_journal_knows_the_key_of_another_request(world: World) -> None:
    world.client.sandbox.faults.add("lost-request@import")
    item = world.key_import(network="Ethereum")
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    error = refused(world, world.same_key(item, network="Ethereum"))
    assert error.failure is Failure.DUPLICATE
    assert item.job.request.hex() in error.message
    assert len(world.wire.posts()) == 1


def test_one_body_is_not_posted_for_two_keys(world: World) -> None:
    body, public_key = world.import_body(network="Ethereum")
    run_one(world, read_import(digest(body), parse_import_body(body), public_key))
    _, other_key = world.import_body()
    error = refused(world, read_import(digest(body), parse_import_body(body), other_key))
    assert error.failure is Failure.DUPLICATE
    assert len(world.wallets) == 1


def test_a_wrong_public_key_is_loud_and_recorded(world: World) -> None:
    world.client.sandbox.faults.add("wrong-public-key@import")
    item = world.key_import(network="Ethereum")
    for _ in range(2):
        error = refused(world, item)
        assert error.failure is Failure.PUBLIC_KEY
        assert world.wallets[0] in error.message
        assert "STOP" in error.hint
    assert len(world.wire.posts()) == 1


def test_an_import_that_waits_for_an_approval_is_never_posted_again(world: World) -> None:
    item = world.key_import(network="Ethereum")
    posted: list[httpx.Request] = []

    def pending(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/wallets/import":
            posted.append(request)
            text = b'{"id":"ap-1","status":"Pending","approvalId":"ap-1"}'
            return httpx.Response(200, stream=httpx.ByteStream(text))
        return handle(request)

    handle = world.wire.handle_request
    world.wire.handle_request = pending  # type: ignore[method-assign]
    for _ in range(2):
        error = refused(world, item)
        assert error.failure is Failure.UNKNOWN_OUTCOME
        assert "approval" in error.message
    assert len(posted) == 1
    carry_out(world, posted[0])  # approved
    answer = run_one(world, item)
    assert world.wallets == [answer["id"]]


def test_a_key_without_its_wallet_is_for_people(world: World) -> None:
    """Dfns made the key and died before the wallet: posting again would make a second key."""
    world.client.sandbox.faults.add("lost-answer@import")
    world.wire.on_call = lambda _: world.client.sandbox.records.wallets.clear()
    item = world.key_import(network="Ethereum")
    for _ in range(2):
        error = refused(world, item)
        assert error.failure is Failure.UNKNOWN_OUTCOME
        assert world.keys[0] in error.message
    assert len(world.wire.posts()) == 1


def test_a_wallet_on_another_network_is_not_the_import(world: World) -> None:
    """The import's own wallet is not there; somebody made another one of its key."""
    world.client.sandbox.faults.add("lost-answer@import")

    def lose_the_wallet(_: httpx.Request) -> None:
        if world.keys and len(world.wallets) == 1:
            world.client.sandbox.records.wallets.clear()
            key = {"id": world.keys[0]}
            made = world.client.post("/wallets", {"network": "Polygon", "signingKey": key})
            assert made.status_code == 200

    world.wire.on_call = lose_the_wallet
    item = world.key_import(network="Ethereum")
    error = refused(world, item)
    assert error.failure is Failure.UNKNOWN_OUTCOME
    assert "no wallet on Ethereum" in error.message
    assert "on Polygon" in error.message


def test_what_was_deleted_is_not_held(world: World) -> None:
    answer, _ = world.client.import_key(network="Ethereum")
    handle = world.wire.handle_request

    def archived(request: httpx.Request) -> httpx.Response:
        content = b"".join(handle(request).iter_raw()).replace(b'"Active"', b'"Archived"')
        return httpx.Response(200, stream=httpx.ByteStream(content))

    name = named("secp256k1", "ECDSA", answer["signingKey"]["publicKey"])
    assert name is not None
    with world.session() as session:
        assert answer["id"] in look(session.api).describe(name)
    world.wire.handle_request = archived  # type: ignore[method-assign]
    with world.session() as session:
        assert look(session.api).describe(name) == ""


def test_many_keys_and_a_bad_one_in_the_middle(world: World) -> None:
    items = [world.key_import(network="Ethereum") for _ in range(3)]
    again = world.same_key(items[1], network="Ethereum")
    outcomes = run(world, *items[:2], again, items[2])
    assert [isinstance(o, CeremonyError) for o in outcomes] == [False, False, True, False]
    third = outcomes[2]
    assert isinstance(third, CeremonyError)
    assert third.failure is Failure.DUPLICATE
    assert len(world.wallets) == 3
    assert len(world.confirmed) == 1


def test_a_key_twice_is_refused_again_when_the_message_is_resumed(world: World) -> None:
    first = world.key_import(network="Ethereum")
    other = world.same_key(first, network="Polygon")
    twice = replace(other, job=replace(other.job, request=first.job.request))
    for _ in range(2):
        outcomes = run(world, first, twice)
        assert isinstance(outcomes[0], bytes)
        assert isinstance(outcomes[1], CeremonyError)
        assert outcomes[1].failure is Failure.DUPLICATE
    assert len(world.wallets) == 1


def test_many_keys_stop_at_what_meets_them_all_and_go_on_later(world: World) -> None:
    items = [world.key_import() for _ in range(4)]
    world.client.sandbox.faults.add("slow=0@import:2")
    seen: list[int] = []

    def expire(request: httpx.Request) -> None:
        if request.url.path == "/keys/import":
            seen.append(1)
            if len(seen) == 3:
                world.client.sandbox.faults.add("token-expired@import")

    world.wire.on_call = expire
    with pytest.raises(CeremonyError) as error:
        run(world, *items)
    assert error.value.failure is Failure.CONFIGURATION
    assert len(world.keys) == 2
    outcomes = run(world, *items)
    assert not any(isinstance(o, CeremonyError) for o in outcomes)
    assert len(world.keys) == 4
    assert len(world.wire.posts()) == 5


def test_all_pages_are_looked_through(world: World) -> None:
    world.limits = ListLimits(page=2)
    for _ in range(5):
        world.client.import_key(network="Ethereum")
    world.client.sandbox.faults.add("lost-answer@import")
    item = world.key_import(network="Ethereum")
    answer = run_one(world, item)
    assert answer["id"] == world.wallets[-1]
    assert len(world.wire.posts()) == 1


def test_not_confirmed_is_not_posted(world: World) -> None:
    item = world.key_import(network="Ethereum")
    with world.session() as session:

        def no(_: object) -> None:
            raise CeremonyError(Failure.CONFIRMATION, "no", hint="")

        with pytest.raises(CeremonyError) as error:
            run_imports(replace(session, confirm=no), [item])
    assert error.value.failure is Failure.CONFIRMATION
    assert world.wire.posts() == []
    assert world.wallets == []
