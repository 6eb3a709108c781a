"""`ceremony api export-request` and `recombine`: ask for a key, and get it back."""

import sys
from dataclasses import dataclass, replace

from ceremony.curves import CURVES, ED25519, Curve
from ceremony.desk.digests import digest_lines
from ceremony.desk.passphrase import known_passphrase, new_passphrase
from ceremony.dfns.key_export import Recovered, build_key_export_request, recover_secret_scalar
from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError
from ceremony.files import STANDARD, check_absent, read_file
from ceremony.keys.forms import FORMS, OutOptions, check_form_curve, form_named, write_form
from ceremony.keys.forms.expanded import expanded_key, is_clamped
from ceremony.keys.material import KeyMaterial, scalar_key
from ceremony.message import digest
from ceremony.offline.key_files import (
    IN_THE_CLEAR,
    FormOptions,
    file_content,
    output_files,
    warn_of_one_place,
    write_key,
)
from ceremony.offline.public_keys import read_public_key
from ceremony.offline.report import report
from ceremony.offline.source_options import check_standard_input, usage
from ceremony.offline.state import DISK, Disk, read_state, write_state
from ceremony.passphrases import WORK, Work
from ceremony.secret import Random

LONG_SEARCH = 2**14
"""Combinations of shares after which people are told that the search goes on."""

MAX_REPORTED = 20
"""Bad shares that are told one by one."""


NOT_A_SEED = (
    "this is the secret scalar, big-endian; it is NOT a seed:",
    "wallets that take a seed would make another key of it",
)

EXPANDED = ("ed25519-expanded", "cardano-skey")
"""The forms that hold the expanded secret key."""

EXPANDED_NOT_A_SEED = (
    "this is the expanded secret key of RFC 8032; it is NOT a seed:",
    "only software that asks for an expanded (or extended) key can use it",
)
NOT_ASCII = (
    "the passphrase has letters outside ASCII, which programs write in several ways:",
    "try it with the program that shall open the file, before you rely on it",
)
NOT_CLAMPED = (
    "the key was not made from a seed: software that clamps it again",
    "signs wrongly with it; try one signature before you rely on it",
)


@dataclass(frozen=True, slots=True)
class ExportRequestOptions:
    """Two new files, and where the passphrase of the state comes from."""

    state: str
    passphrase_file: str | None
    out: str


@dataclass(frozen=True, slots=True)
class RecombineOptions:
    """The state and the answer that belong together, and the public key from people's records."""

    state: str
    passphrase_file: str | None
    response: str
    public_key: str
    form: FormOptions


def export_request(
    options: ExportRequestOptions, random: Random, work: Work = WORK, disk: Disk = DISK
) -> None:
    """A fresh decryption key, sealed and safe; only then the request that needs it."""
    for path, what in ((options.state, "the state"), (options.out, "the request")):
        if path == STANDARD:
            raise usage(f"{what} needs a file: standard output is for people here")
    check_absent(options.state, "the state")
    check_absent(options.out, "the request")
    passphrase = new_passphrase(options.passphrase_file, "the state", random)
    key = DecryptionKey.generate(random)
    write_state(options.state, key, passphrase, random, work, disk)
    body = build_key_export_request(key.encryption_key)
    disk.write(options.out, body, "the request")
    report("state", f"{options.state}, read back and opened", "keep it, and a copy, until the end")
    report("export key", key.encryption_key.text)
    report("request", f"{options.out}, for POST /keys/{{keyId}}/export")
    report("digest", *digest_lines(digest(body)))


