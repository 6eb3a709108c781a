"""The commands as a script and as a person uses them, with a real sandbox."""

import io
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ceremony.relay.opening import AGAIN

from ceremony.curves import CURVES
from ceremony.dfns.key_export import build_key_export_request, recover_secret_scalar
from ceremony.dfns.key_import import Destination
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.message import digest, digest_words
from ceremony.relay.cli import main
from ceremony.secret import Secret
from tests.support.one_import import one_import
from tests.support.sandbox_process import ROOT, SandboxProcess

Start = Callable[..., SandboxProcess]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and none of the operator's own settings."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("DFNS_")]:
        monkeypatch.delenv(name)
    return tmp_path


class Script:
    """What a script does between the relay and the offline side."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.env = ["--env", str(sandbox.env_file)]

    def relay(self, command: str, *arguments: str) -> int:
        return main([command, *self.env, *arguments])

    def encrypt(self, curve: str = "secp256k1", network: str | None = "Ethereum") -> Secret:
        """request.json, as ``ceremony encrypt`` writes it."""
        if not Path("signers.json").exists():
            assert self.relay("signers", "--out", "signers.json") == 0
        scalar = CURVES[curve].random_scalar(system_random)
        public_key = CURVES[curve].base_multiply(scalar).compressed
        body = one_import(
            parse_signers(Path("signers.json").read_bytes()),
            scalar,
            public_key,
            curve,
            "FROST" if curve == "ed25519" else "CGGMP21",
            3,
            Destination(network, "cold 1"),
            system_random,
        )
        Path("request.json").write_bytes(body)
        self.digest = digest(body)
        self.public_key = public_key.hex()
        return scalar

    def importing(self, *more: str) -> int:
        return self.relay(
            "import",
            *("--request", "request.json", "--public-key", self.public_key),
            *("--journal", "journal", "--out", "receipt.json", *more),
        )


@pytest.fixture
def script(here: Path, start_sandbox: Start) -> Script:
    return Script(start_sandbox())


@pytest.mark.parametrize("curve", list(CURVES))
@pytest.mark.parametrize("by", ["--key", "--wallet"])
def test_a_key_goes_in_and_comes_out(
    script: Script, curve: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = {"secp256k1": "Ethereum", "stark": "Starknet", "ed25519": "Solana"}
    scalar = script.encrypt(curve, networks[curve] if by == "--wallet" else None)
    assert script.importing("--confirm", script.digest.hex()) == 0
    receipt = json.loads(Path("receipt.json").read_text())

    decryption_key = DecryptionKey.generate(system_random)
    request = build_key_export_request(decryption_key.encryption_key)
    Path("export.json").write_bytes(request)
    arguments = ["--request", "export.json", by, receipt["id"], "--journal", "journal"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("Yes\n"))
    assert script.relay("export", *arguments, "--out", "response.json") == 0
    recovered = recover_secret_scalar(
        decryption_key, Path("response.json").read_bytes(), bytes.fromhex(script.public_key)
    )
    assert recovered.secret_scalar.matches(scalar)
    assert recovered.bad_signers == ()
    for name in ("signers.json", "receipt.json", "response.json", "journal"):
        assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600


def test_a_finished_request_gives_the_same_receipt_without_dfns(script: Script) -> None:
    script.encrypt()
    assert script.importing("--confirm", script.digest.hex()) == 0
    first = Path("receipt.json").read_bytes()
    Path("receipt.json").unlink()
    script.sandbox.stop()
    assert script.importing() == 0
    assert Path("receipt.json").read_bytes() == first


def test_a_finished_request_again_is_a_success_and_leaves_the_receipt(
    script: Script, capsys: Capture
) -> None:
    script.encrypt()
    assert script.importing("--confirm", script.digest.hex()) == 0
    before = Path("receipt.json").stat()
    script.sandbox.stop()
    capsys.readouterr()
    assert script.importing() == 0
    assert "was finished before" in capsys.readouterr().err
    after = Path("receipt.json").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    Path("receipt.json").write_text("something else")
    assert script.importing() == 1
    assert "is not that of this request" in capsys.readouterr().err
    assert Path("receipt.json").read_text() == "something else"


def test_an_output_that_exists_posts_nothing(script: Script, capsys: Capture) -> None:
    """Also with a journal that is there already."""
    script.encrypt()
    assert script.importing("--confirm", script.digest.hex()) == 0
    script.encrypt()
    assert script.importing("--confirm", script.digest.hex()) == 1
    assert "exists already" in capsys.readouterr().err
    Path("receipt.json").unlink()
    assert script.importing("--confirm", script.digest.hex()) == 0


def test_an_exports_digest_fits_one_key_only(script: Script, capsys: Capture) -> None:
    """The request file names no key: its digest confirms nothing."""
    Path("export.json").write_bytes(
        request := build_key_export_request(DecryptionKey.generate(system_random).encryption_key)
    )
    arguments = ["--request", "export.json", "--key", "key-1", "--journal", "journal"]
    confirm = ["--confirm", digest(request).hex(), "--out", "response.json"]
    assert script.relay("export", *arguments, *confirm) == 2
    assert "does not name its key" in capsys.readouterr().err
    assert not Path("journal").exists()


@pytest.mark.parametrize("typed", ["", "\n", "Yes\n", "post it again\n", "Post it again \n"])
def test_nothing_but_the_phrase_decides_a_second_post(
    here: Path,
    start_sandbox: Start,
    typed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    """Neither Yes nor --confirm: an export whose answer was lost."""
    script = Script(start_sandbox("--fault", "lost-answer@export"))
    script.encrypt(network=None)
    assert script.importing("--confirm", script.digest.hex()) == 0
    key_id = json.loads(Path("receipt.json").read_text())["id"]
    Path("export.json").write_bytes(
        build_key_export_request(DecryptionKey.generate(system_random).encryption_key)
    )
    arguments = ["--request", "export.json", "--key", key_id, "--journal", "journal"]

    def export(text: str) -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return script.relay("export", *arguments, "--out", "response.json")

    assert export("Yes\n") == 1
    assert export(typed) == 1
    assert "nobody decided it" in capsys.readouterr().err
    assert not Path("response.json").exists()
    assert export(AGAIN + "\n") == 0
    output = capsys.readouterr().err
    for part in ("SECOND EXPORT", script.sandbox.url, "rehearsal", "or-"):
        assert part in output


def test_ctrl_c_during_a_post_is_told(
    script: Script, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ceremony.relay.transport import Transport

    exchange = Transport._exchange

    def interrupt(self: Transport, request: Any, *more: Any) -> Any:
        if request.url.path == "/wallets/import":
            raise KeyboardInterrupt
        return exchange(self, request, *more)

    script.encrypt()
    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(Transport, "_exchange", interrupt)
        assert script.importing("--confirm", script.digest.hex()) == 130
    error = capsys.readouterr().err
    assert "the post left" in error
    assert "run the same command again" in error
    assert "nothing was finished" not in error
    assert script.importing("--confirm", script.digest.hex()) == 0


@pytest.mark.parametrize(
    "typed", ["", "\n", "yes\n", "YES\n", "Yes \n", " Yes\n", "y\n", "Yes please\n", "no\nYes\n"]
)
def test_nothing_but_yes_confirms(
    script: Script, typed: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    script.encrypt()
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert script.importing() == 1
    assert "not confirmed" in capsys.readouterr().err
    assert not Path("receipt.json").exists()
    monkeypatch.setattr(sys, "stdin", io.StringIO("Yes\n"))
    assert script.importing() == 0, "nothing was posted before"


def test_a_person_sees_what_is_posted(
    script: Script, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    script.encrypt()
    monkeypatch.setattr(sys, "stdin", io.StringIO("Yes\n"))
    capsys.readouterr()
    assert script.importing() == 0
    output = capsys.readouterr()
    assert output.out == "", "standard output is for machines"
    words = digest_words(script.digest)
    for part in (script.sandbox.url, "rehearsal", "Ethereum", "cold 1", script.public_key, *words):
        assert part in output.err
    assert script.digest.hex() in output.err.replace(" ", "").replace("\n", "")


def test_another_digest_posts_nothing(script: Script, capsys: Capture) -> None:
    script.encrypt()
    for wrong, said in (
        ("00" * 32, "not that of the request file"),
        ("Yes", "a digest has"),
        ("", "a digest has"),
    ):
        assert script.importing("--confirm", wrong) == 1
        assert said in capsys.readouterr().err
    assert not Path("receipt.json").exists()
    assert not Path("journal").exists()


def test_signers_are_checked_and_shown(script: Script, capsys: Capture) -> None:
    assert script.relay("signers", "--out", "-") == 0
    output = capsys.readouterr()
    info = parse_signers(output.out.encode())
    assert info.cluster_id in output.err
    for word in digest_words(info.fingerprint()):
        assert word in output.err


def test_one_of_several_clusters(here: Path, start_sandbox: Start, capsys: Capture) -> None:
    script = Script(start_sandbox("--clusters", "2"))
    assert script.relay("signers", "--out", "signers.json") == 1
    names = re.search(r"clusters: (\S+), (\S+)\n", capsys.readouterr().err)
    assert names
    assert not Path("signers.json").exists()
    assert script.relay("signers", "--out", "signers.json", "--cluster", names[2]) == 0
    assert len(json.loads(Path("signers.json").read_text())["clusters"]) == 2, "the whole answer"


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "nonsense",
        "signers",
        "signers --out x --link y",
        "signers --out x --journal j",
        "import --out x",
        "import --journal j --out x --request r",
        "import --journal j --out x --public-key 02",
        "import --journal j --link x --request r",
        "import --journal j --link x --public-key 02",
        "export --journal j --out x --request r",
        "export --journal j --out x --key k",
        "export --journal j --out x --request r --key k --wallet w",
        "export --journal j --link x --key k",
        "import --conf 00",
        "export --journal j --out x --request r --key k --confirm 00",
        "journal",
        "journal show",
        "journal recover --journal j",
    ],
)
def test_senseless_commands(here: Path, arguments: str, capsys: Capture) -> None:
    try:
        status: object = main(arguments.split())
    except SystemExit as end:
        status = end.code
    assert status == 2
    check_errors(capsys.readouterr().err)
    assert list(here.iterdir()) == []


def check_errors(text: str) -> None:
    assert "Traceback" not in text
    assert text.count(": error: ") == 1
    assert text.count(": hint: ") == 1


def test_wrong_inputs_write_nothing(script: Script, capsys: Capture) -> None:
    script.encrypt()
    whole = Path("request.json").read_bytes()
    capsys.readouterr()
    for content in (b"", b"{}", whole[:-1], whole + whole, b"\xff", whole.replace(b"CGG", b"XGG")):
        Path("request.json").write_bytes(content)
        assert script.importing("--confirm", digest(content).hex()) == 1
        check_errors(capsys.readouterr().err)
    Path("request.json").write_bytes(whole)
    for public_key in ("", "zz", "02", script.public_key[2:], "00" * 33):
        arguments = ["--request", "request.json", "--public-key", public_key]
        assert script.relay("import", *arguments, "--journal", "j", "--out", "r") == 1
        check_errors(capsys.readouterr().err)
    Path("there").write_text("something")
    arguments = ["--request", "request.json", "--public-key", script.public_key]
    assert script.relay("import", *arguments, "--journal", "j", "--out", "there") == 1
    assert "exists already" in capsys.readouterr().err
    assert Path("there").read_text() == "something"
    assert {path.name for path in Path().iterdir()} - {script.sandbox.env_file.parent.name} == {
        *("signers.json", "request.json", "there")
    }


def test_production_has_no_simulated_link(here: Path, capsys: Capture, script: Script) -> None:
    text = script.sandbox.env_file.read_text().replace(script.sandbox.url, "https://api.dfns.io")
    Path("production.env").write_text(text)
    arguments = ["--env", "production.env", "signers", "--link", "light"]
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert "this is production" in error
    assert "ceremony qr encode" in error


FAULTS = [
    "token-expired@signers",
    "error@signers",
    "garbage@signers",
    "lost-answer@signers",
    "no-permission@signers",
    "error=404@signers",
    "error=418@signers",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_one_line_and_a_hint(
    here: Path, start_sandbox: Start, fault: str, capsys: Capture
) -> None:
    script = Script(start_sandbox("--fault", fault))
    assert script.relay("signers", "--out", "signers.json") == 1
    check_errors(capsys.readouterr().err)
    assert not Path("signers.json").exists()
    assert script.relay("signers", "--out", "signers.json") == 0


@pytest.mark.parametrize(
    "fault",
    [
        *("lost-answer@import", "error-after@import", "garbage@import"),
        *("token-expired@import", "no-permission@import", "lost-request@import", "error@import"),
        *("lost-answer@init", "lost-answer@action", "error@action", "slow=1@import"),
    ],
)
def test_a_script_runs_the_same_command_until_it_succeeds(
    here: Path, start_sandbox: Start, fault: str, capsys: Capture
) -> None:
    script = Script(start_sandbox("--fault", fault))
    script.encrypt()
    capsys.readouterr()
    runs = 1
    while script.importing("--confirm", script.digest.hex()) != 0:
        check_errors(capsys.readouterr().err)
        runs += 1
        assert runs < 4
    receipt = json.loads(Path("receipt.json").read_text())
    assert receipt["signingKey"]["publicKey"] == script.public_key


def test_no_secret_is_anywhere(
    here: Path, start_sandbox: Start, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every output and every file of failed and successful runs, against every secret."""
    faults = ("lost-request@import", "token-expired@init", "lost-answer@export", "garbage@import")
    script = Script(start_sandbox(*(a for f in faults for a in ("--fault", f))))
    secrets = [
        script.sandbox.env["DFNS_AUTH_TOKEN"],
        *(
            line
            for line in script.sandbox.env["DFNS_PRIVATE_KEY"].splitlines()
            if not line.startswith("-----")
        ),
    ]
    assert all(len(secret) > 20 for secret in secrets)
    script.encrypt()
    shares = [
        entry["encryptedKeyShare"]
        for entry in json.loads(Path("request.json").read_text())["encryptedKeyShares"]
    ]
    statuses = [script.importing("--confirm", script.digest.hex()) for _ in range(4)]
    assert 0 in statuses
    assert statuses[0] == statuses[1] == 1
    key_id = json.loads(Path("receipt.json").read_text())["signingKey"]["id"]
    decryption_key = DecryptionKey.generate(system_random)
    request = build_key_export_request(decryption_key.encryption_key)
    Path("export.json").write_bytes(request)
    arguments = ["--request", "export.json", "--key", key_id, "--journal", "journal"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"Yes\n{AGAIN}\n"))
    out = ["--out", "response.json"]
    assert [script.relay("export", *arguments, *out) for _ in range(2)] == [1, 0]

    output = capsys.readouterr()
    said = (output.out + output.err).encode()
    files = {p.name: p.read_bytes() for p in here.iterdir() if p.is_file()}
    assert {"journal", "receipt.json", "response.json"} <= files.keys()
    for secret in secrets:
        for form in (secret.encode(), secret[:20].encode(), secret.encode().hex().encode()):
            assert form not in said
            assert not [name for name, content in files.items() if form in content]
    response = [
        entry["encryptedKeyShare"]
        for entry in json.loads(files["response.json"])["encryptedKeyShares"]
    ]
    for share in shares + response:
        assert share.encode() not in said
    for share in shares:
        assert share.encode() not in files["journal"], "the journal needs digests only"
    for share in response:
        assert share.encode() in files["journal"], "the response is nowhere else if it is lost"


def test_the_program_starts_without_a_network_client(here: Path) -> None:
    """That is what makes it start quickly; scripts/bench measures how quickly."""
    program = (
        "import sys\nfrom ceremony.relay.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'httpx', 'dfns_sdk', 'cv2', 'numpy', 'msgspec', 'sqlite3', 'dotenv'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


def test_it_runs_as_a_program(script: Script) -> None:
    """With the environment instead of a file, and as its own process."""
    done = subprocess.run(
        [sys.executable, "-m", "ceremony.relay.cli", "signers", "--out", "-"],
        env={"PYTHONPATH": str(ROOT), **script.sandbox.env},
        capture_output=True,
        check=True,
    )
    assert len(parse_signers(done.stdout).signers) == 5
