"""Dfns' own reference, as vectors: every class of failure is asserted, not only a failure."""

import base64
import json
import secrets
from typing import Any

import pytest

from ceremony import ecies, sharing
from ceremony.curves import CURVES, ed25519_seed_scalar, scalar_bytes
from ceremony.dfns import wire
from ceremony.dfns.export_answer import Entry
from ceremony.dfns.export_shares import read_share
from ceremony.dfns.key_export import build_key_export_request, recover_secret_scalar
from ceremony.dfns.key_import import Destination
from ceremony.dfns.scheme import check_scheme
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey, EncryptionKey
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.hex_keys import parse_hex_key
from ceremony.secret import Random, Secret
from tests.support.one_import import one_import
from tests.support.vector_files import cases

Case = dict[str, Any]


@pytest.mark.parametrize("case", cases("dfns/encryption-keys.json", 25))
def test_encryption_key(case: Case) -> None:
    if case["expect"] == "accept":
        assert EncryptionKey.parse(case["encryptionKey"]).text == case["encryptionKey"]
        return
    with pytest.raises(CeremonyError) as error:
        EncryptionKey.parse(case["encryptionKey"])
    assert error.value.failure == case["expect"]


@pytest.mark.parametrize("case", cases("dfns/ecies.json", 27))
def test_decrypt(case: Case) -> None:
    key = DecryptionKey.parse(Secret(bytes.fromhex(case["decryption_key"])))
    ciphertext = base64.b64decode(case["ciphertext"])
    if case["expect"] == "plaintext":
        assert ecies.decrypt(key, ciphertext).reveal() == base64.b64decode(case["plaintext"])
        return
    with pytest.raises(CeremonyError) as error:
        ecies.decrypt(key, ciphertext)
    assert error.value.failure == case["expect"]


@pytest.mark.parametrize("case", cases("dfns/eddsa-scalars.json", 15))
def test_ed25519_scalar_of_a_seed(case: Case) -> None:
    scalar = ed25519_seed_scalar(Secret(bytes.fromhex(case["seed"])))
    assert scalar.reveal().hex() == case["secret_scalar"]
    assert CURVES["ed25519"].base_multiply(scalar).compressed.hex() == case["public_key"]


@pytest.mark.parametrize("case", cases("dfns/splits.json", 30))
def test_split(case: Case) -> None:
    curve = CURVES[case["curve"]]
    coefficients = [Secret(bytes.fromhex(c)) for c in case["coefficients"]]
    shares = []
    for expected in case["shares"]:
        share = scalar_bytes(sharing.evaluate(curve, coefficients, expected["index"]))
        point = curve.base_multiply(share)
        assert wire.encode(wire.scalar_json(curve, share)) == _compact(expected["secret_share"])
        assert wire.encode(wire.point_json(point)) == _compact(expected["public_share"])
        shares.append((share, point))
    public_key = curve.base_multiply(coefficients[0])
    assert public_key.compressed.hex() == case["public_key"]
    threshold = case["min_signers"]
    points = [point for _, point in shares]
    assert sharing.check_public_shares(curve, points, threshold) == public_key
    sharing.check_sharing(
        curve, coefficients[0], threshold, [s for s, _ in shares], points, public_key.compressed
    )


@pytest.mark.parametrize("case", cases("dfns/signer-order.json", 6))
def test_order_of_signers(case: Case) -> None:
    keys = [DecryptionKey.generate(secrets.token_bytes).encryption_key for _ in case["signer_ids"]]
    signers = [
        {"signerId": i, "encryptionKey": k.text}
        for i, k in zip(case["signer_ids"], keys, strict=True)
    ]
    answer = {"clusters": [{"clusterId": "c", "signers": signers}]}
    order = [s.signer_id_text for s in parse_signers(_compact(answer)).signers]
    assert order == case["order"]


@pytest.mark.parametrize("case", cases("dfns/share-plaintexts.json", 81))
def test_plaintext_of_an_export_share(case: Case) -> None:
    curve = CURVES[case["curve"]]
    plaintext = Secret(base64.b64decode(case["plaintext"]))
    if case["expect"] == "accept":
        share = read_share(curve, Entry(1, "signer", "signer", b""), plaintext)
        written = json.loads(plaintext.reveal())
        assert share.index == int(written["index"]["scalar"], 16)
        assert share.secret_share.reveal().hex() == written["secret_share"]["scalar"]
        return
    with pytest.raises(CeremonyError) as error:
        read_share(curve, Entry(1, "signer", "signer", b""), plaintext)
    assert error.value.failure == case["expect"]


