"""Published keys of every format come out as their sources say."""

import hashlib

import pytest

from ceremony.addresses import addresses
from ceremony.addresses.base import hash160
from ceremony.curves import SECP256K1
from ceremony.errors import CeremonyError
from ceremony.keys.formats import formats_that_fit, read_key
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Secret
from tests.support.vector_files import cases

FILES = {
    "algorand": 8,
    "aptos": 4,
    "bip38": 28,
    "bip84-86": 15,
    "cardano": 53,
    "cardano-skey": 28,
    "descriptor": 60,
    "ed25519-pair": 26,
    "electrum-wif": 20,
    "electrum-words": 23,
    "hedera": 20,
    "jwk": 22,
    "keystore-v3": 11,
    "near": 21,
    "openssh": 21,
    "rfc8032": 6,
    "slip10-xprv": 16,
    "solana": 15,
    "solana-keygen": 15,
    "sui-keystore": 15,
    "stark": 4,
    "stellar": 20,
    "substrate": 48,
    "sui": 9,
    "tezos": 13,
    "ton": 23,
    "wif": 16,
    "xrp": 6,
}


def read(case: dict) -> tuple[KeyMaterial, ...]:
    passphrase = case.get("passphrase")
    return read_key(
        case["format"],
        Secret(case["text"].encode()),
        curve=case.get("curve"),
        paths=tuple(case.get("paths", ())),
        network=case.get("network"),
        passphrase=None if passphrase is None else Secret(passphrase.encode()),
    )


ALL = [case for name, count in FILES.items() for case in cases(f"keys/{name}.json", count)]


@pytest.mark.parametrize("case", [c for c in ALL if "failure" not in c.values[0]])
def test_the_key_is_the_published_one(case: dict) -> None:
    (key,) = read(case)
    x_and_y = b""
    if key.curve == "secp256k1":
        x_and_y = SECP256K1.parse_compressed(key.public_key).encoded[1:]
    found = {
        "secret": key.secret_scalar.reveal().hex(),
        "seed": key.seed.reveal().hex() if key.seed else None,
        "public_key": key.public_key.hex(),
        "public_key_x": key.public_key[1:].hex(),
        "public_key_xy": x_and_y.hex(),
        "hash160": hash160(key.public_key).hex(),
        # BIP-141, "P2WPKH nested in BIP16 P2SH".
        "p2sh_p2wpkh": hash160(b"\0\x14" + hash160(key.public_key)).hex(),
        # Sui, "Addresses": BLAKE2b-256 of the flag, 0 for ed25519, and the public key.
        "sui_address": hashlib.blake2b(b"\0" + key.public_key, digest_size=32).hexdigest(),
    }
    expected = {name: case[name] for name in found if name in case}
    if "address" in case:
        assert case["address"] in [a.text for a in addresses(key.curve, key.public_key, "Bitcoin")]
    assert expected or "address" in case
    assert {name: found[name] for name in expected} == expected
    assert len(key.warnings) == case.get("warnings", 0)
    assert key.needs_expected is case.get("needs_expected", False)
    assert key.path == next(iter(case.get("paths", ())), None)
    assert case["format"] in formats_that_fit(Secret(case["text"].encode()))


@pytest.mark.parametrize("case", [c for c in ALL if "failure" in c.values[0]])
def test_what_is_no_key_is_refused_by_its_class(case: dict) -> None:
    with pytest.raises(CeremonyError) as error:
        read(case)
    assert error.value.failure == case["failure"]
