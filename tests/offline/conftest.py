"""A folder to work in, and the commands."""

from pathlib import Path

import pytest

from ceremony.keys.out import keystore, pkcs8
from ceremony.offline import state
from tests.offline.invoking import Ceremony


@pytest.fixture
def ceremony(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ceremony:
    """The commands in an empty folder, with derivations that do not take the test's time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(state, "PASSES", 1)
    monkeypatch.setattr(state, "MEMORY", 8192)
    monkeypatch.setattr(keystore, "SCRYPT_N", 1 << 4)
    monkeypatch.setattr(pkcs8, "ROUNDS", 10)
    return Ceremony(capsys)
