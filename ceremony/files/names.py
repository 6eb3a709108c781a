"""Names of files, and what is said of a name that cannot be used."""

import os

from ceremony.errors import CeremonyError, Control, Failure, printable

STANDARD = "-"
"""The name of standard input and standard output."""


WRITTEN = Control(
    "DSK-WRITTEN",
    "a file of ours is new, whole, on the device and read back; several are all there or none",
)


def check_absent(path: str, subject: str) -> None:
    """Raises ``file`` if the output exists, or its folder does not.

    Asked first, before anybody types a passphrase and the work is done.
    """
    if path == STANDARD:
        return
    if os.path.lexists(path):
        raise exists_already(path, subject)
    folder = folder_of(path)
    if not os.path.isdir(folder):
        raise WRITTEN.refusal(
            Failure.FILE,
            f"cannot write {subject} {printable(path)}: there is no folder {printable(folder)}",
            hint="make the folder, or name another file",
        )


def numbered(path: str, count: int) -> list[str]:
    """``path`` for one file; for more, NAME-1.EXT, NAME-2.EXT and so on beside it."""
    if count == 1:
        return [path]
    stem, ending = os.path.splitext(path)
    return [f"{stem}-{i}{ending}" for i in range(1, count + 1)]


def folder_of(path: str) -> str:
    """The folder in which ``path`` stands, or will stand."""
    return os.path.dirname(path) or os.curdir


def exists_already(path: str, subject: str) -> CeremonyError:
    return WRITTEN.refusal(
        Failure.FILE,
        f"{subject} {printable(path)} exists already",
        hint="nothing is overwritten: name another file, or move that one away",
    )


def cannot_read(path: str, subject: str, error: OSError | ValueError) -> CeremonyError:
    """The error for people of a file that cannot be read."""
    return CeremonyError(
        Failure.FILE, f"cannot read {subject} {printable(path)}: {_reason(error)}", hint=CHECK
    )


def cannot_write(path: str, subject: str, error: OSError | ValueError) -> CeremonyError:
    """The error for people of a file that is not written, or not as it has to be."""
    return WRITTEN.refusal(
        Failure.FILE, f"cannot write {subject} {printable(path)}: {_reason(error)}", hint=CHECK
    )


CHECK = "check the name, the folder and the permissions"


def _reason(error: OSError | ValueError) -> str:
    known = isinstance(error, OSError) and error.strerror
    return str(known) if known else "this cannot be the name of a file"
