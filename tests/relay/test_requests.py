"""Requests from files: taken whole, or refused with a class."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.holdings import key_name, named
from ceremony.relay.requests import read_export, read_import
from ceremony.relay.show import import_lines
from ceremony.text import base64_text
from tests.support.vector_files import cases

G = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
SHARE = {"signerId": "AAAA", "encryptedKeyShare": "AAAA"}
IMPORT: dict[str, Any] = {
    "network": "Ethereum",
    "name": "cold 1",
    "curve": "secp256k1",
    "protocol": "CGGMP21",
    "minSigners": 3,
    "encryptedKeyShares": [SHARE] * 5,
}
EXPORT: dict[str, Any] = {
    "encryptionKey": base64_text(b"\x01" + G),
    "supportedSchemes": [{"protocol": "CGGMP21", "curve": "secp256k1"}],
}
DIGEST = bytes(32)


def text(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "data",
    [
        text(IMPORT),
        json.dumps(IMPORT, indent=2).encode() + b"\n",
        text(dict(reversed(IMPORT.items()))),
        text(IMPORT | {"protocol": "CGGMP24"}),
        text(IMPORT | {"externalId": "vault 7"}),
    ],
)
def test_a_body_is_posted_as_it_stands(data: bytes) -> None:
    item = read_import(DIGEST, data, G)
    assert item.json == json.loads(data)
    assert list(item.json) == list(json.loads(data)), "the order is the request's"


def test_one_import_is_not_called_imports() -> None:
    item = read_import(DIGEST, text(IMPORT), G)
    assert import_lines([item])[0] == "1 import:"
    assert import_lines([item, item])[0] == "2 imports:"


def test_a_request_that_was_damaged_is_carried_over_again_not_fetched() -> None:
    """It was written on the laptop: Dfns does not have it."""
    with pytest.raises(CeremonyError) as error:
        read_import(DIGEST, text(IMPORT)[:-1], G)
    assert error.value.failure is Failure.MALFORMED
    assert "carry it over again" in error.value.hint
    assert "Dfns" not in error.value.hint


@pytest.mark.parametrize("case", cases("dfns/imports.json", at_least=16))
def test_bodies_of_the_reference_are_posted_as_they_stand(case: dict[str, Any]) -> None:
    body = case["request"] if "request" in case else case["body"]
    data = body.encode() if isinstance(body, str) else text(body)
    public_key = bytes.fromhex(case["public_key"])
    assert read_import(DIGEST, data, public_key).json == json.loads(data)


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"minSigners": "3"}, Failure.MALFORMED),
        ({"minSigners": 3.0}, Failure.MALFORMED),
        ({"minSigners": True}, Failure.MALFORMED),
        ({"encryptedKeyShares": []}, Failure.MALFORMED),
        ({"encryptedKeyShares": [SHARE | {"index": 1}]}, Failure.MALFORMED),
        (
            {"encryptedKeyShares": [{"signerId": "A", "encryptedKeyShare": "AAAA"}]},
            Failure.MALFORMED,
        ),
        (
            {"encryptedKeyShares": [{"signerId": "AB==", "encryptedKeyShare": "AAAA"}]},
            Failure.MALFORMED,
        ),
        ({"delegateTo": "us-evil"}, Failure.MALFORMED),
        ({"name": None}, Failure.MALFORMED),
        ({"network": ""}, Failure.MALFORMED),
        ({"curve": "p256"}, Failure.SCHEME),
        ({"protocol": "GG18"}, Failure.SCHEME),
        ({"curve": "ed25519"}, Failure.SCHEME),
        ({"name": "größe"}, Failure.USAGE),
        ({"network": "Ethereum\u2028"}, Failure.USAGE),
        ({"curve": "stark"}, Failure.MALFORMED),
        ({"curve": "ed25519", "protocol": "FROST"}, Failure.MALFORMED),
    ],
)
def test_wrong_imports(change: dict[str, Any], failure: Failure) -> None:
    for data in (text(IMPORT | change), json.dumps(IMPORT | change, ensure_ascii=False).encode()):
        with pytest.raises(CeremonyError) as error:
            read_import(DIGEST, data, G)
        assert error.value.failure is failure


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        text(IMPORT) + b"x",
        text(IMPORT)[:-1] + b',"name":"cold 2"}',
        text(IMPORT)[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
        text(IMPORT)[:-1] + b',"x":' + b"1" * 5000 + b"}",
        text(IMPORT).replace(b'"Ethereum"', b'"\\ud800"'),
        b"\xff" + text(IMPORT),
    ],
    ids=range(10),
)
def test_imports_that_are_no_json(data: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        read_import(DIGEST, data, G)
    assert error.value.failure is Failure.MALFORMED


@pytest.mark.parametrize("public_key", [b"", G[1:], G + b"\0", b"\x05" + G[1:], bytes(33)])
def test_wrong_public_keys(public_key: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        read_import(DIGEST, text(IMPORT), public_key)
    assert error.value.failure is Failure.MALFORMED


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"encryptionKey": "AAAA"}, Failure.VERSION),
        ({"encryptionKey": base64_text(b"\x02" + G)}, Failure.VERSION),
        ({"encryptionKey": base64_text(b"\x01" + bytes(33))}, Failure.MALFORMED),
        ({"encryptionKey": base64_text(b"\x01\x00")}, Failure.MALFORMED),
        ({"encryptionKey": base64_text(b"\x01" + G[1:])}, Failure.MALFORMED),
        ({"encryptionKey": 7}, Failure.MALFORMED),
        ({"supportedSchemes": {}}, Failure.MALFORMED),
        ({"supportedSchemes": [{"protocol": "CGGMP21"}]}, Failure.MALFORMED),
        ({"exportTo": "https://evil.example"}, Failure.MALFORMED),
    ],
)
def test_wrong_exports(change: dict[str, Any], failure: Failure) -> None:
    assert read_export(DIGEST, text(EXPORT), "key-1").json == EXPORT
    with pytest.raises(CeremonyError) as error:
        read_export(DIGEST, text(EXPORT | change), "key-1")
    assert error.value.failure is failure


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    for call in (lambda: read_import(DIGEST, data, G), lambda: read_export(DIGEST, data, "key-1")):
        with pytest.raises(CeremonyError):
            call()


def test_public_keys_as_dfns_may_write_them() -> None:
    item = read_import(DIGEST, text(IMPORT), G)
    uncompressed = (
        "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
    )
    for shown in (G.hex(), "0x" + G.hex().upper(), uncompressed, "0x" + uncompressed):
        assert named("secp256k1", "ECDSA", shown) == item.name
        assert key_name(item.body, bytes.fromhex(shown.removeprefix("0x"))) == item.name
    schnorr = read_import(DIGEST, text(IMPORT | {"protocol": "FROST_BITCOIN"}), G)
    for shown in (G.hex(), "03" + G.hex()[2:], G.hex()[2:]):
        assert named("secp256k1", "Schnorr", shown) == schnorr.name
    assert schnorr.name != item.name
    for shown in ("", "0x", "zz", G.hex()[2:], "03" + G.hex()[2:], G.hex() + "00"):
        assert named("secp256k1", "ECDSA", shown) != item.name
    assert named("secp256r1", "ECDSA", G.hex()) is None


def test_an_external_id_is_shown_before_it_is_posted() -> None:
    item = read_import(DIGEST, text(IMPORT | {"externalId": "vault 7"}), G)
    assert any("external id vault 7" in line for line in import_lines([item]))


def test_a_damaged_request_of_ours_sends_nobody_to_dfns() -> None:
    """Both requests are files that our own program wrote: there is nothing to fetch again."""
    for data in (b"{", b"[]", text(IMPORT | {"odd": 1}), text(IMPORT)[:-9]):
        for read in (
            lambda data=data: read_import(DIGEST, data, G),
            lambda data=data: read_export(DIGEST, data, "key-1"),
        ):
            with pytest.raises(CeremonyError) as error:
                read()
            assert error.value.failure is Failure.MALFORMED
            assert "Dfns" not in error.value.hint
            assert "where it was written" in error.value.hint
