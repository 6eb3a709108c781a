"""The deadline over TLS: a record that comes in pieces is read whole, and every wait ends."""

import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpcore
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.relay.connection import Connection
from ceremony.relay.deadline import Deadline, DeadlineBackend
from ceremony.sandbox.credential import private_pem

BODY = bytes(range(256)) * 64


@pytest.fixture
def contexts(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of a server on 127.0.0.1, and of a client that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(1))
        .not_valid_after(now + timedelta(1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + private_pem(key).encode())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(path)
    return server, client


def slow_tls(listener: socket.socket, context: ssl.SSLContext, size: int, pause: float) -> None:
    """One answer over TLS, whose bytes leave the machine ``size`` at a time."""
    connection, _ = listener.accept()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    wait = threading.Event().wait

    def flush() -> None:
        data = outgoing.read()
        for at in range(0, len(data), size):
            connection.sendall(data[at : at + size])
            wait(pause)

    try:
        for step in (tls.do_handshake, lambda: tls.read(65536)):
            while True:
                try:
                    step()
                except ssl.SSLWantReadError:
                    flush()
                    incoming.write(connection.recv(65536))
                else:
                    break
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(BODY)}\r\n\r\n".encode()
        tls.write(head + BODY)
        flush()
    except OSError:
        return
    finally:
        connection.close()


def over_tls(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], seconds: float, size: int, pause: float
) -> tuple[bytes, list[float]]:
    server, client = contexts
    waited: list[float] = []
    deadline = Deadline(waited.append, tick=0.002)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(
            target=slow_tls, args=(listener, server, size, pause), daemon=True
        )
        thread.start()
        pool = httpcore.ConnectionPool(client, network_backend=DeadlineBackend(deadline))
        transport = Connection(pool)
        deadline.start(seconds)
        try:
            url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
            response = transport.handle_request(httpx.Request("GET", url))
            return b"".join(response.iter_raw()), waited
        finally:
            transport.close()
            thread.join(10)


def test_records_that_come_in_pieces_are_read_whole(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """A read that times out in the middle of a record loses nothing of it."""
    body, waited = over_tls(contexts, 30, 100, 0.004)
    assert body == BODY
    assert waited, "no read was interrupted"


@pytest.mark.parametrize("pause", [0.05, 1.0], ids=["handshake byte by byte", "stalled"])
def test_tls_ends_at_the_deadline(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], pause: float
) -> None:
    with pytest.raises((httpx.ConnectTimeout, httpx.ReadTimeout)):
        over_tls(contexts, 0.5, 1, pause)
