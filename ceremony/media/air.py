"""A screen in one process, a simulated camera in another, a Unix socket for the air.

The sender draws each picture as a screen would show it; the receiver takes it from the
socket, looks at it through the simulated camera and decodes what that sees. A line back
stands for the operator who sees that the other side has the message; what the camera saw
is in it. Nothing waits for real time: the screen changes as soon as the camera has looked.

A picture crosses as width and height, two bytes each, big-endian, and its rows.
"""

import socket
from collections.abc import Callable
from select import select
from struct import Struct

import msgspec
import numpy as np

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Progress
from ceremony.optics.fed_reader import FedReader
from ceremony.optics.light import Statistics, receive, send, stopped
from ceremony.optics.picture import Picture
from ceremony.optics.simulated import Conditions, SimulatedCamera

_HEADER = Struct(">HH")
_MAX_SIDE = 4096
"""Pixels; more than the screens that a code is shown on."""

_HAVE_IT = b"\x06"
"""ACK of ASCII."""

_MAX_LINE = 1000
"""Bytes of the line that comes back."""


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


def show(connection: socket.socket, message: bytes) -> Statistics:
    """Show ``message`` to whoever looks at the other end, until that has it.

    Gives what the other side's camera saw. Raises ``incomplete``.
    """
    send(message, _SocketScreen(connection))
    line = b""
    while not line.endswith(b"\n") and len(line) < _MAX_LINE:
        try:
            taken = connection.recv(1)
        except OSError:
            taken = b""
        if not taken:
            raise stopped("the other side went away before it had the message")
        line += taken
    try:
        return msgspec.json.decode(line, type=Statistics)
    except msgspec.MsgspecError:
        raise stopped("the other side is another program") from None


def look(
    connection: socket.socket,
    conditions: Conditions,
    generator: np.random.Generator,
    on_progress: Callable[[Progress], None],
    reader: FedReader,
) -> tuple[bytes, Statistics]:
    """Look through a simulated camera at what the other end shows; the message.

    What it sees is decoded by ``reader``, as that of a real camera is. The sender hears that it
    is here. Raises ``incomplete``, and ``oversized`` for a
    picture that no screen shows.
    """
    camera = SimulatedCamera(_SocketEye(connection).next, conditions, generator)
    message, statistics = receive(camera, on_progress, read=reader.read)
    _say_so(connection, statistics)
    return message, statistics


def _say_so(connection: socket.socket, statistics: Statistics) -> None:
    """Tell the sender, and read on until it has heard: it may be in the middle of a picture."""
    try:
        connection.sendall(_HAVE_IT + msgspec.json.encode(statistics) + b"\n")
        while connection.recv(1 << 16):
            pass
    except OSError:
        return  # It is gone; the message is here all the same.
