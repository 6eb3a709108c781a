"""Wallets of derived keys: BIP-32 on the shares, against BIP-32 on the whole key."""

import hashlib
import hmac
from typing import Any

import pytest
from coincurve import PrivateKey

from ceremony.curves import SECP256K1
from ceremony.sandbox.access import ALL_PERMISSIONS
from ceremony.sandbox.deriving import ANOTHER_CHAIN_CODE, CHAIN_CODE
from tests.support.api_client import ApiClient, error_of


@pytest.fixture
def client() -> ApiClient:
    return ApiClient()


def child_of(secret_scalar: bytes, path: str, chain_text: bytes) -> bytes:
    """CKDpriv of BIP-32, without hardened levels, on a whole private key."""
    key = int.from_bytes(secret_scalar, "big")
    public_key = PrivateKey.from_int(key).public_key.format()
    chain_code = hashlib.sha256(chain_text + public_key).digest()
    for level in path.split("/")[1:]:
        data = PrivateKey.from_int(key).public_key.format() + int(level).to_bytes(4, "big")
        digest = hmac.digest(chain_code, data, hashlib.sha512)
        key = (key + int.from_bytes(digest[:32], "big")) % SECP256K1.order
        chain_code = digest[32:]
    return key.to_bytes(32, "big")


def derive(client: ApiClient, key_id: str, path: str | None, network: str = "Ethereum") -> Any:
    source = {"keyId": key_id} if path is None else {"keyId": key_id, "path": path}
    return client.post("/wallets", {"network": network, "signingKey": {"deriveFrom": source}})


@pytest.mark.parametrize(
    ("fault", "text"), [((), CHAIN_CODE), (("another-chain-code",), ANOTHER_CHAIN_CODE)]
)
@pytest.mark.parametrize("path", ["m/0", "m/44/60/0/0/2147483647"])
def test_a_derived_key_is_the_one_of_bip_32(fault: tuple[str, ...], text: bytes, path: str) -> None:
    client = ApiClient(*fault)
    master, secret_scalar = client.import_key(master_key=True)
    wallet = derive(client, master["id"], path).json()
    key = client.get(f"/keys/{wallet['signingKey']['id']}")
    assert key["derivedFrom"] == {"keyId": master["id"], "path": path}
    assert key["store"] == {
        "id": client.sandbox.clusters[0].cluster_id,
        "kind": "Mpc",
        "keyId": master["id"],
        "derivationPath": path,
    }
    assert "imported" not in key
    child = child_of(secret_scalar.reveal(), path, text)
    assert client.recover(key).secret_scalar.reveal() == child


def test_a_path_has_one_key_and_no_path_takes_the_next(client: ApiClient) -> None:
    master, _ = client.import_key(master_key=True)
    wallets = [derive(client, master["id"], path).json() for path in ("m/0", "m/0", None, None)]
    keys = [client.get(f"/keys/{wallet['signingKey']['id']}") for wallet in wallets]
    assert [key["derivedFrom"]["path"] for key in keys] == ["m/0", "m/0", "m/1", "m/2"]
    assert wallets[0]["address"] == wallets[1]["address"]
    assert len({key["publicKey"] for key in keys}) == 3


@pytest.mark.parametrize(
    "path", ["", "m", "m/", "0/1", "m/0'", "m/0h", "m/2147483648", "m/-1", "m/01", "m/0/" * 2]
)
def test_a_path_that_cannot_be_is_refused(client: ApiClient, path: str) -> None:
    master, _ = client.import_key(master_key=True)
    error_of(derive(client, master["id"], path), 400)
    assert len(client.get("/keys")["items"]) == 1


def test_only_master_keys_have_children(client: ApiClient) -> None:
    key, _ = client.import_key()
    assert "not a master key" in error_of(derive(client, key["id"], "m/0"), 400)["message"]
    ed25519, _ = client.import_key("ed25519", master_key=True)
    error_of(derive(client, ed25519["id"], "m/0", "Solana"), 400)


def test_each_way_to_a_key_has_its_permission(client: ApiClient) -> None:
    master, _ = client.import_key(master_key=True)
    access = client.sandbox.access
    access.permissions = ALL_PERMISSIONS - {"Keys:ChildKeys:Create"}
    error = error_of(derive(client, master["id"], "m/0"), 403)
    assert "Keys:ChildKeys:Create" in error["message"]
    body = {"network": "Ethereum", "signingKey": {"id": master["id"]}}
    assert client.post("/wallets", body).status_code == 200
    access.permissions = ALL_PERMISSIONS - {"Keys:Reuse"}
    assert "Keys:Reuse" in error_of(client.post("/wallets", body), 403)["message"]
    assert derive(client, master["id"], "m/0").status_code == 200
