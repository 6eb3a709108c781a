"""docs/sandbox.md against the program: its faults, its permissions, its session."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

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
        input="Yes\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    receipt = json.loads((tmp_path / "receipt.json").read_text())
    assert receipt["signingKey"]["publicKey"] in (tmp_path / "shown").read_text()
    assert f'"items":[{{"id":"{receipt["id"]}"' in done.stdout
