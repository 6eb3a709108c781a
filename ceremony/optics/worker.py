"""The process that reads pictures: ``python -m ceremony.optics.worker``, a socket as stdin.

Hostile pictures meet OpenCV, FFmpeg and the readers of QR codes here and nowhere else. The
process holds no secret, gets none (its environment is empty, its files are the ones it is
handed), and has little: memory, time, and no file that it could write. When a picture
breaks it, it ends, and the program starts another one (``ceremony.optics.worker_process``).

Camera and window belong here too: they are further requests. Devices are opened, and the
process is put into namespaces of its own and forbidden system calls, in ``confine``: it
comes after the libraries are loaded and before the first byte from outside.
"""

import ctypes
import math
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ceremony.errors import CeremonyError
from ceremony.optics.picture import Picture
from ceremony.optics.worker_messages import (
    MAX_CODE,
    MAX_CODES,
    Answer,
    Codes,
    End,
    Look,
    Next,
    Opened,
    Ready,
    Refused,
    packet,
    parse_request,
    receive_body,
)

MEMORY = 1 << 30
"""Bytes of address space beyond what the libraries took when they were loaded. A picture
of MAX_PIXELS takes some 300 MB as a progressive JPEG."""

CPU_SECONDS = 120
"""For one request, should the program that watches over it be gone."""

OPEN_FILES = 16

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
"""linux/prctl.h."""

Decode = Callable[[Picture], list[str]]


def confine() -> None:
    """Take from this process what it does not need; it cannot get it back."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(_PR_SET_DUMPABLE, 0)
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limits = {
        resource.RLIMIT_AS: pages * resource.getpagesize() + MEMORY,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for which, limit in limits.items():
        resource.setrlimit(which, (limit, limit))


def serve(channel: socket.socket, decode: Decode) -> None:
    """Answer requests until the program hangs up, or says something that it never says."""
    from ceremony.optics.looking import pictures_in

    pictures: Iterator[Picture | Refused] = iter(())
    file: BinaryIO | None = None
    while True:
        _allow_time()
        descriptors: list[int] = []
        body = receive_body(partial(_read, channel, descriptors))
        answer: Answer
        match parse_request(body), descriptors:
            case Look(), [descriptor]:
                if file is not None:
                    file.close()
                file = os.fdopen(descriptor, "rb")
                pictures = pictures_in(file)
                answer = Opened()
            case Next(), []:
                answer = _look(next(pictures, None), decode)
            case _:
                raise ValueError
        channel.sendall(packet(answer))


def _read(channel: socket.socket, descriptors: list[int], size: int) -> bytes:
    data, came, _, _ = socket.recv_fds(channel, size, 1)
    descriptors += came
    return data


def _look(picture: Picture | Refused | None, decode: Decode) -> Answer:
    if picture is None:
        return End()
    if isinstance(picture, Refused):
        return picture
    return Codes(tuple(text[:MAX_CODE] for text in decode(picture)[:MAX_CODES]))


def _allow_time() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(time.process_time()) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def main(decode: Decode | None = None) -> int:
    """Read pictures for the program at the other end of standard input until it ends."""
    channel = socket.socket(fileno=0)
    try:
        import ceremony.optics.looking  # noqa: F401
        from ceremony.optics.decode import read_codes
    except (ImportError, CeremonyError):
        channel.sendall(packet(Ready(complete=False)))
        return 1
    confine()
    channel.sendall(packet(Ready()))
    try:
        serve(channel, decode or read_codes)
    except (EOFError, ValueError, OSError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
