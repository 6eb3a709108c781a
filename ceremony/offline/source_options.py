"""Which options of a command go together, told before anything is read or asked for."""

import argparse

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import STANDARD
from ceremony.keys.format_table import FORMATS

KIT = "fireblocks-kit"
"""The format of a whole recovery kit: several files, not one secret."""

NEW = "new"
"""The format of a key that is made here: no source at all."""

KIT_OPTIONS = (
    *("rsa_key", "rsa_passphrase_file", "key_id"),
    *("mobile_rsa_key", "mobile_rsa_passphrase_file"),
)

READ_OPTIONS = (
    *("signers", "key_file", "passphrase_file", "rsa_key", "rsa_passphrase_file"),
    *("mobile_rsa_key", "mobile_rsa_passphrase_file", "state", "response", "new_passphrase_file"),
)
"""Options of all commands that name a file to read, of which - is standard input."""


def check_source_options(options: argparse.Namespace) -> None:
    """Refuses options that do not go together, before anything is read or asked for.

    Raises ``usage``.
    """
    if options.format is not None and options.format not in (*FORMATS, KIT, NEW):
        raise CeremonyError(
            Failure.USAGE,
            f"the key format {printable(options.format)} is not known",
            hint=f"the formats: {', '.join((*FORMATS, KIT, NEW))}",
        )
    check_standard_input(options)
    for name in KIT_OPTIONS:
        if getattr(options, name) is not None and options.format != KIT:
            raise usage(f"{option_text(name)} is for the format {KIT} only")
    if options.format == NEW:
        _check_new(options)
    elif options.key_file is None:
        raise usage("--key-file is missing: it names the file with the key, - standard input")
    if options.format == KIT:
        _check_kit(options)
    keys = max(1, len(options.path))
    if options.expect and len(options.expect) != keys:
        raise CeremonyError(
            Failure.USAGE,
            f"--expect is given {times(len(options.expect))}, and there {_keys(keys)}",
            hint="give one for each --path, in the same order, or none",
        )


def check_standard_input(options: argparse.Namespace) -> None:
    """Only one thing comes from standard input: the second would be read as empty."""
    names = [name for name in READ_OPTIONS if getattr(options, name, None) == STANDARD]
    if len(names) > 1:
        raise CeremonyError(
            Failure.USAGE,
            f"{' and '.join(map(option_text, names))} cannot both be standard input",
            hint="name a file for all but one of them",
        )


def usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="see --help of this command")


def _check_new(options: argparse.Namespace) -> None:
    if options.curve is None:
        raise usage("a new key needs --curve")
    if options.key_file is not None or options.path or options.passphrase_file is not None:
        raise usage("a new key has no source: leave out --key-file, --path and --passphrase-file")
    if options.expect:
        raise usage("a new key cannot be expected: leave out --expect")


def _check_kit(options: argparse.Namespace) -> None:
    if options.rsa_key is None or options.curve is None or not options.path:
        raise CeremonyError(
            Failure.USAGE,
            f"{KIT} needs --rsa-key, --curve and at least one --path",
            hint="a path is m/44/COIN/ACCOUNT/CHANGE/INDEX: m/44/60/0/0/0 is vault 0 on Ethereum",
        )
    if options.mobile_rsa_passphrase_file is not None and options.mobile_rsa_key is None:
        raise usage("--mobile-rsa-passphrase-file is given without --mobile-rsa-key")


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _keys(count: int) -> str:
    return "is one key" if count == 1 else f"are {count} keys"


def option_text(name: str) -> str:
    """The option as it is typed, of the name that argparse gives it."""
    return f"--{name.replace('_', '-')}"
