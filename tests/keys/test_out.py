"""The forms of an exported key: what others can open and use, and what is refused."""

import base64
import hashlib
import json
from dataclasses import replace
from itertools import combinations
from typing import Any

import pyrage
import pytest
from Crypto.Util.asn1 import DerInteger
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from ceremony.curves import CURVES, ED25519
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.forms import FORMS, OutOptions, Output, read_form, write_form, written_and_read
from ceremony.keys.forms.expanded import expanded_key, is_clamped
from ceremony.keys.material import KeyMaterial, scalar_key
from ceremony.secret import Random, Secret
from tests.support.expanded_signer import sign_expanded
from tests.support.self_tests import LITTLE
from tests.support.vector_files import cases

PASSPHRASE = Secret("pässphrase of six words or so".encode())
IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
MISTYPED = RECIPIENT[:-1] + ("p" if RECIPIENT[-1] == "q" else "q")
SCALAR = Secret(bytes.fromhex("01" + "23" * 30 + "45"))
KEYS = {curve: scalar_key(curve, SCALAR) for curve in CURVES}
READ = OutOptions(passphrase=PASSPHRASE, identity=Secret(str(IDENTITY).encode()))


def options_for(form: str) -> OutOptions:
    needs = FORMS[form].needs
    return OutOptions(
        passphrase=PASSPHRASE if "passphrase" in needs else None,
        recipients=(RECIPIENT,) if "recipients" in needs else (),
        network="Bitcoin" if "network" in needs else None,
        shares=(3, 5) if "shares" in needs else None,
        work=LITTLE,
    )


def write(form: str, key: KeyMaterial, random: Random = system_random) -> Output:
    (output,) = write_form(form, key, options_for(form), random)
    return output


def read(form: str, content: bytes, curve: str) -> KeyMaterial:
    reading = replace(READ, network="Bitcoin" if form == "wif" else None)
    return read_form(form, (Output("file", Secret(content), clear=False),), curve, reading)


ONE_FILE = [form for form, row in FORMS.items() if "shares" not in row.needs]
FORM_CURVES = [(form, curve) for form in ONE_FILE for curve in FORMS[form].curves]


@pytest.mark.parametrize(("form", "curve"), FORM_CURVES)
def test_form_reads_back_as_the_key(form: str, curve: str) -> None:
    output = write(form, KEYS[curve])
    back = read(form, output.content.reveal(), curve)
    assert back.public_key == KEYS[curve].public_key
    assert back.secret_scalar.matches(SCALAR)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(FORM_CURVES), st.integers(1, CURVES["stark"].order - 1))
def test_any_key_reads_back(form_curve: tuple[str, str], number: int) -> None:
    form, curve = form_curve
    key = scalar_key(curve, Secret((number % CURVES[curve].order).to_bytes(32, "big")))
    assert read(form, write(form, key).content.reveal(), curve).public_key == key.public_key


@pytest.mark.parametrize(("form", "curve"), FORM_CURVES)
def test_encrypted_forms_do_not_show_the_key(form: str, curve: str) -> None:
    output = write(form, KEYS[curve])
    assert output.clear is not FORMS[form].encrypted
    if FORMS[form].encrypted:
        shown = output.content.reveal().lower()
        assert SCALAR.reveal().hex().encode() not in shown
        assert SCALAR.reveal() not in shown


@pytest.mark.parametrize(
    ("form", "curve"), [(f, c) for f in FORMS for c in CURVES if c not in FORMS[f].curves]
)
def test_curve_that_the_form_cannot_hold_is_refused(form: str, curve: str) -> None:
    with pytest.raises(CeremonyError) as error:
        write_form(form, KEYS[curve], options_for(form), system_random)
    assert error.value.failure == Failure.CURVE
    assert "age" in error.value.hint
    assert form != "pkcs8" or curve != "ed25519" or "no seed leads to it" in error.value.message