def recombine(options: RecombineOptions, random: Random, work: Work = WORK) -> None:
    """The key of an export response, if it is the expected one, in the form asked for."""
    form_name = options.form.form
    check_standard_input(
        {
            "--passphrase-file": options.passphrase_file,
            "--state": options.state,
            "--response": options.response,
            "--new-passphrase-file": options.form.new_passphrase_file,
        }
    )
    outputs = output_files(options.form)
    public_key = read_public_key(options.public_key)
    _check_form_holds(form_name, public_key)
    response = read_file(options.response, "the response")
    form_options = replace(read_form_options(options.form, random), work=work)
    passphrase = known_passphrase(options.passphrase_file, "the state")
    key = read_state(options.state, passphrase, work)
    recovered = recover_secret_scalar(key, response, public_key, SearchReport().tell)
    material = scalar_key(recovered.curve, recovered.secret_scalar)
    written = write_form(form_name, material, form_options, random)
    contents = [file_content(form_name, output) for output in written]
    files = write_key(outputs, contents)
    _report_deviations(recovered)
    report("public key", f"{recovered.public_key.hex()}, as expected", to=sys.stderr)
    form = FORMS[form_name]
    report("form", f"{form_name}: {form.description}", to=sys.stderr)
    if outputs and STANDARD not in files:  # else each was told when it was written
        report("", *(f"{path}, read back and compared" for path in files), to=sys.stderr)
    if form.checked:
        report("checked", form.checked, to=sys.stderr)
    if not form.encrypted:
        report("warning", IN_THE_CLEAR, to=sys.stderr)
    if form_options.shares is not None:
        warn_of_one_place(files, form_options)
    if recovered.curve == ED25519.name:
        _warn_of_scalar(form_name, material)


def _check_form_holds(form: str, public_key: bytes) -> None:
    """A form that cannot hold such a key is refused before any passphrase is asked for.

    Raises ``curve``. Most bytes are a public key of one curve; where they fit several,
    the form has to hold one of them.
    """
    curves = [name for name, curve in CURVES.items() if _is_on(curve, public_key)]
    if curves and not set(curves) & set(form_named(form).curves):
        check_form_curve(form, curves[0])


def _is_on(curve: Curve, public_key: bytes) -> bool:
    try:
        curve.parse_public_key(public_key)
    except CeremonyError:
        return False
    return True


class SearchReport:
    """Says that a search goes on: once it is long, and each time it has doubled."""

    def __init__(self) -> None:
        self._next = LONG_SEARCH

    def tell(self, tried: int, most: int) -> None:
        if tried >= self._next:
            self._next = tried * 2
            line = f"{tried:,} combinations of shares tried, of {most:,} at the most"
            report("searching", line, "Ctrl-C ends it and loses nothing", to=sys.stderr)


def _report_deviations(recovered: Recovered) -> None:
    """What was wrong with the answer, although its key is here."""
    for remark in recovered.remarks:
        report("warning", f"{remark.why} ({remark.failure})", to=sys.stderr)
    bad_signers = recovered.bad_signers
    for bad in bad_signers[:MAX_REPORTED]:
        line = f"signer {bad.signer_id}: {bad.why} ({bad.failure})"
        report("bad share", line, to=sys.stderr)
    if len(bad_signers) > MAX_REPORTED:
        report("", f"and {len(bad_signers) - MAX_REPORTED} more bad shares", to=sys.stderr)


def _warn_of_scalar(form: str, key: KeyMaterial) -> None:
    """What an exported ed25519 key is, and what software must not be given it."""
    if form not in EXPANDED:
        report("warning", *NOT_A_SEED, to=sys.stderr)
        return
    report("warning", *EXPANDED_NOT_A_SEED, to=sys.stderr)
    if not is_clamped(expanded_key(key)):
        report("warning", *NOT_CLAMPED, to=sys.stderr)


def read_form_options(options: FormOptions, random: Random) -> OutOptions:
    """What the form needs, from the command line, files and the keyboard.

    Raises ``file`` and ``passphrase``.
    """
    passphrase = None
    file, needs = options.new_passphrase_file, form_named(options.form).needs
    if "passphrase" in needs or file is not None:
        purpose = f"the {options.form} file"
        passphrase = new_passphrase(file, purpose, random, "--new-passphrase-file")
        if not passphrase.reveal().isascii():
            report("warning", *NOT_ASCII, to=sys.stderr)
    return OutOptions(
        passphrase=passphrase,
        recipients=options.recipients,
        network=options.network,
        shares=options.numbers,
    )
