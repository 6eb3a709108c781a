"""The commands as a script and as a person uses them, with a real sandbox."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.dfns.signers import parse_signers
from ceremony.message import ExportResponse, digest_words
from ceremony.relay.cli import main
from tests.support.one_request import OneExport, OneImport
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
    """The relay's commands in this process."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.env = ["--env", str(sandbox.env_file)]

    def relay(self, command: str, *arguments: str) -> int:
        return main([command, *self.env, *arguments])


@pytest.fixture
def script(here: Path, start_sandbox: Start) -> Script:
    return Script(start_sandbox())


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
        "import --journal j --out x --request r",
        "export --journal j --out x --request r --key k",
        "run",
        "run --journal j",
        "run --by stick",
        "run --journal j --by stick --yes",
        "run --journal j --by stick --confirm 00",
        "check",
        "check a b",
        "journal",
        "journal show",
        "journal recover --journal j",
    ],
)
def test_senseless_commands(here: Path, arguments: str, capsys: Capture) -> None:
    """The raw commands are among them, and whatever would switch a control off."""
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


def test_what_is_not_there_is_one_line_and_a_hint(script: Script, capsys: Capture) -> None:
    Path("stick").mkdir()
    Path("plan.toml").write_text("format = 1")
    Path("other").write_text("something")
    for arguments in (
        ("run", "--journal", "j", "--by", "none"),
        ("run", "--journal", "j", "--by", "stick", "--plan", "none"),
        ("run", "--journal", "j", "--by", "stick", "--plan", "plan.toml"),
        ("run", "--journal", "other", "--by", "stick"),
        ("check", "none"),
        ("check", "plan.toml"),
    ):
        assert script.relay(*arguments) == 1
        check_errors(capsys.readouterr().err)
    assert list(Path("stick").iterdir()) == []
    assert not Path("j").exists()


def test_nobody_at_the_keyboard_posts_nothing(start_sandbox: Start, tmp_path: Path) -> None:
    """The input ends at the first question."""
    one = OneImport(start_sandbox(), tmp_path / "room", "Ethereum")
    one.silent = True
    assert one.run_as_a_program() == 1
    assert "there is nobody to answer" in one.text
    assert one.made() == []
    one.silent = False
    assert one.run() == 0, one.text
    one.check_one()


def test_no_secret_is_anywhere(start_sandbox: Start, tmp_path: Path) -> None:
    """Every output and every file of an import and an export with faults, against every secret."""
    faults = ("token-expired@init", "garbage@import", "lost-answer@export")
    sandbox = start_sandbox()
    importing = OneImport(sandbox, tmp_path / "import", "Ethereum")
    exporting = OneExport(sandbox, tmp_path / "export")
    sandbox = start_sandbox(*(a for f in faults for a in ("--fault", f)))
    importing = OneImport(sandbox, tmp_path / "faults", "Ethereum")
    while not importing.finished():
        assert importing.run() in (0, 1)
    assert exporting.run() == 0, exporting.text
    secrets = []
    for env in (sandbox.env, exporting.sandbox.env):
        pem = env["DFNS_PRIVATE_KEY"].splitlines()
        secrets += [env["DFNS_AUTH_TOKEN"], *(x for x in pem if not x.startswith("-----"))]
    assert all(len(secret) > 20 for secret in secrets)
    said = (importing.text + exporting.text).encode()
    files = {
        path: path.read_bytes()
        for folder in (importing.folder, exporting.folder)
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert sum(path.name == "journal" for path in files) == 2
    for secret in secrets:
        for form in (secret.encode(), secret[:20].encode(), secret.encode().hex().encode()):
            assert form not in said
            assert not [name for name, content in files.items() if form in content]
    assert isinstance(exporting.answer, ExportResponse)
    answer = json.loads(exporting.answer.outcomes[0].answer)
    shares = [entry["encryptedKeyShare"].encode() for entry in answer["encryptedKeyShares"]]
    assert all(share in files[exporting.folder / "journal"] for share in shares)
    assert not any(share in said for share in shares)
    for path in (importing.folder / "journal", exporting.folder / "journal"):
        assert path.stat().st_mode & 0o777 == 0o600


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
