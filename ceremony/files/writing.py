"""New files: whole, on the device, never over another; several of them all or none.

DSK-WRITTEN, in this order:

1. Every file is written under a temporary name in its folder (new, mode 0600, no symbolic
   link followed) and synced. Only when all are there,
2. each gets its name by renameat2 with RENAME_NOREPLACE, which never overwrites and which
   FAT and exFAT have too, where there are no hard links; and its folder is synced.
   Without that call (NFS, old FUSE) the name is taken by an empty new file and the
   temporary one renamed over this: safe against an existing file, not against somebody
   who replaces ours in that moment.
3. The page cache is dropped and every file read under its name, past the cache where the
   file system can (O_DIRECT), and compared.

Whatever fails, also SIGTERM and Ctrl-C (ceremony.desk.command makes exceptions of them),
removes all that was made. SIGKILL or a power cut before the second step leaves temporary
files (``.ceremony-...``), within it a part of the names; each named file is whole.
"""

import contextlib
import errno
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ceremony.files.kernel import KERNEL, Kernel
from ceremony.files.names import STANDARD, cannot_write, check_absent, exists_already, folder_of

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
AGAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC

MODE = 0o600

NO_SUCH_CALL = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end a program, and wait while files are removed."""


@dataclass
class _Place:
    """One file on its way: the folder, the two names, and what was made so far."""

    path: str
    data: bytes
    folder: int
    name: str
    temporary: str = field(default_factory=lambda: f".ceremony-{secrets.token_hex(8)}")
    made: list[tuple[int, int]] = field(default_factory=list)


def write_file(path: str, data: bytes, subject: str, kernel: Kernel = KERNEL) -> None:
    """A new file of mode 0600 with ``data``, on the device and read back; ``-`` is stdout.

    Raises ``file``: it never overwrites, and leaves nothing behind when it fails.
    """
    write_files([(path, data)], subject, kernel)


def write_files(files: Sequence[tuple[str, bytes]], subject: str, kernel: Kernel = KERNEL) -> None:
    """All of them as the module says, or none. Raises ``file``."""
    for path, data in files:
        if path == STANDARD:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    files = [(path, data) for path, data in files if path != STANDARD]
    for path, _ in files:
        check_absent(path, subject)
    places: list[_Place] = []
    folders: dict[str, int] = {}
    with contextlib.ExitStack() as opened:
        try:
            for path, data in files:
                with _named(path, subject):
                    folder = folder_of(path)
                    if folder not in folders:
                        folders[folder] = kernel.open(folder, FOLDER)
                        opened.callback(kernel.close, folders[folder])
                    places.append(_Place(path, data, folders[folder], os.path.basename(path)))
                    _write(places[-1], kernel)
            for place in places:
                with _named(place.path, subject):
                    _publish(place, subject, kernel)
            for place in places:
                with _named(place.path, subject):
                    kernel.fsync(place.folder)
                    _compare(place, kernel)
        except BaseException:
            with _signals_waiting():
                for place in places:
                    _remove(place, kernel)
            raise


def _write(place: _Place, kernel: Kernel) -> None:
    descriptor = kernel.open(place.temporary, NEW, MODE, place.folder)
    try:
        place.made.append(kernel.inode(descriptor))
        rest = memoryview(place.data)
        while rest:
            rest = rest[kernel.write(descriptor, bytes(rest)) :]
        kernel.fsync(descriptor)
    finally:
        kernel.close(descriptor)


def _publish(place: _Place, subject: str, kernel: Kernel) -> None:
    try:
        try:
            kernel.rename_new(place.folder, place.temporary, place.name)
        except OSError as error:
            if error.errno not in NO_SUCH_CALL:
                raise
            taken = kernel.open(place.name, NEW, MODE, place.folder)
            try:
                place.made.append(kernel.inode(taken))
            finally:
                kernel.close(taken)
            kernel.rename(place.folder, place.temporary, place.name)
    except FileExistsError:
        raise exists_already(place.path, subject) from None


def _compare(place: _Place, kernel: Kernel) -> None:
    """What stands under the name, on the device, is what was to be written."""
    try:
        found = _read(place, AGAIN | os.O_DIRECT, kernel)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        # tmpfs and some others: nothing reads past their cache.
        found = _read(place, AGAIN, kernel)
    if found != place.data:
        raise OSError(None, "read back, it is not what was written")


def _read(place: _Place, flags: int, kernel: Kernel) -> bytes:
    descriptor = kernel.open(place.name, flags, folder=place.folder)
    try:
        kernel.drop_cache(descriptor)
        return kernel.read(descriptor, len(place.data))
    finally:
        kernel.close(descriptor)


def _remove(place: _Place, kernel: Kernel) -> None:
    """Both names, the second where it is ours: a file that somebody else put there stays."""
    with contextlib.suppress(OSError):
        kernel.unlink(place.temporary, place.folder)
    with contextlib.suppress(OSError):
        if kernel.inode(place.name, place.folder) in place.made:
            kernel.unlink(place.name, place.folder)
    with contextlib.suppress(OSError):
        kernel.fsync(place.folder)


@contextlib.contextmanager
def _named(path: str, subject: str) -> Iterator[None]:
    try:
        if "\0" in path:  # the call would cut the name there
            raise ValueError
        yield
    except (OSError, ValueError) as error:
        raise cannot_write(path, subject, error) from None


@contextlib.contextmanager
def _signals_waiting() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
