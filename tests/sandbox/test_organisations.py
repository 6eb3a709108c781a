"""Two organisations on one host: they share the signers, and nothing else."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
from dotenv import dotenv_values

from tests.support.api_client import ApiClient, error_of
from tests.support.sandbox_process import SandboxProcess

Start = Callable[..., SandboxProcess]


def test_neither_sees_what_the_other_has() -> None:
    client = ApiClient()
    other = client.neighbour()
    wallet, _ = client.import_key(network="Ethereum")
    key_id = wallet["signingKey"]["id"]
    assert client.get("/signers") == other.get("/signers")
    assert other.get("/wallets")["items"] == other.get("/keys")["items"] == []
    for path, kind in ((f"/wallets/{wallet['id']}", "wallet"), (f"/keys/{key_id}", "key")):
        details = error_of(other.send("GET", path), 404)["details"]
        assert details["orgId"] == other.sandbox.access.org_id
        assert details[f"{kind}Id"] == path.rsplit("/", 1)[1]
    error_of(other.export(key_id)[1], 404)
    assert client.get(f"/wallets/{wallet['id']}") == wallet
    users = (client.sandbox.access.user_id, other.sandbox.access.user_id)
    assert client.get(f"/auth/service-accounts/{users[0]}")["userInfo"]["userId"] == users[0]
    error_of(client.send("GET", f"/auth/service-accounts/{users[1]}"), 404)


def test_a_user_action_of_one_is_nothing_to_the_other() -> None:
    client = ApiClient()
    other = client.neighbour()
    body, _ = client.import_body()
    action = client.user_action("/keys/import", body)
    error = error_of(other.send("POST", "/keys/import", body, action), 403)
    assert error["message"] == "user action signature is missing or invalid"
    assert client.send("POST", "/keys/import", body, action).status_code == 200
    assert other.get("/keys")["items"] == []


def test_a_credential_of_one_signs_nothing_for_the_other() -> None:
    client = ApiClient()
    other = client.neighbour()
    begun = other.begin("/keys/import", b"{}")
    signed = json.dumps(client.assertion(begun)).encode()
    error_of(other.send("POST", "/auth/action", signed), 401)


def test_each_further_environment_is_an_organisation(start_sandbox: Start, tmp_path: Path) -> None:
    second = tmp_path / "second.env"
    sandbox = start_sandbox("--env", str(second), "--path-prefix", "/api")
    other = dotenv_values(second)
    assert other["DFNS_API_URL"] == sandbox.url == sandbox.env["DFNS_API_URL"]
    assert sandbox.url.endswith("/api")
    for name in ("DFNS_AUTH_TOKEN", "DFNS_CRED_ID", "DFNS_PRIVATE_KEY", "DFNS_ORG_ID"):
        assert other[name] != sandbox.env[name]
    for env in (other, sandbox.env):
        headers = {"authorization": f"Bearer {env['DFNS_AUTH_TOKEN']}"}
        answer = httpx.get(f"{sandbox.url}/keys/key-x", headers=headers).json()
        assert answer["error"]["details"]["orgId"] == env["DFNS_ORG_ID"]
