"""The journal's file: an ordinary one of our own, or none yet."""

import os
import stat

from ceremony.errors import CeremonyError, Control, Failure, printable

OURS = Control(
    "RLY-JOURNAL",
    "the journal is of this program, version, host, environment and organisation, and in nobody "
    "else's use",
)

SQLITE = b"SQLite format 3\0"
"""How a journal begins: SQLite, "Database File Format", section 1.3.1."""


def prepare_file(path: str) -> None:
    """A regular file of ours with mode 0600, made if there is none. Raises ``journal``."""
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        descriptor = os.open(path, flags, 0o600)
        status = os.fstat(descriptor)
        beginning = os.pread(descriptor, len(SQLITE), 0) if stat.S_ISREG(status.st_mode) else b""
        os.close(descriptor)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is not a file name"
        raise not_ours(
            f"the journal {printable(path)} cannot be opened: {why}",
            "name a file in a folder of your own",
        ) from None
    if not stat.S_ISREG(status.st_mode):
        raise not_ours(f"the journal {printable(path)} is not an ordinary file", "name another one")
    if beginning not in (b"", SQLITE):
        raise not_ours(
            f"{printable(path)} is not a journal", "name another file; it is left as it is"
        )
    if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.geteuid():
        raise not_ours(
            f"others than you can get at the journal {printable(path)}",
            "look at who changed it; then chmod 600, or take a new file",
        )


def not_ours(message: str, hint: str) -> CeremonyError:
    return OURS.refusal(Failure.JOURNAL, message, hint=hint)
