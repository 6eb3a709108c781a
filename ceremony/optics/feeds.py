"""Where the pictures of a feed come from: a descriptor to hand over (``ceremony.optics.feed``)."""

import contextlib
import os
import socket
import stat
from pathlib import Path

from ceremony.errors import CeremonyError, Failure, printable

_CONNECTING = 1.0
"""Seconds for a connection to a socket of this machine."""


def open_feed(path: Path) -> socket.socket | int:
    """The descriptor of a feed: a Unix socket that is connected to, or a FIFO.

    Never waits: a FIFO that nobody writes to ends at once. Raises ``file``.
    """
    try:
        if stat.S_ISSOCK(path.stat().st_mode):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            with contextlib.ExitStack() as stack:
                stack.callback(connection.close)
                connection.settimeout(_CONNECTING)
                connection.connect(str(path))
                connection.settimeout(None)
                stack.pop_all()
            return connection
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        os.set_blocking(descriptor, True)
    except OSError as error:
        raise CeremonyError(
            Failure.FILE,
            f"the feed {printable(path.name)} gives no pictures: {error.strerror}",
            hint="start what feeds it first: it listens at this path, or writes to a FIFO there",
        ) from None
    return descriptor
