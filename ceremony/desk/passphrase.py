"""Passphrases: from a file for scripts, else typed where nobody sees them."""

import getpass
import sys

from ceremony.errors import CeremonyError, Failure
from ceremony.files import read_passphrase
from ceremony.secret import Secret


def new_passphrase(file: str | None, purpose: str) -> Secret:
    """One that is chosen now: typed twice. Raises ``passphrase`` or ``file``."""
    if file is not None:
        return read_passphrase(file)
    first = _type(f"new passphrase for {purpose}: ")
    if not first.matches(_type("the same again: ")):
        raise CeremonyError(
            Failure.PASSPHRASE, "the two passphrases differ", hint="start the command again"
        )
    return first


def known_passphrase(file: str | None, purpose: str) -> Secret:
    """One that was chosen before: typed once. Raises ``passphrase`` or ``file``."""
    return read_passphrase(file) if file is not None else _type(f"passphrase of {purpose}: ")


def _type(prompt: str) -> Secret:
    if not sys.stdin.isatty():
        raise CeremonyError(
            Failure.PASSPHRASE,
            "there is no terminal to type the passphrase into",
            hint="give a file with --passphrase-file",
        )
    try:
        return Secret(getpass.getpass(prompt).encode())
    except (EOFError, UnicodeError):
        raise CeremonyError(
            Failure.PASSPHRASE, "no passphrase was typed", hint="start the command again"
        ) from None
