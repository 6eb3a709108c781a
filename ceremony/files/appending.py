"""A new file that grows by whole lines, each on the disk before the next thing happens."""

import os
from types import TracebackType
from typing import Self

from ceremony.files.names import cannot_write, check_absent

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class Lines:
    """The open file, of mode 0600. Raises ``file``; it never opens one that exists."""

    def __init__(self, path: str, subject: str) -> None:
        check_absent(path, subject)
        self._path, self._subject = path, subject
        try:
            self._descriptor = os.open(path, NEW, 0o600)
        except OSError as error:
            raise cannot_write(path, subject, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def append(self, line: bytes) -> None:
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise cannot_write(self._path, self._subject, error) from None
