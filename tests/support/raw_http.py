"""One HTTP exchange on a socket: the bytes as they came, whole or not."""

import socket
import time

SECONDS = 30
"""Without a byte, on a machine that is busy."""


def exchange(
    url: str, method: str, path: str, headers: dict[str, str], body: bytes = b"", *,
    until: float = SECONDS,
) -> tuple[bytes, bool]:  # fmt: skip
    """What came, and whether the server ended the connection within ``until`` seconds."""
    host, port = url.removeprefix("http://").split("/")[0].split(":")
    head = {"Host": f"{host}:{port}", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    received = b""
    deadline = time.monotonic() + until
    with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        while (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            try:
                part = connection.recv(65536)
            except TimeoutError:
                break
            if not part:
                return received, True
            received += part
    return received, False
