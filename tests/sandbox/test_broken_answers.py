"""Answers that no HTTP server would give: cut, slow, endless, and odd in their JSON."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ceremony.sandbox.odd_json import DIGITS
from tests.support.api_client import ApiClient
from tests.support.raw_http import exchange
from tests.support.sandbox_process import SandboxProcess
from tests.support.sdk_bodies import import_body
from tests.support.sdk_clients import python_sdk

Start = Callable[..., SandboxProcess]


def bearer(sandbox: SandboxProcess) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.env['DFNS_AUTH_TOKEN']}"}


def get(sandbox: SandboxProcess, path: str, enough: int | None = None) -> tuple[bytes, bool]:
    return exchange(sandbox.url, "GET", path, bearer(sandbox), enough=enough)


@pytest.mark.parametrize("percent", [0, 30, 99])
def test_a_cut_answer_promises_more_than_it_sends(start_sandbox: Start, percent: int) -> None:
    sandbox = start_sandbox("--fault", f"cut={percent}@signers")
    received, ended = get(sandbox, "/signers")
    head, body = received.split(b"\r\n\r\n", 1)
    promised = int(re.search(rb"content-length: (\d+)", head)[1])  # type: ignore[index]
    assert ended
    assert len(body) == promised * percent // 100
    whole = httpx.get(sandbox.url + "/signers", headers=bearer(sandbox)).content
    assert (len(whole), whole[: len(body)]) == (promised, body)
    assert sandbox.stop() == (0, "", "")


@pytest.mark.parametrize("percent", [0, 50])
def test_a_chunked_answer_ends_within_a_chunk(start_sandbox: Start, percent: int) -> None:
    sandbox = start_sandbox("--fault", f"cut-chunked={percent}@signers:2")
    received, ended = get(sandbox, "/signers")
    head, body = received.split(b"\r\n\r\n", 1)
    assert ended
    assert b"transfer-encoding: chunked" in head
    assert not body.endswith(b"0\r\n\r\n")
    assert (b'{"clusters"' in body) == (percent > 0)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(sandbox.url + "/signers", headers=bearer(sandbox))
    assert sandbox.stop() == (0, "", "")


def test_a_trickle_takes_its_time_from_the_status_line_on(start_sandbox: Start) -> None:
    sandbox = start_sandbox("--fault", "trickle=20@read", "--fault", "trickle=2000@read")
    began = time.monotonic()
    received, ended = get(sandbox, "/keys", enough=10)
    # No more than the rate; less, where the machine is busy.
    assert len(received) <= 1 + (time.monotonic() - began) * 20
    assert not ended
    assert b"HTTP/1.1 200 OK".startswith(received[:15])
    whole, ended = get(sandbox, "/keys")
    assert ended
    assert whole.endswith(b'\r\n\r\n{"items":[]}')
    assert sandbox.stop() == (0, "", "")


def test_early_hints_come_first_or_for_ever(start_sandbox: Start) -> None:
    sandbox = start_sandbox("--fault", "early-hints@read", "--fault", "early-hints=3@read")
    received, ended = get(sandbox, "/keys", enough=500)
    assert not ended
    assert received.count(b"HTTP/1.1 103 Early Hints\r\n") > 5
    assert b"200 OK" not in received
    assert httpx.get(sandbox.url + "/keys", headers=bearer(sandbox)).json() == {"items": []}
    assert sandbox.stop() == (0, "", "")


def test_it_ends_while_it_trickles_and_hints(start_sandbox: Start) -> None:
    sandbox = start_sandbox("--fault", "trickle@signers", "--fault", "early-hints@read")
    get(sandbox, "/signers", enough=1)
    get(sandbox, "/keys", enough=1)
    assert sandbox.stop() == (0, "", "")


def test_the_key_of_a_cut_export_is_exported_all_the_same(start_sandbox: Start) -> None:
    sandbox = start_sandbox("--fault", "cut=60@export", "--fault", "refuse-reexport:always")
    key = imported(sandbox)
    request = {
        "encryptionKey": "AQNoMBdUI6cUkUZhVYcTJ0IQfIRyNEzowdPKhs9WcqNbSg==",
        "supportedSchemes": [{"protocol": "CGGMP24", "curve": "secp256k1"}],
    }
    with pytest.raises(httpx.RemoteProtocolError):
        python_sdk(sandbox.env, "keys.export_key", key["id"], request)
    assert python_sdk(sandbox.env, "keys.get_key", key["id"])["exported"] is True
    with pytest.raises(Exception, match="400 key was already exported"):
        python_sdk(sandbox.env, "keys.export_key", key["id"], request)


def test_an_answer_may_be_later_than_any_patience(start_sandbox: Start) -> None:
    sandbox = start_sandbox("--fault", "slow-answer=86400@signers")
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(sandbox.url + "/signers", headers=bearer(sandbox), timeout=1)
    assert httpx.get(sandbox.url + "/signers", headers=bearer(sandbox)).status_code == 200
    assert sandbox.stop() == (0, "", "")


def imported(sandbox: SandboxProcess) -> dict[str, Any]:
    signers = python_sdk(sandbox.env, "signers.list_signers")
    body, _ = import_body(signers, "secp256k1", "CGGMP21")
    key: dict[str, Any] = python_sdk(sandbox.env, "keys.import_key", body)
    return key


@pytest.mark.parametrize(
    ("fault", "extra"),
    [
        ("odd-number", b',"note":1e999}'),
        ("odd-integer", b',"note":1' + b"0" * (DIGITS - 1) + b"}"),
        ("odd-depth", b"]]]]}"),
        ("odd-twice", None),
    ],
)
def test_odd_json_has_all_that_it_had_and_more(fault: str, extra: bytes | None) -> None:
    client = ApiClient(f"{fault}@export")
    key, secret_scalar = client.import_key()
    _, response = client.export(key["id"])
    assert response.status_code == 200
    fields = json.dumps({"publicKey": key["publicKey"]})[1:-1].replace(": ", ":").encode()
    assert response.content.startswith(b"{" + fields)
    if extra is None:
        assert response.content.endswith(b"," + fields + b"}")
        assert response.content.count(b'"publicKey"') == 2
        assert response.json()["publicKey"] == key["publicKey"]
    else:
        assert response.content.endswith(extra)
    assert client.recover(key).secret_scalar.matches(secret_scalar)