@pytest.mark.parametrize(
    ("form", "options", "failure"),
    [
        ("pem", OutOptions(), Failure.USAGE),
        ("hex\x1b[2J", OutOptions(), Failure.USAGE),
        ("keystore-v3", OutOptions(), Failure.USAGE),
        ("keystore-v3", OutOptions(passphrase=Secret(b"")), Failure.PASSPHRASE),
        ("pkcs8", OutOptions(passphrase=Secret(b" \n")), Failure.PASSPHRASE),
        ("hex", OutOptions(passphrase=PASSPHRASE), Failure.USAGE),
        ("wif", OutOptions(), Failure.USAGE),
        ("wif", OutOptions(network="Ethereum"), Failure.NETWORK),
        ("wif", OutOptions(network="bitcoin"), Failure.NETWORK),
        ("age", OutOptions(), Failure.USAGE),
        ("age", OutOptions(recipients=("age1nonsense",)), Failure.MALFORMED),
        (
            "age",
            OutOptions(recipients=(MISTYPED,)),
            Failure.MALFORMED,
        ),
        ("age", OutOptions(recipients=(RECIPIENT.replace("1", "l", 1),)), Failure.MALFORMED),
        ("age", OutOptions(recipients=(RECIPIENT, "")), Failure.MALFORMED),
        ("age", OutOptions(recipients=(RECIPIENT, RECIPIENT + " ")), Failure.MALFORMED),
        ("age", OutOptions(recipients=(str(IDENTITY),)), Failure.MALFORMED),
        ("age", OutOptions(recipients=("ssh-ed25519 AAAA",)), Failure.MALFORMED),
        ("age", OutOptions(recipients=(RECIPIENT,), network="Bitcoin"), Failure.USAGE),
    ],
)
def test_wrong_options_are_refused(form: str, options: OutOptions, failure: Failure) -> None:
    with pytest.raises(CeremonyError) as error:
        write_form(form, KEYS["secp256k1"], options, system_random)
    assert error.value.failure == failure


@pytest.mark.parametrize("curve", list(CURVES))
def test_any_three_of_five_shares_give_the_key_and_two_do_not(curve: str) -> None:
    outputs = write_form("slip39", KEYS[curve], options_for("slip39"), system_random)
    assert [output.name for output in outputs] == [f"share-{i}.slip39" for i in range(1, 6)]
    for chosen in combinations(outputs, 3):
        back = read_form("slip39", chosen, curve, OutOptions())
        assert back.secret_scalar.matches(SCALAR)
    for output in outputs:
        assert len(output.content.reveal().splitlines()[-1].split()) == 33
        assert SCALAR.reveal().hex().encode() not in output.content.reveal()
    with pytest.raises(CeremonyError) as error:
        read_form("slip39", outputs[:2], curve, OutOptions())
    assert error.value.failure in (Failure.SHARES, Failure.NOT_ENOUGH_SHARES)


ASCII = Secret(b"correct horse battery staple")


def test_each_share_says_what_it_is_and_not_whose() -> None:
    key = KEYS["stark"]
    for passphrase, said in ((None, b"no passphrase"), (ASCII, b"a passphrase is needed")):
        options = OutOptions(passphrase=passphrase, shares=(3, 5))
        outputs = write_form("slip39", key, options, system_random)
        for number, output in enumerate(outputs, 1):
            *label, share = output.content.reveal().splitlines()
            assert b"SLIP-39 share %d of 5 of a key exported from Dfns" % number in label[0]
            assert b"any 3 of the 5" in label[1]
            assert said in label[1]
            assert all(line.startswith(b"# ") for line in label)
            text = b"\n".join(label).lower()
            assert key.public_key.hex().encode() not in text
            assert not set(share.split()[2:]) & set(text.split()) - {b"key", b"share"}


def test_shares_with_a_passphrase_need_it() -> None:
    """SLIP-39 has no check: another passphrase gives another key, or none that is one."""
    options = OutOptions(passphrase=ASCII, shares=(3, 5))
    outputs = write_form("slip39", KEYS["stark"], options, system_random)
    back = read_form("slip39", outputs[:3], "stark", OutOptions(passphrase=ASCII))
    assert back.secret_scalar.matches(SCALAR)
    try:
        other = read_form("slip39", outputs[:3], "stark", OutOptions())
    except CeremonyError:
        return
    assert not other.secret_scalar.matches(SCALAR)


@pytest.mark.parametrize("text", [b"x", b"password", b"aaaaaaaaaaaaaaaa", b"12345678901234567"])
@pytest.mark.parametrize("form", ["keystore-v3", "pkcs8", "slip39"])
def test_a_passphrase_that_is_guessed_is_refused(form: str, text: bytes) -> None:
    options = replace(options_for(form), passphrase=Secret(text))
    with pytest.raises(CeremonyError) as error:
        write_form(form, KEYS["secp256k1"], options, system_random)
    assert error.value.failure == Failure.PASSPHRASE


