"""The offline installation: exactly its lock, no HTTP client, and it works without a network."""

import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest

from ceremony.curves import SECP256K1
from tests.support.fake_cluster import Cluster, export_response
from tests.support.laptop_part import not_on_the_laptop

CHECKOUT = Path(__file__).parents[2]

NETWORK_CLIENTS = (
    "aiohttp", "anyio", "dfns_sdk", "dotenv", "grpc", "h11", "httpcore", "httpx", "requests",
    "pip", "setuptools", "starlette", "tornado", "twisted", "urllib3", "uvicorn", "websockets",
)  # fmt: skip

# A root user makes a network namespace directly, others within a user namespace.
WITHOUT_NETWORK = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "-rn"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, with the offline part set up in it."""
    copy = tmp_path_factory.mktemp("offline")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--",
         "ceremony", "scripts", "pyproject.toml", "setup.py", "README.md"],
        cwd=CHECKOUT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, copy / name)
    subprocess.run(["./scripts/setup", "offline"], cwd=copy, check=True)
    return copy


def without_network(*command: str | Path, cwd: Path) -> str:
    finished = subprocess.run(
        [*WITHOUT_NETWORK, *map(str, command)], cwd=cwd, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_no_network_client_is_installed(installed: Path) -> None:
    code = "import importlib.util as u, sys; print([n for n in sys.argv[1:] if u.find_spec(n)])"
    python = installed / ".venv/bin/python"
    found = without_network(python, "-c", code, *NETWORK_CLIENTS, cwd=installed)
    assert found.strip() == "[]"
    code = "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    names = {name.lower() for name in without_network(python, "-c", code, cwd=installed).split()}
    locked = (installed / "scripts/locks/offline.txt").read_text().lower()
    assert len(names) > 20
    for name in names - {"dfns-ceremony"}:
        assert f"{name.replace('_', '-')}==" in locked, f"{name} is installed and not locked"


def test_what_the_laptop_does_not_need_is_not_installed(installed: Path) -> None:
    (package,) = (installed / ".venv").glob("lib/python3*/site-packages/ceremony")
    assert (package / "offline" / "cli.py").is_file()
    for name in not_on_the_laptop():
        assert (CHECKOUT / "ceremony" / name).exists(), name
        assert not (package / name).exists(), name
    programs = sorted(p.name for p in (installed / ".venv/bin").glob("ceremony*"))
    assert programs == ["ceremony"]


def test_what_is_installed_is_what_the_wheels_record(installed: Path) -> None:
    """`ceremony self-check`, of all that pip installed and compiled; then a file is changed."""
    ceremony = installed / ".venv/bin/ceremony"
    shown = without_network(ceremony, "self-check", cwd=installed)
    assert "33 packages as locked" in shown
    (module,) = (installed / ".venv").glob("lib/python3*/site-packages/ceremony/ecies.py")
    kept = module.read_bytes()
    module.write_bytes(kept + b"#")
    finished = subprocess.run([ceremony, "self-check"], capture_output=True, text=True)
    module.write_bytes(kept)
    assert finished.returncode == 1
    assert finished.stdout == "changed: ceremony/ecies.py\n"
    assert "1 difference" in finished.stderr


def test_there_is_no_network_at_all(installed: Path) -> None:
    """What the other tests here rely on."""
    code = "import socket; print([name for _, name in socket.if_nameindex()])"
    assert without_network("python3", "-c", code, cwd=installed).strip() == "['lo']"


def test_import_and_export_of_files(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = installed / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    ceremony = installed / ".venv/bin/ceremony"
    cluster = Cluster()
    scalar = SECP256K1.random_scalar(secrets.token_bytes)
    Path("key").write_text(scalar.reveal().hex())
    Path("passphrase").write_text(secrets.token_hex())

    shown = without_network(ceremony, "fingerprint", "signers.json", cwd=work)
    assert "5 signers" in shown
    command = "api encrypt --signers signers.json --curve secp256k1 --key-file key"
    public_key = SECP256K1.base_multiply(scalar).compressed.hex()
    pinned = ["--fingerprint", cluster.fingerprint, "--expect", public_key]
    out = ["--out", "import.json"]
    without_network(ceremony, *command.split(), *pinned, *out, cwd=work)
    shares = cluster.opened(json.loads(Path("import.json").read_text()))
    assert len(shares) == 5

    without_network(ceremony, "qr", "encode", "import.json", "--out", "frames", cwd=work)
    without_network(ceremony, "qr", "decode", "frames", "--out", "import-2.json", cwd=work)
    assert Path("import-2.json").read_bytes() == Path("import.json").read_bytes()

    state = ["--state", "state", "--passphrase-file", "passphrase"]
    without_network(ceremony, "api", "export-request", *state, "--out", "export.json", cwd=work)
    response = export_response("secp256k1", "CGGMP21", scalar, Path("export.json"), spoil=1)
    Path("response.json").write_text(json.dumps(response))
    given = ["--response", "response.json", "--public-key", response["publicKey"], "--out", "-"]
    found = without_network(ceremony, "api", "recombine", *state, *given, cwd=work)
    assert found.strip() == scalar.reveal().hex()


def test_a_rehearsal_says_what_it_lacks(installed: Path) -> None:
    finished = subprocess.run(
        [installed / ".venv/bin/ceremony", "rehearse"], capture_output=True, text=True
    )
    assert finished.returncode == 1
    assert "this installation has no relay and no sandbox" in finished.stderr
    assert len(finished.stderr.splitlines()) == 2
