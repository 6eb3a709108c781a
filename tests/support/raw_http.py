"""One HTTP exchange on a socket: the bytes as they came, whole or not."""

import socket

SECONDS = 30
"""Without a byte, on a machine that is busy."""


def exchange(
    url: str, method: str, path: str, headers: dict[str, str], body: bytes = b"", *,
    enough: int | None = None,
) -> tuple[bytes, bool]:  # fmt: skip
    """What came, and whether the server ended the connection; it is left at ``enough`` bytes."""
    host, port = url.removeprefix("http://").split("/")[0].split(":")
    head = {"Host": f"{host}:{port}", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    received = b""
    with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        while enough is None or len(received) < enough:
            if not (part := connection.recv(65536)):
                return received, True
            received += part
    return received, False
