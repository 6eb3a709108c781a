"""The program's side of the processes of the optics: started, watched, started again."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Generic, Literal, Protocol, Self, TypeVar

import msgspec

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.headers import MAX_PIXELS
from ceremony.optics.worker_messages import Answer, Ready, packet, parse_answer, receive_body

COMMAND = (sys.executable, "-I", "-B", "-m", "ceremony.optics.worker")
"""-I: no environment, no current folder, no user's packages."""

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FFMPEG_THREADS": "1",
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(MAX_PIXELS),
    "OPENCV_LOG_LEVEL": "OFF",
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "2",
}
"""All that the process is told of the world. The last is in seconds: for so long a camera
may be silent before it counts as unplugged."""

PATIENCE = 60.0
"""Seconds for one answer. The largest picture takes some seconds on an old laptop."""

SLOWEST = 20.0
"""Seconds that one answer may take on a machine that is slow."""

START_PATIENCE = 120.0
"""Seconds to load the libraries, from a slow medium."""

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Lost:
    """The process did not answer: it ended by itself, or it was ended since it hung."""

    why: Literal["ended", "hung"]


class HasDescriptor(Protocol):
    """A file or a socket."""

    def fileno(self) -> int: ...


class ChildProcess(Generic[A]):
    """A process with a socket as its standard input, which answers what it is asked.

    It is started when the first question comes. ``ask`` always returns: a process that
    breaks or hangs is ended and told as ``Lost``, and the next question starts another
    one. ``parse`` is strict and raises ValueError; ``patience`` is in seconds.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        parse: Callable[[bytes], A],
        patience: float,
    ) -> None:
        self._command, self._environment = tuple(command), dict(environment)
        self._parse = parse
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

    def ask(self, request: msgspec.Struct, file: HasDescriptor | None = None) -> A | Lost:
        """The answer to a request, which takes the file along if there is one.

        Raises ``configuration`` when the process cannot be started at all.
        """
        self.start()
        channel = self._channel
        if channel is None:
            return Lost("ended")
        try:
            channel.settimeout(self._patience)
            self._send(channel, packet(request), file)
            return self._answer(channel, self._patience)
        except TimeoutError:
            self.end()
            return Lost("hung")
        except (OSError, EOFError, ValueError):
            self.end()
            return Lost("ended")

    @property
    def running(self) -> bool:
        return self._channel is not None

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
        if process is not None:
            process.kill()
            process.wait()

    def start(self) -> A | None:
        """Start the process unless it runs; its first answer, None if it ran already.

        Raises ``configuration``.
        """
        if self._channel is not None:
            return None
        ours, theirs = socket.socketpair()
        self._channel = ours
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603
                    self._command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=self._environment,
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as error:
                self.end()
                raise does_not_start(str(error.strerror)) from None
        try:
            return self._answer(ours, START_PATIENCE)
        except (OSError, EOFError, ValueError):
            self.end()
            raise does_not_start("it ended at once") from None

    def _send(self, channel: socket.socket, data: bytes, file: HasDescriptor | None) -> None:
        sent = socket.send_fds(channel, [data], [] if file is None else [file.fileno()])
        channel.sendall(memoryview(data)[sent:])

    def _answer(self, channel: socket.socket, patience: float) -> A:
        deadline = monotonic() + patience

        def read(size: int) -> bytes:
            channel.settimeout(max(deadline - monotonic(), 0.001))
            return channel.recv(size)

        return self._parse(receive_body(read))


class WorkerProcess(ChildProcess[Answer]):
    """The process that reads pictures; ``camera`` is the device that it opens.

    ``ready`` is what it said when it started last. Whenever it hung, the next one gets twice the
    time, up to ``SLOWEST``: on a machine that is so slow it would be started again for ever.
    """

    def __init__(
        self, *, command: Sequence[str] = COMMAND, patience: float = PATIENCE, camera: str = ""
    ) -> None:
        arguments = (os.path.abspath(camera),) if camera else ()
        super().__init__((*command, *arguments), ENVIRONMENT, parse_answer, patience)
        self.ready = Ready(complete=False)

    def ask(self, request: msgspec.Struct, file: HasDescriptor | None = None) -> Answer | Lost:
        answer = super().ask(request, file)
        if answer == Lost("hung"):
            self._patience = min(2 * self._patience, max(self._patience, SLOWEST))
        return answer

    def start(self) -> Answer | None:
        first = super().start()
        if first is None:
            return None
        if not isinstance(first, Ready) or not first.complete:
            self.end()
            raise does_not_start("a library that reads QR codes or pictures does not load")
        self.ready = first
        return first


def does_not_start(
    why: str,
    what: str = "reads pictures",
    hint: str = "on Debian: apt install libzbar0 (libzbar0t64 from Debian 13 on)",
) -> CeremonyError:
    return CeremonyError(
        Failure.CONFIGURATION, f"the process that {what} does not start: {why}", hint=hint
    )
