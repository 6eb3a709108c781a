"""Imports, reads, wallets and exports over the API, without faults."""

import json
from typing import Any

import pytest

from ceremony.dfns.key_export import build_key_export_request
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.sandbox.cluster import Cluster
from ceremony.text import base64_text, parse_base64
from tests.support.api_client import ApiClient, error_of
from tests.support.vector_clusters import cluster_of
from tests.support.vector_files import cases

SCHEMES = [
    ("secp256k1", "CGGMP21", "ECDSA", "EthereumSepolia"),
    ("stark", "CGGMP21", "ECDSA", "Starknet"),
    ("ed25519", "FROST", "EdDSA", "Solana"),
    ("secp256k1", "FROST_BITCOIN", "Schnorr", "Bitcoin"),
]


@pytest.fixture
def client() -> ApiClient:
    return ApiClient()


@pytest.mark.parametrize(("curve", "protocol", "scheme", "network"), SCHEMES)
def test_a_wallet_goes_in_and_its_key_comes_out(
    client: ApiClient, curve: str, protocol: str, scheme: str, network: str
) -> None:
    wallet, secret_scalar = client.import_key(curve, protocol, network=network, name="treasury")
    assert wallet["network"] == network
    assert wallet["name"] == "treasury"
    assert wallet["status"] == "Active"
    assert wallet["custodial"] is True
    assert wallet["tags"] == []
    assert wallet["signingKey"]["scheme"] == scheme
    assert wallet["signingKey"]["curve"] == curve
    assert client.get(f"/wallets/{wallet['id']}") == wallet
    key = client.get(f"/keys/{wallet['signingKey']['id']}")
    assert key["publicKey"] == wallet["signingKey"]["publicKey"]
    assert key["wallets"] == [{"id": wallet["id"], "network": network}]
    assert key["store"]["kind"] == "Mpc"
    assert "exported" not in key
    recovered = client.recover(key)
    assert recovered.secret_scalar.matches(secret_scalar)
    assert recovered.bad_signers == ()
    assert recovered.protocol == protocol


@pytest.mark.parametrize("case", cases("dfns/imports.json", at_least=16))
def test_takes_what_the_reference_made(case: dict[str, Any]) -> None:
    client = ApiClient()
    client.sandbox.clusters = (cluster_of(case),)
    response = client.post("/keys/import", case["request"])
    assert response.status_code == 200, response.text
    assert response.json()["publicKey"] == case["public_key"]
    assert client.recover(response.json()).secret_scalar.reveal().hex() == case["secret_scalar"]


@pytest.mark.parametrize("case", cases("dfns/imports-refused.json", at_least=66))
def test_refuses_over_http_what_the_signers_refuse(case: dict[str, Any]) -> None:
    client = ApiClient()
    client.sandbox.clusters = (cluster_of(case),)
    error = error_of(client.post("/keys/import", case["request"]), 400)
    assert error["details"] == {"reason": case["expect"]}
    assert client.get("/keys") == {"items": []}


def test_addresses_are_those_of_the_key(client: ApiClient) -> None:
    body, _ = client.import_body(network="EthereumSepolia")
    wallet = client.post("/wallets/import", body).json()
    again = client.post(
        "/wallets", {"network": "Base", "signingKey": {"id": wallet["signingKey"]["id"]}}
    ).json()
    assert wallet["address"] == again["address"]
    assert wallet["address"].startswith("0x")
    taproot, _ = client.import_key("secp256k1", "FROST_BITCOIN", network="Bitcoin")
    assert taproot["address"].startswith("bc1p")
    starknet, _ = client.import_key("stark", network="Starknet")
    assert "address" not in starknet


def test_the_same_key_may_come_in_twice(client: ApiClient) -> None:
    # Dfns documents no refusal, so a client must find out for itself.
    body, _ = client.import_body(network="EthereumSepolia")
    first, second = (client.post("/wallets/import", body).json() for _ in range(2))
    assert first["id"] != second["id"]
    assert first["signingKey"]["publicKey"] == second["signingKey"]["publicKey"]


def test_a_master_key_says_so(client: ApiClient) -> None:
    key, _ = client.import_key(master_key=True)
    assert key["masterKey"] is True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": None}, "network is required"),
        ({"network": "Etherium"}, "Etherium"),
        ({"network": "Solana"}, "Solana"),
        ({"name": "n" * 101}, "name"),
        ({"minSigners": "3"}, "JSON"),
        ({"encryptedKeyShares": {}}, "JSON"),
    ],
)
def test_a_wallet_that_cannot_be_is_refused(
    client: ApiClient, change: dict[str, object], message: str
) -> None:
    body, _ = client.import_body(network="EthereumSepolia")
    error = error_of(client.post("/wallets/import", json.loads(body) | change), 400)
    assert message in error["message"]
    assert client.get("/keys")["items"] == client.get("/wallets")["items"] == []


def test_unknown_fields_are_ignored(client: ApiClient) -> None:
    body, _ = client.import_body()
    assert client.post("/keys/import", json.loads(body) | {"tags": ["x"]}).status_code == 200


def test_a_schnorr_key_has_no_wallet_on_ethereum(client: ApiClient) -> None:
    key, _ = client.import_key("secp256k1", "FROST_BITCOIN")
    body = {"network": "Ethereum", "signingKey": {"id": key["id"]}}
    error_of(client.post("/wallets", body), 400)


