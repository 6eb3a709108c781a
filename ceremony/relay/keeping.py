"""Space for the answer of an export, taken before the export is asked for.

Dfns retires a key with the answer, and gives that answer once. Its bytes go into a file
beside the journal as they are received, before anything reads them. The file has its space
on the disk before the post leaves, much more than an answer needs: what is left over is
given back when the answer is there, and is then free for the journal's own copy. When the
journal has the answer the file is removed. If the journal cannot take it, or the relay was
killed before, the file stays, and the next run or ``journal recover`` reads it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.relay.schema import Job

ANSWER = Control(
    "RLY-ANSWER",
    "an export's answer has its space before the post, and is kept as received in the journal, "
    "a file or on the screen",
)

RESERVED = 1024 * 1024
"""Bytes of space that is taken: a hundred times the largest answer that Dfns documents."""

MAX_LEFTOVERS = 1000
"""Files of one job; nobody loses so many answers."""

READ_LIMIT = 64 * 1024 * 1024
"""Bytes that are read of one file; an answer over the API's limit is never received."""


class Keeping:
    """The file for one answer, and the answer itself in memory.

    ``keep`` never fails: whoever calls it holds bytes that exist nowhere else. Whether the
    file has them all is in ``on_disk``.
    """

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        self.on_disk = True
        self._descriptor = descriptor
        self._received = bytearray()

    @property
    def received(self) -> bytes:
        return bytes(self._received)

    def keep(self, chunk: bytes) -> None:
        """The next bytes of the answer, on the disk when this returns."""
        start = len(self._received)
        self._received += chunk
        self._try(lambda: self._write(start))

    def settle(self) -> None:
        """No more comes: the file is as long as the answer. An empty one is removed."""
        if not self._received:
            self.remove()
            return
        self._try(self._shorten)
        self._close()

    def remove(self) -> None:
        """The journal has the answer, or there is none."""
        self._close()
        remove_leftover(self.path)

    def _write(self, start: int) -> None:
        view = memoryview(self._received)[start:]
        while view:
            written = os.pwrite(self._descriptor, view, start)
            start, view = start + written, view[written:]
        os.fdatasync(self._descriptor)

    def _shorten(self) -> None:
        os.ftruncate(self._descriptor, len(self._received))
        os.fsync(self._descriptor)

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except OSError:
            self.on_disk = False

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            try:
                os.close(descriptor)
            except OSError:
                self.on_disk = False


def reserve(journal_path: str, job: Job, size: int = RESERVED) -> Keeping:
    """RLY-ANSWER: the space for an answer, on the disk, before the post. Raises ``journal``."""
    path, descriptor = "", -1
    try:
        for number in range(1, MAX_LEFTOVERS):
            path = f"{_prefix(journal_path, job)}-{number}"
            if not os.path.lexists(path):
                break
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        os.posix_fallocate(descriptor, 0, size)
        os.fsync(descriptor)
        _sync_folder(path)
    except OSError as error:
        if descriptor >= 0:
            os.close(descriptor)
            remove_leftover(path)
        raise ANSWER.refusal(
            Failure.JOURNAL,
            f"there is no space for the answer beside the journal: {error.strerror}",
            hint=f"nothing was posted: make {size} bytes of space there, and run the same "
            "command again",
        ) from None
    return Keeping(path, descriptor)


@dataclass(frozen=True, slots=True)
class Leftover:
    """An answer in a file beside the journal. ``mark`` is that of its job."""

    path: str
    mark: str
    answer: bytes


def leftovers(journal_path: str) -> list[Leftover]:
    """The answers that the journal did not take, of all jobs. Raises ``file``.

    The zeros at the end are space that a killed relay had taken: no JSON ends with them.
    """
    prefix = os.path.basename(journal_path) + INFIX
    found = []
    try:
        folder = Path(journal_path).absolute().parent
        for name in sorted(n for n in os.listdir(folder) if n.startswith(prefix)):
            path = folder / name
            if path.is_symlink() or not path.is_file():
                continue
            with path.open("rb") as file:
                answer = file.read(READ_LIMIT).rstrip(b"\0")
            found.append(Leftover(str(path), name[len(prefix) :].split("-")[0], answer))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is not a file name"
        raise CeremonyError(
            Failure.FILE,
            f"the files beside the journal {printable(journal_path)} cannot be read: {why}",
            hint="check the folder and its permissions",
        ) from None
    return found


def remove_leftover(path: str) -> None:
    """Without an error: a file too many is found again, and does no harm."""
    try:
        os.unlink(path)
        _sync_folder(path)
    except OSError:
        return


INFIX = ".answer-"
"""Between the journal's name and the job's mark in the names of these files."""


def _prefix(journal_path: str, job: Job) -> str:
    return f"{journal_path}{INFIX}{job.mark}"


def _sync_folder(path: str) -> None:
    descriptor = os.open(Path(path).absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
