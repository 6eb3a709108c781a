"""Every format refuses what people get wrong, by class, and repeats nothing of it."""

import re
from typing import Any

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.keys import formats
from ceremony.keys.formats import read_key
from ceremony.secret import Secret
from tests.support.wrong_inputs import FORMATS

ELSEWHERE = ("keystore-v3", "pem", "openssh", "slip39", "fireblocks")
"""Formats, by how their names begin, whose wrong inputs have test modules of their own."""

PUBLIC = (
    *("ed25519", "secp256", "suiprivke", "-priv-0x", "p2wpkh-p2sh", "p2wsh-p2sh", "p2wpkh"),
    *("sh(wpkh", "descriptor", "VerificationKey"),
    *("ExtendedSigningKey", "PaymentSigningKey", "SigningKey", "cborHex", "Payment", "Shelley"),
)
"""What names a format and may stand in an error, though the source has it too."""

CASES = [
    pytest.param(name, wrong, id=f"{name}: {wrong[0]}")
    for name, row in FORMATS.items()
    for wrong in row.wrong
]


def read(name: str, text: str | bytes, options: dict[str, Any]) -> tuple[Any, ...]:
    if isinstance(passphrase := options.get("passphrase"), bytes):
        options = options | {"passphrase": Secret(passphrase)}
    return read_key(name, Secret(text if isinstance(text, bytes) else text.encode()), **options)


def pieces(text: str | bytes) -> set[str]:
    """Whatever must not be repeated: each run of seven characters, each word."""
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    for public in PUBLIC:
        shown = shown.replace(public, " ")
    words = {word for word in re.findall(r"[a-z]{5,8}", shown) if f" {word} " in f" {shown} "}
    runs = {run[i : i + 7] for run in re.findall(r"\S{7,}", shown) for i in range(len(run) - 6)}
    return words | {run for run in runs if len(set(run)) > 2}


@pytest.mark.parametrize(("name", "wrong"), CASES)
def test_a_wrong_input_is_refused_by_its_class_and_not_repeated(name: str, wrong: Any) -> None:
    label, text, failure, options = wrong
    with pytest.raises(CeremonyError) as error:
        read(name, text, FORMATS[name].options | options)
    assert error.value.failure == failure, error.value.message
    # The words suggested for an unknown one are the one exception: test_bip39 looks at them.
    said = error.value.message + "\n" + re.sub(r"word \d+: perhaps .*", "", error.value.hint)
    if label != "a sentence":
        assert not [piece for piece in pieces(text) if piece in said]
    assert not [piece for piece in pieces(FORMATS[name].right) if piece in error.value.message]
    assert error.value.message[0].islower() or error.value.message.startswith(("WIF", "XRP"))
    assert not error.value.message.endswith(".")
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None


@pytest.mark.parametrize("name", FORMATS)
def test_the_right_input_is_read(name: str) -> None:
    row = FORMATS[name]
    (key,) = read(name, row.right, row.options)
    (again,) = read(name, f" {row.right}\r\n", row.options)
    assert key.public_key == again.public_key


def test_every_format_has_ten_wrong_inputs() -> None:
    here = {n for n in formats.FORMATS if not n.startswith(ELSEWHERE) and n != "der"}
    assert here == set(FORMATS)
    for name, row in FORMATS.items():
        assert len({label for label, *_ in row.wrong}) == len(row.wrong) >= 10, name


def test_failures_are_classes() -> None:
    assert all(isinstance(failure, Failure) for _, (_, _, failure, _) in (c.values for c in CASES))
