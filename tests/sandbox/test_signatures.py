"""Signatures of imported keys, verified by libraries that had no part in making them."""

import hashlib
from typing import Any

import pytest
from coincurve import PublicKeyXOnly
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from fastecdsa.point import Point
from nacl.signing import VerifyKey

from ceremony.curves.stark import PARAMETERS
from ceremony.entropy import system_random
from ceremony.sandbox.signing import sign_taproot, tagged_hash
from ceremony.secret import Secret
from tests.support.api_client import ApiClient, error_of

DIGEST = hashlib.sha256(b"prove that you hold it").digest()


@pytest.fixture
def client() -> ApiClient:
    return ApiClient()


def sign(client: ApiClient, key: dict[str, Any], **body: Any) -> dict[str, Any]:
    response = client.post(f"/keys/{key['id']}/signatures", body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    assert answer["status"] == "Signed"
    assert answer["keyId"] == key["id"]
    assert answer["requestBody"] == body
    assert client.get(f"/keys/{key['id']}/signatures/{answer['id']}") == answer
    listed = client.get(f"/keys/{key['id']}/signatures")
    assert answer in listed["items"]
    assert listed["keyId"] == key["id"]
    return answer


def parts(answer: dict[str, Any]) -> tuple[bytes, bytes]:
    values = [answer["signature"][name] for name in ("r", "s")]
    assert all(v.startswith("0x") and len(v) == 66 for v in values)
    r, s = (bytes.fromhex(v[2:]) for v in values)
    return r, s


def test_ecdsa_on_secp256k1(client: ApiClient) -> None:
    key, _ = client.import_key()
    answer = sign(client, key, kind="Hash", hash="0x" + DIGEST.hex())
    r, s = (int.from_bytes(p, "big") for p in parts(answer))
    public_key = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256K1(), bytes.fromhex(key["publicKey"])
    )
    signature = encode_dss_signature(r, s)
    public_key.verify(signature, DIGEST, ec.ECDSA(Prehashed(SHA256())))
    assert answer["signature"]["recid"] in (0, 1, 2, 3)


@pytest.mark.parametrize("root", ["", "0x" + "ab" * 32])
def test_schnorr_with_the_tweaked_key(client: ApiClient, root: str) -> None:
    key, _ = client.import_key("secp256k1", "FROST_BITCOIN")
    answer = sign(client, key, kind="Hash", hash="0x" + DIGEST.hex(), taprootMerkleRoot=root)
    internal = PublicKeyXOnly(bytes.fromhex(key["publicKey"])[1:])
    tweak = tagged_hash(b"TapTweak", internal.format() + bytes.fromhex(root[2:]))
    tweaked = PublicKeyXOnly(internal.format())
    tweaked.tweak_add(tweak)
    assert tweaked.verify(b"".join(parts(answer)), DIGEST)
    assert not internal.verify(b"".join(parts(answer)), DIGEST)


def test_the_tweak_is_that_of_bip_341() -> None:
    # BIP-341, wallet-test-vectors.json, keyPathSpending, first input: no script tree.
    internal = bytes.fromhex("6b973d88838f27366ed61c9ad6367663045cb456e28335c109e30717ae0c6baa")
    output_key = "53a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343"
    signature = sign_taproot(Secret(internal), DIGEST, b"", system_random)
    assert PublicKeyXOnly(bytes.fromhex(output_key)).verify(signature.r + signature.s, DIGEST)


@pytest.mark.parametrize("message", [b"m" * 33, b"m" * 500])
def test_eddsa_over_a_message(client: ApiClient, message: bytes) -> None:
    key, _ = client.import_key("ed25519")
    answer = sign(client, key, kind="Message", message="0x" + message.hex())
    VerifyKey(bytes.fromhex(key["publicKey"])).verify(message, b"".join(parts(answer)))


def test_eddsa_over_a_hash(client: ApiClient) -> None:
    key, _ = client.import_key("ed25519")
    answer = sign(client, key, kind="Hash", hash="0x" + DIGEST.hex())
    VerifyKey(bytes.fromhex(key["publicKey"])).verify(DIGEST, b"".join(parts(answer)))


