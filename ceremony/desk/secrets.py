"""Secrets from a file, from another program, or from the keyboard without an echo."""

import getpass
import sys
import warnings

from ceremony.desk.lines import shown
from ceremony.desk.warnings import warn
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.files import STANDARD, exposure, read_passphrase, read_secret
from ceremony.secret import Secret

ECHO = Control("DSK-ECHO", "a secret that is typed does not appear on the screen")

MORE = "more of it, or an empty line at its end: "


def secret_from(path: str, subject: str, keyboard: str) -> Secret:
    """The secret in the file, or in standard input for ``-``.

    DSK-ECHO: at a terminal ``-`` is typed without an echo, line by line until an empty one;
    ``keyboard`` says what to type. A file that others can open is told. Raises what
    ``read_secret`` raises, and ``passphrase`` where the terminal cannot hide.
    """
    if at_keyboard(path):
        lines = [type_hidden(f"{keyboard} (not shown; an empty line ends it): ", subject)]
        while len(lines[-1]):
            lines.append(type_hidden(MORE, subject))
        return Secret(b"\n".join(line.reveal() for line in lines))
    secret = read_secret(path, subject)
    _warn_of_exposure(path, subject)
    return secret


def passphrase_from(path: str) -> Secret:
    """The passphrase in the file; told is who else can open it, and spaces at its ends."""
    passphrase = read_passphrase(path)
    _warn_of_exposure(path, "the passphrase file")
    text = passphrase.reveal().decode()
    if text.strip() not in ("", text):
        warn("the passphrase begins or ends with a space, and the space counts")
    return passphrase


def at_keyboard(path: str) -> bool:
    """Whether ``path`` is standard input, and somebody types it."""
    return path == STANDARD and sys.stdin.isatty()


def type_hidden(prompt: str, subject: str, hint: str = "name a file with it") -> Secret:
    """One line from the terminal, without an echo. Raises ``passphrase``."""
    try:
        with warnings.catch_warnings():
            # getpass would go on with an echo, and only warn.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return Secret(getpass.getpass(shown(prompt)).encode())
    except getpass.GetPassWarning:
        raise cannot_hide(subject, hint) from None
    except (EOFError, UnicodeError):
        raise CeremonyError(
            Failure.PASSPHRASE, f"{subject} was not typed to its end", hint="start again"
        ) from None


def cannot_hide(subject: str, hint: str) -> CeremonyError:
    return ECHO.refusal(
        Failure.PASSPHRASE, f"this terminal cannot hide {subject} as it is typed", hint=hint
    )


def _warn_of_exposure(path: str, subject: str) -> None:
    how = exposure(path)
    if how is not None:
        warn(f"{subject} {printable(path)}: {how}; chmod 600, and was it seen already?")
