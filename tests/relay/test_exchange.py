"""One HTTP exchange against a server of raw sockets: it ends in time, and nothing is lost."""

import socket
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.api import DfnsApi
from ceremony.relay.configuration import Configuration
from ceremony.relay.deadline import Patience
from ceremony.sandbox.credential import KINDS, private_pem
from ceremony.secret import Secret

PEM = private_pem(KINDS["ed25519"]())
ROOT = Path(__file__).parents[2]
FOR_EVER = 30.0
"""Seconds that a server goes on if nobody hangs up; a test that takes as long has failed."""
USUAL = Patience()
QUICK = Patience(ask=0.6, change=0.6, export=0.6, tick=0.1)
SURE = Patience(ask=FOR_EVER, change=0.6, export=0.6, tick=0.1)
"""The user action before a change is answered at once, and how busy the machine is, is all one."""

Speak = Callable[[socket.socket], None]


def read_request(connection: socket.socket) -> bytes:
    """Head and body of one request; empty when the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def json_answer(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


class RawServer:
    """User actions work; every other request is answered by ``speak`` on the raw socket."""

    def __init__(self, speak: Speak) -> None:
        self.requests: list[bytes] = []
        self._speak = speak
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
                with connection:
                    self._serve(connection)
            except OSError:
                if self._listener.fileno() < 0:
                    return

    def _serve(self, connection: socket.socket) -> None:
        while request := read_request(connection):
            self.requests.append(request)
            if request.startswith(b"POST /auth/action/init "):
                body = b'{"challenge":"c","challengeIdentifier":"i"}'
                connection.sendall(json_answer(body))
            elif request.startswith(b"POST /auth/action "):
                connection.sendall(json_answer(b'{"userAction":"action"}'))
            else:
                self._speak(connection)
                return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class Relay:
    """The API over sockets, and what it told and kept."""

    def __init__(self, speak: Speak, patience: Patience = USUAL) -> None:
        self.server = RawServer(speak)
        self.kept = bytearray()
        self.waited: list[float] = []
        self.posted: list[str] = []
        configuration = Configuration(
            self.server.url, "rehearsal", Secret(b"token"), "cr-1", Secret(PEM.encode())
        )
        self.api = DfnsApi(configuration, waiting=self.waited.append, patience=patience)

    def __enter__(self) -> "Relay":
        return self

    def __exit__(self, *_: object) -> None:
        self.api.__exit__(None, None, None)
        self.server.close()

    def export(self) -> bytes:
        return self.api.export_key("key-1", {"a": 1}, self.posted.append, self.kept.extend)


def again_and_again(data: bytes, before: bytes = b"", pause: float = 0.05) -> Speak:
    """Sends ``before``, then ``data`` until the client hangs up."""

    def speak(connection: socket.socket) -> None:
        end = monotonic() + FOR_EVER
        waiting = threading.Event()
        connection.sendall(before)
        while monotonic() < end:
            connection.sendall(data)
            waiting.wait(pause)

    return speak


def silent(connection: socket.socket) -> None:
    connection.recv(1)


ENDLESS = {
    "silence": silent,
    "a byte of a header now and then": again_and_again(b"x", b"HTTP/1.1 200 OK\r\nx-a: "),
    "a header now and then": again_and_again(b"x: y\r\n", b"HTTP/1.1 200 OK\r\n"),
    "103 now and then": again_and_again(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "103 without a pause": again_and_again(b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0),
    "a byte of the body now and then": again_and_again(
        b" ", b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"
    ),
    "a chunk now and then": again_and_again(
        b"1\r\n \r\n", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    ),
    "a body that only ends with the connection": again_and_again(b" ", b"HTTP/1.1 200 OK\r\n\r\n"),
}


@pytest.mark.parametrize("speak", ENDLESS.values(), ids=ENDLESS)
def test_an_exchange_without_end_ends_at_the_deadline(speak: Speak) -> None:
    for call, patience, failure in (
        (lambda relay: relay.api.signers(), QUICK, Failure.CONNECTION),
        (
            lambda relay: relay.api.import_body("/keys/import", {}, relay.posted.append),
            *(SURE, Failure.UNKNOWN_OUTCOME),
        ),
        (lambda relay: relay.export(), SURE, Failure.UNKNOWN_OUTCOME),
    ):
        with Relay(speak, patience) as relay, pytest.raises(CeremonyError) as error:
            call(relay)
        assert error.value.failure is failure
        assert "in time" in error.value.message


def test_headers_without_end_take_no_memory() -> None:
    """h11 has a limit of 100 KiB for a head, and it is an error like every other."""
    speak = again_and_again(b"x: " + b"y" * 60_000 + b"\r\n", b"HTTP/1.1 200 OK\r\n", pause=0)
    with Relay(speak, Patience(ask=FOR_EVER)) as relay, pytest.raises(CeremonyError) as error:
        relay.api.signers()
    assert error.value.failure is Failure.CONNECTION


def test_a_server_that_reads_nothing_ends_at_the_deadline() -> None:
    done = threading.Event()
    with Relay(silent, QUICK) as relay:
        relay.server._serve = lambda _: done.wait(FOR_EVER)  # type: ignore[assignment]
        with pytest.raises(CeremonyError) as error:
            relay.api.import_body("/keys/import", {"a": "x" * 20_000_000}, pytest.fail)
        done.set()
    assert error.value.failure is Failure.CONNECTION, "the user action had no answer"


def test_people_are_told_while_nothing_but_hints_come() -> None:
    """A host that is never silent is not an answer either."""
    with Relay(ENDLESS["103 without a pause"], Patience(ask=2.0, tick=0.1)) as relay:
        with pytest.raises(CeremonyError):
            relay.api.signers()
        assert len(relay.waited) >= 2
        # Once a tick, and not at each of the hints.
        assert all(later - told >= 0.1 for told, later in pairwise([0.0, *relay.waited]))


def test_a_slow_export_is_waited_for_and_the_wait_is_told() -> None:
    body = b'{"publicKey":"02"}'

    def late(connection: socket.socket) -> None:
        threading.Event().wait(1.5)
        connection.sendall(json_answer(body))

    with Relay(late, Patience(ask=FOR_EVER, change=1.0, export=FOR_EVER, tick=0.1)) as relay:
        assert relay.export() == body
    assert relay.kept == body
    assert len(relay.waited) >= 3
    assert relay.waited == sorted(relay.waited)
    assert relay.posted == ["action"]


def test_an_export_is_waited_for_much_longer_than_a_question() -> None:
    """Seen: an answer after 65 s was given up at 60 s, and lost."""
    assert (USUAL.ask, USUAL.change, USUAL.export) == (60, 600, 2700)
    assert "45 minutes" in (ROOT / "docs/relay.md").read_text()


@pytest.mark.parametrize(
    "body",
    [
        b'{"publicKey":"02","odd":1e999}',
        b'{"a":' + b"1" * 10_000 + b"}",
        b"[" * 100_000,
        b"<html>",
        b"\xff\xfe\x00",
        b"",
    ],
    ids=["1e999", "digits", "nested", "html", "bytes", "empty"],
)
def test_the_bytes_of_an_export_come_back_whatever_they_are(body: bytes) -> None:
    with Relay(lambda connection: connection.sendall(json_answer(body))) as relay:
        assert relay.export() == body
    assert relay.kept == body


def test_an_export_that_breaks_off_leaves_what_came() -> None:
    def cut(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b"x" * 600)

    with Relay(cut) as relay, pytest.raises(CeremonyError) as error:
        relay.export()
    assert error.value.failure is Failure.UNKNOWN_OUTCOME
    assert relay.kept == b"x" * 600


@pytest.mark.parametrize(
    ("status", "failure"),
    [("400 Bad Request", Failure.REFUSED), ("502 Bad Gateway", Failure.UNKNOWN_OUTCOME)],
)
def test_an_export_with_an_error_is_kept_too(status: str, failure: Failure) -> None:
    body = b'{"error":{"message":"no"}}'
    with (
        Relay(lambda connection: connection.sendall(json_answer(body, status))) as relay,
        pytest.raises(CeremonyError) as error,
    ):
        relay.export()
    assert error.value.failure is failure
    assert relay.kept == body


def test_what_keep_raises_comes_out() -> None:
    def full(_: bytes) -> None:
        raise CeremonyError(Failure.JOURNAL, "the disk is full", hint="make space")

    with (
        Relay(lambda connection: connection.sendall(json_answer(b"{}"))) as relay,
        pytest.raises(CeremonyError) as error,
    ):
        relay.api.export_key("key-1", {"a": 1}, relay.posted.append, full)
    assert error.value.failure is Failure.JOURNAL
