"""The forms in which an exported key leaves: each written, read back and compared."""

from ceremony.curves import CURVES, curve_named
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.hedge import context_of, hedged
from ceremony.keys.forms.agefile import AGE_CHECKED, read_age, write_age
from ceremony.keys.forms.clear import read_hex, read_wif, write_hex, write_qr, write_wif
from ceremony.keys.forms.expanded import (
    read_cardano,
    read_expanded,
    write_cardano,
    write_expanded,
)
from ceremony.keys.forms.form import Form, OutOptions, Output
from ceremony.keys.forms.keystore import read_keystore, write_keystore
from ceremony.keys.forms.pkcs8 import read_pkcs8, write_pkcs8
from ceremony.keys.forms.slip39 import read_slip39, write_slip39
from ceremony.keys.material import KeyMaterial
from ceremony.keys.refusals import usage_error
from ceremony.passphrases import check_new_passphrase
from ceremony.secret import Random

__all__ = [
    "FORMS",
    "Form",
    "OutOptions",
    "Output",
    "check_form_curve",
    "check_form_options",
    "form_named",
    "read_form",
    "write_form",
    "written_and_read",
]

ALL = tuple(CURVES)
K1 = ("secp256k1",)
ED = ("ed25519",)
PASSPHRASE = frozenset({"passphrase"})

NEEDS = {
    "passphrase": ("passphrase", "six random words or more, kept apart from the file"),
    "recipients": ("recipient", "the age1... or ssh-... public key of whoever shall open it"),
    "network": ("network", "the wallet's, as Dfns names it: Bitcoin, Litecoin, Dogecoin, ..."),
    "shares": ("number of shares", "how many are made, and how many of them give the key"),
}
"""What people call the options of ``OutOptions``, and what to give."""

SEED_FORMATS = ("solana", "stellar", "tezos", "sui", "near", "algorand", "aptos")
"""Formats in which ed25519 keys come in, which an export can never fill again."""

FORMS: dict[str, Form] = {
    "hex": Form("64 hex digits, as Dfns' tools write them", ALL, False, write_hex, read_hex),
    "wif": Form(
        "Wallet Import Format of the network, for the compressed public key",
        K1, False, write_wif, read_wif, frozenset({"network"}),
    ),
    "qr": Form("a QR picture of the hex digits", ALL, False, write_qr, read_hex),
    "keystore-v3": Form(
        "Ethereum keystore file, version 3, scrypt",
        K1, True, write_keystore, read_keystore, PASSPHRASE,
    ),
    "pkcs8": Form(
        "PKCS#8 in PEM, encrypted with a passphrase", K1, True, write_pkcs8, read_pkcs8, PASSPHRASE
    ),
    "age": Form(
        "age file with the hex digits, for one or more recipients",
        ALL, True, write_age, read_age, frozenset({"recipients"}), checked=AGE_CHECKED,
    ),
    "slip39": Form(
        "SLIP-39 shares, one file for each custodian, any k of n of which give the key",
        ALL, True, write_slip39, read_slip39, frozenset({"shares"}), PASSPHRASE,
    ),
    "ed25519-scalar": Form(
        "64 hex digits, the scalar big-endian: what ed25519-scalar reads again",
        ED, False, write_hex, read_hex,
    ),
    "ed25519-expanded": Form(
        "128 hex digits, the expanded secret key of RFC 8032: scalar and prefix",
        ED, False, write_expanded, read_expanded,
    ),
    "cardano-skey": Form(
        "Cardano extended signing key, text envelope for cardano-cli",
        ED, False, write_cardano, read_cardano,
    ),
}  # fmt: skip
"""Every form, by the name that people give."""


def write_form(
    name: str, key: KeyMaterial, options: OutOptions, random: Random
) -> tuple[Output, ...]:
    """The files of a form. They were read back and hold exactly this key.

    Raises ``usage`` for an unknown form and for options it lacks or does not take,
    ``curve`` when the form has no way to hold a key of that curve, ``passphrase``
    for one that protects nothing, ``key`` when what was written does not read back as the key.
    """
    form = form_named(name)
    check_form_curve(name, key.curve)
    check_form_options(name, options.given)
    if options.passphrase is not None:
        check_new_passphrase(options.passphrase)
    random = hedged(random, key.secret_scalar, context_of("dfns-ceremony form v1", name))
    return written_and_read(name, form, key, options, random)


def written_and_read(
    name: str, form: Form, key: KeyMaterial, options: OutOptions, random: Random
) -> tuple[Output, ...]:
    """The files that ``form`` writes, after its own reader found exactly this key in them.

    Raises ``key`` when it found another one.
    """
    outputs, reading = form.write(key, options, random)
    back = form.read(outputs, key.curve, reading)
    if not back.secret_scalar.matches(key.secret_scalar) or back.public_key != key.public_key:
        raise CeremonyError(
            Failure.KEY,
            f"the form {name} reads back as another key",
            hint="use none of it; try again, and another form if it happens again",
        )
    return outputs


def read_form(
    name: str, outputs: tuple[Output, ...], curve: str, options: OutOptions
) -> KeyMaterial:
    """The key in the files of a form, checked by the form's own reader.

    Raises ``usage``, ``curve``, and what the reader refuses.
    """
    form = form_named(name)
    check_form_curve(name, curve)
    return form.read(outputs, curve, options)


def form_named(name: str) -> Form:
    """The form of that name. Raises ``usage``."""
    if name in SEED_FORMATS:
        raise usage_error(
            f"keys are read in the format {name}, and not written: it holds a seed",
            "an exported ed25519 key is a scalar, which no seed leads to; the forms: "
            + ", ".join(FORMS),
        )
    if name not in FORMS:
        raise usage_error(f"there is no form {printable(name)}", f"the forms: {', '.join(FORMS)}")
    return FORMS[name]


def check_form_curve(name: str, curve: str) -> None:
    """Raises ``curve`` when the form has no way to hold a key of the curve; ``usage``."""
    form = form_named(name)
    if curve_named(curve).name in form.curves:
        return
    fitting = ", ".join(other for other, row in FORMS.items() if curve in row.curves)
    if curve == "ed25519" and name == "pkcs8":
        message = (
            "PKCS#8 holds an ed25519 seed, and an exported key is a scalar: no seed leads to it"
        )
    else:
        message = f"the form {name} holds keys of {' and '.join(form.curves)}, this one is {curve}"
    raise CeremonyError(Failure.CURVE, message, hint=f"forms for {curve}: {fitting}")


def check_form_options(name: str, given: frozenset[str]) -> None:
    """What the form needs is ``given``, and nothing that it does not take. Raises ``usage``."""
    form = form_named(name)
    for option, (noun, how) in NEEDS.items():
        if option in given and option not in form.needs | form.optional:
            takers = [n for n, row in FORMS.items() if option in row.needs | row.optional]
            take = "take" if len(takers) > 1 else "takes"
            raise usage_error(
                f"the form {name} takes no {noun}", f"{' and '.join(takers)} {take} one"
            )
        if option in form.needs and option not in given:
            raise usage_error(f"the form {name} needs a {noun}, and none is given", how)
