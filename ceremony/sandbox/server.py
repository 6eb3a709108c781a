"""The sandbox as a server of its own: on loopback, and nowhere else."""

import signal
import socket
from collections.abc import Callable, Sequence

import uvicorn
from starlette.requests import Request

from ceremony.errors import CeremonyError, Failure
from ceremony.sandbox.app import build_app
from ceremony.sandbox.line import EndedLine, Line, TransportLine
from ceremony.sandbox.state import Sandbox

LOOPBACK = "127.0.0.1"

GRACE = 1
"""Seconds that calls under way have when the server is told to end."""


def listen(port: int) -> socket.socket:
    """A socket on loopback; port 0 takes a free one. Raises ``configuration``."""
    # Named as TCP: only then asyncio sends small answers at once (TCP_NODELAY), which
    # saves 40 ms a call.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise CeremonyError(
            Failure.CONFIGURATION,
            f"cannot listen on {LOOPBACK}:{port}: {error.strerror}",
            hint="leave --port out to take a free one",
        ) from None
    return listener


class SandboxServer(uvicorn.Server):
    """uvicorn that says when it takes requests, and can break a connection."""

    def __init__(
        self, organisations: Sequence[Sandbox], ready: Callable[[], None], prefix: str = ""
    ) -> None:
        app = build_app(organisations, self.line, prefix)
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A call is done at once or waits: for its body, or because it is to be slow.
        # Whoever waits now waits in vain.
        for task in self.server_state.tasks:
            task.cancel()
        await super().shutdown(sockets)

    def line(self, request: Request) -> Line:
        """The connection of this request, under HTTP."""
        for connection in self.server_state.connections:
            if getattr(connection, "client", None) == request.scope["client"]:
                return TransportLine(connection.transport)
        return EndedLine()


def serve(
    organisations: Sequence[Sandbox],
    listener: socket.socket,
    ready: Callable[[], None],
    prefix: str = "",
) -> None:
    """Answer requests until SIGTERM or Ctrl-C, both of which end it quietly."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again when it has ended: nobody shall die of it.
        signal.signal(number, lambda *_: None)
    SandboxServer(organisations, ready, prefix).run(sockets=[listener])
