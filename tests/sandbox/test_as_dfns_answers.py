"""What the newest types of Dfns' clients say of answers, and what Dfns refuses."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ceremony.sandbox.access import ALL_PERMISSIONS
from tests.support.api_client import ApiClient, error_of

WALLET = {
    "id", "network", "address", "signingKey", "status", "dateCreated", "dateDeleted", "name",
    "custodial", "externalId", "tags", "validatorId",
}  # fmt: skip
KEY = {
    "id", "scheme", "curve", "publicKey", "masterKey", "derivedFrom", "name", "status",
    "custodial", "dateCreated", "imported", "exported", "dateExported", "dateDeleted",
}  # fmt: skip
"""The fields of GetWalletResponse and ImportKeyResponse in @dfns/sdk 0.8.21."""


@pytest.fixture
def client() -> ApiClient:
    return ApiClient()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    header, claims, signature = (
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")
    )
    return json.loads(header), json.loads(claims), signature


def test_the_token_is_a_jwt_with_the_claims_of_dfns(client: ApiClient) -> None:
    access = client.sandbox.access
    header, claims, signature = parts(access.auth_token)
    assert header == {"alg": "EdDSA", "typ": "JWT"}
    assert claims["https://custom/app_metadata"] == {
        "userId": access.user_id,
        "orgId": access.org_id,
        "tokenId": access.token_id,
        "tokenKind": "ServiceAccount",
    }
    assert claims["sub"] == access.org_id
    assert claims["jti"] == access.token_id
    assert {"iss", "aud", "scope", "permissions", "https://custom/username"} <= claims.keys()
    assert claims["iat"] <= datetime.now(UTC).timestamp() < claims["exp"]
    signed = access.auth_token.rsplit(".", 1)[0].encode()
    access.issuer.public_key.verify(signature, signed)
    with pytest.raises(InvalidSignature):
        access.issuer.public_key.verify(signature, signed + b"x")


def test_a_token_that_somebody_changed_is_refused(client: ApiClient) -> None:
    header, claims, signature = client.sandbox.access.auth_token.split(".")
    _, told, _ = parts(client.sandbox.access.auth_token)
    told["https://custom/app_metadata"]["orgId"] = "or-other-other-otherotherothero"
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
    for token in (f"{header}.{forged}.{signature}", f"{header}.{claims}.{signature[:-2]}"):
        error_of(client.send("GET", "/keys", headers={"authorization": f"Bearer {token}"}), 401)


def test_challenge_identifier_and_user_action_are_jwts_too(client: ApiClient) -> None:
    begun = client.begin("/keys/import", b"{}")
    assert len(base64.urlsafe_b64decode(begun["challenge"] + "==")) == 64
    tokens = [begun["challengeIdentifier"], *client.user_action("/keys/import", b"{}").values()]
    for token in tokens:
        assert parts(token)[1]["exp"] > datetime.now(UTC).timestamp()
        assert client.sandbox.access.org_id not in json.dumps(parts(token)[1])


def test_the_service_account_says_whose_it_is(client: ApiClient) -> None:
    access = client.sandbox.access
    account = client.get(f"/auth/service-accounts/{access.user_id}")
    assert account["userInfo"]["orgId"] == access.org_id
    assert account["userInfo"]["isServiceAccount"] is True
    [token] = account["accessTokens"]
    assert (token["orgId"], token["tokenId"]) == (access.org_id, access.token_id)
    assert token["credId"] in access.credentials
    assert "accessToken" not in token
    assert load_pem_public_key(token["publicKey"].encode()) == client.private_key.public_key()
    error_of(client.send("GET", "/auth/service-accounts/us-x"), 404)
    access.permissions = ALL_PERMISSIONS - {"Auth:ServiceAccounts:Read"}
    error_of(client.send("GET", f"/auth/service-accounts/{access.user_id}"), 403)


@pytest.mark.parametrize("fault", [[], ["archived"], ["inactive"]])
def test_a_wallet_has_the_fields_of_its_type(fault: list[str]) -> None:
    client = ApiClient(*fault)
    body = json.loads(client.import_body(network="Ethereum", name="n")[0]) | {"externalId": "mine"}
    wallet = client.post("/wallets/import", body).json()
    assert wallet.keys() <= WALLET
    assert wallet["externalId"] == "mine"
    assert client.get(f"/wallets/{wallet['id']}") == wallet == client.get("/wallets")["items"][0]
    assert wallet["status"] == {"archived": "Archived", "inactive": "Inactive"}.get(
        "".join(fault), "Active"
    )
    assert ("dateDeleted" in wallet) == (fault == ["archived"])
    # Another with the same external id is another wallet: it makes imports not idempotent.
    assert client.post("/wallets/import", body).json()["id"] != wallet["id"]


def test_a_wallet_of_a_key_keeps_its_tags_and_external_id(client: ApiClient) -> None:
    key, _ = client.import_key(name="k")
    body = {
        "network": "Base", "signingKey": {"id": key["id"]}, "externalId": "e", "tags": ["a", "b"],
    }  # fmt: skip
    wallet = client.post("/wallets", body).json()
    assert (wallet["externalId"], wallet["tags"]) == ("e", ["a", "b"])
    assert "externalId" not in client.import_key(network="Ethereum")[0]


def test_a_key_has_the_fields_of_its_type(client: ApiClient) -> None:
    for options in ({}, {"master_key": True}, {"name": "n"}):
        key, _ = client.import_key(**options)
        client.recover(key)
        shown = client.get(f"/keys/{key['id']}")
        assert key.keys() <= KEY
        assert shown.keys() - {"wallets", "store"} <= KEY
        assert shown["store"].keys() == {"id", "kind", "keyId"}


@pytest.mark.parametrize("path", ["/keys/key-x", "/wallets/wa-x"])
def test_what_is_not_found_names_the_organisation(client: ApiClient, path: str) -> None:
    details = error_of(client.send("GET", path), 404)["details"]
    assert details["orgId"] == client.sandbox.access.org_id


def test_lists_have_fifty_items_or_as_many_as_asked(client: ApiClient) -> None:
    key, _ = client.import_key()
    held = client.sandbox.records.keys[key["id"]]
    client.sandbox.records.keys.update({f"key-{i}": held for i in range(600)})
    for query, count in (("", 50), ("?limit=1", 1), ("?limit=500", 500)):
        assert len(client.get(f"/keys{query}")["items"]) == count


@pytest.mark.parametrize(("status", "words"), [(402, "current plan"), (429, "Too Many Requests")])
def test_a_status_has_the_words_that_dfns_gives_it(status: int, words: str) -> None:
    client = ApiClient(f"error={status}")
    assert words in error_of(client.post("/keys/import", b"{}"), status)["message"]


def test_the_other_name_of_a_protocol_may_come_back() -> None:
    client = ApiClient("other-protocol-name@export")
    key, secret_scalar = client.import_key()
    _, response = client.export(key["id"])
    assert response.json()["protocol"] == "CGGMP24"
    assert client.recover(key).secret_scalar.matches(secret_scalar)


@pytest.mark.parametrize("threshold", [(2, 3), (3, 5), (4, 7)])
def test_any_threshold_of_a_cluster_is_taken(threshold: tuple[int, int]) -> None:
    least, count = threshold
    client = ApiClient(signers=count)
    body, _ = client.import_body(min_signers=least)
    key = client.post("/keys/import", body).json()
    assert client.export(key["id"])[1].json()["minSigners"] == least


@pytest.mark.parametrize(
    ("signed", "sent"),
    [
        ("/keys/import", "/keys/import?x=1"),
        ("/keys/import?x=1", "/keys/import"),
        ("/keys/import?x=1", "/keys/import?x=1"),
        ("/keys/import", "/keys/import?"),
    ],
)
def test_a_query_is_no_part_of_a_signed_change(client: ApiClient, signed: str, sent: str) -> None:
    body, _ = client.import_body()
    response = client.send("POST", sent, body, client.user_action(signed, body))
    if sent.endswith("?"):  # an empty query is the same address
        assert response.status_code == 200
        return
    assert "missing or invalid" in error_of(response, 403)["message"]
    assert client.get("/keys")["items"] == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_a_body_that_does_not_say_json_is_refused(client: ApiClient, kind: str) -> None:
    body, _ = client.import_body()
    action = client.user_action("/keys/import", body)
    wrong = {**action, "content-type": kind}
    error_of(client.send("POST", "/keys/import", body, wrong), 415)
    error_of(client.send("POST", "/auth/action/init", b"{}", {"content-type": kind}), 415)
    # Nothing was looked at, so the user action is still good.
    right = {**action, "content-type": "application/json; charset=utf-8"}
    assert client.send("POST", "/keys/import", body, right).status_code == 200


def test_a_key_has_no_network(client: ApiClient) -> None:
    body, _ = client.import_body(network="Ethereum")
    assert "network" in error_of(client.post("/keys/import", body), 400)["message"]
    assert client.get("/keys")["items"] == []


@pytest.mark.parametrize("text", ["\n", "a\x00b", "\x1b[2J", "\x7f", "\x85", "n" * 101])
@pytest.mark.parametrize("field", ["name", "externalId"])
def test_a_text_with_control_characters_is_refused(
    client: ApiClient, field: str, text: str
) -> None:
    key, _ = client.import_key()
    body, _ = client.import_body(network="Ethereum")
    imported = json.loads(body) | {field: text}
    assert field in error_of(client.post("/wallets/import", imported), 400)["message"]
    made = {"network": "Ethereum", "signingKey": {"id": key["id"]}, field: text}
    assert field in error_of(client.post("/wallets", made), 400)["message"]
    assert client.get("/wallets")["items"] == []
