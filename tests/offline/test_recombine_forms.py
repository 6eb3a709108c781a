"""`ceremony recombine --format`: every form out, opened by others, and read in again."""

import getpass
import json
import stat
import sys
from pathlib import Path

import cv2
import numpy as np
import pyrage
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from nacl.signing import VerifyKey

from ceremony.curves import CURVES
from ceremony.keys.forms import FORMS
from ceremony.secret import Secret
from tests.support.expanded_signer import sign_expanded
from tests.support.exports import (
    IDENTITY,
    OPTIONS,
    OUTPUTS,
    PHRASE,
    SCALAR,
    SHARE_FILES,
    Exported,
    leaks,
)
from tests.support.fake_cluster import Cluster
from tests.support.invoking import Ceremony
from tests.support.key_commands import encrypting, split_key

CLAMPED = Secret(bytes.fromhex("09afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"))
FORM_CURVES = [(form, curve) for form, row in FORMS.items() for curve in row.curves]


def test_there_are_options_for_every_form() -> None:
    assert set(OPTIONS) == set(FORMS)


def outputs() -> list[Path]:
    return sorted(Path().glob("out*"))


@pytest.mark.parametrize(("form", "curve"), FORM_CURVES)
def test_every_form_is_written(
    ceremony: Ceremony, exported: Exported, form: str, curve: str
) -> None:
    given = exported(curve, spoil=2)
    outcome = ceremony.does(*given, "--format", form, *OPTIONS[form], *OUTPUTS[form])
    names = SHARE_FILES if form == "slip39" else ["out.key"]
    assert [path.name for path in outputs()] == names
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in outputs())
    assert outcome.out == ""
    said = outcome.err
    assert f"form        {form}: {FORMS[form].description}\n" in said
    assert all(f"{name}, read back and compared" in said for name in names)
    assert f"{given[-1]}, as expected" in said
    assert all(f"bad share   signer signer-{i}: " in said for i in (1, 2))
    # All shares together on one medium, without a passphrase, are the key as well.
    in_the_clear = not FORMS[form].encrypted or form == "slip39"
    assert ("this is the key in the clear" in said) is in_the_clear
    assert ("whether a recipient can open it, only he can try" in said) is (form == "age")
    assert ("NOT a seed" in said) is (curve == "ed25519")
    assert not leaks(outcome)
    written = b"".join(path.read_bytes() for path in outputs()).lower()
    assert not FORMS[form].encrypted or SCALAR.reveal().hex().encode() not in written


def recovered(form: str, curve: str) -> bytes:
    """The scalar in what was written, opened by other programs than ours where they can."""
    content = outputs()[0].read_bytes()
    if form in ("hex", "ed25519-scalar"):
        assert content.endswith(b"\n")
        return bytes.fromhex(content.decode().strip())
    if form == "qr":
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
        (code,) = zxingcpp.read_barcodes(picture)
        return bytes.fromhex(code.text)
    if form == "age":
        return bytes.fromhex(pyrage.decrypt(content, [IDENTITY]).decode())
    key = load_pem_private_key(content, PHRASE.encode())
    assert isinstance(key, EllipticCurvePrivateKey)
    return key.private_numbers().private_value.to_bytes(32, "big")


@pytest.mark.parametrize(
    ("form", "curve"),
    [(f, c) for f, c in FORM_CURVES if f in ("hex", "ed25519-scalar", "qr", "age", "pkcs8")],
)
def test_others_open_it(ceremony: Ceremony, exported: Exported, form: str, curve: str) -> None:
    ceremony.does(*exported(curve), "--format", form, *OPTIONS[form], "--out", "out.key")
    assert recovered(form, curve) == SCALAR.reveal()


def test_age_opens_for_each_recipient(ceremony: Ceremony, exported: Exported) -> None:
    others = [pyrage.x25519.Identity.generate() for _ in range(3)]
    recipients = [word for one in others for word in ("--recipient", str(one.to_public()))]
    ceremony.does(*exported("stark"), "--format", "age", *recipients, "--out", "out.age")
    for one in others:
        text = pyrage.decrypt(Path("out.age").read_bytes(), [one]).decode()
        assert text == SCALAR.reveal().hex() + "\n"


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_age_opens_with_an_ssh_key(ceremony: Ceremony, exported: Exported, kind: str) -> None:
    if kind == "ed25519":
        key: Ed25519PrivateKey | RSAPrivateKey = Ed25519PrivateKey.generate()
    else:
        key = generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    given = ("--format", "age", "--recipient", f"{public} somebody@somewhere", "--out", "out.age")
    ceremony.does(*exported("stark"), *given)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    identity = pyrage.ssh.Identity.from_buffer(private)
    text = pyrage.decrypt(Path("out.age").read_bytes(), [identity]).decode()
    assert text == SCALAR.reveal().hex() + "\n"