@pytest.mark.parametrize("case", cases("dfns/imports.json", 16))
def test_import_opens_for_its_signers(case: Case) -> None:
    """What we build has the reference's shape, and each signer reads a fitting share."""
    request = case["request"]
    protocol, curve = check_scheme(request["protocol"], request["curve"])
    signers = parse_signers(_compact(case["signers"]))
    secret_scalar = Secret(bytes.fromhex(case["secret_scalar"]))
    body = one_import(
        signers,
        secret_scalar,
        bytes.fromhex(case["public_key"]),
        curve.name,
        protocol,
        request["minSigners"],
        Destination(),
        secrets.token_bytes,
    )
    ours = json.loads(body)
    entries = [e["signerId"] for e in request["encryptedKeyShares"]]
    assert [e["signerId"] for e in ours["encryptedKeyShares"]] == entries
    for key in ("curve", "protocol", "minSigners"):
        assert ours[key] == request[key]
    for made_by in (ours, request):
        shares = []
        for index, entry in enumerate(made_by["encryptedKeyShares"], 1):
            private = Secret(bytes.fromhex(case["decryption_keys"][entry["signerId"]]))
            ciphertext = base64.b64decode(entry["encryptedKeyShare"])
            plain = ecies.decrypt(DecryptionKey.parse(private), ciphertext)
            share = wire.decode_share(plain, wire.ImportShare, "the share")
            value = wire.read_scalar(share.secret_share, curve, "the share")
            listed = wire.decode(bytes(share.public_shares), wire.PointsJson, "the public shares")
            points = [wire.read_point(p, curve, "a public share") for p in listed]
            assert points[index - 1] == curve.base_multiply(value)
            assert wire.encode(share) == plain.reveal()
            shares.append((index, value))
        found = sharing.recombine(curve, shares[: request["minSigners"]])
        assert found is not None
        assert found.matches(secret_scalar)


@pytest.mark.parametrize("case", cases("dfns/import-arguments-refused.json", 47))
def test_import_arguments_refused(case: Case) -> None:
    drawn = []

    def random(size: int) -> bytes:
        drawn.append(size)
        return secrets.token_bytes(size)

    with pytest.raises(CeremonyError) as error:
        _import(case, random)
    assert error.value.failure == case["expect"]
    assert drawn == []
    assert case["key"] == "" or case["key"] not in str(error.value)


def _import(case: Case, random: Random) -> None:
    signers = parse_signers(_compact(case["signers"]))
    check_scheme(case["protocol"], case["curve"])
    key = parse_hex_key(Secret(case["key"].encode()), case["curve"])
    one_import(
        signers,
        key.secret_scalar,
        key.public_key,
        case["curve"],
        case["protocol"],
        case["min_signers"],
        Destination(),
        random,
    )


@pytest.mark.parametrize("case", cases("dfns/exports.json", 211))
def test_export(case: Case) -> None:
    key = DecryptionKey.parse(Secret(bytes.fromhex(case["decryption_key"])))
    ours = json.loads(build_key_export_request(key.encryption_key))
    assert ours["encryptionKey"] == case["request"]["encryptionKey"]
    assert [(s["protocol"], s["curve"]) for s in ours["supportedSchemes"]] == [
        (s["protocol"], s["curve"]) for s in case["request"]["supportedSchemes"]
    ]
    response = _compact(case["response"])
    public_key = bytes.fromhex(case["public_key"])
    if case["expect"] == "recovered":
        recovered = recover_secret_scalar(key, response, public_key)
        assert recovered.secret_scalar.reveal().hex() == case["secret_scalar"]
        named = [{"signerId": b.signer_id, "why": str(b.failure)} for b in recovered.bad_signers]
        assert named == case.get("bad_signers", [])
        assert [str(remark.failure) for remark in recovered.remarks] == case.get("remarks", [])
        return
    with pytest.raises(CeremonyError) as error:
        recover_secret_scalar(key, response, public_key)
    assert error.value.failure == case["expect"]


def test_every_class_of_the_vectors_is_a_class_of_ours() -> None:
    for name in ("exports", "imports-refused", "import-arguments-refused", "share-plaintexts"):
        for case in cases(f"dfns/{name}.json", 1):
            expected = case.values[0]["expect"]
            assert expected in ("accept", "recovered", *Failure)


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
