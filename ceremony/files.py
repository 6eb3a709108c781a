"""Files, read with a limit and written once: never over another, never half."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.secret import Secret

MAX_FILE = 32 * 1024 * 1024
"""Bytes of the largest file that is read: a thousand import requests are 7 MB."""

MAX_SECRET_FILE = 1024 * 1024
"""Bytes of the largest file with a key or a passphrase."""

STANDARD = "-"
"""The name of standard input and standard output."""


def read_file(path: str, subject: str, limit: int = MAX_FILE) -> bytes:
    """All bytes of the file, or of standard input for ``-``. Raises ``file``."""
    try:
        if path == STANDARD:
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _cannot("read", path, subject, error) from None
    if len(data) > limit:
        raise CeremonyError(
            Failure.FILE,
            f"{subject} {printable(path)} is larger than {limit} bytes",
            hint="this cannot be the right file",
        )
    return data


def read_secret(path: str, subject: str) -> Secret:
    """A file with a key or a passphrase. Raises ``file``."""
    return Secret(read_file(path, subject, MAX_SECRET_FILE))


def read_passphrase(path: str) -> Secret:
    """The first line of the file, without its end, as UTF-8. Raises ``file``, ``passphrase``."""
    line = read_secret(path, "the passphrase file").reveal().split(b"\n", 1)[0].rstrip(b"\r")
    try:
        line.decode()
    except UnicodeDecodeError:
        raise CeremonyError(
            Failure.PASSPHRASE, "the passphrase is not UTF-8", hint="type it into a new file"
        ) from None
    return Secret(line)


def check_absent(path: str, subject: str) -> None:
    """Raises ``file`` if the output exists, or its folder does not.

    Asked first, before anybody types a passphrase and the work is done.
    """
    if path == STANDARD:
        return
    if os.path.lexists(path):
        raise CeremonyError(
            Failure.FILE,
            f"{subject} {printable(path)} exists already",
            hint="nothing is overwritten: name another file, or move that one away",
        )
    folder = os.path.dirname(path) or os.curdir
    if not os.path.isdir(folder):
        raise CeremonyError(
            Failure.FILE,
            f"cannot write {subject} {printable(path)}: there is no folder {printable(folder)}",
            hint="make the folder, or name another file",
        )


def write_file(path: str, data: bytes, subject: str) -> None:
    """A new file of mode 0600 with ``data``, on the disk and read back; ``-`` is stdout.

    Raises ``file``: it never overwrites, and leaves nothing behind when it fails.
    """
    if path == STANDARD:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    check_absent(path, subject)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except (OSError, ValueError) as error:
        raise _cannot("write", path, subject, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path)
        if Path(path).read_bytes() != data:
            raise OSError(None, "read back, it is not what was written")
    except BaseException as error:
        Path(path).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot("write", path, subject, error) from None
        raise


def numbered(path: str, count: int) -> list[str]:
    """``path`` for one file; for more, NAME-1.EXT, NAME-2.EXT and so on beside it."""
    if count == 1:
        return [path]
    stem, ending = os.path.splitext(path)
    return [f"{stem}-{i}{ending}" for i in range(1, count + 1)]


def write_files(files: Sequence[tuple[str, bytes]], subject: str) -> None:
    """All of them as ``write_file`` does, or none. Raises ``file``."""
    for path, _ in files:
        check_absent(path, subject)
    written: list[str] = []
    try:
        for path, data in files:
            write_file(path, data, subject)
            written.append(path)
    except BaseException:
        for path in written:
            Path(path).unlink(missing_ok=True)
        raise


def _sync_folder(path: str) -> None:
    # Without this a power cut can take the file's name away after fsync of the file.
    descriptor = os.open(Path(path).parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot(verb: str, path: str, subject: str, error: OSError | ValueError) -> CeremonyError:
    reason = error.strerror if isinstance(error, OSError) else "the name is no file's name"
    return CeremonyError(
        Failure.FILE,
        f"cannot {verb} {subject} {printable(path)}: {reason}",
        hint="check the name, the folder and the permissions",
    )
