"""The keys of an export: each is named in Dfns, and its form and files are possible."""

import re
from collections.abc import Iterator

from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, printable
from ceremony.keys.forms import FORMS, OutOptions, check_form_options
from ceremony.keys.forms.agefile import check_recipients
from ceremony.keys.slip39.split import check_share_numbers
from ceremony.record.plan import ExportKey, Plan
from ceremony.record.plan_imports import unknown_network
from ceremony.record.plan_lines import Place
from ceremony.text import parse_hex_bytes

ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)


def check_exports(plan: Plan) -> Iterator[tuple[Place, str]]:
    """Every mistake in the keys of an export, with its place in the plan."""
    files = {plan.state: "the sealed state"}
    for index, key in enumerate(plan.exports):
        for field, text in (*_named(key), *_public_key(key), *_form(key), *_files(key, files)):
            yield ("keys", index, field), text


def _named(key: ExportKey) -> Iterator[tuple[str, str]]:
    if (key.key is None) is (key.wallet is None):
        yield "", f"{printable(key.label)} names a key or a wallet, one of them"
    for name, value in (("key", key.key), ("wallet", key.wallet)):
        if value is not None and not ID.fullmatch(value):
            yield name, f"this is not the id of a {name}"
    if key.curve is not None and key.curve not in CURVES:
        yield "curve", f"the curve is one of {', '.join(CURVES)}"
    if key.network is not None and (unknown := unknown_network(key.network)):
        yield "network", unknown


def _public_key(key: ExportKey) -> Iterator[tuple[str, str]]:
    try:
        parse_hex_bytes(key.public_key, "public_key")
    except CeremonyError as error:
        yield "public_key", error.message
        return
    if key.curve in CURVES or key.curve is None:
        if not (curves := curves_of(key)):
            yield "public_key", f"this is not a public key of {key.curve or 'any curve'}"
        elif key.form in FORMS and not curves & set(FORMS[key.form].curves):
            held = " and ".join(FORMS[key.form].curves)
            yield "form", f"the form {key.form} holds keys of {held}, and this one is not"


def curves_of(key: ExportKey) -> set[str]:
    """The curves that the public key is on, of the named one or of all."""
    encoded = parse_hex_bytes(key.public_key, "public_key")
    found: set[str] = set()
    for name in (key.curve,) if key.curve else CURVES:
        # On stark it takes a third of a second: it is tried where nothing else fits.
        if name == "stark" and found:
            continue
        try:
            CURVES[name].parse_public_key(encoded)
        except CeremonyError:
            continue
        found.add(name)
    return found


def _form(key: ExportKey) -> Iterator[tuple[str, str]]:
    if key.form not in FORMS:
        yield "form", f"the form {printable(key.form)} is not known: {', '.join(FORMS)}"
        return
    shares = None if key.threshold is None else (key.threshold, len(key.to))
    given = OutOptions(recipients=key.recipients, network=key.network, shares=shares).given
    typed = FORMS[key.form].needs & {"passphrase"}
    try:
        check_form_options(key.form, given | typed)
        if shares is not None:
            check_share_numbers(*shares)
        if key.recipients:
            check_recipients(key.recipients)
    except CeremonyError as error:
        yield "form", f"{error.message}: {error.hint}"


def _files(key: ExportKey, files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """``files`` are those of the keys before, by their names; this key's are added."""
    if key.threshold is None and len(key.to) != 1:
        yield "to", "to names one file; several are for the shares of slip39"
    for name in key.to:
        if not name or not name.isprintable() or name.endswith("/"):
            yield "to", "a file has a name, of printable characters"
        elif name in files:
            yield "to", f"{printable(name)} is a file of {printable(files[name])} already"
        files.setdefault(name, key.label)
