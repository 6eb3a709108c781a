"""A screen in one process, a simulated camera in another, a Unix socket for the air.

The sender draws each picture as a screen would show it; the receiver takes it from the
socket, looks at it through the simulated camera and decodes what that sees. A byte back
stands for the operator who sees that the other side has the message. Nothing waits for
real time: the screen changes as soon as the camera has looked.

A picture crosses as width and height, two bytes each, big-endian, and its rows.
"""

import socket
from collections.abc import Callable, Collection
from pathlib import Path
from select import select
from struct import Struct
from time import monotonic, sleep

import numpy as np

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Progress
from ceremony.optics.draw import DEFAULT_VERSION
from ceremony.optics.light import Statistics, never, receive, send, stopped
from ceremony.optics.picture import Picture
from ceremony.optics.simulated import Conditions, SimulatedCamera

_HEADER = Struct(">HH")
_MAX_SIDE = 4096
"""Pixels; more than the screens that a code is shown on."""

_HAVE_IT = b"\x06"
"""ACK of ASCII."""

_PATIENCE = 0.02
"""Seconds between two attempts to reach the other process."""


class _SocketScreen:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def show(self, picture: Picture) -> bool:
        height, width = picture.shape
        try:
            if not select([self._connection], [], [], 0)[0]:
                self._connection.sendall(_HEADER.pack(width, height) + picture.tobytes())
                return True
            answer = self._connection.recv(1)
        except TimeoutError:
            raise stopped("the other side stopped looking at the screen") from None
        except OSError:
            answer = b""
        if answer == _HAVE_IT:
            return False
        raise stopped("the other side went away before it had the message")


class _SocketEye:
    """The pictures as they come out of the socket: the screen of the simulated camera."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def next(self) -> Picture:
        width, height = _HEADER.unpack(self._exactly(_HEADER.size))
        if not (0 < width == height <= _MAX_SIDE):
            raise CeremonyError(
                Failure.OVERSIZED,
                f"a screen showed a picture of {width} by {height} pixels",
                hint=f"pictures are square and at most {_MAX_SIDE} pixels wide",
            )
        rows = np.frombuffer(self._exactly(width * height), dtype=np.uint8)
        return rows.reshape(height, width)

    def _exactly(self, size: int) -> bytearray:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            try:
                taken = self._connection.recv_into(view)
            except TimeoutError:
                raise stopped("the screen on the other side stands still") from None
            except OSError:
                taken = 0
            if not taken:
                raise stopped("the other side stopped showing before the message was complete")
            view = view[taken:]
        return data


def send_simulated(
    path: Path,
    message: bytes,
    *,
    version: int = DEFAULT_VERSION,
    timeout: float = 60.0,
    cancelled: Callable[[], bool] = never,
) -> Statistics:
    """Show ``message`` to the receiver that listens, or is going to listen, at ``path``.

    Returns when the receiver says that it has the message. ``timeout``, in seconds, is
    for the other side to come, and then for each picture. Raises ``incomplete``.
    """
    with _connect(path, timeout, cancelled) as connection:
        connection.settimeout(timeout)
        return send(message, _SocketScreen(connection), version=version, cancelled=cancelled)


def receive_simulated(
    path: Path,
    conditions: Conditions,
    generator: np.random.Generator,
    on_progress: Callable[[Progress], None],
    *,
    known: Collection[bytes] = (),
    timeout: float = 60.0,
    cancelled: Callable[[], bool] = never,
) -> tuple[bytes, Statistics]:
    """Listen at ``path``, look through a simulated camera, return the message.

    The socket's directory should be the rehearsal's own (mode 0700). ``timeout``, in
    seconds, is for the other side to come, then for each picture, and for the whole
    message. Raises ``incomplete``, and ``file`` when the socket cannot be made.
    """
    with _accept(path, timeout, cancelled) as connection:
        connection.settimeout(timeout)
        camera = SimulatedCamera(_SocketEye(connection).next, conditions, generator)
        result = receive(camera, on_progress, known=known, timeout=timeout, cancelled=cancelled)
        _say_so(connection)
        return result


def _connect(path: Path, timeout: float, cancelled: Callable[[], bool]) -> socket.socket:
    deadline = monotonic() + timeout
    while not cancelled() and monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            sleep(_PATIENCE)
        except OSError as error:
            connection.close()
            raise _unusable(error) from None
        else:
            return connection
    raise stopped("nobody came to look at the screen")


def _accept(path: Path, timeout: float, cancelled: Callable[[], bool]) -> socket.socket:
    deadline = monotonic() + timeout
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        try:
            listener.bind(str(path))
        except OSError as error:
            raise _unusable(error) from None
        try:
            listener.listen(1)
            listener.settimeout(_PATIENCE)
            while not cancelled() and monotonic() < deadline:
                try:
                    return listener.accept()[0]
                except TimeoutError:
                    continue
        finally:
            path.unlink(missing_ok=True)
    raise stopped("nobody came to show a message")


def _say_so(connection: socket.socket) -> None:
    """Tell the sender, and read on until it has heard: it may be in the middle of a picture."""
    try:
        connection.sendall(_HAVE_IT)
        while connection.recv(1 << 16):
            pass
    except OSError:
        return  # It is gone; the message is here all the same.


def _unusable(error: OSError) -> CeremonyError:
    return CeremonyError(
        Failure.FILE,
        f"the socket of the rehearsal cannot be used: {error.strerror or 'its path is too long'}",
        hint="give a new path in a directory of your own, shorter than 100 characters",
    )
