"""The bytes of one connection, under HTTP: for answers that no HTTP server would give."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from starlette.requests import Request

TRICKLE_SECONDS = 1.0
HINT_SECONDS = 0.05
"""Between two bytes of a trickle at 1 byte a second, and between two answers 103."""

HINT = b"HTTP/1.1 103 Early Hints\r\nlink: </signers>; rel=preload\r\n\r\n"


class Line(Protocol):
    """A client's connection. Its methods raise ConnectionResetError when it is gone."""

    def write(self, data: bytes) -> None:
        """Send these bytes as they are, beside the HTTP server."""

    def close(self) -> None:
        """End the connection once everything written has left."""

    def abort(self) -> None:
        """End the connection at once."""


Connect = Callable[[Request], Line]
"""The line of a request."""


class NoLine:
    """The line of a request that came without a socket: every use of it is a broken one."""

    def write(self, _: bytes) -> None:
        raise ConnectionResetError("the sandbox closed the connection on purpose")

    def close(self) -> None:
        raise ConnectionResetError("the sandbox closed the connection on purpose")

    abort = close


class EndedLine:
    """The line of a client that has gone."""

    def write(self, _: bytes) -> None:
        raise ConnectionResetError("the client closed the connection")

    def close(self) -> None:
        pass

    abort = close


class TransportLine:
    """The line of a request to a server of asyncio."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        if self._transport.is_closing():
            raise ConnectionResetError("the client closed the connection")
        self._transport.write(data)

    def close(self) -> None:
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()


def cut_answer(body: bytes, percent: int, *, chunked: bool) -> bytes:
    """An answer that promises the whole body and has ``percent`` of it."""
    part = body[: len(body) * percent // 100]
    if chunked:
        # One chunk is whole; the next says its size, and has half of it.
        first, second = part[: len(part) // 2], part[len(part) // 2 :]
        chunk = b"%x\r\n%b\r\n" % (len(first), first) if first else b""
        return _head(b"transfer-encoding: chunked") + chunk + b"%x\r\n" % (len(body) + 1) + second
    return whole_answer(body)[: -len(body) or None] + part


def whole_answer(body: bytes) -> bytes:
    return _head(b"content-length: %d" % len(body)) + body


async def trickle(line: Line, answer: bytes, bytes_a_second: int) -> None:
    """Send an answer, from its first byte on, at this speed."""
    for position in range(len(answer)):
        line.write(answer[position : position + 1])
        await asyncio.sleep(TRICKLE_SECONDS / bytes_a_second)


async def hint(line: Line, count: int) -> None:
    """Send ``count`` interim answers (RFC 8297); 0: until the client is gone."""
    sent = 0
    while count == 0 or sent < count:
        line.write(HINT)
        sent += 1
        await asyncio.sleep(HINT_SECONDS)


async def until_gone(request: Request) -> None:
    """Wait until the server has seen that the connection ended: it says no more on it."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _head(framing: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n%b\r\n\r\n" % framing
