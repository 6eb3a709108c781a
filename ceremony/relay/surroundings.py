"""What is around the configuration: who can read its files, and what the environment asks for."""

import os
import stat
from collections.abc import Mapping

from ceremony.errors import Control, Failure, printable
from ceremony.files import STANDARD, read_file

PRIVATE_FILES = Control(
    "RLY-PRIVATE-FILES",
    "files with the token or the credential are of mode 0600 and the operator's own",
)
TLS = Control("RLY-TLS", "the keys of the connection to Dfns are not recorded")

KEY_LOG = "SSLKEYLOGFILE"
"""Makes programs write the keys of their TLS connections into a file (curl, browsers, Python)."""

NOT_USED = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Name the authorities that OpenSSL trusts. The relay trusts those of certifi alone."""

USED = ("OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES")
"""OpenSSL reads them before this program starts, and nothing can undo that."""

OTHERS = 0o077
"""The permissions of the group and of everybody."""


def read_private(path: str, subject: str, limit: int) -> bytes:
    """RLY-PRIVATE-FILES: a file with a credential that only its owner can get at.

    ``-`` is standard input, which has no owner. Raises ``configuration`` if the file is
    another user's or others may read or write it, and ``file`` if it cannot be read.
    """
    if path != STANDARD:
        _check_private(path, subject)
    return read_file(path, subject, limit)


def _check_private(path: str, subject: str) -> None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return  # read_file says why it cannot be read
    shown = f"{subject} {printable(path)}"
    if status.st_uid != os.geteuid():
        raise PRIVATE_FILES.refusal(
            Failure.CONFIGURATION,
            f"{shown} belongs to another user",
            hint="its owner can read and change it: copy it into a new file of your own",
        )
    if stat.S_IMODE(status.st_mode) & OTHERS:
        raise PRIVATE_FILES.refusal(
            Failure.CONFIGURATION,
            f"others than you can get at {shown} (mode {stat.S_IMODE(status.st_mode):04o})",
            hint="chmod 600 it; if other people use this machine, make a new credential in Dfns' "
            "dashboard, since they may have read this one",
        )


def check_surroundings(environ: Mapping[str, str]) -> tuple[str, ...]:
    """RLY-TLS: nobody records the keys of TLS. Returns what people should know.

    Raises ``configuration`` if a key log is asked for.
    """
    if environ.get(KEY_LOG):
        raise TLS.refusal(
            Failure.CONFIGURATION,
            f"{KEY_LOG} is set: the keys of the connection to Dfns would be recorded",
            hint=f"unset {KEY_LOG}, and find out who set it: the token can be read with that file",
        )
    return tuple(
        [f"note: {name} is set and not used: certifi's authorities are trusted" for name in NOT_USED
         if environ.get(name)]
        + [f"note: {name} is set, and OpenSSL follows it" for name in USED if environ.get(name)]
    )  # fmt: skip
