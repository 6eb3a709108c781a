"""OpenSSH keys that somebody put together: what is opened is what was looked at."""

import base64

import pytest
from Crypto.Util.asn1 import DerObjectId, DerOctetString, DerSequence
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.formats import read_key
from ceremony.keys.kdf import MAX_BCRYPT_ROUNDS
from ceremony.secret import Secret
from tests.support.key_samples import vector

PLAIN = vector("keys/openssh.json", "plain")
ENCRYPTED = vector("keys/openssh.json", "encrypted")
BEGIN, END = "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"
SIXTEEN_ROUNDS = (16).to_bytes(4, "big") + (1).to_bytes(4, "big")
"""ssh-keygen's rounds of bcrypt, and the number of keys that follows them."""


def content(text: str) -> bytes:
    return base64.b64decode("".join(text.replace(BEGIN, "").replace(END, "").split()))


def block(data: bytes) -> Secret:
    return Secret(f"{BEGIN}\n{base64.encodebytes(data).decode()}{END}\n".encode())


@pytest.mark.parametrize("rounds", [MAX_BCRYPT_ROUNDS + 1, 2**32 - 1])
def test_rounds_that_nobody_writes(rounds: int) -> None:
    costly = content(ENCRYPTED["text"]).replace(
        SIXTEEN_ROUNDS, rounds.to_bytes(4, "big") + SIXTEEN_ROUNDS[4:]
    )
    with pytest.raises(CeremonyError) as error:
        read_key("openssh", block(costly), passphrase=Secret(b"correct horse"))
    assert error.value.failure is Failure.OVERSIZED
    assert f"asks for {rounds:,} rounds of bcrypt" in error.value.message


def around(inner: str) -> str:
    """A PKCS#8 block that asks for a billion rounds, and has ``inner`` within its last value.

    A reader of PEM that passes over what is no base64 decodes all of it as one structure.
    """
    letters = "".join(inner.replace("-", "").split())
    filling = "A" * (-len(letters) % 4)
    tail = base64.b64decode(letters + filling)
    for salt in range(8, 11):
        kdf = DerSequence([DerOctetString(bytes(salt)), 1_000_000_000])
        parameters = DerSequence(
            [
                DerSequence([DerObjectId("1.2.840.113549.1.5.12"), kdf]),
                DerSequence([DerObjectId("2.16.840.1.101.3.4.1.2"), DerOctetString(bytes(16))]),
            ]
        )
        algorithm = DerSequence([DerObjectId("1.2.840.113549.1.5.13"), parameters])
        der = DerSequence([algorithm, DerOctetString(tail)]).encode()
        if (len(der) - len(tail)) % 3 == 0:
            head = base64.encodebytes(der[: -len(tail)]).decode()
            label = "ENCRYPTED PRIVATE KEY"
            return f"-----BEGIN {label}-----\n{head}{inner}{filling}\n-----END {label}-----\n"
    raise AssertionError


def test_a_costly_block_around_the_one_that_was_looked_at() -> None:
    wrapped = around(PLAIN["text"])
    assert wrapped.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    (key,) = read_key("openssh", Secret(wrapped.encode()))
    assert key.public_key.hex() == PLAIN["public_key"]


def test_a_key_of_another_kind_behind_the_header_of_ed25519() -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
    )
    plain, end = content(PLAIN["text"]), content(other.decode())
    # magic, two names, no parameters, one key: 15 + 8 + 8 + 4 + 4; the public key comes next.
    public_end = 39 + 4 + int.from_bytes(plain[39:43], "big")
    other_end = 39 + 4 + int.from_bytes(end[39:43], "big")
    with pytest.raises(CeremonyError) as error:
        read_key("openssh", block(plain[:public_end] + end[other_end:]))
    assert error.value.failure is Failure.MALFORMED


@pytest.mark.parametrize("size", [0, 3, 5])
def test_rounds_of_another_length(size: int) -> None:
    data = content(ENCRYPTED["text"])
    at = data.index(SIXTEEN_ROUNDS)
    length = at - 16 - 4 - 4
    parameters = data[length + 4 : at] + bytes(size)
    changed = data[:length] + len(parameters).to_bytes(4, "big") + parameters + data[at + 4 :]
    with pytest.raises(CeremonyError) as error:
        read_key("openssh", block(changed), passphrase=Secret(b"correct horse"))
    assert error.value.failure is Failure.MALFORMED