@pytest.mark.parametrize("shares", [None, (1, 3), (4, 3), (2, 17), (0, 0), (-1, 5)])
def test_senseless_numbers_of_shares_are_refused(shares: tuple[int, int] | None) -> None:
    with pytest.raises(CeremonyError) as error:
        write_form("slip39", KEYS["stark"], OutOptions(shares=shares), system_random)
    assert error.value.failure == (Failure.THRESHOLD if shares else Failure.USAGE)


def test_a_private_age_identity_given_as_recipient_is_not_shown() -> None:
    with pytest.raises(CeremonyError) as error:
        write_form("age", KEYS["stark"], OutOptions(recipients=(str(IDENTITY),)), system_random)
    assert str(IDENTITY)[16:40] not in error.value.message + error.value.hint


def test_form_that_reads_back_as_another_key_is_refused() -> None:
    wrong = replace(FORMS["hex"], read=lambda _outputs, curve, _options: scalar_key(
        curve, Secret((1).to_bytes(32, "big"))
    ))  # fmt: skip
    with pytest.raises(CeremonyError) as error:
        written_and_read("hex", wrong, KEYS["stark"], OutOptions(), system_random)
    assert error.value.failure == Failure.KEY


@pytest.mark.parametrize("form", ["keystore-v3", "pkcs8"])
def test_broken_randomness_stops_the_form(form: str) -> None:
    with pytest.raises(CeremonyError) as error:
        write(form, KEYS["secp256k1"], lambda size: bytes(size))
    assert error.value.failure == Failure.RANDOMNESS


@pytest.mark.parametrize("form", ["keystore-v3", "pkcs8"])
def test_randomness_is_the_argument_alone(form: str) -> None:
    def fixed(size: int) -> bytes:
        return hashlib.shake_256(b"fixed").digest(size)

    key = KEYS["secp256k1"]
    assert write(form, key, fixed).content.matches(write(form, key, fixed).content)
    assert not write(form, key).content.matches(write(form, key).content)


@pytest.mark.parametrize("form", ["keystore-v3", "pkcs8"])
def test_wrong_passphrase_does_not_open(form: str) -> None:
    output = write(form, KEYS["secp256k1"])
    with pytest.raises(CeremonyError) as error:
        read_form(form, (output,), "secp256k1", OutOptions(passphrase=Secret(b"wrong")))
    assert error.value.failure == Failure.PASSPHRASE


def test_pkcs8_opens_with_openssl() -> None:
    pem = write("pkcs8", KEYS["secp256k1"]).content.reveal()
    key = load_pem_private_key(pem, PASSPHRASE.reveal())
    assert isinstance(key, EllipticCurvePrivateKey)
    assert isinstance(key.curve, SECP256K1)
    assert key.private_numbers().private_value == int.from_bytes(SCALAR.reveal(), "big")


def test_age_file_opens_for_each_recipient_and_for_nobody_else() -> None:
    other, stranger = (pyrage.x25519.Identity.generate() for _ in range(2))
    options = OutOptions(recipients=(RECIPIENT, f" {other.to_public()}\n"))
    (output,) = write_form("age", KEYS["stark"], options, system_random)
    for identity in (IDENTITY, other):
        text = pyrage.decrypt(output.content.reveal(), [identity])
        assert text == SCALAR.reveal().hex().encode() + b"\n"
    reading = OutOptions(identity=Secret(str(stranger).encode()))
    with pytest.raises(CeremonyError) as error:
        read_form("age", (output,), "stark", reading)
    assert error.value.failure == Failure.DECRYPT


@pytest.mark.parametrize("identity", [None, b"", b"AGE-SECRET-KEY-1QQQ", b"\xff"])
def test_age_file_needs_an_identity(identity: bytes | None) -> None:
    output = write("age", KEYS["stark"])
    reading = OutOptions(identity=None if identity is None else Secret(identity))
    with pytest.raises(CeremonyError) as error:
        read_form("age", (output,), "stark", reading)
    assert error.value.failure == Failure.DECRYPT