def test_wallets_are_made_of_existing_keys_only(client: ApiClient) -> None:
    error_of(client.post("/wallets", {"network": "Ethereum"}), 400)
    for chosen in ({"id": "key-x"}, {"deriveFrom": {"keyId": "key-x", "path": "m/0"}}):
        error = error_of(
            client.post("/wallets", {"network": "Ethereum", "signingKey": chosen}), 404
        )
        assert error["message"] == "key not found"
        assert error["details"] == {"keyId": "key-x", "orgId": client.sandbox.access.org_id}
    both = {"id": "key-x", "deriveFrom": {"keyId": "key-x"}}
    error_of(client.post("/wallets", {"network": "Ethereum", "signingKey": both}), 400)


def test_clusters_are_told_apart_by_their_signers() -> None:
    client = ApiClient(clusters=2)
    answer = client.get("/signers")
    assert len(answer["clusters"]) == 2
    body, _ = client.import_body()
    assert client.post("/keys/import", body).status_code == 200
    mixed = json.loads(body)
    mixed["encryptedKeyShares"][0]["signerId"] = answer["clusters"][1]["signers"][0]["signerId"]
    assert error_of(client.post("/keys/import", mixed), 400)["details"] == {"reason": "signers"}


@pytest.mark.parametrize(
    "first_bytes",
    [(0x00, 0x04, 0x08), (0x00, 0xD0, 0xFC), (0xFC, 0x00)],
    ids=["text and bytes agree", "digits and a slash", "two, given the other way round"],
)
def test_signers_are_not_listed_in_the_order_of_their_shares(first_bytes: tuple[int, ...]) -> None:
    key = DecryptionKey.generate(system_random)
    client = ApiClient()
    client.sandbox.clusters = (
        Cluster.of("cl-1", {base64_text(bytes([first]) * 33): key for first in first_bytes}),
    )
    ids = [s["signerId"] for s in client.get("/signers")["clusters"][0]["signers"]]
    of_shares = sorted(ids, key=lambda text: parse_base64(text, "an id"))
    assert [parse_base64(text, "an id")[0] for text in of_shares] == sorted(first_bytes)
    assert ids != of_shares


def test_lists_have_pages(client: ApiClient) -> None:
    made = [client.import_key(network="Ethereum", name=f"n{i}")[0]["id"] for i in range(5)]
    for path, ids in (
        ("/wallets", made),
        ("/keys", [w["signingKey"]["id"] for w in client.get("/wallets")["items"]]),
    ):
        first = client.get(f"{path}?limit=2")
        second = client.get(f"{path}?limit=2&paginationToken={first['nextPageToken']}")
        third = client.get(f"{path}?limit=2&paginationToken={second['nextPageToken']}")
        assert [i["id"] for p in (first, second, third) for i in p["items"]] == ids
        assert "nextPageToken" not in third
        assert client.get(f"{path}?owner=us-somebody")["items"] == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "limit=", "limit=%C2%B2", "paginationToken=eA=="]
)
def test_a_page_that_cannot_be_is_refused(client: ApiClient, query: str) -> None:
    for path in ("/keys", "/wallets"):
        error_of(client.send("GET", f"{path}?{query}"), 400)


def test_what_is_not_there_is_not_found(client: ApiClient) -> None:
    for path, kind in (
        ("/keys/key-x", "key"),
        ("/wallets/wa-x", "wallet"),
        ("/keys/key-x/signatures", "key"),
        ("/keys/key-x/signatures/sig-x", "key"),
    ):
        assert error_of(client.send("GET", path), 404)["message"] == f"{kind} not found"
    assert error_of(client.send("GET", "/nothing"), 404)["message"] == "Not Found"
    error_of(client.send("DELETE", "/keys"), 405)


def test_an_export_marks_the_key_and_says_when_first(client: ApiClient) -> None:
    key, _ = client.import_key()
    client.recover(key)
    marked = client.get(f"/keys/{key['id']}")
    assert marked["exported"] is True
    client.recover(key)
    assert client.get(f"/keys/{key['id']}")["dateExported"] == marked["dateExported"]


@pytest.mark.parametrize(
    ("asked", "answered"), [("CGGMP21", "CGGMP21"), ("CGGMP24", "CGGMP24"), ("FROST", None)]
)
def test_an_export_names_the_protocol_as_the_caller_does(
    client: ApiClient, asked: str, answered: str | None
) -> None:
    key, _ = client.import_key()
    body = json.loads(
        build_key_export_request(DecryptionKey.generate(system_random).encryption_key)
    )
    body["supportedSchemes"] = [{"protocol": asked, "curve": "secp256k1"}]
    response = client.post(f"/keys/{key['id']}/export", body)
    if answered is None:
        assert error_of(response, 400)["details"]["protocol"] == "CGGMP24"
        assert "exported" not in client.get(f"/keys/{key['id']}")
    else:
        assert response.json()["protocol"] == answered


@pytest.mark.parametrize(
    "encryption_key", ["", "AQ==", "Ag" + "A" * 44, "AQ" + "A" * 43 + "=", "!"]
)
def test_an_export_to_no_key_is_refused(client: ApiClient, encryption_key: str) -> None:
    key, _ = client.import_key()
    body = {
        "encryptionKey": encryption_key,
        "supportedSchemes": [{"protocol": "CGGMP21", "curve": "secp256k1"}],
    }
    error_of(client.post(f"/keys/{key['id']}/export", body), 400)
    assert "exported" not in client.get(f"/keys/{key['id']}")


def test_a_body_beyond_the_limit_is_refused(client: ApiClient) -> None:
    error_of(client.send("POST", "/keys/import", b" " * (1024 * 1024 + 1)), 413)


def test_ids_and_dates_have_the_form_of_dfns(client: ApiClient) -> None:
    import re

    wallet, _ = client.import_key(network="Ethereum")
    key_id = wallet["signingKey"]["id"]
    assert re.fullmatch(r"key-[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{14,16}", key_id)
    assert re.fullmatch(r"wa-[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{14,16}", wallet["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", wallet["dateCreated"])
