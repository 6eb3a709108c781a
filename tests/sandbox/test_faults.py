"""Each fault does what --help says of it, to the calls it names, as often as asked."""

import asyncio
from typing import Any

import httpx
import pytest

from ceremony.dfns.key_export import recover_secret_scalar
from ceremony.errors import CeremonyError, Failure
from ceremony.sandbox.fault_kinds import CALLS, KINDS, describe
from ceremony.sandbox.faults import parse_fault
from ceremony.sandbox.operations import OPERATIONS
from tests.support.api_client import ApiClient, error_of

GENERAL = sorted(name for name, kind in KINDS.items() if kind.may_strike == frozenset(CALLS))


def count(client: ApiClient) -> int:
    return len(client.sandbox.records.keys)


@pytest.mark.parametrize(
    ("text", "name", "value", "calls", "left"),
    [
        ("lost-answer", "lost-answer", 0, {"import", "wallet", "export", "sign"}, 1),
        ("lost-answer@import", "lost-answer", 0, {"import"}, 1),
        ("slow=0@read:always", "slow", 0, {"read"}, None),
        ("slow", "slow", 5, {"import", "wallet", "export", "sign"}, 1),
        ("error=429:3", "error", 429, {"import", "wallet", "export", "sign"}, 3),
        ("export-corrupt=2:always", "export-corrupt", 2, {"export"}, None),
        ("refuse-duplicates:always", "refuse-duplicates", 0, {"import"}, None),
    ],
)
def test_faults_are_read(
    text: str, name: str, value: int, calls: set[str], left: int | None
) -> None:
    fault = parse_fault(text)
    assert (fault.name, fault.value, fault.calls, fault.left) == (name, value, calls, left)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "lost-answer=1",
        "slow=x",
        "slow=-1",
        "slow=1e3",
        "error=200",
        "error=600",
        "lost-answer@nowhere",
        "swapped-signers@import",
        "export-corrupt@import",
        "lost-answer:never",
        "lost-answer:",
        "slow=9999999",
        "slow=5 ",
        "\x1b[2J",
    ],
)
def test_faults_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_fault(text)
    assert error.value.failure is Failure.USAGE
    assert "\x1b" not in error.value.message


def test_every_fault_and_every_call_is_explained() -> None:
    shown = describe()
    assert all(name in shown for name in KINDS)
    assert {operation.call for operation in OPERATIONS} == set(CALLS)


def test_a_fault_strikes_as_often_as_asked() -> None:
    client = ApiClient("error@read:2", "error=418@signers:always")
    for status in (500, 500, 200, 200):
        assert client.send("GET", "/keys").status_code == status
    for _ in range(4):
        error_of(client.send("GET", "/signers"), 418)


def test_two_faults_of_one_kind_strike_one_after_the_other() -> None:
    client = ApiClient("error=503@read", "error=429@read")
    assert [client.send("GET", "/keys").status_code for _ in range(3)] == [503, 429, 200]


@pytest.mark.parametrize("name", GENERAL)
def test_faults_do_not_strike_other_calls(name: str) -> None:
    client = ApiClient(f"{name}@export")
    key, _ = client.import_key()
    assert client.get(f"/keys/{key['id']}")["id"] == key["id"]


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        ("error", 500, "Internal Server Error"),
        ("error=503", 503, "Status 503"),
        ("token-expired", 401, "Not Authorized."),
        ("no-permission", 403, "Keys:Import"),
    ],
)
def test_refusals_leave_nothing_behind(fault: str, status: int, message: str) -> None:
    client = ApiClient(fault)
    body, _ = client.import_body()
    assert message in error_of(client.post("/keys/import", body), status)["message"]
    assert count(client) == 0
    assert client.post("/keys/import", body).status_code == 200


@pytest.mark.parametrize("call", ["init", "action"])
def test_the_token_may_expire_within_the_flow(call: str) -> None:
    client = ApiClient(f"token-expired@{call}")
    body, _ = client.import_body()
    with pytest.raises(AssertionError, match="Not Authorized"):
        client.post("/keys/import", body)
    assert count(client) == 0


def test_a_lost_request_does_nothing_and_a_lost_answer_everything() -> None:
    for fault, keys in (("lost-request", 0), ("lost-answer", 1)):
        client = ApiClient(fault)
        body, _ = client.import_body()
        with pytest.raises(ConnectionResetError):
            client.post("/keys/import", body)
        assert count(client) == keys


def test_an_error_may_come_after_the_deed() -> None:
    client = ApiClient("error-after=502")
    error_of(client.post("/keys/import", client.import_body()[0]), 502)
    assert count(client) == 1


def test_garbage_is_no_json() -> None:
    client = ApiClient("garbage")
    response = client.post("/keys/import", client.import_body()[0])
    assert response.status_code == 200
    assert "json" not in response.headers["content-type"]
    assert response.text.startswith("<html>")
    assert count(client) == 1


