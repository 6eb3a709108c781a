"""A folder to work in, and the commands."""

import getpass
import sys
from pathlib import Path

import pytest

from ceremony.keys.forms import keystore, pkcs8
from ceremony.offline import state
from tests.support.invoking import Ceremony


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


class Keyboard:
    """A terminal at which the passphrases of ``answers`` are typed, one after the other."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.prompts: list[str] = []

    def isatty(self) -> bool:
        return True

    def typed(self, prompt: str) -> str:
        self.prompts.append(prompt)
        return self.answers.pop(0)


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    keyboard = Keyboard()
    monkeypatch.setattr(sys, "stdin", keyboard)
    monkeypatch.setattr(getpass, "getpass", keyboard.typed)
    return keyboard
