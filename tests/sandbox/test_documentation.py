"""docs/sandbox.md against the program: its faults, its permissions, its session."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from ceremony.dfns.signers import parse_signers
from ceremony.message import digest_words
from ceremony.sandbox.access import ALL_PERMISSIONS
from ceremony.sandbox.fault_kinds import KINDS, strikes
from tests.support.sandbox_process import ROOT

TEXT = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_the_table_has_every_fault_with_its_value_and_its_calls() -> None:
    rows = re.findall(r"^\| `([a-z-]+)(?:\[=(\d+)\])?` \| .+ \| (.+) \|$", TEXT, re.MULTILINE)
    documented = {name: (int(value) if value else None, calls) for name, value, calls in rows}
    assert documented == {name: (kind.value, strikes(kind)) for name, kind in KINDS.items()}


def test_every_permission_is_named() -> None:
    assert all(f"`{permission}`" in TEXT for permission in ALL_PERMISSIONS)


def test_the_session_runs_as_it_stands(tmp_path: Path) -> None:
    session = TEXT.split("```sh\n", 1)[1].split("```", 1)[0]
    programs = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-mc", session],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    signers = parse_signers((tmp_path / "signers.json").read_bytes())
    assert digest_words(signers.fingerprint())[0] in done.stderr
    assert json.loads(done.stdout) == {"items": []}