READ_AGAIN = [
    ("hex", "secp256k1", ("hex", "--curve", "secp256k1")),
    ("hex", "stark", ("stark",)),
    ("hex", "ed25519", ("ed25519-scalar",)),
    ("ed25519-scalar", "ed25519", ("ed25519-scalar",)),
    ("ed25519-expanded", "ed25519", ("ed25519-expanded",)),
    ("cardano-skey", "ed25519", ("cardano-skey",)),
    ("wif", "secp256k1", ("wif", "--network", "Bitcoin")),
    ("keystore-v3", "secp256k1", ("keystore-v3", "--passphrase-file", "phrase")),
    ("pkcs8", "secp256k1", ("pem", "--passphrase-file", "phrase")),
    *(("slip39", curve, ("slip39-key", "--curve", curve)) for curve in CURVES),
]


@pytest.mark.parametrize(("form", "curve", "read"), READ_AGAIN)
def test_what_was_exported_is_imported_again(
    ceremony: Ceremony, exported: Exported, form: str, curve: str, read: tuple[str, ...]
) -> None:
    given = exported(curve)
    public_key = given[-1]
    ceremony.does(*given, "--format", form, *OPTIONS[form], *OUTPUTS[form])
    three = outputs()[-3:]
    Path("again").write_bytes(b"".join(path.read_bytes() for path in three))
    source = ("--format", *read, "--key-file", "again", "--expect", public_key)
    found = json.loads(ceremony.does("inspect", *source, "--json").out)
    assert found["keys"][0]["publicKey"] == public_key
    cluster = Cluster()
    outcome = ceremony.does(*encrypting(cluster), *source)
    assert split_key(cluster).matches(SCALAR)
    assert not leaks(outcome)


@pytest.mark.parametrize("scalar", [SCALAR, CLAMPED])
def test_the_expanded_key_signs(ceremony: Ceremony, exported: Exported, scalar: Secret) -> None:
    given = exported("ed25519", scalar)
    outcome = ceremony.does(*given, "--format", "ed25519-expanded", "--out", "out.key")
    expanded = bytes.fromhex(Path("out.key").read_text().strip())
    signature = sign_expanded(expanded, b"a message")
    VerifyKey(bytes.fromhex(given[-1])).verify(b"a message", signature)
    clamped = expanded[0] & 7 == 0 and expanded[31] & 0xC0 == 0x40
    assert ("clamps it again" in outcome.err) is not clamped
    assert "this is the expanded secret key" in outcome.err
    assert "big-endian" not in outcome.err


def test_one_of_them_is_clamped_and_one_is_not(ceremony: Ceremony, exported: Exported) -> None:
    said = []
    for number, scalar in enumerate((SCALAR, CLAMPED)):
        given = exported("ed25519", scalar)
        asked = ("--format", "cardano-skey", "--out", f"out-{number}.skey")
        said.append("clamps it again" in ceremony.does(*given, *asked).err)
        Path("state").unlink()
        Path("export.json").unlink()
    assert sorted(said) == [False, True]


@pytest.mark.parametrize("form", ["hex", "age"])
def test_standard_output_holds_the_key_alone(
    ceremony: Ceremony, exported: Exported, form: str
) -> None:
    given = exported("secp256k1")
    outcome = ceremony.does(*given, "--format", form, *OPTIONS[form], "--out", "-")
    assert outputs() == []
    text = outcome.out
    if form == "age":
        text = pyrage.decrypt(text.encode(), [IDENTITY]).decode()
    assert text == SCALAR.reveal().hex() + "\n"
    assert "read back" not in outcome.err


def test_a_new_passphrase_is_typed_twice(
    ceremony: Ceremony, exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = exported("secp256k1")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    answers = [PHRASE, PHRASE + "!", PHRASE, PHRASE]
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: answers.pop(0))
    keystore = ("--format", "keystore-v3", "--out", "out.json")
    assert "the two passphrases differ" in ceremony.refuses(*given, *keystore).err
    ceremony.does(*given, *keystore)
    assert json.loads(Path("out.json").read_text())["version"] == 3


def test_the_expected_public_key_may_be_uncompressed(
    ceremony: Ceremony, exported: Exported
) -> None:
    point = CURVES["secp256k1"].base_multiply(SCALAR)
    given = exported("secp256k1")
    outcome = ceremony.does(*given[:-1], f"0x{point.encoded.hex()}", "--out", "out.key")
    assert f"{point.compressed.hex()}, as expected" in outcome.err