@pytest.mark.parametrize(("fault", "keys_while_waiting"), [("slow", 0), ("slow-answer", 1)])
def test_slow_calls_wait_before_or_after(fault: str, keys_while_waiting: int) -> None:
    client = ApiClient(f"{fault}=3600@import")
    body, _ = client.import_body()
    action = client.user_action("/keys/import", body)
    token = {"authorization": f"Bearer {client.sandbox.access.auth_token}"}

    async def impatient() -> int:
        transport = httpx.ASGITransport(client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
            json_body = {"content-type": "application/json"}
            call = asyncio.create_task(
                http.post("/keys/import", content=body, headers=token | json_body | action)
            )
            await asyncio.sleep(0.3)
            while count(client) < keys_while_waiting:  # a busy machine: the work takes longer
                await asyncio.sleep(0.01)
            found = count(client)
            assert not call.done()
            call.cancel()
            return found

    assert asyncio.run(impatient()) == keys_while_waiting


def test_swapped_signers_keep_their_names() -> None:
    client = ApiClient("swapped-signers")
    body, _ = client.import_body()
    assert error_of(client.post("/keys/import", body), 400)["details"] == {"reason": "decrypt"}
    assert client.post("/keys/import", client.import_body()[0]).status_code == 200
    first, second = ApiClient("swapped-signers"), 2
    answers = [first.get("/signers")["clusters"][0] for _ in range(second)]
    names, keys = (
        [[s[field] for s in a["signers"]] for a in answers]
        for field in ("signerId", "encryptionKey")
    )
    assert names[0] == names[1]
    assert not set(keys[0]) & set(keys[1])


def test_duplicates_are_refused_on_request() -> None:
    client = ApiClient("refuse-duplicates:always")
    body, _ = client.import_body(network="Ethereum")
    first = client.post("/wallets/import", body).json()
    error = error_of(client.post("/wallets/import", body), 409)
    assert error["details"] == {"duplicate": {"id": first["signingKey"]["id"]}}
    assert count(client) == 1
    assert client.import_key()[0]["id"]


def test_a_second_export_is_refused_on_request() -> None:
    client = ApiClient("refuse-reexport:always")
    key, _ = client.import_key()
    client.recover(key)
    error_of(client.export(key["id"])[1], 400)


@pytest.mark.parametrize("network", [None, "Ethereum"])
def test_a_wrong_public_key_is_only_said(network: str | None) -> None:
    client = ApiClient("wrong-public-key@import")
    body, _ = client.import_body(network=network)
    answer = client.post("/wallets/import" if network else "/keys/import", body).json()
    said = answer["signingKey"]["publicKey"] if network else answer["publicKey"]
    assert client.get("/keys")["items"][0]["publicKey"] != said


def test_a_wrong_public_key_of_an_export_is_told_and_stops_nothing() -> None:
    client = ApiClient("wrong-public-key@export")
    key, scalar = client.import_key()
    found = client.recover(key)
    assert found.secret_scalar.matches(scalar)
    assert [remark.failure for remark in found.remarks] == [Failure.PUBLIC_KEY]


@pytest.mark.parametrize("curve", ["secp256k1", "ed25519", "stark"])
@pytest.mark.parametrize(
    ("faults", "bad"),
    [
        (["export-corrupt=2"], ["decrypt", "decrypt"]),
        (["export-wrong-share=2"], ["inconsistent", "inconsistent"]),
        (["export-wrong-index=1"], ["index"]),
        (["export-corrupt", "export-wrong-share"], ["decrypt", "inconsistent"]),
    ],
)
def test_bad_shares_are_bad_as_promised(curve: str, faults: list[str], bad: list[str]) -> None:
    client = ApiClient(*faults)
    key, secret_scalar = client.import_key(curve)
    recovered = client.recover(key)
    assert recovered.secret_scalar.matches(secret_scalar)
    if bad == ["index"]:
        assert len(recovered.bad_signers) >= 1
    else:
        assert sorted(b.failure for b in recovered.bad_signers) == sorted(bad)


@pytest.mark.parametrize(("missing", "left"), [(1, 4), (2, 3), (3, 2), (5, 0), (9, 0)])
def test_missing_shares_are_missing(missing: int, left: int) -> None:
    client = ApiClient(f"export-missing={missing}")
    key, secret_scalar = client.import_key()
    decryption_key, response = client.export(key["id"])
    answer: dict[str, Any] = response.json()
    assert len(answer["encryptedKeyShares"]) == left
    public_key = bytes.fromhex(key["publicKey"])
    if left >= 3:
        found = recover_secret_scalar(decryption_key, response.content, public_key)
        assert found.secret_scalar.matches(secret_scalar)
    else:
        with pytest.raises(CeremonyError) as error:
            recover_secret_scalar(decryption_key, response.content, public_key)
        assert error.value.failure is Failure.NOT_ENOUGH_SHARES


def test_signatures_may_wait_fail_or_lie() -> None:
    client = ApiClient("signature-pending=2", "signature-failed:1")
    key, _ = client.import_key()
    path, body = f"/keys/{key['id']}/signatures", {"kind": "Hash", "hash": "00" * 32}
    waiting = client.post(path, body).json()
    assert waiting["status"] == "Pending"
    assert waiting["approvalId"].startswith("ap-")
    assert "signature" not in waiting
    seen = [client.get(f"{path}/{waiting['id']}")["status"] for _ in range(4)]
    assert seen == ["Pending", "Pending", "Failed", "Failed"]
    assert client.post(path, body).json()["status"] == "Signed"
    client.sandbox.faults.add("signature-wrong")
    wrong, right = (client.post(path, body).json()["signature"] for _ in range(2))
    assert wrong["r"] == right["r"]
    assert wrong["s"] != right["s"]
