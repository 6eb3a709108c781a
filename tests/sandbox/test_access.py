"""Who may do what: bearer token, permissions, signed user actions used once."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceremony.sandbox.access import ACTION_LIFETIME, ALL_PERMISSIONS, TOKEN_LIFETIME, Access
from ceremony.sandbox.credential import KINDS
from ceremony.sandbox.operations import OPERATIONS
from tests.support.api_client import ApiClient, error_of, url64


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def client() -> ApiClient:
    return ApiClient()


def complete(client: ApiClient, assertion: dict[str, Any]) -> Any:
    return client.send("POST", "/auth/action", json.dumps(assertion).encode())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_credential_signs_an_import(kind: str) -> None:
    key, _ = ApiClient(credential=kind).import_key()
    assert key["imported"] is True


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_over_something_else_is_refused(kind: str) -> None:
    client = ApiClient(credential=kind)
    assertion = client.assertion(client.begin("/keys/import", b"{}"))
    credential = assertion["firstFactor"]["credentialAssertion"]
    credential["signature"] = url64(client.sign(b"something else"))
    assert "signature" in error_of(complete(client, assertion), 401)["message"]


def test_the_challenge_has_what_both_sdks_read(client: ApiClient) -> None:
    challenge = client.begin("/keys/import", b"{}")
    assert [c["id"] for c in challenge["allowCredentials"]["key"]] == list(
        client.sandbox.access.credentials
    )
    assert challenge["allowCredentials"]["webauthn"] == []
    assert {"challenge", "challengeIdentifier", "supportedCredentialKinds"} <= challenge.keys()


def test_origin_may_be_there_or_not(client: ApiClient) -> None:
    for extra in ({}, {"origin": "https://app.dfns.io"}):
        challenge = client.begin("/keys/import", b"{}")
        assert complete(client, client.assertion(challenge, **extra)).status_code == 200


def test_a_challenge_serves_once(client: ApiClient) -> None:
    assertion = client.assertion(client.begin("/keys/import", b"{}"))
    assert complete(client, assertion).status_code == 200
    assert error_of(complete(client, assertion), 400)["message"] == "Challenge token is not valid."


@pytest.mark.parametrize(
    "wrong", [{"type": "key.create"}, {"challenge": "another"}, {"crossOrigin": True}]
)
def test_client_data_for_something_else_is_refused(
    client: ApiClient, wrong: dict[str, object]
) -> None:
    assertion = client.assertion(client.begin("/keys/import", b"{}"), **wrong)
    error_of(complete(client, assertion), 401)


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("credId", "cr-someo-neels-ecredential", 401),
        ("clientData", "not base64!", 400),
        ("clientData", url64(b"not JSON"), 400),
        ("clientData", url64(b"\xff"), 400),
        ("clientData", url64(b"[" * 5000), 400),
        ("signature", "*", 400),
        ("signature", "", 401),
    ],
)
def test_a_wrong_assertion_is_refused(
    client: ApiClient, field: str, value: str, status: int
) -> None:
    assertion = client.assertion(client.begin("/keys/import", b"{}"))
    assertion["firstFactor"]["credentialAssertion"][field] = value
    error_of(complete(client, assertion), status)


def test_only_keys_are_credentials_here(client: ApiClient) -> None:
    assertion = client.assertion(client.begin("/keys/import", b"{}"))
    assertion["firstFactor"]["kind"] = "Fido2"
    error_of(complete(client, assertion), 401)


@pytest.mark.parametrize(
    "body",
    [
        {"userActionHttpMethod": "PATCH"},
        {"userActionHttpPath": "keys/import"},
        {"userActionPayload": None},
    ],
)
def test_a_challenge_for_nonsense_is_refused(client: ApiClient, body: dict[str, object]) -> None:
    action = {
        "userActionPayload": "",
        "userActionHttpMethod": "POST",
        "userActionHttpPath": "/keys/import",
    }
    error_of(client.send("POST", "/auth/action/init", json.dumps(action | body).encode()), 400)


def test_a_user_action_serves_once(client: ApiClient) -> None:
    body, _ = client.import_body()
    action = client.user_action("/keys/import", body)
    assert client.send("POST", "/keys/import", body, action).status_code == 200
    error = error_of(client.send("POST", "/keys/import", body, action), 400)
    assert error["message"] == "user action has already been used"
    assert len(client.get("/keys")["items"]) == 1


@pytest.mark.parametrize(
    ("signed_path", "change"),
    [
        ("/keys/import", b" "),
        ("/keys/import", b"\n"),
        ("/wallets/import", b""),
        ("/keys/import/", b""),
    ],
)
def test_a_user_action_is_for_one_path_and_one_body_text(
    client: ApiClient, signed_path: str, change: bytes
) -> None:
    body, _ = client.import_body()
    action = client.user_action(signed_path, body)
    error = error_of(client.send("POST", "/keys/import", body + change, action), 403)
    assert error["message"] == "user action signature is missing or invalid"
    # And it is used up: what was tried once with another body cannot be tried again.
    error_of(client.send("POST", signed_path.rstrip("/"), body, action), 400)
    assert client.get("/keys")["items"] == []


def test_a_user_action_is_for_one_method(client: ApiClient) -> None:
    body, _ = client.import_body()
    assertion = client.assertion(client.begin("/keys/import", body, method="PUT"))
    action = {"x-dfns-useraction": complete(client, assertion).json()["userAction"]}
    error_of(client.send("POST", "/keys/import", body, action), 403)


@pytest.mark.parametrize("action", [{}, {"x-dfns-useraction": ""}, {"x-dfns-useraction": "x"}])
def test_every_change_needs_a_user_action(client: ApiClient, action: dict[str, str]) -> None:
    changes = [o for o in OPERATIONS if o.method == "POST" and not o.path.startswith("/auth")]
    assert len(changes) == 5
    for operation in changes:
        assert operation.change
        error_of(client.send("POST", operation.path, b"{}", action), 403)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic {}", "Bearer {}x"])
def test_every_call_needs_the_bearer_token(client: ApiClient, header: str) -> None:
    wrong = {"authorization": header.format(client.sandbox.access.auth_token)}
    for operation in OPERATIONS:
        error = error_of(client.send(operation.method, operation.path, b"{}", wrong), 401)
        assert error["message"] == "Not Authorized."


def test_tokens_and_challenges_and_actions_expire() -> None:
    clock = Clock()
    client = ApiClient(now=clock)
    body, _ = client.import_body()
    assertion = client.assertion(client.begin("/keys/import", body))
    action = client.user_action("/keys/import", body)
    clock.now += ACTION_LIFETIME
    error_of(complete(client, assertion), 400)
    error_of(client.send("POST", "/keys/import", body, action), 403)
    assert client.send("GET", "/keys").status_code == 200
    clock.now += TOKEN_LIFETIME - ACTION_LIFETIME - timedelta(seconds=1)
    assert client.send("GET", "/keys").status_code == 200
    clock.now += timedelta(seconds=1)
    error_of(client.send("GET", "/keys"), 401)


def test_every_operation_needs_its_permissions(client: ApiClient) -> None:
    access = client.sandbox.access
    needed = {p for operation in OPERATIONS for p in operation.permissions}
    # The two that POST /wallets needs for one or the other signingKey: see test_deriving.
    assert needed | {"Keys:Reuse", "Keys:ChildKeys:Create"} == ALL_PERMISSIONS
    for operation in OPERATIONS:
        for permission in operation.permissions:
            access.permissions = ALL_PERMISSIONS - {permission}
            error = error_of(client.send(operation.method, operation.path, b"{}"), 403)
            assert error["message"].endswith(
                f"is not authorized to perform operation ({permission})"
            )


def test_the_token_is_a_jwt_of_the_organisation(client: ApiClient) -> None:
    payload = client.sandbox.access.auth_token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["https://custom/app_metadata"]["orgId"] == client.sandbox.access.org_id
    assert claims["exp"] > datetime.now(UTC).timestamp()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=200), path=st.sampled_from(["/auth/action/init", "/auth/action"]))
def test_any_bytes_are_refused_with_an_error_of_dfns(
    client: ApiClient, body: bytes, path: str
) -> None:
    error_of(client.send("POST", path, body), 400)


def test_two_accounts_do_not_share_a_token() -> None:
    def access() -> Access:
        return ApiClient().sandbox.access

    assert access().auth_token != access().auth_token
