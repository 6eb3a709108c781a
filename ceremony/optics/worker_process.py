"""The program's side of the process that reads pictures: started, watched, started again."""

import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import BinaryIO, Literal, Self

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.headers import MAX_PIXELS
from ceremony.optics.worker_messages import (
    Answer,
    Ready,
    Request,
    packet,
    parse_answer,
    receive_body,
)

COMMAND = (sys.executable, "-I", "-B", "-m", "ceremony.optics.worker")
"""-I: no environment, no current folder, no user's packages."""

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FFMPEG_THREADS": "1",
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(MAX_PIXELS),
    "OPENCV_LOG_LEVEL": "OFF",
}
"""All that the process is told of the world."""

PATIENCE = 60.0
"""Seconds for one answer. The largest picture takes some seconds on an old laptop."""

START_PATIENCE = 120.0
"""Seconds to load the libraries, from a slow medium."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The process did not answer: it ended by itself, or it was ended since it hung."""

    why: Literal["ended", "hung"]


class WorkerProcess:
    """Asks the process that reads pictures, which is started when the first question comes.

    ``ask`` always returns: a process that breaks or hangs is ended and told as ``Lost``,
    and the next question starts another one. ``patience`` is in seconds.
    """

    def __init__(self, *, command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> None:
        self._command = tuple(command)
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def ask(self, request: Request, file: BinaryIO | None = None) -> Answer | Lost:
        """The answer to a request, which takes the file along if there is one.

        Raises ``configuration`` when the process cannot be started at all.
        """
        channel = self._started()
        descriptors = [] if file is None else [file.fileno()]
        try:
            channel.settimeout(self._patience)
            socket.send_fds(channel, [packet(request)], descriptors)
            return self._answer(channel, self._patience)
        except TimeoutError:
            self.end()
            return Lost("hung")
        except (OSError, EOFError, ValueError):
            self.end()
            return Lost("ended")

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
        if process is not None:
            process.kill()
            process.wait()

    def _started(self) -> socket.socket:
        if self._channel is not None:
            return self._channel
        ours, theirs = socket.socketpair()
        self._channel = ours
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603
                    self._command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=ENVIRONMENT,
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as error:
                self.end()
                raise _does_not_start(str(error.strerror)) from None
        try:
            first = self._answer(ours, START_PATIENCE)
        except (OSError, EOFError, ValueError):
            self.end()
            raise _does_not_start("it ended at once") from None
        if first != Ready():
            self.end()
            raise _does_not_start("a library that reads QR codes or pictures does not load")
        return ours

    def _answer(self, channel: socket.socket, patience: float) -> Answer:
        deadline = monotonic() + patience

        def read(size: int) -> bytes:
            channel.settimeout(max(deadline - monotonic(), 0.001))
            return channel.recv(size)

        return parse_answer(receive_body(read))


def _does_not_start(why: str) -> CeremonyError:
    return CeremonyError(
        Failure.CONFIGURATION,
        f"the process that reads pictures does not start: {why}",
        hint="on Debian: apt install libzbar0 (libzbar0t64 from Debian 13 on)",
    )
