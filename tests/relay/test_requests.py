"""Requests of a message: taken whole, or refused with a class."""

import json
from typing import Any

import msgspec
import pytest

from ceremony.dfns.bodies import EncryptedKeyShare, ExportBody, ImportBody, Scheme
from ceremony.dfns.key_import import parse_import_body
from ceremony.errors import CeremonyError, Failure
from ceremony.relay.holdings import key_name, named
from ceremony.relay.requests import read_export, read_import
from tests.support.vector_files import cases

G = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
SHARE = EncryptedKeyShare(b"\0\0\0", b"\0\0\0")
IMPORT = ImportBody(
    network="Ethereum",
    name="cold 1",
    curve="secp256k1",
    protocol="CGGMP21",
    min_signers=3,
    encrypted_key_shares=(SHARE,) * 5,
)
EXPORT = ExportBody(b"\x01" + G, (Scheme("CGGMP21", "secp256k1"),))
DIGEST = bytes(32)


def body(**changes: object) -> ImportBody:
    return msgspec.structs.replace(IMPORT, **changes)


def test_a_body_is_posted_in_the_order_of_dfns_documents() -> None:
    item = read_import(DIGEST, body(external_id="vault 7", master_key=True), G)
    assert list(item.json) == [
        *("network", "name", "externalId", "curve", "protocol", "minSigners"),
        *("encryptedKeyShares", "masterKey"),
    ]
    assert item.json["encryptedKeyShares"][0] == {"signerId": "AAAA", "encryptedKeyShare": "AAAA"}
    assert "network" not in read_import(DIGEST, body(network=None), G).json


@pytest.mark.parametrize("case", cases("dfns/imports.json", at_least=16))
def test_bodies_of_the_reference_are_posted_as_they_stand(case: dict[str, Any]) -> None:
    given = case["request"] if "request" in case else case["body"]
    text = given if isinstance(given, str) else json.dumps(given)
    public_key = bytes.fromhex(case["public_key"])
    read = parse_import_body(text.encode())
    assert read_import(DIGEST, read, public_key).json == json.loads(text)


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"encrypted_key_shares": ()}, Failure.MALFORMED),
        ({"network": ""}, Failure.MALFORMED),
        ({"curve": "p256"}, Failure.SCHEME),
        ({"protocol": "GG18"}, Failure.SCHEME),
        ({"curve": "ed25519"}, Failure.SCHEME),
        ({"name": "größe"}, Failure.USAGE),
        ({"network": "Ethereum\u2028"}, Failure.USAGE),
        ({"external_id": "\N{GREEK SMALL LETTER ALPHA}"}, Failure.USAGE),
        ({"curve": "stark"}, Failure.MALFORMED),
        ({"curve": "ed25519", "protocol": "FROST"}, Failure.MALFORMED),
    ],
)
def test_wrong_imports(change: dict[str, Any], failure: Failure) -> None:
    with pytest.raises(CeremonyError) as error:
        read_import(DIGEST, body(**change), G)
    assert error.value.failure is failure
    assert "fetch" not in error.value.hint, "it was written on the laptop: Dfns does not have it"


@pytest.mark.parametrize("public_key", [b"", G[1:], G + b"\0", b"\x05" + G[1:], bytes(33)])
def test_wrong_public_keys(public_key: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        read_import(DIGEST, IMPORT, public_key)
    assert error.value.failure is Failure.MALFORMED


@pytest.mark.parametrize(
    ("encryption_key", "failure"),
    [
        (b"\0\0\0", Failure.VERSION),
        (b"\x02" + G, Failure.VERSION),
        (b"\x01" + bytes(33), Failure.MALFORMED),
        (b"\x01\x00", Failure.MALFORMED),
        (b"\x01" + G[1:], Failure.MALFORMED),
    ],
)
def test_wrong_encryption_keys(encryption_key: bytes, failure: Failure) -> None:
    """The identity among them, which everybody can decrypt for."""
    assert list(read_export(DIGEST, EXPORT, "key-1").json) == ["encryptionKey", "supportedSchemes"]
    with pytest.raises(CeremonyError) as error:
        read_export(DIGEST, msgspec.structs.replace(EXPORT, encryption_key=encryption_key), "key-1")
    assert error.value.failure is failure


@pytest.mark.parametrize("key_id", ["", "key-1/export", "../wallets", "key 1", "k" * 129, "é"])
def test_ids_that_are_another_path_of_the_api(key_id: str) -> None:
    with pytest.raises(CeremonyError) as error:
        read_export(DIGEST, EXPORT, key_id)
    assert error.value.failure is Failure.USAGE


def test_an_export_beyond_ascii_is_refused() -> None:
    schemes = (Scheme("CGGMP21", "größe"),)
    with pytest.raises(CeremonyError) as error:
        read_export(DIGEST, msgspec.structs.replace(EXPORT, supported_schemes=schemes), "key-1")
    assert error.value.failure is Failure.USAGE


def test_public_keys_as_dfns_may_write_them() -> None:
    item = read_import(DIGEST, IMPORT, G)
    uncompressed = (
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
    )
    for shown in (G.hex(), "0x" + G.hex().upper(), uncompressed, "0x" + uncompressed):
        assert named("secp256k1", "ECDSA", shown) == item.name
        assert key_name(item.body, bytes.fromhex(shown.removeprefix("0x"))) == item.name
    schnorr = read_import(DIGEST, body(protocol="FROST_BITCOIN"), G)
    for shown in (G.hex(), "03" + G.hex()[2:], G.hex()[2:]):
        assert named("secp256k1", "Schnorr", shown) == schnorr.name
    assert schnorr.name != item.name
    for shown in ("", "0x", "zz", G.hex()[2:], "03" + G.hex()[2:], G.hex() + "00"):
        assert named("secp256k1", "ECDSA", shown) != item.name
    assert named("secp256r1", "ECDSA", G.hex()) is None
