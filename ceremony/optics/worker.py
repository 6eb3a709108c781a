"""The process that reads pictures: ``python -m ceremony.optics.worker [DEVICE]``.

Its standard input is a socket. Hostile pictures meet OpenCV, FFmpeg and the readers of QR
codes here and nowhere else. The process holds no secret, gets none (its environment is
empty, its files are the ones it is handed), and has little: memory, time, and no file that
it could open (``ceremony.optics.confine``). When a picture breaks it, it ends, and the
program starts another one (``ceremony.optics.worker_process``).

It has no display either: who can draw on one can mostly read it, and type. The picture of
the other direction is shown by a process of its own (``ceremony.optics.screen``).
"""

import math
import os
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from ceremony.errors import CeremonyError
from ceremony.optics.confine import Profile, confine
from ceremony.optics.picture import Picture
from ceremony.optics.worker_messages import (
    MAX_CODE,
    MAX_CODES,
    Answer,
    Codes,
    End,
    Eye,
    Feed,
    Look,
    Next,
    Opened,
    Ready,
    Refused,
    packet,
    parse_request,
    receive_body,
)

if TYPE_CHECKING:
    from ceremony.optics.decode import Found
    from ceremony.optics.watching import Watching

CPU_SECONDS = 120
"""For one request, should the program that watches over it be gone."""

Find = Callable[[Picture], "Found"]

OpenCamera = Callable[[str], "tuple[Callable[[], Picture | None] | None, Eye]"]


class Server:
    """Answers requests until the program hangs up, or says something that it never says."""

    def __init__(self, channel: socket.socket, find: Find | None, camera: "Watching | None"):
        self._channel, self._find = channel, find
        self._watching = camera
        self._pictures: Iterator[Picture | Refused] = iter(())
        self._file: BinaryIO | None = None

    def serve(self) -> None:
        """Raises EOFError in the end, and ValueError for what is not a request."""
        while True:
            _allow_time()
            descriptors: list[int] = []
            body = receive_body(partial(_read, self._channel, descriptors))
            self._channel.sendall(packet(self._answer(body, descriptors)))

    def _answer(self, body: bytes, descriptors: Sequence[int]) -> Answer:
        from ceremony.optics.looking import pictures_in
        from ceremony.optics.watching import Watching

        match parse_request(body), descriptors:
            case Look(), [descriptor]:
                if self._file is not None:
                    self._file.close()
                self._file = os.fdopen(descriptor, "rb")
                self._pictures, self._watching = pictures_in(self._file), None
                return Opened()
            case Feed(), [descriptor]:
                self._watching = Watching(_fed(descriptor), self._find)
                return Opened()
            case Next(), []:
                if self._watching is not None:
                    return self._watching.next()
                return self._look(next(self._pictures, None))
            case _:
                raise ValueError

    def _look(self, picture: Picture | Refused | None) -> Answer:
        from ceremony.optics.decode import find_codes

        if picture is None:
            return End()
        if isinstance(picture, Refused):
            return picture
        texts = (self._find or find_codes)(picture).texts
        return Codes(tuple(text[:MAX_CODE] for text in texts[:MAX_CODES]))


def _fed(descriptor: int) -> Callable[[], Picture | None]:
    from ceremony.optics.feed import read_picture

    def read_into(view: memoryview) -> int:
        return os.readv(descriptor, [view])

    return partial(read_picture, read_into)


def _read(channel: socket.socket, descriptors: list[int], size: int) -> bytes:
    data, came, _, _ = socket.recv_fds(channel, size, 1)
    descriptors += came
    return data


def _allow_time() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(time.process_time()) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def main(
    arguments: Sequence[str], find: Find | None = None, camera: OpenCamera | None = None
) -> int:
    """Read pictures for the program at the other end of standard input until it ends.

    ``find`` and ``camera`` take the place of the readers of QR codes and of the camera.
    """
    channel = socket.socket(fileno=0)
    try:
        # All that will be needed: nothing can be loaded later.
        for module in ("decode", "feed", "looking", "watching"):
            import_module(f"ceremony.optics.{module}")
        from ceremony.optics.watching import Watching, warm_up
    except (ImportError, CeremonyError):
        channel.sendall(packet(Ready(complete=False)))
        return 1
    read, eye = None, Eye.NONE
    if arguments:
        from ceremony.optics.camera import open_camera

        read, eye = (camera or open_camera)(arguments[0])
    warm_up()
    confined = confine(Profile.EYE)
    channel.sendall(packet(Ready(confined=confined, eye=eye)))
    watching = None if read is None else Watching(read, find)
    try:
        Server(channel, find, watching).serve()
    except (EOFError, ValueError, OSError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
