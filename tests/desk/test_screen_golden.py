"""Every screen against its golden text: cells and styles on 100x30 and eight colours."""

import pytest

from tests.support.screen_shots import FOLDER, NAMES, taken
from tests.support.screens import console_lines


def test_there_is_a_golden_text_of_each_screen_and_no_other() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(NAMES)
    assert len(NAMES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_as_it_did(name: str) -> None:
    """Another look is written by `python -m tests.support.screen_shots`, and read in the diff."""
    assert taken(name) == (FOLDER / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_what_it_says_needs_no_colour(name: str) -> None:
    """Without its colours, a golden text still has all marks; its size is the terminal's."""
    lines = console_lines(FOLDER, name)
    word = "/// REHEARSAL ///" if not name.startswith("production") else " PRODUCTION"
    assert lines[0].startswith(word)
    assert lines[-1].startswith(word)
    text = "\n".join(lines)
    for always in ("Move the treasury", "NOW: ", "Esc ", "Step "):
        assert always in text
    assert "turn: " in text or "TURN" in text
    assert set(text) - set(map(chr, range(32, 127))) <= {"\n", "\u2500", "\u2502", "\u250c",
                                                         "\u2510", "\u2514", "\u2518"}  # fmt: skip
