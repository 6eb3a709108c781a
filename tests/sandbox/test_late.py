"""Work that goes on after the connection broke, and work that waits for a policy."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.api_client import ApiClient, error_of


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_the_action_is_spent_and_the_import_finishes_later() -> None:
    client = ApiClient("finishes-late=7@import")
    body, _ = client.import_body(network="Ethereum")
    action = client.user_action("/wallets/import", body)
    with pytest.raises(ConnectionResetError):
        client.send("POST", "/wallets/import", body, action)
    for _ in range(2):
        error = error_of(client.send("POST", "/wallets/import", body, action), 400)
        assert error["message"] == "user action has already been used"
        assert client.get("/wallets")["items"] == client.get("/keys")["items"] == []
    for _ in range(3):
        assert len(client.get("/wallets")["items"]) == 1


def test_whoever_posts_again_meanwhile_has_two_wallets() -> None:
    client = ApiClient("finishes-late=5@import")
    body, _ = client.import_body(network="Ethereum")
    with pytest.raises(ConnectionResetError):
        client.post("/wallets/import", body)
    assert client.post("/wallets/import", body).status_code == 200
    assert len(client.get("/wallets")["items"]) == 1
    assert len(client.get("/wallets")["items"]) == 2


def test_a_request_that_is_refused_later_makes_nothing_and_breaks_nothing() -> None:
    client = ApiClient("finishes-late=1@import")
    with pytest.raises(ConnectionResetError):
        client.post("/keys/import", b"{}")
    assert client.get("/keys")["items"] == []


@pytest.mark.parametrize("call", ["import", "export", "wallet"])
def test_a_policy_answers_202_and_nothing_is_done(call: str) -> None:
    client = ApiClient()
    key, _ = client.import_key()
    client.sandbox.faults.add(f"pending@{call}")
    if call == "import":
        response = client.post("/keys/import", client.import_body()[0])
    elif call == "export":
        _, response = client.export(key["id"])
    else:
        body = {"network": "Ethereum", "signingKey": {"id": key["id"]}}
        response = client.post("/wallets", body)
    assert response.status_code == 202
    assert response.json()["status"] == "Pending"
    assert response.json()["approvalId"].startswith("ap-")
    assert client.get("/keys")["items"] == [key]
    assert client.get("/wallets")["items"] == []


def test_what_a_policy_approves_is_done_later() -> None:
    client = ApiClient("pending=3@import")
    assert client.post("/keys/import", client.import_body()[0]).status_code == 202
    assert client.get("/keys")["items"] == client.get("/wallets")["items"] == []
    assert len(client.get("/keys")["items"]) == 1


def test_beyond_the_rate_it_says_429_until_a_minute_has_passed() -> None:
    clock = Clock()
    client = ApiClient("rate-limit=4", now=clock)
    for _ in range(4):
        assert client.send("GET", "/keys").status_code == 200
        clock.wait(10)
    assert error_of(client.send("GET", "/keys"), 429)["message"] == "Too Many Requests"
    error_of(client.send("POST", "/auth/action/init", b"{}"), 429)
    clock.wait(20)  # the first of the four is a minute ago
    assert client.send("GET", "/keys").status_code == 200
    error_of(client.send("GET", "/keys"), 429)


def test_the_usual_rate_is_a_hundred_a_minute() -> None:
    client = ApiClient("rate-limit", now=Clock())
    statuses = [client.send("GET", "/signers").status_code for _ in range(102)]
    assert statuses == [200] * 100 + [429] * 2


def test_each_organisation_has_its_own_rate() -> None:
    client = ApiClient("rate-limit=1", now=Clock())
    other = client.neighbour()
    assert client.send("GET", "/keys").status_code == 200
    assert other.send("GET", "/keys").status_code == 200
    error_of(other.send("GET", "/keys"), 429)
