"""Ethereum keystores: opened with the right passphrase, and refused in every other case."""

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from Crypto.Hash import keccak
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.formats import formats_that_fit, read_key
from ceremony.keys.keystore_v3 import parse_keystore_v3
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Secret

# The Ethereum wiki's example: its private key and its address.
KEY = bytes.fromhex("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d")
ADDRESS = "008aeeda4d805471df9b2a5b0f38a0c3bcba786b"
WORD = b"correct horse"


def written(key: bytes = KEY, rounds: int = 10, passphrase: bytes = WORD) -> dict[str, Any]:
    """A keystore by another hand than the one that reads it: fast, for tests only."""
    salt, iv = bytes(range(32)), bytes(range(16))
    derived = PBKDF2HMAC(SHA256(), 32, salt, rounds).derive(passphrase)
    encryptor = Cipher(AES(derived[:16]), CTR(iv)).encryptor()
    ciphertext = encryptor.update(key) + encryptor.finalize()
    mac = keccak.new(digest_bits=256, data=derived[16:] + ciphertext).hexdigest()
    return {
        "version": 3,
        "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "address": ADDRESS,
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": iv.hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": "pbkdf2",
            "kdfparams": {"c": rounds, "dklen": 32, "prf": "hmac-sha256", "salt": salt.hex()},
            "mac": mac,
        },
    }


def read(keystore: dict[str, Any] | bytes, passphrase: bytes = WORD) -> KeyMaterial:
    text = keystore if isinstance(keystore, bytes) else json.dumps(keystore).encode()
    return parse_keystore_v3(Secret(text), Secret(passphrase))


def refused(keystore: dict[str, Any] | bytes, passphrase: bytes = WORD) -> Failure:
    with pytest.raises(CeremonyError) as error:
        read(keystore, passphrase)
    said = error.value.message + error.value.hint
    assert not passphrase or passphrase.decode() not in said
    assert KEY.hex()[:8] not in said
    assert error.value.__cause__ is None
    return error.value.failure


def test_a_keystore_opens() -> None:
    key = read(written())
    assert key.secret_scalar.reveal() == KEY
    assert key.warnings == ()
    assert formats_that_fit(Secret(json.dumps(written()).encode())) == ("keystore-v3",)


def test_forms_that_wallets_write() -> None:
    keystore = written()
    keystore["Crypto"] = keystore.pop("crypto")
    keystore["address"] = "0x" + ADDRESS.upper()
    keystore["x-ethers"] = {"client": "ethers.js", "deep": [[{}]]}
    assert read(keystore).secret_scalar.reveal() == KEY
    del keystore["address"]
    assert len(read(keystore).warnings) == 1


def test_a_wrong_passphrase_is_told() -> None:
    assert refused(written(), b"correct horse ") is Failure.PASSPHRASE
    assert refused(written(), b"") is Failure.PASSPHRASE
    with pytest.raises(CeremonyError) as error:
        read_key("keystore-v3", Secret(json.dumps(written()).encode()))
    assert error.value.failure is Failure.PASSPHRASE


