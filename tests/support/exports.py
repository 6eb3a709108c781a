"""An export that came back, for the tests of `ceremony api recombine`."""

import json
from collections.abc import Callable
from pathlib import Path

import pyrage

from ceremony.secret import Secret
from tests.support.fake_cluster import export_response
from tests.support.invoking import Ceremony, Outcome

PHRASE = "seven words that nobody would ever guess"
IDENTITY = pyrage.x25519.Identity.generate()
SCALAR = Secret(bytes.fromhex("0123456789abcdef" * 3 + "00fedcba98765432"))
PROTOCOL = {"secp256k1": "CGGMP21", "stark": "CGGMP21", "ed25519": "FROST"}

OPTIONS: dict[str, tuple[str, ...]] = {
    "hex": (),
    "wif": ("--network", "Bitcoin"),
    "qr": (),
    "keystore-v3": ("--new-passphrase-file", "phrase"),
    "pkcs8": ("--new-passphrase-file", "phrase"),
    "age": ("--recipient", str(IDENTITY.to_public())),
    "slip39": ("--shares", "5", "--threshold", "3"),
    "ed25519-scalar": (),
    "ed25519-expanded": (),
    "cardano-skey": (),
}
SHARE_FILES = [f"out-{number}.key" for number in range(1, 6)]
SHARES = tuple(word for name in SHARE_FILES for word in ("--out", name))
OUTPUTS = {form: SHARES if form == "slip39" else ("--out", "out.key") for form in OPTIONS}

Exported = Callable[..., tuple[str, ...]]


def export(
    ceremony: Ceremony, curve: str, scalar: Secret = SCALAR, spoil: int = 0
) -> tuple[str, ...]:
    """Asks for an export and answers it: the arguments of recombine, but for form and output."""
    Path("phrase").write_text(PHRASE + "\n")
    state = ("--state", "state", "--passphrase-file", "phrase")
    ceremony.does("api", "export-request", *state, "--out", "export.json")
    response = export_response(curve, PROTOCOL[curve], scalar, Path("export.json"), spoil)
    Path("response.json").write_text(json.dumps(response))
    given = ("--response", "response.json", "--public-key", response["publicKey"])
    return ("api", "recombine", *state, *given)


def leaks(outcome: Outcome, scalar: Secret = SCALAR) -> bool:
    shown = outcome.shown.lower()
    return scalar.reveal().hex() in shown or PHRASE in shown
