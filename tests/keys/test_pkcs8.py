"""PEM and DER: what OpenSSL writes is read; what is wrong or too costly is refused."""

import base64
import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.fireblocks.crypto import load_rsa_key
from ceremony.keys.formats import formats_that_fit
from ceremony.keys.pkcs8 import parse_der, parse_pem
from ceremony.relay.configuration import check_private_key
from ceremony.secret import Secret

OPENSSL = json.loads((Path(__file__).parents[1] / "vectors/keys/openssl.json").read_text())
"""Files written by OpenSSL itself: see the file's source."""

NUMBER = 0x0C28FCA386C7A227600B2FE50B7CAE11EC86D3BF1FBE471BE89827E19D72AA1D
K1 = ec.derive_private_key(NUMBER, ec.SECP256K1())
ED = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WORD = Secret(b"correct horse")
PBES2_2048 = bytes.fromhex("02020800")
"""DER of the number of rounds that the library writes."""


def der(key: object, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.DER, form, encryption)  # type: ignore[attr-defined]


def pem(key: object, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes = b"") -> str:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, encryption).decode()  # type: ignore[attr-defined]


def read(value: str | bytes, passphrase: Secret | None = None):  # type: ignore[no-untyped-def]
    if isinstance(value, str):
        return parse_pem(Secret(value.encode()), passphrase)
    return parse_der(Secret(value), passphrase)


def refused(value: str | bytes, passphrase: Secret | None = None) -> Failure:
    with pytest.raises(CeremonyError) as error:
        read(value, passphrase)
    shown = value if isinstance(value, str) else value.hex()
    said = error.value.message + error.value.hint
    lines = [line for line in re.split(r"\s", shown) if len(line) > 10]
    assert not [line for line in lines if line[:10] in said]
    assert error.value.__cause__ is None
    return error.value.failure


@pytest.mark.parametrize("case", OPENSSL["cases"], ids=lambda case: case["name"])
def test_what_openssl_wrote_is_read_or_refused(case: dict) -> None:
    passphrase = Secret(case["passphrase"].encode()) if "passphrase" in case else None
    if "failure" in case:
        assert refused(case["text"], passphrase) == case["failure"]
    else:
        key = read(case["text"], passphrase)
        assert (key.curve, key.public_key.hex()) == (case["curve"], case["public_key"])
    assert formats_that_fit(Secret(case["text"].encode())) == ("pem",)


def test_there_are_files_of_openssl() -> None:
    assert OPENSSL["source"]
    assert len(OPENSSL["cases"]) == OPENSSL["count"] >= 10


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_secp256k1_in_both_forms(form: PrivateFormat) -> None:
    for value in (der(K1, form), pem(K1, form)):
        key = read(value)
        assert int.from_bytes(key.secret_scalar.reveal(), "big") == NUMBER
        assert key.public_key == K1.public_key().public_bytes(
            Encoding.X962, PublicFormat.CompressedPoint
        )
    assert "der" in formats_that_fit(Secret(der(K1, form)))


def test_ed25519_gives_its_seed() -> None:
    for value in (der(ED), pem(ED)):
        key = read(value)
        assert key.seed is not None
        assert key.seed.reveal() == bytes(range(32))


def test_encrypted_keys_open_with_their_passphrase() -> None:
    for key in (K1, ED):
        for value in (der(key, password=b"correct horse"), pem(key, password=b"correct horse")):
            assert read(value, WORD).public_key == read(der(key)).public_key
            assert refused(value) is Failure.PASSPHRASE
            assert refused(value, Secret(b"")) is Failure.PASSPHRASE
            assert refused(value, Secret(b"correct horse ")) is Failure.PASSPHRASE
    assert refused(der(K1), WORD) is Failure.PASSPHRASE
    assert refused(pem(K1), WORD) is Failure.PASSPHRASE


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.BrainpoolP256R1()])
def test_other_curves_are_refused(curve: ec.EllipticCurve) -> None:
    key = ec.derive_private_key(NUMBER >> 8, curve)
    assert refused(der(key)) is Failure.CURVE
    assert refused(pem(key, PrivateFormat.TraditionalOpenSSL)) is Failure.CURVE


def test_the_second_version_of_pkcs8_is_refused() -> None:
    # RFC 8410, section 10.3: with attributes and the public key. OpenSSL reads none either.
    value = (
        "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f"
        "44755842a01f301d060a2a864886f70d01090914310f0c0d437572646c652043686169727381210019bf4409"
        "6984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
    )
    assert refused(bytes.fromhex(value)) is Failure.MALFORMED


def test_other_kinds_of_key_are_refused() -> None:
    exchange = x25519.X25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert refused(der(exchange)) is Failure.TYPE
    rsa_key = rsa.generate_private_key(65537, 2048)
    assert refused(pem(rsa_key, PrivateFormat.TraditionalOpenSSL)) is Failure.TYPE
    assert refused(der(rsa_key)) is Failure.TYPE
    assert refused(pem(ED, PrivateFormat.OpenSSH)) is Failure.TYPE
    public = K1.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert refused(public.decode()) is Failure.TYPE
    public = K1.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert refused(public) is Failure.MALFORMED


