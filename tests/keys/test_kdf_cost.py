"""Files that ask for minutes or hours of work are refused before any of it is done.

Each is a real file, or differs from one in nothing but the cost that it names: without the
guard, reading it takes that long, and then gives something else than ``oversized``.
"""

import base64
import json

import pytest
from Crypto.Util.asn1 import DerSequence
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from shamir_mnemonic import EncryptedMasterSecret, Share

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.fireblocks.crypto import load_rsa_key
from ceremony.keys.formats import read_key
from ceremony.keys.kdf import MAX_ROUNDS, MAX_SCRYPT_BLOCKS, check_kdf_cost
from ceremony.relay.configuration import check_private_key
from ceremony.secret import Secret
from tests.keys.test_keystore_v3 import written
from tests.keys.test_pkcs8 import K1, PBES2_2048, der, relength

WORD = Secret(b"correct horse")
BILLION = bytes.fromhex("02043b9aca00")
"""DER of 1,000,000,000: half an hour of PBKDF2."""

COSTLY = relength(der(K1, password=b"correct horse"), PBES2_2048, BILLION)


def pem(label: str, content: bytes, headers: str = "") -> bytes:
    text = headers + base64.encodebytes(content).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()


def mersenne_rsa() -> bytes:
    """PKCS#1: a sound RSA key of 19,630 bits, which OpenSSL takes two minutes to check."""
    p, q = 2**9689 - 1, 2**9941 - 1
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = [0, p * q, 65537, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    return bytes(DerSequence(numbers).encode())


def told(error: CeremonyError) -> str:
    assert error.failure is Failure.OVERSIZED
    assert len(error.message) < 200
    return error.message


HEADERS = [
    "",
    "X: Proc-Type: 4,ENCRYPTED\n\n",
    "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n",
]


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("label", ["ENCRYPTED PRIVATE KEY", "PRIVATE KEY"])
def test_pem(label: str, headers: str) -> None:
    """Headers stand in front of OpenSSL's older encryption alone; elsewhere they hide nothing."""
    with pytest.raises(CeremonyError) as error:
        read_key("pem", Secret(pem(label, COSTLY, headers)), passphrase=WORD)
    if headers:
        assert error.value.failure is Failure.MALFORMED
    else:
        assert "1,000,000,000 rounds" in told(error.value)


@pytest.mark.parametrize("label", ["ENCRYPTED PRIVATE KEY", "PRIVATE KEY", "RSA PRIVATE KEY"])
@pytest.mark.parametrize("before", [b"", b"Bag Attributes\n", pem("CERTIFICATE", bytes(9))])
def test_rsa_pem_rounds(label: str, before: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        load_rsa_key(Secret(before + pem(label, COSTLY)), WORD, "RSA key")
    assert "RSA key asks for 1,000,000,000 rounds" in told(error.value)


@pytest.mark.parametrize("headers", HEADERS)
def test_rsa_pem_with_headers_that_hide_it(headers: str) -> None:
    hidden = pem("ENCRYPTED PRIVATE KEY", COSTLY, headers)
    with pytest.raises(CeremonyError) as error:
        load_rsa_key(Secret(hidden), WORD, "RSA key")
    assert error.value.failure is (Failure.KEY if headers else Failure.OVERSIZED)


@pytest.mark.parametrize(
    "more", [b"-----BEGIN ENCRYPTED PRIVATE KEY----- \n", b"-----BEGIN x-----"]
)
def test_rsa_pem_with_blocks_that_only_some_readers_see(more: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        load_rsa_key(Secret(more + pem("RSA PRIVATE KEY", bytes(9))), WORD, "RSA key")
    assert error.value.failure is Failure.KEY


def test_an_rsa_key_whose_primes_take_minutes_to_check() -> None:
    key = pem("RSA PRIVATE KEY", mersenne_rsa())
    with pytest.raises(CeremonyError) as error:
        load_rsa_key(Secret(key), None, "RSA key")
    assert "bytes, the limit is 6,144" in told(error.value)
    with pytest.raises(CeremonyError) as error:
        read_key("der", Secret(mersenne_rsa()))
    told(error.value)


def test_rsa_keys_as_fireblocks_uses_them_are_within_the_limits() -> None:
    key = rsa.generate_private_key(65537, 4096)
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        for lock, word in ((NoEncryption(), None), (BestAvailableEncryption(b"w"), Secret(b"w"))):
            text = key.private_bytes(Encoding.PEM, form, lock)
            assert load_rsa_key(Secret(text), word, "RSA key").key_size == 4096


def slip39(exponent: int) -> bytes:
    """Two shares of one set, right in everything."""
    values = [bytes([n]) * 16 for n in range(2)]
    shares = [
        Share(5, True, exponent, 0, 1, 1, place, 2, value) for place, value in enumerate(values)
    ]
    return "\n".join(share.mnemonic() for share in shares).encode()


@pytest.mark.parametrize("name", ["slip39-seed", "slip39-key"])
def test_slip39(name: str) -> None:
    paths = ("m/0",) if name == "slip39-seed" else ()
    with pytest.raises(CeremonyError) as error:
        read_key(name, Secret(slip39(15)), curve="secp256k1", paths=paths)
    assert "share 1 asks for 327,680,000 rounds" in told(error.value)
    with pytest.raises(CeremonyError) as error:
        read_key(name, Secret(slip39(1)), curve="secp256k1", paths=paths)
    # Right shares of no secret: with a cost that is common they are read as far as that.
    assert error.value.failure is Failure.INCONSISTENT


def test_slip39_sets_of_the_standard_are_within_the_limits() -> None:
    sealed = EncryptedMasterSecret.from_master_secret(bytes(16), b"", 5, True, 2)
    assert sealed.iteration_exponent == 2
    check_kdf_cost("share 1", rounds=10_000 << 9)


@pytest.mark.parametrize(
    ("n", "r", "p"),
    [
        (2, 1, 1 << 23),  # twenty minutes in pycryptodome, and within n * r * p
        (2, 1 << 21, 1),
        (1 << 14, 8, 200),
        (1 << 20, 16, 1),
        (1 << 24, 1, 1),
        (2, 1, 10**4000),
    ],
)
def test_keystore_scrypt(n: int, r: int, p: int) -> None:
    keystore = written()
    keystore["crypto"]["kdf"] = "scrypt"
    keystore["crypto"]["kdfparams"] = {"dklen": 32, "n": n, "r": r, "p": p, "salt": "00" * 32}
    with pytest.raises(CeremonyError) as error:
        read_key("keystore-v3", Secret(json.dumps(keystore).encode()), passphrase=WORD)
    assert "scrypt" in told(error.value)


@pytest.mark.parametrize("scrypt", [(1 << 18, 8, 1), (1 << 18, 1, 8), (4096, 8, 6), (8192, 8, 16)])
def test_what_wallets_write_is_within_the_limits(scrypt: tuple[int, int, int]) -> None:
    check_kdf_cost("keystore", scrypt=scrypt)
    check_kdf_cost("keystore", rounds=MAX_ROUNDS, scrypt=(2, MAX_SCRYPT_BLOCKS, 1))


def test_the_relays_credential_is_held_to_the_same_limits() -> None:
    with pytest.raises(CeremonyError) as error:
        check_private_key(Secret(pem("RSA PRIVATE KEY", mersenne_rsa())))
    told(error.value)
