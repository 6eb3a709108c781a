"""ceremony-sandbox as a program: what it prints, writes, listens on and leaves."""

import http.client
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from ceremony.sandbox.fault_kinds import CALLS, KINDS
from tests.support.sandbox_process import ROOT, SandboxProcess

Start = Callable[..., SandboxProcess]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ceremony.sandbox.cli", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def get(sandbox: SandboxProcess, path: str) -> httpx.Response:
    token = {"authorization": f"Bearer {sandbox.env['DFNS_AUTH_TOKEN']}"}
    return httpx.get(sandbox.url + path, headers=token)


def test_it_says_where_it_is_and_ends_quietly(start_sandbox: Start) -> None:
    sandbox = start_sandbox("--signers", "7", "--clusters", "2")
    assert sandbox.url.startswith("http://127.0.0.1:")
    clusters = get(sandbox, "/signers").json()["clusters"]
    assert [len(c["signers"]) for c in clusters] == [7, 7]
    assert sandbox.stop() == (0, "", "")


def test_it_listens_on_loopback_only(start_sandbox: Start) -> None:
    port = int(start_sandbox().url.rsplit(":", 1)[1])
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_the_environment_is_private_and_a_shell_can_read_it(start_sandbox: Start) -> None:
    sandbox = start_sandbox()
    assert stat.S_IMODE(sandbox.env_file.stat().st_mode) == 0o600
    names = [
        "DFNS_API_URL",
        "DFNS_AUTH_TOKEN",
        "DFNS_CRED_ID",
        "DFNS_PRIVATE_KEY",
        "DFNS_ORG_ID",
    ]
    assert list(sandbox.env) == names
    assert sandbox.env["DFNS_API_URL"] == sandbox.url
    script = f'set -a; . "$1"; for n in {" ".join(names)}; do printenv $n; done'
    shell = subprocess.run(
        ["sh", "-c", script, "sh", str(sandbox.env_file)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shell.stdout == "".join(f"{value}\n" for value in sandbox.env.values())


def test_a_sandbox_replaces_only_what_a_sandbox_wrote(tmp_path: Path) -> None:
    SandboxProcess.start(tmp_path).stop()
    first = (tmp_path / "sandbox.env").read_text()
    SandboxProcess.start(tmp_path).stop()
    assert (tmp_path / "sandbox.env").read_text() != first
    assert [p.name for p in tmp_path.iterdir()] == ["sandbox.env"]
    real = tmp_path / ".env"
    real.write_text("DFNS_API_URL=https://api.dfns.io\n")
    refused = run("--env", str(real))
    assert refused.returncode == 1
    assert "not written by a sandbox" in refused.stderr
    assert real.read_text() == "DFNS_API_URL=https://api.dfns.io\n"


def test_help_lists_every_fault_and_call() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in (*KINDS, *CALLS))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "65536"],
        ["--port", "http"],
        ["--signers", "1"],
        ["--signers", "21"],
        ["--clusters", "0"],
        ["--fault", "unknown"],
        ["--fault"],
        ["--credential", "dsa"],
        ["--env", "/nowhere/at/all"],
        ["--por", "0"],
        ["surplus"],
    ],
)
def test_a_wrong_command_line_is_refused_in_two_lines(arguments: list[str]) -> None:
    refused = run(*arguments)
    assert refused.returncode in (1, 2)
    assert refused.stdout == ""
    first, second = refused.stderr.splitlines()
    assert first.startswith("ceremony-sandbox: error: ")
    assert second.startswith("ceremony-sandbox: hint: ")


def test_a_port_in_use_is_said(start_sandbox: Start) -> None:
    port = start_sandbox().url.rsplit(":", 1)[1]
    refused = run("--port", port)
    assert refused.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in refused.stderr


def test_a_lost_answer_closes_the_connection(start_sandbox: Start) -> None:
    sandbox = start_sandbox("--fault", "lost-answer@read", "--fault", "lost-request@signers")
    for path in ("/keys", "/signers"):
        with pytest.raises(httpx.RemoteProtocolError):
            get(sandbox, path)
        assert get(sandbox, path).status_code == 200
    assert sandbox.stop() == (0, "", "")


def test_it_ends_while_a_slow_call_waits(start_sandbox: Start) -> None:
    sandbox = start_sandbox("--fault", "slow=60@read")
    host, port = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /keys HTTP/1.1\r\nHost: x\r\n\r\n")
        assert get(sandbox, "/signers").status_code == 200
        status, output, errors = sandbox.stop()
    assert (status, output, errors) == (0, "", "")


def test_rubbish_on_the_wire_is_answered(start_sandbox: Start) -> None:
    sandbox = start_sandbox()
    host, port = sandbox.url.removeprefix("http://").split(":")
    for rubbish in (
        b"\0" * 100,
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nx: y\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(rubbish)
            with http.client.HTTPResponse(client) as response:
                response.begin()
                assert response.status == 400
    assert get(sandbox, "/signers").status_code == 200
    assert "Traceback" not in sandbox.stop()[2]


def test_it_keeps_no_secret_in_its_output(start_sandbox: Start) -> None:
    sandbox = start_sandbox()
    for path in ("/signers", "/keys", "/nothing"):
        get(sandbox, path)
    _, output, errors = sandbox.stop()
    assert sandbox.env["DFNS_AUTH_TOKEN"] not in output + errors
    assert "PRIVATE KEY" not in output + errors
    assert os.environ.get("DFNS_PRIVATE_KEY") is None
