"""A folder to work in, and the commands."""

import getpass
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.support.exports import Exported, export
from tests.support.invoking import Ceremony
from tests.support.keyboards import Keyboard


@pytest.fixture
def ceremony(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ceremony:
    """The commands in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Ceremony(capsys)


@pytest.fixture
def exported(ceremony: Ceremony) -> Exported:
    """Makes an export that came back: the arguments of recombine, but for form and output."""
    return partial(export, ceremony)


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    keyboard = Keyboard()
    monkeypatch.setattr(sys, "stdin", keyboard)
    monkeypatch.setattr(getpass, "getpass", keyboard.typed)
    return keyboard
