"""A folder as the medium: numbered message files, on a stick that is carried across.

    0003-laptop-import-request.ceremony        number, who wrote it, kind

A file is written under another name first, so that it is whole or not there. Nothing is
ever overwritten or removed, and what is foreign is told once and left alone.
"""

import os
import re
from collections.abc import Callable, Collection
from pathlib import Path
from time import sleep
from typing import Literal

from ceremony.desk.port import Awaiting
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import read_file, write_file
from ceremony.link.progress import Unreadable
from ceremony.media.port import Tell
from ceremony.message import MAX_MESSAGE, decode_message, digest
from ceremony.message.codec import kind_of

Side = Literal["laptop", "relay"]

NAME = re.compile(r"(\d{4})-(laptop|relay)-([a-z-]{1,32})\.ceremony")

MAX_FILES = 2000
"""Files that are looked at in the folder; a ceremony makes a dozen."""

ATTEMPTS = 5
"""Numbers that are tried for one message: more programs do not write at once."""

POLL = 0.2
"""Seconds between two looks into the folder."""


class Folder:
    """One side's view of the folder. Raises ``file`` if it is not a folder."""

    def __init__(self, path: str, side: Side, wait: Callable[[float], None] = sleep) -> None:
        self._path, self._side, self._wait = Path(path), side, wait
        self._told: set[str] = set()
        self._seen = 0
        if not self._path.is_dir():
            raise CeremonyError(
                Failure.FILE,
                f"{printable(path)} is not a folder",
                hint="name the folder on the medium that is carried across",
            )

    def send(self, message: bytes, tell: Tell) -> None:
        kind = kind_of(decode_message(message))
        for attempt in range(ATTEMPTS):
            number = self._newest() + 1
            path = self._path / f"{number:04d}-{self._side}-{kind}.ceremony"
            try:
                write_file(str(path), message, "the message")
            except CeremonyError:
                # Two programs may write at once: the number is taken, and the next one is not.
                if attempt + 1 == ATTEMPTS or not path.exists():
                    raise
            else:
                return

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        while True:
            for path in self._others_if_there(tell):
                if found := self._taken(path, kinds, known, tell):
                    return found
            tell(Awaiting(" or ".join(kinds)))
            self._wait(POLL)

    def _newest(self) -> int:
        """The highest number in the folder. Raises ``file`` where it was higher before: what is
        written into the folder of a stick that is out is on this machine's disk."""
        newest = max((number for number, _, _ in self._files()), default=0)
        if newest < self._seen:
            raise CeremonyError(
                Failure.FILE,
                f"the messages that were in {printable(str(self._path))} are not there any more",
                hint="is it this ceremony's medium, and is it mounted? put it in again",
            )
        self._seen = newest
        return newest

    def _others_if_there(self, tell: Tell) -> list[Path]:
        """None while the medium is carried: it is awaited like a message."""
        try:
            paths = self._others()
        except CeremonyError as error:
            self._tell_once(self._path, Unreadable(error.failure, error.message, error.hint), tell)
            return []
        self._told.discard(self._path.name)
        return paths

    def _others(self) -> list[Path]:
        """The other side's files. The laptop awaits one answer, and the newest is the right one;
        the relay takes the messages of a ceremony in the order in which they were sent.
        """
        files = self._files()
        self._seen = max([self._seen, *(number for number, _, _ in files)])
        paths = [path for _, side, path in files if side != self._side]
        return paths if self._side == "relay" else paths[::-1]

    def sent(self) -> list[bytes]:
        """The messages of this side that are in the folder, in their order."""
        return [
            read_file(str(path), "the message", MAX_MESSAGE)
            for _, side, path in self._files()
            if side == self._side
        ]

    def received(self) -> list[bytes]:
        """The messages of the other side that are in the folder, in their order."""
        return [
            read_file(str(path), "the message", MAX_MESSAGE)
            for _, side, path in self._files()
            if side != self._side
        ]

    def _taken(
        self, path: Path, kinds: Collection[str], known: Collection[bytes], tell: Tell
    ) -> bytes | None:
        try:
            data = read_file(str(path), "the message", MAX_MESSAGE)
            message = decode_message(data)
        except CeremonyError as error:
            self._tell_once(path, Unreadable(error.failure, error.message, error.hint), tell)
            return None
        # Messages of other kinds are earlier ones, or of a ceremony before: they stay there.
        return data if kind_of(message) in kinds and digest(data) not in known else None

    def _tell_once(self, path: Path, progress: Unreadable, tell: Tell) -> None:
        if path.name not in self._told:
            self._told.add(path.name)
            tell(progress)

    def _files(self) -> list[tuple[int, str, Path]]:
        """Number, side and path of each message file, in their order."""
        try:
            names = sorted(os.listdir(self._path))[:MAX_FILES]
        except OSError as error:
            raise CeremonyError(
                Failure.FILE,
                f"the folder {printable(str(self._path))} cannot be read: {error.strerror}",
                hint="is the medium there? put it in again",
            ) from None
        found = [(NAME.fullmatch(name), self._path / name) for name in names]
        return [(int(m[1]), m[2], path) for m, path in found if m and path.is_file()]
