"""What comes back from Dfns, and from what is not Dfns: one line each, never a traceback."""

import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.answers import raise_for_status
from ceremony.relay.api import PATIENCE, DfnsApi
from ceremony.relay.configuration import Configuration
from ceremony.relay.connection import http_transport, tls_context
from ceremony.relay.deadline import Deadline, Patience
from ceremony.relay.pace import WAITS, Pace
from ceremony.relay.transport import MAX_ANSWER
from ceremony.sandbox.credential import KINDS, private_pem
from ceremony.secret import Secret

PEM = private_pem(KINDS["ed25519"]())
BODY = {"network": "Ethereum"}
CHALLENGE = b'{"challenge":"canary-challenge","challengeIdentifier":"canary-identifier"}'
ACTION = b'{"userAction":"canary-action"}'

Handler = Callable[[httpx.Request], httpx.Response]


def configuration(url: str = "http://127.0.0.1:9") -> Configuration:
    environment = "rehearsal" if url.startswith("http:") else "production"
    return Configuration(
        url,
        environment,  # type: ignore[arg-type]
        Secret(b"canary-token"),
        "cr-1",
        Secret(PEM.encode()),
    )


def answer(status: int, body: bytes = b"{}", **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def api(handler: Handler) -> DfnsApi:
    return DfnsApi(configuration(), httpx.MockTransport(handler), pace=Pace(lambda _: None))


def importing(last: Handler) -> tuple[DfnsApi, list[str]]:
    """An API whose user action flow works and whose POST /wallets/import is ``last``."""
    calls: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        match request.url.path:
            case "/auth/action/init":
                return answer(200, CHALLENGE)
            case "/auth/action":
                return answer(200, ACTION)
            case _:
                return last(request)

    return api(handler), calls


def import_error(last: Handler) -> CeremonyError:
    dfns, calls = importing(last)
    told: list[str] = []
    with dfns, pytest.raises(CeremonyError) as error:
        dfns.import_body("/wallets/import", BODY, told.append)
    once = ["/auth/action/init", "/auth/action", "/wallets/import"]
    # Only a 429, which is no import, has the whole of it again: tests/relay/test_pace.py.
    times = len(WAITS) + 1 if "(429 " in error.value.message else 1
    assert calls == once * times, "it was repeated"
    assert told == ["canary-action"] * times
    check_text(error.value)
    return error.value


def check_text(error: CeremonyError) -> None:
    said = error.message + error.hint
    assert "canary" not in said
    assert said.isprintable()
    assert error.hint
    assert error.__cause__ is None


@pytest.mark.parametrize(
    ("status", "get", "post"),
    [
        (301, Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (307, Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (304, Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (400, Failure.REFUSED, Failure.REFUSED),
        (401, Failure.CONFIGURATION, Failure.CONFIGURATION),
        (402, Failure.CONFIGURATION, Failure.CONFIGURATION),
        (403, Failure.CONFIGURATION, Failure.CONFIGURATION),
        (404, Failure.REFUSED, Failure.REFUSED),
        (408, Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (409, Failure.DUPLICATE, Failure.DUPLICATE),
        (413, Failure.REFUSED, Failure.REFUSED),
        (422, Failure.REFUSED, Failure.REFUSED),
        (429, Failure.CONNECTION, Failure.CONNECTION),
        (500, Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (502, Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (504, Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (599, Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"error":null}',
        b'{"error":{"message":7}}',
        b'{"error":{"message":"\\u001b[31mno\\r\\nway"}}',
        b'{"error":{"message":"' + b"x" * 5000 + b'"}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=lambda b: b[:24].decode(errors="replace").encode("unicode_escape").decode(),
)
def test_every_status(status: int, get: Failure, post: Failure, body: bytes) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return answer(status, body, location="http://evil.example/")

    with api(handler) as dfns, pytest.raises(CeremonyError) as error:
        dfns.signers()
    assert error.value.failure is get
    check_text(error.value)
    assert import_error(handler).failure is post


def test_a_message_of_dfns_is_shown() -> None:
    body = b'{"error":{"message":"minSigners must be 3","details":{"canary":1}}}'
    assert "minSigners must be 3" in import_error(lambda _: answer(400, body)).message


@pytest.mark.parametrize(
    ("duplicate", "said"),
    [
        ('{"id":"wa-1"}', "as wa-1: it is there"),
        ('{"id":"wa-1","externalId":"mine"}', "as wa-1, external id mine: it is there"),
        ('{"id":"wa-1\\u001b[2J\\u202e"}', "as wa-1<U+001B>[2J<U+202E>: it is there"),
        ('{"id":""}', "(409 for POST /wallets/import): it is there"),
        ('"wa-1"', "(409 for POST /wallets/import): it is there"),
    ],
)
def test_the_object_in_a_409_is_named(duplicate: str, said: str) -> None:
    body = f'{{"error":{{"message":"it is there","details":{{"duplicate":{duplicate}}}}}}}'
    assert said in import_error(lambda _: answer(409, body.encode())).message


def test_what_the_plan_lacks_is_told() -> None:
    error = import_error(lambda _: answer(402, b"{}"))
    assert "plan of the organisation" in error.message
    assert "(402)" in error.message


@pytest.mark.parametrize(
    ("path", "wrong"),
    [("/auth/action/init", "DFNS_AUTH_TOKEN"), ("/auth/action", "DFNS_CRED_ID")],
)
def test_a_bad_token_and_a_bad_credential_are_told_apart(path: str, wrong: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == path:
            return answer(401, b"{}")
        return answer(200, CHALLENGE)

    with api(handler) as dfns, pytest.raises(CeremonyError) as error:
        dfns.import_body("/wallets/import", BODY, pytest.fail)
    assert error.value.failure is Failure.CONFIGURATION
    assert wrong in error.value.hint
    other = {"DFNS_AUTH_TOKEN", "DFNS_CRED_ID"} - {wrong}
    assert other.pop() not in error.value.hint
    check_text(error.value)


def test_a_pending_approval_is_known_by_its_status() -> None:
    dfns, _ = importing(lambda _: answer(202, b'{"whatever":1}'))
    with dfns:
        assert dfns.import_body("/wallets/import", BODY, lambda _: None) == b'{"whatever":1}'
        assert dfns.pending_approval
        with pytest.raises(CeremonyError):
            dfns.key("../x")
        dfns.import_again("/wallets/import", BODY, "action")
        assert dfns.pending_approval


@pytest.mark.parametrize("base", ["http://127.0.0.1:9/api", "http://127.0.0.1:9/a/b"])
def test_a_path_before_the_api_is_requested_and_not_signed(base: str) -> None:
    prefix = base.removeprefix("http://127.0.0.1:9")
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        path = request.url.path.removeprefix(prefix)
        if path == "/auth/action/init":
            return answer(200, CHALLENGE)
        return answer(200, ACTION if path == "/auth/action" else b'{"items":[]}')

    told: list[str] = []
    with DfnsApi(configuration(base), httpx.MockTransport(handler)) as dfns:
        dfns.export_key("key-1", BODY, told.append, lambda _: None)
        dfns.import_again("/keys/import", BODY, "action")
        dfns.keys()
    assert [request.url.path.removeprefix(prefix) for request in requests] == [
        "/auth/action/init",
        "/auth/action",
        "/keys/key-1/export",
        "/keys/import",
        "/keys",
    ]
    assert all(request.url.path.startswith(prefix + "/") for request in requests)
    signed = json.loads(requests[0].content)
    assert signed["userActionHttpPath"] == "/keys/key-1/export"
    assert json.loads(signed["userActionPayload"]) == BODY
    assert told == ["canary-action"], "the calls of the user action were taken for changes"


def test_errors_name_calls_without_the_path_before_the_api() -> None:
    inner = httpx.MockTransport(lambda _: answer(403, b"{}"))
    with (
        DfnsApi(configuration("http://127.0.0.1:9/api"), inner) as dfns,
        pytest.raises(CeremonyError) as error,
    ):
        dfns.signers()
    assert "forbids GET /signers" in error.value.message
    assert "Signers:ListSigners" in error.value.hint


@pytest.mark.parametrize(
    ("call", "permission"),
    [
        ("GET /signers", "Signers:ListSigners"),
        ("GET /wallets", "Wallets:Read"),
        ("GET /keys/key-1", "Keys:Read"),
        ("POST /wallets/import", "Wallets:Create and Keys:Import"),
        ("POST /keys/import", "Keys:Import"),
        ("POST /keys/key-1/export", "Keys:Export"),
    ],
)
def test_a_missing_permission_is_named(call: str, permission: str) -> None:
    with pytest.raises(CeremonyError) as error:
        raise_for_status(call, 403, b"", change=False)
    assert f"the permission {permission}," in error.value.hint


@pytest.mark.parametrize(
    ("raised", "get", "post"),
    [
        (httpx.ConnectError("canary"), Failure.CONNECTION, Failure.CONNECTION),
        (httpx.ConnectTimeout("canary"), Failure.CONNECTION, Failure.CONNECTION),
        (httpx.PoolTimeout("canary"), Failure.CONNECTION, Failure.CONNECTION),
        (httpx.ProxyError("canary"), Failure.CONNECTION, Failure.CONNECTION),
        (httpx.ReadTimeout("canary"), Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (httpx.WriteTimeout("canary"), Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (httpx.ReadError("canary"), Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (httpx.WriteError("canary"), Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (httpx.CloseError("canary"), Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (httpx.RemoteProtocolError("canary"), Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (httpx.LocalProtocolError("canary"), Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
        (httpx.DecodingError("canary"), Failure.CONNECTION, Failure.UNKNOWN_OUTCOME),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_broken_connection(raised: Exception, get: Failure, post: Failure) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise raised

    with api(handler) as dfns, pytest.raises(CeremonyError) as error:
        dfns.signers()
    assert error.value.failure is get
    check_text(error.value)
    assert import_error(handler).failure is post


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{",
        b'{"a":1}x',
        b"\xff",
        b"[" * 100_000,
        gzip.compress(b"{}", mtime=0),
        b'{"a":"\xff"}',
    ],
    ids=lambda b: b[:12].decode(errors="replace").encode("unicode_escape").decode(),
)
def test_an_answer_that_is_no_json(body: bytes) -> None:
    with api(lambda _: answer(200, body)) as dfns, pytest.raises(CeremonyError) as error:
        dfns.signers()
    assert error.value.failure is Failure.CONNECTION
    assert import_error(lambda _: answer(200, body)).failure is Failure.UNKNOWN_OUTCOME


def test_an_answer_that_only_the_sdk_cannot_read_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The change was made; its bytes are all that is wanted of the SDK then."""
    read = httpx.Response.json

    def fail(response: httpx.Response) -> object:
        if response.request.url.path == "/wallets/import":
            raise ValueError("canary")
        return read(response)

    monkeypatch.setattr(httpx.Response, "json", fail)
    body = b'{"id":"wa-1"}'
    dfns, _ = importing(lambda _: answer(200, body))
    with dfns:
        assert dfns.import_body("/wallets/import", BODY, lambda _: None) == body


@pytest.mark.parametrize("path", ["/auth/action/init", "/auth/action"])
@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"1",
        b"null",
        b'"x"',
        b'{"challenge":1}',
        b'{"userAction":null}',
        b'{"userAction":""}',
        b'{"userAction":7}',
        b'{"userAction":"a\\r\\nb: canary"}',
        b'{"userAction":"\xc3\xa4"}',
    ],
)
def test_a_senseless_user_action(path: str, body: bytes) -> None:
    calls: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        if request.url.path == path:
            return answer(200, body)
        return answer(200, CHALLENGE if request.url.path.endswith("init") else ACTION)

    with api(handler) as dfns, pytest.raises(CeremonyError) as error:
        dfns.import_body("/wallets/import", BODY, pytest.fail)
    assert error.value.failure is Failure.CONNECTION
    assert "/wallets/import" not in calls
    check_text(error.value)


def test_answers_have_limits() -> None:
    body = b'"' + b"x" * MAX_ANSWER + b'"'
    assert import_error(lambda _: answer(200, body)).failure is Failure.UNKNOWN_OUTCOME


def test_no_key_log_is_written_even_if_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "log"))
    assert tls_context().keylog_filename is None
    assert tls_context().verify_mode is ssl.CERT_REQUIRED
    assert tls_context().check_hostname


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_authorities_of_the_environment_are_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv(name, str(certificate if name.endswith("FILE") else tmp_path))
    subjects = [dict(pair[0] for pair in c["subject"]) for c in tls_context().get_ca_certs()]  # type: ignore[index, misc]
    assert len(subjects) > 50
    assert {"commonName": "127.0.0.1"} not in subjects


def test_authorities_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "canary"))
    with pytest.raises(CeremonyError) as error:
        DfnsApi(configuration("https://api.dfns.io"))
    assert error.value.failure is Failure.CONFIGURATION
    assert "SSL_CERT_FILE" in error.value.message
    check_text(error.value)


def test_requests_ask_for_no_compression_and_carry_no_more_than_they_must() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(200, b'{"clusters":[]}', **{"set-cookie": "canary=1"})

    with api(handler) as dfns:
        dfns.signers()
        dfns.signers()
    assert seen[0].headers["accept-encoding"] == "identity"
    assert seen[0].headers["authorization"] == "Bearer canary-token"


@pytest.mark.parametrize("bad", ["../keys", "a/b", "", "a b", "%2e", "ä", "x" * 200, "{keyId}"])
def test_ids_cannot_become_paths(bad: str) -> None:
    with api(lambda _: answer(200)) as dfns:
        for call in (dfns.key, dfns.wallet):
            with pytest.raises(CeremonyError) as error:
                call(bad)
            assert error.value.failure is Failure.USAGE


@pytest.mark.parametrize(
    "pages",
    [
        [{"items": [], "nextPageToken": "a"}, {"items": [], "nextPageToken": "a"}],
        [{"items": [{"id": 1}]}],
        [{"items": "x"}],
        [{"wrong": []}],
        [{"items": [{"id": "k", "curve": "secp256k1"}]}],
    ],
)
def test_lists_that_make_no_sense(pages: list[object]) -> None:
    left = [json.dumps(page).encode() for page in pages]
    with (
        api(lambda _: answer(200, left.pop(0) if len(left) > 1 else left[0])) as dfns,
        pytest.raises(CeremonyError) as error,
    ):
        dfns.keys()
    assert error.value.failure is Failure.MALFORMED


@settings(max_examples=150, deadline=None)
@given(st.integers(200, 599), st.binary(max_size=200))
def test_any_bytes(status: int, body: bytes) -> None:
    with api(lambda _: answer(status, body)) as dfns:
        for call in (dfns.signers, dfns.wallets, dfns.keys):
            try:
                call()
            except CeremonyError as error:
                check_text(error)


class Server:
    """A TCP server on loopback for one connection; ``speak`` gets it."""

    def __init__(self, speak: Callable[[socket.socket], None]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, args=(speak,), daemon=True)
        self.thread.start()

    def _run(self, speak: Callable[[socket.socket], None]) -> None:
        connection, _ = self.listener.accept()
        with connection, self.listener:
            speak(connection)


def over_sockets(url: str, patience: Patience = PATIENCE) -> CeremonyError:
    with (
        DfnsApi(configuration(url), patience=patience) as dfns,
        pytest.raises(CeremonyError) as error,
    ):
        dfns.signers()
    check_text(error.value)
    return error.value


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = over_sockets(f"http://127.0.0.1:{port}")
    assert error.failure is Failure.CONNECTION
    assert "refused" in error.message


def test_no_such_host() -> None:
    error = over_sockets("https://no-such-host.invalid")
    assert error.failure is Failure.CONNECTION


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    ],
)
def test_broken_in_the_middle(said: bytes) -> None:
    def speak(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(said)

    server = Server(speak)
    assert over_sockets(f"http://127.0.0.1:{server.port}").failure is Failure.CONNECTION
    server.thread.join(5)


def test_a_certificate_of_nobody(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)

    def speak(connection: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        try:
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)
        except OSError:
            return

    server = Server(speak)
    error = over_sockets(f"https://127.0.0.1:{server.port}")
    server.thread.join(5)
    assert error.failure is Failure.CONNECTION
    assert "certificate verify failed" in error.message


def self_signed(folder: Path) -> Path:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(1))
        .not_valid_after(now + timedelta(1))
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + private_pem(key).encode())
    return path


def test_plain_http_never_uses_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy would read the token."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    def speak(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"clusters":[]}')

    server = Server(speak)
    with DfnsApi(configuration(f"http://127.0.0.1:{server.port}")) as dfns:
        assert dfns.signers() == b'{"clusters":[]}'
    server.thread.join(5)


def test_https_goes_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """CONNECT only: what goes through it is TLS."""
    heard: list[bytes] = []

    def speak(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    server = Server(speak)
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
    error = over_sockets("https://api.dfns.example")
    server.thread.join(5)
    assert error.failure is Failure.CONNECTION
    assert heard[0].startswith(b"CONNECT api.dfns.example:443")
    assert b"canary" not in heard[0]


def test_a_senseless_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("https_proxy", "canary://user:canary@x")
    with pytest.raises(CeremonyError) as error:
        http_transport("https://api.dfns.example", "production", Deadline())
    assert error.value.failure is Failure.CONFIGURATION
    check_text(error.value)


@pytest.mark.parametrize("proxy", ["socks5://canary:canary@x:1", "canary://x:1"])
def test_a_proxy_that_the_sdk_trips_over(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(CeremonyError) as error:
        importing(lambda _: answer(200, b'{"id":"x"}'))
    assert error.value.failure is Failure.CONFIGURATION
    check_text(error.value)


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    import logging

    caplog.set_level(logging.DEBUG)
    dfns, _ = importing(lambda _: answer(200, b'{"id":"x"}'))
    with dfns:
        dfns.import_body("/wallets/import", BODY, lambda _: None)
    assert caplog.text == ""
