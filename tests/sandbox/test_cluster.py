"""The cluster against Dfns' reference: what it must take, and what it must refuse."""

from typing import Any

import msgspec
import pytest

from ceremony.dfns import wire
from ceremony.ecies import DecryptionKey, decrypt
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError
from ceremony.sandbox.bodies import ImportBody
from ceremony.sandbox.cluster import Cluster, HeldKey, export_shares, recombine
from ceremony.secret import Secret
from ceremony.text import parse_base64
from tests.support.vector_files import cases

ACCEPTED = cases("dfns/imports.json", at_least=16)
REFUSED = cases("dfns/imports-refused.json", at_least=66)


def hold(case: dict[str, Any]) -> HeldKey:
    keys = {
        signer_id: DecryptionKey.parse(Secret(bytes.fromhex(key)))
        for signer_id, key in case["decryption_keys"].items()
    }
    body = msgspec.json.decode(msgspec.json.encode(case["request"]), type=ImportBody)
    return Cluster.of("cl-test", keys).hold(body)


@pytest.mark.parametrize("case", ACCEPTED)
def test_holds_what_the_reference_imports(case: dict[str, Any]) -> None:
    held = hold(case)
    assert held.public_key.compressed.hex() == case["public_key"]
    assert recombine(held).reveal().hex() == case["secret_scalar"]


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_the_class_of_the_fault(case: dict[str, Any]) -> None:
    with pytest.raises(CeremonyError) as error:
        hold(case)
    assert error.value.failure == case["expect"]


def test_refuses_a_polynomial_of_lower_degree() -> None:
    # minSigners 4 over shares that 3 signers can recombine.
    case = next(c.values[0] for c in ACCEPTED if c.id == "CGGMP21 secp256k1 3 of 5")
    with pytest.raises(CeremonyError) as error:
        hold({**case, "request": {**case["request"], "minSigners": 4}})
    assert error.value.failure == "threshold"


def test_each_signer_exports_its_own_share() -> None:
    case = next(c.values[0] for c in ACCEPTED if c.id == "FROST ed25519 3 of 5")
    held = hold(case)
    recipient = DecryptionKey.generate(system_random)
    exported = export_shares(held, recipient.encryption_key, system_random)
    assert [e.signer_id for e in exported] == [s.signer_id for s in held.shares]
    for entry, share in zip(exported, held.shares, strict=True):
        plaintext = decrypt(recipient, parse_base64(entry.encrypted_key_share, "a share"))
        # Dfns' documented export share has 281 bytes of ciphertext for secp256k1,
        # 49 of them around the plaintext; ed25519's name is two letters shorter, twice.
        assert len(plaintext) == 281 - 49 - 4
        opened = wire.decode_share(plaintext, wire.ExportShare, "a share")
        assert int(opened.index.scalar, 16) == share.index
        assert opened.secret_share.scalar == share.secret_share.reveal().hex()


def test_a_new_cluster_has_signers_in_the_order_of_their_bytes() -> None:
    cluster = Cluster.generate("cl-test", 12, system_random)
    ids = [parse_base64(s.signer_id, "id") for s in cluster.signers]
    assert ids == sorted(ids)
    assert len(set(ids)) == 12