def test_ecdsa_on_stark_as_starknet_verifies_it(client: ApiClient) -> None:
    key, secret_scalar = client.import_key("stark")
    digest = b"\x03" + DIGEST[1:]
    answer = sign(client, key, kind="Hash", hash="0x" + digest.hex())
    r, s = (int.from_bytes(p, "big") for p in parts(answer))
    public_key: Point = PARAMETERS.G * int.from_bytes(secret_scalar.reveal(), "big")
    w = pow(s, -1, PARAMETERS.q)
    assert 0 < r < 2**251
    assert 0 < w < 2**251
    z = int.from_bytes(digest, "big")
    found = PARAMETERS.G * (z * w % PARAMETERS.q) + public_key * (r * w % PARAMETERS.q)
    assert found.normalize().x % PARAMETERS.q == r


def test_an_exported_key_signs_no_more(client: ApiClient) -> None:
    key, _ = client.import_key()
    body = {"kind": "Hash", "hash": "0x" + DIGEST.hex()}
    sign(client, key, **body)
    client.recover(key)
    error = error_of(client.post(f"/keys/{key['id']}/signatures", body), 400)
    assert "exported" in error["message"]


@pytest.mark.parametrize(
    ("curve", "protocol", "body"),
    [
        ("secp256k1", "CGGMP21", {"kind": "Hash", "hash": "0x" + "00" * 31}),
        ("secp256k1", "CGGMP21", {"kind": "Hash", "hash": "0x" + "00" * 33}),
        ("secp256k1", "CGGMP21", {"kind": "Hash", "hash": "zz" * 32}),
        ("secp256k1", "CGGMP21", {"kind": "Hash"}),
        ("secp256k1", "CGGMP21", {"kind": "Message", "message": "0x00"}),
        ("secp256k1", "CGGMP21", {"kind": "Hash", "hash": "00" * 32, "taprootMerkleRoot": ""}),
        ("secp256k1", "CGGMP21", {"kind": "Transaction", "transaction": "0x00"}),
        ("secp256k1", "CGGMP21", {"kind": 7}),
        ("secp256k1", "FROST_BITCOIN", {"kind": "Hash", "hash": "00" * 32}),
        ("secp256k1", "FROST_BITCOIN", {"kind": "Message", "message": "00"}),
        (
            "secp256k1",
            "FROST_BITCOIN",
            {"kind": "Hash", "hash": "00" * 32, "taprootMerkleRoot": "0x00"},
        ),
        ("ed25519", "FROST", {"kind": "Message", "message": "0x0"}),
        ("ed25519", "FROST", {"kind": "Message", "message": "0x"}),
        ("ed25519", "FROST", {"kind": "Message", "message": "0x" + "00" * 32}),
        ("stark", "CGGMP21", {"kind": "Hash", "hash": "0x08" + "00" * 31}),
        ("stark", "CGGMP21", {"kind": "Message", "message": "0x00"}),
    ],
)
def test_what_cannot_be_signed_is_refused(
    client: ApiClient, curve: str, protocol: str, body: dict[str, Any]
) -> None:
    key, _ = client.import_key(curve, protocol)
    error_of(client.post(f"/keys/{key['id']}/signatures", body), 400)
    assert client.get(f"/keys/{key['id']}/signatures")["items"] == []


def test_an_external_id_makes_it_idempotent(client: ApiClient) -> None:
    key, _ = client.import_key()
    path = f"/keys/{key['id']}/signatures"
    body = {"kind": "Hash", "hash": "0x" + DIGEST.hex(), "externalId": "mine"}
    first = client.post(path, body).json()
    assert client.post(path, body).json() == first
    error = error_of(client.post(path, body | {"hash": "0x" + "00" * 32}), 409)
    assert error["details"] == {"duplicate": {"id": first["id"], "externalId": "mine"}}
    other, _ = client.import_key()
    # Dfns, "Idempotency": with another key it is another request.
    error_of(client.post(f"/keys/{other['id']}/signatures", body), 409)
    assert client.get(f"/keys/{other['id']}/signatures")["items"] == []


def test_an_exported_key_goes_on_signing_on_request() -> None:
    client = ApiClient("exported-keys-sign")
    key, _ = client.import_key()
    client.recover(key)
    for _ in range(2):
        sign(client, key, kind="Hash", hash="0x" + DIGEST.hex())


def test_an_archived_key_signs_nothing() -> None:
    client = ApiClient("archived")
    key, _ = client.import_key()
    assert key["status"] == "Archived"
    assert key["dateDeleted"] == key["dateCreated"] or key["dateDeleted"] > key["dateCreated"]
    body = {"kind": "Hash", "hash": "0x" + DIGEST.hex()}
    assert (
        "archived" in error_of(client.post(f"/keys/{key['id']}/signatures", body), 400)["message"]
    )
