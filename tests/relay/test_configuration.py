"""Where the relay finds Dfns: from one place, checked, and never shown."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.configuration import (
    NAMES,
    Configuration,
    read_configuration,
)
from ceremony.relay.host import check_api_url, check_host
from ceremony.relay.show import where_lines
from tests.support.tokens import jwt

TOKEN = "eyJhbGciOi.canary-of-the-token.abc"


def pem(key: object, password: bytes | None = None) -> str:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)  # type: ignore[attr-defined]
    return str(text.decode())


KEY = pem(ed25519.Ed25519PrivateKey.generate())


def values(**changes: str) -> dict[str, str]:
    good = {
        "DFNS_API_URL": "http://127.0.0.1:8000",
        "DFNS_AUTH_TOKEN": TOKEN,
        "DFNS_CRED_ID": "cr-1",
        "DFNS_PRIVATE_KEY": KEY,
    }
    return good | changes


def refused(call: Callable[[], object]) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        call()
    return error.value


@pytest.mark.parametrize(
    ("url", "origin", "environment"),
    [
        ("https://api.dfns.io", "https://api.dfns.io", "production"),
        ("https://api.uae.dfns.io/", "https://api.uae.dfns.io", "production"),
        ("https://api.dfns.io/v2", "https://api.dfns.io/v2", "production"),
        ("https://gate.example/dfns/api/", "https://gate.example/dfns/api", "production"),
        ("https://API.dfns.io:8443", "https://api.dfns.io:8443", "production"),
        ("https://127.0.0.1:1", "https://127.0.0.1:1", "production"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "rehearsal"),
        ("http://127.8.9.1", "http://127.8.9.1", "rehearsal"),
        ("http://[::1]:8000/", "http://[::1]:8000", "rehearsal"),
        ("http://localhost:8000", "http://localhost:8000", "rehearsal"),
    ],
)
def test_addresses(url: str, origin: str, environment: str) -> None:
    assert check_api_url(url) == (origin, environment)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.dfns.io",
        "http://10.0.0.1",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.1",
        "http://2130706433",
        "http://evil.example#@127.0.0.1",
        "http://127.0.0.1@evil.example",
        "https://user:canary@api.dfns.io",
        "https://@api.dfns.io",
        "https://api.dfns.io?canary",
        "https://api.dfns.io/#canary",
        "https://api.dfns.io/..",
        "https://api.dfns.io/a/../b",
        "https://api.dfns.io//evil.example",
        "https://api.dfns.io/a%2fb",
        "https://api.dfns.io/a;b",
        "https://api.dfns.io/{keyId}",
        "https://api.dfns.io\\@127.0.0.1",
        "https://api dfns.io",
        "https://api.dfns.io:99999",
        "https://api.dfns.io:x",
        "https://[::1",
        "https://",
        "https:///path",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "api.dfns.io",
        "127.0.0.1:8000",
        "https://dfns\u2024io",
        "https://a\x1b[31m.io",
    ],
)
def test_wrong_addresses(url: str) -> None:
    error = refused(lambda: check_api_url(url))
    assert error.failure is Failure.CONFIGURATION
    assert "canary" not in error.message
    assert error.message.isprintable()


@pytest.mark.parametrize(
    "changes",
    [
        *({name: ""} for name in NAMES),
        {"DFNS_AUTH_TOKEN": f"{TOKEN} {TOKEN}"},
        {"DFNS_AUTH_TOKEN": f"{TOKEN}\n{TOKEN}"},
        {"DFNS_AUTH_TOKEN": f"{TOKEN}é"},
        {"DFNS_AUTH_TOKEN": TOKEN * 1000},
        {"DFNS_CRED_ID": "cr 1"},
        {"DFNS_PRIVATE_KEY": "canary-private-key"},
        {"DFNS_PRIVATE_KEY": "canary" * 2000},
        {"DFNS_PRIVATE_KEY": "can\0ary"},
        {"DFNS_PRIVATE_KEY": KEY[:60]},
        {"DFNS_PRIVATE_KEY": KEY.replace("M", "N", 1)},
        {"DFNS_PRIVATE_KEY": pem(ed25519.Ed25519PrivateKey.generate(), b"canary")},
        {"DFNS_PRIVATE_KEY": pem(ec.generate_private_key(ec.SECP384R1()))},
    ],
)
def test_wrong_values_are_told_and_not_shown(changes: dict[str, str]) -> None:
    error = refused(lambda: read_configuration(None, values(**changes)))
    assert error.failure is Failure.CONFIGURATION
    (name,) = changes
    assert name in error.message
    said = error.message + error.hint
    assert "canary" not in said
    assert "eyJ" not in said
    assert "BEGIN" not in said


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256K1()),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=lambda key: type(key).__name__,
)
def test_every_kind_of_key_as_text_as_one_line_and_in_a_file(tmp_path: Path, key: object) -> None:
    text = pem(key)
    (tmp_path / "key.pem").write_text(text)
    (tmp_path / "key.pem").chmod(0o600)
    for given in (text, text.replace("\n", "\\n"), str(tmp_path / "key.pem")):
        read = read_configuration(None, values(DFNS_PRIVATE_KEY=given))
        assert read.private_key.reveal().decode().strip() == text.strip()


def test_the_organisation_is_the_tokens_and_a_pin_must_agree() -> None:
    token = jwt({"https://custom/app_metadata": {"orgId": "or-1"}}).reveal().decode()
    given = values(DFNS_AUTH_TOKEN=token)
    assert read_configuration(None, values()).organisation == ""
    assert read_configuration(None, given).organisation == "or-1"
    assert read_configuration(None, given | {"DFNS_ORG_ID": " or-1 "}).organisation == "or-1"
    for pinned in (given | {"DFNS_ORG_ID": "or-2"}, values(DFNS_ORG_ID="or-1")):
        error = refused(lambda pinned=pinned: read_configuration(None, pinned))  # type: ignore[misc]
        assert error.failure is Failure.CONFIGURATION
        assert "DFNS_ORG_ID" in error.message or "or-2" in error.message
        assert token not in error.message


def test_secrets_do_not_show_themselves() -> None:
    configuration = read_configuration(None, values())
    assert "canary" not in repr(configuration)
    assert "BEGIN" not in repr(configuration)


def test_a_file_wins_and_nothing_is_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = values(DFNS_API_URL="http://127.0.0.1:1", DFNS_AUTH_TOKEN="$HOME-${HOME}")
    text = "# a comment\n" + "".join(f"{name}='{value}'\n" for name, value in written.items())
    Path("other.env").write_text(text)
    Path(".env").write_text(text.replace(":1'", ":2'"))
    for name in ("other.env", ".env"):
        Path(name).chmod(0o600)

    def url(path: str | None, environ: dict[str, str]) -> Configuration:
        return read_configuration(path, environ)

    assert url("other.env", values()).api_url == "http://127.0.0.1:1"
    assert url(None, values()).api_url == "http://127.0.0.1:8000"
    assert url(None, {}).api_url == "http://127.0.0.1:2"
    assert url(None, {}).auth_token.reveal() == b"$HOME-${HOME}", "a value was interpolated"
    for given in ({"DFNS_AUTH_TOKEN": TOKEN}, {"DFNS_API_URL": "https://api.dfns.io"}):
        assert "in the environment" in refused(lambda given=given: url(None, given)).message  # type: ignore[misc]
    Path("half.env").write_text("DFNS_API_URL=http://127.0.0.1:1\n")
    Path("half.env").chmod(0o600)
    assert "half.env" in refused(lambda: url("half.env", values())).message


def test_no_configuration_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    error = refused(lambda: read_configuration(None, {}))
    assert error.failure is Failure.CONFIGURATION
    assert "there is no .env here" in error.message


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"\xff\xfe\0\0", Failure.CONFIGURATION),
        (b"", Failure.CONFIGURATION),
        (b"no lines of the form\n", Failure.CONFIGURATION),
        (b"DFNS_API_URL\nDFNS_AUTH_TOKEN='unclosed\n", Failure.CONFIGURATION),
        (b"x" * 70_000, Failure.FILE),
    ],
)
def test_garbled_files(
    tmp_path: Path, content: bytes, failure: Failure, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "x.env").write_bytes(content)
    (tmp_path / "x.env").chmod(0o600)
    error = refused(lambda: read_configuration(str(tmp_path / "x.env"), {}))
    assert error.failure is failure
    assert caplog.text == ""


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(lambda: read_configuration(str(tmp_path / "x"), {})).failure is Failure.FILE


@pytest.mark.parametrize("url", ["https://api.dfns.io", "https://api.uae.dfns.io/v2"])
def test_the_hosts_of_dfns_need_no_confirmation(url: str) -> None:
    assert check_host(url, "") == ""
    assert read_configuration(None, values(DFNS_API_URL=url)).notes == ()


@pytest.mark.parametrize(
    "host",
    [
        "api.dfns.lo",
        "api.dfns.io.evil.example",
        "api-dfns.io",
        "api.dfns.io.",
        "api.uae.dfns.lo",
        "xn--api-dfns-o4g.io",
        "dfns.io",
        "api.dfns.ninja",
        "127.0.0.1",
    ],
)
def test_another_host_must_be_named_twice_and_is_loud(host: str) -> None:
    url = f"https://{host}"
    for confirmed in ("", "api.dfns.io", url, f"{host}x", "yes", "*"):
        given = values(DFNS_API_URL=url, DFNS_HOST_CONFIRMED=confirmed)
        error = refused(lambda given=given: read_configuration(None, given))  # type: ignore[misc]
        assert error.failure is Failure.CONFIGURATION
        assert host in error.message
        assert "DFNS_HOST_CONFIRMED" in error.hint
    read = read_configuration(None, values(DFNS_API_URL=url, DFNS_HOST_CONFIRMED=host))
    assert read.environment == "production"
    (warning,) = read.notes
    assert warning in where_lines(read)
    assert warning.startswith("WARNING")
    assert host in warning


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622, 0o666, 0o660, 0o700 | 0o001])
def test_files_that_others_can_get_at(tmp_path: Path, mode: int) -> None:
    pem_file, env_file = tmp_path / "key.pem", tmp_path / "x.env"
    pem_file.write_text(KEY)
    env_file.write_text("".join(f"{name}='{value}'\n" for name, value in values().items()))
    for file, read in (
        (pem_file, lambda: read_configuration(None, values(DFNS_PRIVATE_KEY=str(pem_file)))),
        (env_file, lambda: read_configuration(str(env_file), {})),
    ):
        file.chmod(mode)
        error = refused(read)
        assert error.failure is Failure.CONFIGURATION
        assert error.hint.startswith("chmod 600")
        assert f"{mode:04o}" in error.message
        file.chmod(0o600)
        assert read().credential_id == "cr-1"


def test_a_file_of_another_user(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(KEY)
    file.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(file, 12345, 12345)
    else:
        file = Path("/etc/passwd")  # root's
    error = refused(lambda: read_configuration(None, values(DFNS_PRIVATE_KEY=str(file))))
    assert error.failure is Failure.CONFIGURATION
    assert "another user" in error.message


def test_a_key_log_is_refused(tmp_path: Path) -> None:
    environ = values(SSLKEYLOGFILE=str(tmp_path / "canary-log"))
    error = refused(lambda: read_configuration(None, environ))
    assert error.failure is Failure.CONFIGURATION
    assert "SSLKEYLOGFILE" in error.message
    assert "canary" not in error.message + error.hint


def test_what_openssl_reads_is_told() -> None:
    environ = values(SSL_CERT_FILE="/x", OPENSSL_CONF="/y")
    notes = read_configuration(None, environ).notes
    assert len(notes) == 2
    assert "SSL_CERT_FILE is set and not used" in notes[0]
    assert "OPENSSL_CONF is set, and OpenSSL follows it" in notes[1]
