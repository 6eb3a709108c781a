"""Exports: what Dfns answered is in the journal before it is anywhere else."""

import json
from typing import Any

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.exporting import Outcome, key_of_wallet, run_exports
from ceremony.relay.requests import KeyExport
from tests.support.relay_world import World


def run(world: World, *items: KeyExport) -> list[Outcome]:
    with world.session() as session:
        return run_exports(session, items)


def run_one(world: World, item: KeyExport) -> bytes:
    (outcome,) = run(world, item)
    if isinstance(outcome, CeremonyError):
        raise outcome
    return outcome


def refused(world: World, item: KeyExport) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        run_one(world, item)
    return error.value


@pytest.fixture
def key(world: World) -> dict[str, Any]:
    answer, _ = world.client.import_key("ed25519", name="cold 1")
    world.wire.calls.clear()
    return answer


def test_an_export_is_posted_once_and_kept(world: World, key: dict[str, Any]) -> None:
    item = world.key_export(key["id"])
    answer = run_one(world, item)
    assert json.loads(answer)["publicKey"] == key["publicKey"]
    assert len(json.loads(answer)["encryptedKeyShares"]) == 5
    assert run_one(world, item) == answer
    assert world.wire.posts() == [f"POST /keys/{key['id']}/export"]
    assert len(world.confirmed) == 1


def test_people_see_what_is_exported(world: World, key: dict[str, Any]) -> None:
    run_one(world, world.key_export(key["id"]))
    shown = "\n".join(world.confirmed[0])
    for part in (
        key["id"],
        key["publicKey"],
        "EdDSA",
        "ed25519",
        "Active",
        "signs with it no more",
    ):
        assert part in shown


def test_the_key_of_a_wallet(world: World) -> None:
    wallet, _ = world.client.import_key(network="Ethereum")
    with world.session() as session:
        assert key_of_wallet(session.api, wallet["id"]) == wallet["signingKey"]["id"]
        with pytest.raises(CeremonyError) as error:
            key_of_wallet(session.api, "wa-none")
    assert error.value.failure is Failure.REFUSED


@pytest.mark.parametrize(
    ("fault", "exported"),
    [
        ("lost-answer@export", True),
        ("error-after@export", True),
        ("garbage@export", True),
        ("lost-request@export", False),
        ("error@export", False),
    ],
)
def test_a_lost_response_is_asked_for_again_with_the_same_request(
    world: World, key: dict[str, Any], fault: str, exported: bool
) -> None:
    world.client.sandbox.faults.add(fault)
    item = world.key_export(key["id"])
    error = refused(world, item)
    assert error.failure is Failure.UNKNOWN_OUTCOME
    assert ("has marked it as exported" in error.message) is exported
    other = refused(world, world.key_export(key["id"]))
    assert other.failure is Failure.DUPLICATE, "another encryption key would be a second export"
    assert item.job.request.hex() in other.message
    answer = run_one(world, item)
    assert json.loads(answer)["publicKey"] == key["publicKey"]
    shown = "\n".join(world.confirmed[-1])
    assert "posted before" in shown
    assert ("exported before" in shown) is exported


def test_a_refused_repetition_forgets_nothing(world: World, key: dict[str, Any]) -> None:
    world.client.sandbox.faults.add("lost-answer@export")
    world.client.sandbox.faults.add("refuse-reexport")
    item = world.key_export(key["id"])
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert refused(world, item).failure is Failure.REFUSED
    other = refused(world, world.key_export(key["id"]))
    assert other.failure is Failure.DUPLICATE
    run_one(world, item)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("token-expired@export", Failure.CONFIGURATION),
        ("no-permission@export", Failure.CONFIGURATION),
        ("error=429@export", Failure.CONNECTION),
        ("error=400@export", Failure.REFUSED),
        ("lost-answer@read", Failure.CONNECTION),
        ("token-expired@init", Failure.CONFIGURATION),
    ],
)
def test_a_refused_export_can_be_run_again(
    world: World, key: dict[str, Any], fault: str, failure: Failure
) -> None:
    world.client.sandbox.faults.add(fault)
    item = world.key_export(key["id"])
    assert refused(world, item).failure is failure
    assert world.client.get(f"/keys/{key['id']}").get("exported") is None
    run_one(world, world.key_export(key["id"]))


def test_the_response_is_kept_before_it_is_given(
    world: World, key: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay dies just after the journal has it: the next one has it too."""
    from ceremony.relay import exporting

    class Died(BaseException):
        pass

    def die(*_: object) -> bool:
        raise Died

    item = world.key_export(key["id"])
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "_same_key", die)
        with pytest.raises(Died):
            run_one(world, item)
    assert json.loads(run_one(world, item))["publicKey"] == key["publicKey"]
    assert len(world.wire.posts()) == 1


def test_another_public_key_is_told_and_the_response_given(
    world: World, key: dict[str, Any]
) -> None:
    """Dfns has retired the key: whatever came belongs to the offline side, which decides."""
    world.client.sandbox.faults.add("wrong-public-key@export")
    answer = run_one(world, world.key_export(key["id"]))
    assert json.loads(answer)["publicKey"] != key["publicKey"]
    assert "names another public key" in "\n".join(world.shown)


def test_several_keys_one_unknown_one_twice(world: World, key: dict[str, Any]) -> None:
    first = world.key_export(key["id"])
    outcomes = run(world, first, world.key_export("key-none"), first)
    assert isinstance(outcomes[0], bytes)
    assert isinstance(outcomes[1], CeremonyError)
    assert outcomes[1].failure is Failure.REFUSED
    assert isinstance(outcomes[2], CeremonyError)
    assert outcomes[2].failure is Failure.DUPLICATE
    assert len(world.wire.posts()) == 1
