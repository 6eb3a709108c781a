"""Files, read whole and with a limit."""

import os
import sys
from pathlib import Path

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files.names import STANDARD, cannot_read

MAX_FILE = 32 * 1024 * 1024
"""Bytes of the largest file that is read: a thousand import requests are 7 MB."""

MAX_SECRET_FILE = 1024 * 1024
"""Bytes of the largest file with a key or a passphrase."""


def read_file(path: str, subject: str, limit: int = MAX_FILE) -> bytes:
    """All bytes of the file, or of standard input for ``-``. Raises ``file``."""
    try:
        if path == STANDARD:
            size, data = 0, sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                # What a file says of its size is not believed, unless it is too much.
                size = os.fstat(file.fileno()).st_size
                data = file.read(limit + 1) if size <= limit else b""
    except (OSError, ValueError) as error:
        raise cannot_read(path, subject, error) from None
    if max(size, len(data)) > limit:
        raise CeremonyError(
            Failure.FILE,
            f"{subject} {printable(path)} is larger than {limit} bytes",
            hint="this cannot be the right file",
        )
    return data