def test_a_public_key_inside_must_belong_to_the_private_one() -> None:
    def point(key: ec.EllipticCurvePrivateKey) -> bytes:
        return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    other = ec.derive_private_key(NUMBER - 1, ec.SECP256K1())
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        mixed = der(K1, form).replace(point(K1), point(other))
        assert mixed != der(K1, form)
        assert refused(mixed) is Failure.MALFORMED


def test_damaged_texts_are_refused() -> None:
    text = pem(K1)
    lines = text.splitlines()
    assert refused("") is Failure.KEY
    assert refused("the key is in the safe") is Failure.TYPE
    assert refused("\n".join(lines[:-1])) is Failure.TYPE
    assert refused("\n".join([lines[0], *lines[2:]])) is Failure.MALFORMED
    assert refused(text + text) is Failure.MALFORMED
    assert refused(text.replace(lines[1][5], "*", 1)) is Failure.MALFORMED
    assert refused(text.replace(lines[1][5], "\u0430", 1)) is Failure.KEY
    assert refused(text.replace("PRIVATE KEY", "PRIVATE KEX")) is Failure.TYPE
    assert refused(text.replace("PRIVATE KEY", "\x1bPRIVATE KEY")) is Failure.TYPE
    assert refused(lines[0] + "\n" + lines[-1]) is Failure.MALFORMED
    for size in (0, 1, 2, 10, len(der(K1)) - 1):
        assert refused(der(K1)[:size]) is Failure.MALFORMED
    assert refused(der(K1) + b"\0") is Failure.MALFORMED


@pytest.mark.parametrize("rounds", ["0204009896ff", "02047fffffff", "02087fffffffffffffff"])
def test_a_costly_pbkdf2_is_refused_before_it_runs(rounds: str) -> None:
    bomb = der(K1, password=b"correct horse")
    assert bomb.count(PBES2_2048) == 1
    rebuilt = relength(bomb, PBES2_2048, bytes.fromhex(rounds))
    assert refused(rebuilt, WORD) is Failure.OVERSIZED


@pytest.mark.parametrize("numbers", ["02047fffffff", "0203008000020200ff", "02014002047fffffff"])
def test_a_costly_scrypt_is_refused_before_it_runs(numbers: str) -> None:
    # A PKCS#8 of which only the description of its encryption is real.
    scrypt = tlv(0x06, bytes.fromhex("2b06010401da47040b"))
    parameters = tlv(0x30, tlv(0x04, bytes(8)) + bytes.fromhex(numbers) + b"\2\1\x7f" * 2)
    kdf = tlv(0x30, scrypt + parameters)
    pbes2 = tlv(0x06, bytes.fromhex("2a864886f70d01050d")) + tlv(0x30, kdf + tlv(0x30, b""))
    bomb = tlv(0x30, tlv(0x30, pbes2) + tlv(0x04, bytes(48)))
    assert refused(bomb, WORD) is Failure.OVERSIZED


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes((tag,)) + length + content


def relength(value: bytes, old: bytes, new: bytes) -> bytes:
    """Replace ``old``, and rewrite the lengths of everything around it."""
    if old not in value or value == old:
        return value.replace(old, new)
    output = b""
    while value:
        tag, length, start = value[0], value[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(value[2:start], "big")
        content = value[start : start + length]
        whole = value[: start + length]
        if whole == old:
            output += new
        elif old in content and tag == 0x30:
            output += tlv(tag, relength(content, old, new))
        else:
            output += whole
        value = value[start + length :]
    return output


SOURCES = [der(K1), der(ED), der(K1, PrivateFormat.TraditionalOpenSSL)]
# Opening takes 2,048 rounds each time: few examples are enough there.
ENCRYPTED = der(K1, password=b"correct horse")


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_damage_gives_a_key_or_a_class(data: st.DataObject) -> None:
    value = bytearray(data.draw(st.sampled_from([*SOURCES, ENCRYPTED])))
    for _ in range(data.draw(st.integers(1, 3))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CeremonyError):  # anything else that is raised fails the test
        parse_der(Secret(bytes(value)), data.draw(st.sampled_from((None, WORD))))


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=80), label=st.sampled_from(["", "EC ", "ENCRYPTED ", "RSA "]))
def test_any_pem_gives_a_key_or_a_class(body: bytes, label: str) -> None:
    text = base64.b64encode(body).decode()
    for inside in (text, "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n" + text):
        block = f"-----BEGIN {label}PRIVATE KEY-----\n{inside}\n-----END {label}PRIVATE KEY-----"
        for passphrase in (None, WORD):
            with suppress(CeremonyError):
                parse_pem(Secret(block.encode()), passphrase)


X448_OF_32_BYTES = bytes.fromhex("302e020100300506032b656f04220420") + bytes(range(32))
"""Found by fuzzing: OpenSSL fails in a way that the library tells as an error of its own."""


def test_a_key_on_which_the_library_itself_fails() -> None:
    assert refused(X448_OF_32_BYTES) is Failure.MALFORMED
    text = base64.b64encode(X448_OF_32_BYTES).decode()
    block = f"-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"
    assert refused(block) is Failure.MALFORMED
    for read_pem, failure in (
        (lambda pem: load_rsa_key(pem, None, "RSA key"), Failure.KEY),
        (check_private_key, Failure.CONFIGURATION),
    ):
        with pytest.raises(CeremonyError) as error:
            read_pem(Secret(block.encode()))
        assert error.value.failure is failure