WRONG: list[tuple[str, Any, Failure]] = [
    ("address", "118aeeda4d805471df9b2a5b0f38a0c3bcba786b", Failure.ADDRESS),
    ("address", ADDRESS[:-2], Failure.KEY),
    ("address", 7, Failure.MALFORMED),
    ("version", 4, Failure.TYPE),
    ("version", 1, Failure.TYPE),
    ("version", "3", Failure.MALFORMED),
    ("crypto", None, Failure.MALFORMED),
    ("crypto", [], Failure.MALFORMED),
    ("crypto.cipher", "aes-128-cbc", Failure.TYPE),
    ("crypto.cipherparams.iv", "00", Failure.KEY),
    ("crypto.cipherparams.iv", "zz" * 16, Failure.KEY),
    ("crypto.ciphertext", "00" * 33, Failure.KEY),
    ("crypto.ciphertext", "00" * 32, Failure.PASSPHRASE),
    ("crypto.ciphertext", "", Failure.PASSPHRASE),
    ("crypto.ciphertext", "0" * 63, Failure.KEY),
    ("crypto.mac", "00" * 32, Failure.PASSPHRASE),
    ("crypto.mac", "00" * 31, Failure.KEY),
    ("crypto.mac", None, Failure.MALFORMED),
    ("crypto.kdf", "argon2id", Failure.MALFORMED),
    ("crypto.kdf", "scrypt", Failure.MALFORMED),
    ("crypto.kdfparams", None, Failure.MALFORMED),
    ("crypto.kdfparams.c", 10_000_001, Failure.OVERSIZED),
    ("crypto.kdfparams.c", 10**30, Failure.OVERSIZED),
    ("crypto.kdfparams.c", 0, Failure.MALFORMED),
    ("crypto.kdfparams.c", -1, Failure.MALFORMED),
    ("crypto.kdfparams.c", 11, Failure.PASSPHRASE),
    ("crypto.kdfparams.c", 10.0, Failure.MALFORMED),
    ("crypto.kdfparams.dklen", 16, Failure.MALFORMED),
    ("crypto.kdfparams.dklen", 2**40, Failure.MALFORMED),
    ("crypto.kdfparams.prf", "hmac-md5", Failure.TYPE),
    ("crypto.kdfparams.salt", "0", Failure.KEY),
    ("crypto.kdfparams.salt", "x" * 2000, Failure.MALFORMED),
]


@pytest.mark.parametrize(("place", "value", "failure"), WRONG)
def test_each_wrong_field_is_refused(place: str, value: object, failure: Failure) -> None:
    keystore = copy.deepcopy(written())
    *above, name = place.split(".")
    part = keystore
    for step in above:
        part = part[step]
    part[name] = value
    assert refused(keystore) is failure


@pytest.mark.parametrize(
    ("n", "r", "p", "failure"),
    [
        (1 << 21, 8, 1, Failure.OVERSIZED),
        (1 << 60, 1, 1, Failure.OVERSIZED),
        (2, 1 << 40, 1, Failure.OVERSIZED),
        (1 << 18, 8, 9, Failure.OVERSIZED),
        (2, 1, 1 << 30, Failure.OVERSIZED),
        (0, 8, 1, Failure.MALFORMED),
        (1, 8, 1, Failure.MALFORMED),
        (3, 8, 1, Failure.MALFORMED),
        (-2, 8, 1, Failure.MALFORMED),
        (2, 0, 1, Failure.MALFORMED),
        (2, 8, 0, Failure.MALFORMED),
        (2, 8, 1, Failure.PASSPHRASE),
    ],
)
def test_scrypt_is_weighed_before_it_runs(n: int, r: int, p: int, failure: Failure) -> None:
    keystore = written()
    keystore["crypto"]["kdf"] = "scrypt"
    keystore["crypto"]["kdfparams"] = {"dklen": 32, "n": n, "r": r, "p": p, "salt": "00" * 32}
    assert refused(keystore) is failure


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"version":3}',
        json.dumps(written()).encode()[:-1],
        json.dumps(written()).encode() + b"}",
        json.dumps(written()).encode().replace(b"aes", b"\xff"),
        b'{"version":3,"x":' + b"[" * 20_000,
        json.dumps(written()).encode("utf-16"),
    ],
)
def test_what_is_no_keystore_is_refused(text: bytes) -> None:
    assert refused(text) is Failure.MALFORMED


def test_a_key_out_of_range_is_refused() -> None:
    assert refused(written(bytes(32))) is Failure.KEY
    assert refused(written(b"\xff" * 32)) is Failure.KEY
    assert refused(b" " * 70_000) is Failure.OVERSIZED


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_damage_gives_a_key_or_a_class(data: st.DataObject) -> None:
    text = bytearray(json.dumps(written()).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CeremonyError):  # anything else that is raised fails the test
        read(bytes(text))


@settings(max_examples=25, deadline=None)
@given(number=st.integers(1, 2**255), passphrase=st.binary(max_size=30))
def test_what_was_written_is_read(number: int, passphrase: bytes) -> None:
    keystore = written(number.to_bytes(32, "big"), passphrase=passphrase)
    del keystore["address"]
    key = read(keystore, passphrase)
    assert int.from_bytes(key.secret_scalar.reveal(), "big") == number
