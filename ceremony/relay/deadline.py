"""RLY-DEADLINE: one end for a whole HTTP exchange: connection, TLS, headers and body alike.

The timeouts of httpx count each read of a socket, so that a server that sends a byte now and
then holds its client for ever. httpcore lets a network backend of ours stand between its
parser and the sockets: here every read and write ends when the exchange has to end.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION

from ceremony.errors import Control

DEADLINE = Control("RLY-DEADLINE", "every exchange with Dfns ends at its deadline, headers and all")

Waiting = Callable[[float], None]
"""Is called with the seconds that an exchange has taken so far, while nothing comes."""

ASK_SECONDS = 60.0
"""For the whole exchange of a call that changes nothing: it can be made again."""

CHANGE_SECONDS = 10 * 60.0
"""For the whole exchange of a change: Dfns' signers take some time, and a lost answer costs
people more than a late one."""

EXPORT_SECONDS = 45 * 60.0
"""For the whole exchange of an export, whose answer is the only one: Dfns retires the key
with it."""

TICK = 5.0
"""Seconds of silence between two calls of ``waiting``."""

CONNECT = 10.0
"""Seconds for one address of the host to answer, or for the handshake of TLS."""

MAX_ADDRESSES = 8
"""Addresses of one host that are tried."""

WRITE_SIZE = 16 * 1024
"""Bytes that are written at a time; before each the deadline is looked at."""

KEEP_ALIVE: tuple[SOCKET_OPTION, ...] = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 6),
)
"""A network that has gone away is noticed after 90 seconds, and routers on the way do not
forget a connection that waits for an export."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for a whole exchange, and between two words about its silence."""

    ask: float = ASK_SECONDS
    change: float = CHANGE_SECONDS
    export: float = EXPORT_SECONDS
    tick: float = TICK


class Deadline:
    """When the exchange in hand ends. The transport starts it, the sockets obey it."""

    def __init__(
        self,
        waiting: Waiting = lambda _: None,
        tick: float = TICK,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.tick = tick
        self._waiting = waiting
        self._clock = clock
        self._began = self._told = clock()
        self._seconds = 0.0

    def start(self, seconds: float) -> None:
        """From now on an exchange has this many seconds."""
        self._began = self._told = self._clock()
        self._seconds = seconds

    def left(self) -> float:
        """Seconds; zero or less when it has passed."""
        return self._seconds - (self._clock() - self._began)

    def tell(self) -> None:
        """The exchange is not over yet: somebody may want to know, once a tick."""
        if (now := self._clock()) - self._told >= self.tick:
            self._told = now
            self._waiting(now - self._began)


class DeadlineStream(httpcore.NetworkStream):
    """A socket of httpcore that ends at the deadline, whatever timeout httpcore names."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # A read that timed out has consumed nothing that the next one does not see again:
        # not of a plain socket, and of TLS a part of a record stays in OpenSSL's buffer.
        while (left := self._deadline.left()) > 0:
            self._deadline.tell()
            with suppress(httpcore.ReadTimeout):
                return self._inner.read(max_bytes, min(left, self._deadline.tick))
        raise httpcore.ReadTimeout("the deadline of the exchange")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for at in range(0, len(buffer), WRITE_SIZE):
            if (left := self._deadline.left()) <= 0:
                raise httpcore.WriteTimeout("the deadline of the exchange")
            self._inner.write(buffer[at : at + WRITE_SIZE], left)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = connect_seconds(self._deadline)
        inner = self._inner.start_tls(ssl_context, server_hostname, seconds)
        return DeadlineStream(inner, self._deadline)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects to each address of a host in turn, and to a limited number of them."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:MAX_ADDRESSES]
        while True:
            seconds = connect_seconds(self._deadline)
            try:
                stream = self._inner.connect_tcp(
                    addresses.pop(0), port, seconds, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not addresses:
                    raise
            else:
                return DeadlineStream(stream, self._deadline)


def connect_seconds(deadline: Deadline) -> float:
    """What a connection may take now. Raises httpcore's ConnectTimeout."""
    if (left := deadline.left()) <= 0:
        raise httpcore.ConnectTimeout("the deadline of the exchange")
    return min(left, CONNECT)
