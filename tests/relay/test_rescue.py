"""An answer that no disk takes: on the screen until somebody has it."""

import base64
import hashlib

import numpy as np
import pytest

from ceremony.entropy import system_random
from ceremony.link import Complete, Receiver
from ceremony.optics.decode import read_codes
from ceremony.relay.rescue import KEPT, fitting_version, half_blocks, pictures, rescue

ANSWER = system_random(3000)


def photographs(lines: list[str]) -> list[np.ndarray]:
    """The codes on the screen, as a picture of each."""
    codes: list[list[str]] = []
    for line in lines:
        if line.startswith("code "):
            codes.append([])
        else:
            codes[-1].append(line)
    return [photograph(code) for code in codes]


def photograph(lines: list[str]) -> np.ndarray:
    upper, lower = (
        set("\N{UPPER HALF BLOCK}\N{FULL BLOCK}"),
        set("\N{LOWER HALF BLOCK}\N{FULL BLOCK}"),
    )
    rows = []
    for line in lines:
        rows.append([255 if character in upper else 0 for character in line])
        rows.append([255 if character in lower else 0 for character in line])
    picture = np.array(rows, dtype=np.uint8).repeat(4, axis=0).repeat(4, axis=1)
    return np.pad(picture, 20, constant_values=255)


@pytest.mark.parametrize(("columns", "height"), [(80, 24), (80, 31), (120, 50), (200, 60)])
def test_photographs_of_the_screen_give_the_answer(columns: int, height: int) -> None:
    lines = list(pictures(ANSWER, columns, height))
    assert all(len(line) <= columns for line in lines)
    codes = photographs(lines)
    receiver = Receiver()
    for picture in codes[2:]:  # two of them were blurred
        for text in read_codes(picture):
            progress = receiver.add(text)
    assert isinstance(progress, Complete)
    assert progress.message == ANSWER


def test_a_code_fits_the_screen() -> None:
    for columns, height in ((80, 31), (100, 40), (300, 100)):
        code = half_blocks("A", fitting_version(columns, height, len(ANSWER)))
        assert len(code[0]) <= columns
        assert len(code) <= height - 2
    assert fitting_version(80, 31, 3000) < fitting_version(300, 100, 3000)


def test_a_screen_that_is_too_small_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest codes that hold the answer are shown, and how large the window must be."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    assert fitting_version(80, 24, 3000) < fitting_version(80, 24, 1_000_000)
    told: list[str] = []
    rescue("the answer", ANSWER, told.append, lambda _: KEPT)
    assert "Make the window at least 57 columns by 31 lines for them." in told
    monkeypatch.setenv("LINES", "31")
    told.clear()
    rescue("the answer", ANSWER, told.append, lambda _: KEPT)
    assert not any("Make the window" in line for line in told)


def test_it_is_shown_until_somebody_says_that_it_is_kept() -> None:
    told: list[str] = []
    answers = ["", "Yes", "it is kept", KEPT, "never asked"]
    rescue("the answer", ANSWER, told.append, lambda _: answers.pop(0))
    assert answers == ["never asked"]
    digest = hashlib.sha256(ANSWER).hexdigest()
    shown = "\n".join(told)
    assert shown.count("NO DISK TAKES the answer") == 4
    assert digest in shown.replace(" ", "")
    text = "".join(told[-len(base64.b64encode(ANSWER)) // 76 :])
    assert base64.b64encode(ANSWER).decode().endswith(text[-1000:])


def test_it_is_shown_once_where_nobody_can_answer() -> None:
    told: list[str] = []
    rescue("the answer", ANSWER, told.append, lambda _: None)
    assert "\n".join(told).count("NO DISK TAKES") == 1
