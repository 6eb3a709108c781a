"""`ceremony-sandbox --plan-table`: the place of a rehearsal, as a plan has it."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from ceremony.dfns.signers import parse_signers
from ceremony.record.rehearsal_plan import parse_place
from ceremony.sandbox.cli import main
from tests.support.sandbox_process import SandboxProcess

Start = Callable[..., SandboxProcess]


@pytest.mark.parametrize(("signers", "clusters", "threshold"), [(5, 1, 3), (4, 2, 3)])
def test_it_names_this_sandbox(
    start_sandbox: Start, tmp_path: Path, signers: int, clusters: int, threshold: int
) -> None:
    table = tmp_path / "sandbox.toml"
    sandbox = start_sandbox(
        *("--plan-table", str(table)),
        *("--signers", str(signers), "--clusters", str(clusters)),
    )
    place = parse_place(table.read_bytes())
    assert place.api == sandbox.url
    assert place.organisation == sandbox.env["DFNS_ORG_ID"]
    assert place.threshold == threshold
    assert (place.cluster is None) is (clusters == 1)
    token = {"authorization": f"Bearer {sandbox.env['DFNS_AUTH_TOKEN']}"}
    answer = httpx.get(f"{sandbox.url}/signers", headers=token).content
    assert parse_signers(answer, place.cluster).fingerprint().hex() == place.signers


def test_only_its_own_table_is_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], start_sandbox: Start
) -> None:
    table = tmp_path / "plan.toml"
    table.write_text("[dfns]\n")
    assert main(["--env", str(tmp_path / "sandbox.env"), "--plan-table", str(table)]) == 1
    assert "it exists and was not written by a sandbox" in capsys.readouterr().err
    assert table.read_text() == "[dfns]\n"
    table.unlink()
    for _ in range(2):
        sandbox = start_sandbox("--plan-table", str(table))
        assert parse_place(table.read_bytes()).api == sandbox.url
