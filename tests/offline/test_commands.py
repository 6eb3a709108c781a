"""The commands of the air-gapped side, as a script uses them."""

import json
import secrets
import stat
from pathlib import Path

import pytest

from ceremony.curves import CURVES, ed25519_seed_scalar
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.message import digest_words
from ceremony.secret import Secret
from ceremony.sharing import recombine
from ceremony.text import base64_text
from tests.support.fake_cluster import Cluster, export_response
from tests.support.invoking import main
from tests.support.key_commands import encrypting

KEY = "01" * 32
KEY_S = CURVES["secp256k1"].base_multiply(Secret(bytes.fromhex(KEY))).compressed.hex()
"""Its public key."""

PASSPHRASE = "seven words that nobody would ever guess"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an Argon2id that does not take the test's time."""
    monkeypatch.chdir(tmp_path)
    Path("passphrase").write_text(PASSPHRASE + "\n")
    return tmp_path


@pytest.mark.parametrize("curve", list(CURVES))
def test_import(here: Path, curve: str, capsys: pytest.CaptureFixture[str]) -> None:
    cluster = Cluster()
    scalar = CURVES[curve].random_scalar(secrets.token_bytes)
    Path("key").write_text(f"  0x{scalar.reveal().hex().upper()}\n")
    expected = ed25519_seed_scalar(scalar) if curve == "ed25519" else scalar
    public_key = CURVES[curve].base_multiply(expected).compressed.hex()
    network = {"secp256k1": "Ethereum", "ed25519": "Solana", "stark": "Starknet"}[curve]
    given = ("--curve", curve, "--key-file", "key", "--network", network, "--expect", public_key)
    assert main([*encrypting(cluster), *given, "--name", "cold wallet 7"]) == 0
    request = json.loads(Path("request.json").read_text())
    assert list(request) == [
        "network",
        "name",
        "curve",
        "protocol",
        "minSigners",
        "encryptedKeyShares",
    ]
    shares = cluster.opened(request)
    for three in (shares[:3], shares[2:], [shares[0], shares[2], shares[4]]):
        found = recombine(CURVES[curve], three)
        assert found is not None
        assert found.matches(expected)
    output = capsys.readouterr()
    assert public_key in output.out
    assert scalar.reveal().hex() not in (output.out + output.err).lower()
    assert stat.S_IMODE(Path("request.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("curve", list(CURVES))
@pytest.mark.parametrize("spoil", [0, 2])
def test_export(here: Path, curve: str, spoil: int, capsys: pytest.CaptureFixture[str]) -> None:
    scalar = CURVES[curve].random_scalar(secrets.token_bytes)
    with_passphrase = ["--state", "state", "--passphrase-file", "passphrase"]
    assert main(["api", "export-request", *with_passphrase, "--out", "request.json"]) == 0
    assert stat.S_IMODE(Path("state").stat().st_mode) == 0o600
    protocol = "FROST" if curve == "ed25519" else "CGGMP24"
    response = export_response(curve, protocol, scalar, Path("request.json"), spoil)
    Path("response.json").write_text(json.dumps(response))
    given = ["--response", "response.json", "--public-key", response["publicKey"]]
    assert main(["api", "recombine", *with_passphrase, *given, "--out", "key"]) == 0
    assert Path("key").read_text() == scalar.reveal().hex() + "\n"
    output = capsys.readouterr()
    for index in range(1, 6):
        assert (f"signer-{index}" in output.err) == (index <= spoil)
    assert ("NOT a seed" in output.err) == (curve == "ed25519")
    assert scalar.reveal().hex() not in output.out + output.err
    assert main(["api", "recombine", *with_passphrase, *given, "--out", "-"]) == 0
    assert capsys.readouterr().out == scalar.reveal().hex() + "\n"


def test_fingerprint_changes_with_every_part(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = Cluster()
    answer = json.loads(Path("signers.json").read_text())
    value = parse_signers(Path("signers.json").read_bytes()).fingerprint()
    assert main(["fingerprint", "signers.json"]) == 0
    output = capsys.readouterr().out
    assert all(word in output for word in digest_words(value))
    cluster_ = answer["clusters"][0]
    shuffled = {"clusters": [cluster_ | {"signers": cluster_["signers"][::-1]}]}
    assert parse_signers(json.dumps(shuffled).encode()).fingerprint() == value
    for part in ("signerId", "encryptionKey"):
        other = json.loads(json.dumps(answer))
        fresh = DecryptionKey.generate(secrets.token_bytes).encryption_key.text
        signer = other["clusters"][0]["signers"][3]
        signer[part] = fresh if part == "encryptionKey" else base64_text(secrets.token_bytes(32))
        assert parse_signers(json.dumps(other).encode()).fingerprint() != value
    other = json.loads(json.dumps(answer))
    other["clusters"][0]["clusterId"] = "cl-2"
    assert parse_signers(json.dumps(other).encode()).fingerprint() != value
    assert len(cluster.keys) == 5


def test_pinned_fingerprint(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Cluster()
    Path("key").write_text(KEY)
    value = parse_signers(Path("signers.json").read_bytes()).fingerprint()
    command = "api encrypt --signers signers.json --curve secp256k1 --key-file key"
    given = ["--expect", KEY_S, "--out", "request.json", "--fingerprint"]
    pinned = [*command.split(), *given]
    assert main([*pinned, "00" * 32]) == 1
    assert not Path("request.json").exists()
    assert "SIG-PIN: these signers are not those that --fingerprint pins" in capsys.readouterr().err
    assert main([*pinned, " ".join(digest_words(value))]) == 0


REFUSED = {
    "no such file": ("encrypt", {"--signers": "nowhere.json"}, "cannot read the signers"),
    "no such key file": ("encrypt", {"--key-file": "nowhere"}, "cannot read the key file"),
    "a folder as key file": ("encrypt", {"--key-file": "."}, "cannot read the key file"),
    "unknown curve": ("encrypt", {"--curve": "p256"}, "the curve p256 is not supported"),
    "wrong protocol": ("encrypt", {"--protocol": "FROST"}, "keys of FROST on secp256k1"),
    "GG18": ("encrypt", {"--protocol": "GG18"}, "keys of GG18 on secp256k1"),
    "threshold 1": ("encrypt", {"--min-signers": "1"}, "the threshold is 1"),
    "threshold 6": ("encrypt", {"--min-signers": "6"}, "the threshold is 6"),
    "threshold x": ("encrypt", {"--min-signers": "x"}, "argument --min-signers: not understood"),
    "unknown cluster": ("encrypt", {"--cluster": "cl-9"}, "0 clusters have the id cl-9"),
    "name not ASCII": ("encrypt", {"--name": "caf\N{LATIN SMALL LETTER E WITH ACUTE}"}, "the name"),
    "name empty": ("encrypt", {"--name": ""}, "the name"),
    "name too long": ("encrypt", {"--name": "x" * 101}, "the name"),
    "signers are a key": ("encrypt", {"--signers": "key"}, "GET /signers is not the JSON"),
    "output exists": ("encrypt", {"--out": "key"}, "the request key exists already"),
    "output in no folder": ("encrypt", {"--out": "no/where"}, "cannot write the request"),
    "digest is none": ("encrypt", {"--fingerprint": "zz"}, "a digest has 64 hex digits"),
    "state exists": ("export-request", {"--state": "key"}, "the state key exists already"),
    "request exists": ("export-request", {"--out": "key"}, "the request key exists already"),
    "no passphrase file": ("export-request", {"--passphrase-file": "no"}, "the passphrase file"),
    "empty passphrase": ("export-request", {"--passphrase-file": "empty"}, "passphrase is empty"),
    "passphrase not UTF-8": ("export-request", {"--passphrase-file": "bytes"}, "file is UTF-16"),
    "state is a key": ("recombine", {"--state": "key"}, "is not the state"),
    "state damaged": ("recombine", {"--state": "damaged"}, "the state is damaged"),
    "state cut": ("recombine", {"--state": "cut"}, "this file is not the state of an export, or"),
    "wrong passphrase": ("recombine", {"--passphrase-file": "key"}, "does not open the state"),
    "response is a key": ("recombine", {"--response": "key"}, "export response is not the JSON"),
    "public key not hex": ("recombine", {"--public-key": "xx"}, "the public key is not hex"),
    "public key short": (
        "recombine",
        {"--public-key": "02"},
        "the expected public key is not a point of",
    ),
    "another public key": (
        "recombine",
        {"--public-key": "02" + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"},
        "the response is for",
    ),
    "key file exists": ("recombine", {"--out": "key"}, "the key file key exists already"),
    "fingerprint of a key": ("fingerprint", {"": "key"}, "GET /signers is not the JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(here: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A clear line and a hint, a status other than 0, no traceback, nothing written."""
    command, changes, expected = REFUSED[name]
    cluster = Cluster()
    key = KEY
    Path("key").write_text(key)
    Path("empty").write_bytes(b"\n")
    Path("bytes").write_bytes(b"\xff\xfe")
    with_passphrase = ["--state", "state", "--passphrase-file", "passphrase"]
    assert main(["api", "export-request", *with_passphrase, "--out", "export.json"]) == 0
    sealed = Path("state").read_bytes()
    Path("damaged").write_bytes(sealed[:60] + bytes([sealed[60] ^ 1]) + sealed[61:])
    Path("cut").write_bytes(sealed[:-1])
    scalar = CURVES["secp256k1"].random_scalar(secrets.token_bytes)
    response = export_response("secp256k1", "CGGMP21", scalar, Path("export.json"))
    Path("response.json").write_text(json.dumps(response))
    arguments = {
        "encrypt": {
            "--signers": "signers.json",
            "--fingerprint": cluster.fingerprint,
            "--curve": "secp256k1",
            "--key-file": "key",
            "--expect": KEY_S,
            "--out": "new",
        },
        "export-request": {
            "--state": "new-state",
            "--passphrase-file": "passphrase",
            "--out": "new",
        },
        "recombine": {
            "--state": "state",
            "--passphrase-file": "passphrase",
            "--response": "response.json",
            "--public-key": response["publicKey"],
            "--out": "new",
        },
        "fingerprint": {"": "signers.json"},
    }[command] | changes
    before = sorted(p.name for p in here.iterdir())
    capsys.readouterr()
    words = [word for pair in arguments.items() for word in pair]
    if command == "fingerprint":
        words.remove("")
    group = [] if command == "fingerprint" else ["api"]
    try:
        status: object = main([*group, command, *words])
    except SystemExit as stopped:
        status = stopped.code
    output = capsys.readouterr()
    assert status in (1, 2)
    lines = output.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("ceremony: error: ")
    assert expected in lines[0]
    assert lines[1].startswith("ceremony: hint: ")
    assert output.out == ""
    assert sorted(p.name for p in here.iterdir()) == before
    assert key not in output.err
    assert scalar.reveal().hex() not in output.err


def test_too_many_bad_shares(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_passphrase = ["--state", "state", "--passphrase-file", "passphrase"]
    assert main(["api", "export-request", *with_passphrase, "--out", "request.json"]) == 0
    scalar = CURVES["secp256k1"].random_scalar(secrets.token_bytes)
    response = export_response("secp256k1", "CGGMP21", scalar, Path("request.json"), spoil=3)
    Path("response.json").write_text(json.dumps(response))
    given = ["--response", "response.json", "--public-key", response["publicKey"], "--out", "key"]
    assert main(["api", "recombine", *with_passphrase, *given]) == 1
    assert not Path("key").exists()
    error = capsys.readouterr().err
    assert all(f"signer-{index}: the ciphertext does not open" in error for index in (1, 2, 3))


def test_a_bug_is_told_without_values(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(size: int) -> bytes:
        raise RuntimeError("a value that may be secret")

    new = ("--format", "new", "--curve", "stark")
    assert main([*encrypting(Cluster()), *new], random=broken) == 70
    error = capsys.readouterr().err
    assert "a bug in this program: RuntimeError at test_commands.py:" in error
    assert "secret)" not in error
    assert "may be" not in error


def test_arguments_are_never_repeated(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = secrets.token_bytes(32).hex()
    for arguments in (["inspect", key], ["inspect", "--key", key], [key], ["--key", key]):
        assert main(arguments) == 2
        assert key not in capsys.readouterr().err
