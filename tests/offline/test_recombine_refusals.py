"""`ceremony recombine` with options that do not fit: one line, one hint, nothing written."""

import json
from pathlib import Path

import pytest

from ceremony.curves import CURVES
from ceremony.dfns.key_export import build_key_export_request
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.keys.forms import FORMS
from tests.support.exports import (
    IDENTITY,
    OPTIONS,
    OUTPUTS,
    PHRASE,
    PROTOCOL,
    SCALAR,
    Exported,
    leaks,
)
from tests.support.fake_cluster import export_response
from tests.support.invoking import Ceremony
from tests.support.keyboards import Keyboard

RECIPIENT = str(IDENTITY.to_public())
MISTYPED = RECIPIENT[:-1] + ("p" if RECIPIENT[-1] == "q" else "q")
AGE = ("--format", "age", "--recipient")
PHRASED = ("--new-passphrase-file", "phrase")
SHARED = ("--format", "slip39", "--shares")

REFUSED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "a form of nobody": (("--format", "pem"), "there is no form pem", "the forms: hex, wif"),
    "a form that needs a seed": (("--format", "solana"), "in the format solana, and not written",
                                 "is a scalar, which no seed leads to"),
    "a form with an escape": (("--format", "\x1b[2J"), "there is no form <U+001B>[2J",
                              "the forms"),
    "no passphrase": (("--format", "keystore-v3"), "there is no terminal",
                      "--new-passphrase-file FILE"),
    "an empty passphrase": (("--format", "pkcs8", "--new-passphrase-file", "blank"),
                            "the new passphrase is empty", "six random words"),
    "no passphrase file": (("--format", "pkcs8", "--new-passphrase-file", "nowhere"),
                           "cannot read the passphrase file", "check the name"),
    "a passphrase for hex": (PHRASED, "the form hex takes no passphrase", "keystore-v3 and pkcs8"),
    "a passphrase for age": ((*AGE, RECIPIENT, *PHRASED), "the form age takes no passphrase",
                             "keystore-v3 and pkcs8"),
    "no recipient": (("--format", "age"), "needs a recipient", "age1... or ssh-..."),
    "a recipient for hex": (("--recipient", RECIPIENT), "the form hex takes no recipient",
                            "age takes one"),
    "a recipient of nobody": ((*AGE, "age1qqqq"), "recipient 1 is not an age recipient", "age1"),
    "a recipient mistyped": ((*AGE, RECIPIENT, "--recipient", MISTYPED),
                             "recipient 2 is not an age recipient", "age-keygen -y"),
    "an identity as recipient": ((*AGE, str(IDENTITY)), "is not an age recipient", "age1"),
    "a recipient twice": ((*AGE, RECIPIENT, "--recipient", RECIPIENT), "named twice", "age1"),
    "no network": (("--format", "wif"), "needs a network", "Bitcoin, Litecoin"),
    "a network for hex": (("--network", "Bitcoin"), "the form hex takes no network", "wif"),
    "a network without WIF": (("--format", "wif", "--network", "Ethereum"), "Ethereum has no WIF",
                              "Bitcoin, BitcoinCash"),
    "a network of nobody": (("--format", "wif", "--network", "bitcoin"), "bitcoin has no WIF",
                            "Bitcoin"),
    "no number of shares": (("--format", "slip39"), "needs a number of shares", "how many"),
    "no threshold": ((*SHARED, "5"), "--shares and --threshold go together", "--help"),
    "a threshold alone": (("--format", "slip39", "--threshold", "5"), "go together", "--help"),
    "a threshold of one": ((*SHARED, "5", "--threshold", "1"), "1 of 5 shares", "at least 2"),
    "more than all shares": ((*SHARED, "5", "--threshold", "6"), "6 of 5 shares", "at least 2"),
    "too many shares": ((*SHARED, "1000000000", "--threshold", "3"), "is not possible",
                        "at most 16"),
    "fewer than no shares": ((*SHARED, "-5", "--threshold", "-3"), "is not possible", "at most 16"),
    "no shares": ((*SHARED, "0", "--threshold", "0"), "0 of 0 shares", "at least 2"),
    "shares in words": ((*SHARED, "five", "--threshold", "3"), "not understood", "--help"),
    "shares of hex": (("--shares", "5", "--threshold", "3"),
                      "the form hex takes no number of shares", "slip39"),
    "two outputs": (("--out", "a", "--out", "b"), "one file is written, and --out is given 2 times",
                    "once for each file"),
    "too few outputs": ((*SHARED, "3", "--threshold", "2", "--out", "a", "--out", "b"),
                        "3 shares are written, and --out is given 2 times", "a medium of its own"),
    "one output for all shares": ((*SHARED, "3", "--threshold", "2"),
                                  "3 shares are written, and --out is given once", "medium"),
    "one output twice": ((*SHARED, "2", "--threshold", "2", "--out", "a", "--out", "./a"),
                         "--out names one file twice", "--help"),
    "a weak passphrase": ((*SHARED, "2", "--threshold", "2", "--out", "a", "--out", "b",
                           "--new-passphrase-file", "weak"), "fewer than 12 characters",
                          "random words"),
    "shares on standard output": ((*SHARED, "5", "--threshold", "3", "--out", "-"),
                                  "the form slip39 needs a file", "--help"),
    "a picture on standard output": (("--format", "qr", "--out", "-"), "the form qr needs a file",
                                     "--help"),
    "a file that exists": (("--out", "phrase"), "the key file phrase exists already",
                           "nothing is overwritten"),
    "a folder that does not": (("--out", "nowhere/out.key"), "there is no folder nowhere",
                               "make the folder"),
    "the output is a folder": (("--out", "."), "exists already", "nothing is overwritten"),
    "standard input twice": (("--response", "-", "--passphrase-file", "-"),
                             "cannot both be standard input", "name a file"),
    "a wrong passphrase of the state": (("--passphrase-file", "wrong"), "does not open the state",
                                        "capital letters"),
    "an address as public key": (("--public-key", "0x58A57ed9d8d624cBD12e2C467D34787555bB1b25"),
                                 "as the public key is an address of 20 bytes", "in hex"),
    "an address in base58 as public key": (
        ("--public-key", "24PNhTaNtomHhoy3fTRaMhAFCRj4uHqhZEEoWrKDbR5p"),
        "looks like an address in base58", "in hex"),
    "an empty response": (("--response", "empty"), "the export response is empty", "copied"),
    "the request in place of the response": (
        ("--response", "own.json"), "this is the request of an export, which ceremony wrote",
        "what came from Dfns"),
    "another public key": (("--public-key", "02" + "79be667ef9dcbbac55a06295ce870b07"
                            "029bfcdb2dce28d959f2815b16f81798"), "the response is for", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(ceremony: Ceremony, exported: Exported, name: str) -> None:
    given, said, advised = REFUSED[name]
    asked = exported("secp256k1")
    Path("blank").write_text(" \n")
    Path("weak").write_text("x\n")
    Path("wrong").write_text(PHRASE + "!\n")
    Path("empty").write_bytes(b"")
    own = build_key_export_request(DecryptionKey.generate(system_random).encryption_key)
    Path("own.json").write_bytes(own)
    out = () if "--out" in given else ("--out", "out.key")
    outcome = ceremony.refuses(*asked, *out, *given)
    error, hint = outcome.err.splitlines()
    assert said in error
    assert advised in hint
    assert not leaks(outcome)
    assert str(IDENTITY)[16:] not in outcome.err


@pytest.mark.parametrize(
    ("form", "curve"), [(f, c) for f in FORMS for c in CURVES if c not in FORMS[f].curves]
)
def test_a_curve_that_the_form_cannot_hold(
    ceremony: Ceremony, exported: Exported, form: str, curve: str
) -> None:
    asked = (*exported(curve), "--format", form, *OPTIONS[form], *OUTPUTS[form])
    outcome = ceremony.refuses(*asked)
    error, hint = outcome.err.splitlines()
    assert curve in error
    fitting = ", ".join(other for other, row in FORMS.items() if curve in row.curves)
    assert hint.endswith(f"forms for {curve}: {fitting}")
    if form == "pkcs8" and curve == "ed25519":
        assert "an exported key is a scalar: no seed leads to it" in error


@pytest.mark.parametrize("option", ["--state", "--out"])
def test_an_export_request_writes_no_file_to_standard_output(
    ceremony: Ceremony, option: str
) -> None:
    Path("phrase").write_text(PHRASE)
    given = {"--state": "state", "--out": "export.json", "--passphrase-file": "phrase"}
    words = [word for pair in (given | {option: "-"}).items() for word in pair]
    assert "needs a file" in ceremony.refuses("api", "export-request", *words).err


def test_a_broken_response_is_refused_before_anything_is_written(
    ceremony: Ceremony, exported: Exported
) -> None:
    asked = exported("stark")
    response = export_response("stark", PROTOCOL["stark"], SCALAR, Path("export.json"), spoil=3)
    Path("response.json").write_text(json.dumps(response))
    outcome = ceremony.refuses(*asked, "--format", "qr", "--out", "out.png")
    assert "signer-1" in outcome.err


@pytest.mark.parametrize("form", ["keystore-v3", "pkcs8"])
def test_a_form_that_cannot_hold_the_key_is_refused_before_a_passphrase_is_asked_for(
    ceremony: Ceremony, exported: Exported, keyboard: Keyboard, form: str
) -> None:
    asked = (*exported("ed25519"), "--format", form, "--out", "out.key")
    assert "ed25519" in ceremony.refuses(*asked).err
    assert keyboard.prompts == []


@pytest.mark.parametrize(
    ("phrase", "warned"), [("Pa\u00dfwort aus W\u00f6rtern", True), ("passphrase of words", False)]
)
def test_a_passphrase_outside_ascii_is_pointed_out(
    ceremony: Ceremony, exported: Exported, phrase: str, warned: bool
) -> None:
    asked = exported("secp256k1")
    Path("other").write_text(phrase + "\n")
    written = ("--format", "keystore-v3", "--new-passphrase-file", "other", "--out", "out.key")
    outcome = ceremony.does(*asked, *written)
    assert ("the passphrase has letters outside ASCII" in outcome.err) is warned
    assert phrase not in outcome.shown