def test_costs_are_those_of_the_standards() -> None:
    """Without ``work``, which only the tests give, once."""
    key, options = KEYS["secp256k1"], OutOptions(passphrase=PASSPHRASE)
    (keystore,) = write_form("keystore-v3", key, options, system_random)
    crypto = json.loads(keystore.content.reveal())["crypto"]
    parameters = {name: crypto["kdfparams"][name] for name in ("n", "r", "p", "dklen")}
    assert parameters == {"n": 262144, "r": 8, "p": 1, "dklen": 32}
    (pem,) = write_form("pkcs8", key, options, system_random)
    text = pem.content.reveal()
    assert text.startswith(b"-----BEGIN ENCRYPTED")
    assert DerInteger(1_000_000).encode() in base64.b64decode(b"".join(text.splitlines()[1:-1]))


@pytest.mark.parametrize("case", cases("keys-out/expanded.json", 30))
def test_expanded_key_signs_as_other_programs_sign_with_it(case: dict[str, Any]) -> None:
    key = scalar_key("ed25519", Secret(bytes.fromhex(case["scalar"])))
    expanded = expanded_key(key)
    assert expanded.reveal().hex() == case["expanded"]
    assert is_clamped(expanded) == case["clamped"]
    message = bytes.fromhex(case["message"])
    signature = sign_expanded(expanded.reveal(), message)
    assert signature.hex() == case["signature"]
    assert case.get("pycardano_signature", case["signature"]) == case["signature"]
    public_key = bytes.fromhex(case["public_key"])
    assert VerifyKey(public_key).verify(message, signature) == message
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)


@given(st.integers(1, ED25519.order - 1), st.binary(max_size=100))
def test_expanded_key_of_any_scalar_signs(number: int, message: bytes) -> None:
    key = scalar_key("ed25519", Secret(number.to_bytes(32, "big")))
    signature = sign_expanded(expanded_key(key).reveal(), message)
    assert VerifyKey(key.public_key).verify(message, signature) == message


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", Failure.KEY),
        (b"00" * 64, Failure.KEY),
        (b"ab" * 63, Failure.KEY),
        (b"ab" * 64 + b" ab", Failure.KEY),
        (b"zz" * 64, Failure.KEY),
        ("\u0430b".encode() * 64, Failure.KEY),
    ],
)
def test_bad_expanded_key_is_refused(content: bytes, failure: Failure) -> None:
    with pytest.raises(CeremonyError) as error:
        read("ed25519-expanded", content, "ed25519")
    assert error.value.failure == failure


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        (lambda e: {}, Failure.MALFORMED),
        (lambda e: [e], Failure.MALFORMED),
        (lambda e: e | {"type": "PaymentSigningKeyShelley_ed25519"}, Failure.MALFORMED),
        (lambda e: e | {"cborHex": e["cborHex"][:-2]}, Failure.MALFORMED),
        (lambda e: e | {"cborHex": "5840" + e["cborHex"][4:]}, Failure.MALFORMED),
        (lambda e: e | {"cborHex": 5}, Failure.MALFORMED),
        (lambda e: e | {"cborHex": "5880" + "01" + e["cborHex"][6:]}, Failure.PUBLIC_KEY),
    ],
)
def test_bad_cardano_envelope_is_refused(change: Any, failure: Failure) -> None:
    envelope = json.loads(write("cardano-skey", KEYS["ed25519"]).content.reveal())
    with pytest.raises(CeremonyError) as error:
        read("cardano-skey", json.dumps(change(envelope)).encode(), "ed25519")
    assert error.value.failure == failure


@given(st.sampled_from(FORM_CURVES), st.binary(max_size=300))
def test_any_bytes_are_refused_by_class(form_curve: tuple[str, str], content: bytes) -> None:
    form, curve = form_curve
    with pytest.raises(CeremonyError):
        read(form, content, curve)


@pytest.mark.parametrize("count", [0, 2])
@pytest.mark.parametrize(("form", "curve"), FORM_CURVES)
def test_number_of_files_is_checked(form: str, curve: str, count: int) -> None:
    output = write(form, KEYS[curve])
    reading = replace(READ, network="Bitcoin")
    with pytest.raises(CeremonyError) as error:
        read_form(form, (output,) * count, curve, reading)
    assert error.value.failure == Failure.USAGE
