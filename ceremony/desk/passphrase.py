"""Passphrases: from a file for scripts, else typed where nobody sees them."""

import getpass
import sys

from ceremony.errors import CeremonyError, Failure
from ceremony.files import read_passphrase
from ceremony.secret import Secret

OPTION = "--passphrase-file"
"""How the commands name the file with a passphrase, where they have one of them."""


def new_passphrase(file: str | None, purpose: str, option: str = OPTION) -> Secret:
    """One that is chosen now: typed twice. ``option`` names the file in its place.

    Raises ``passphrase`` or ``file``.
    """
    if file is not None:
        return read_passphrase(file)
    first = _type(f"new passphrase for {purpose}: ", option)
    if not first.matches(_type("same again: ", option)):
        raise CeremonyError(
            Failure.PASSPHRASE, "the two passphrases differ", hint="start the command again"
        )
    return first


def known_passphrase(file: str | None, purpose: str, option: str = OPTION) -> Secret:
    """One that was chosen before: typed once. Raises ``passphrase`` or ``file``."""
    if file is not None:
        return read_passphrase(file)
    return _type(f"passphrase of {purpose}: ", option)


def _type(prompt: str, option: str) -> Secret:
    if not sys.stdin.isatty():
        raise CeremonyError(
            Failure.PASSPHRASE,
            f"there is no terminal to type the {prompt.removesuffix(': ')} into",
            hint=f"name a file with it: {option} FILE",
        )
    try:
        return Secret(getpass.getpass(prompt).encode())
    except (EOFError, UnicodeError):
        raise CeremonyError(
            Failure.PASSPHRASE, "no passphrase was typed", hint="start the command again"
        ) from None
