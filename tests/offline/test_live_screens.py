"""The live image's screens against their golden text, and its program on a real terminal."""

import sys
from pathlib import Path

import pytest

from tests.support.live_image import LiveImage
from tests.support.live_shots import FOLDER, NAMES, taken
from tests.support.screens import console_lines
from tests.support.terminals import Terminal


def test_there_is_a_golden_text_of_each_screen_and_no_other() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(NAMES)
    assert len(NAMES) > 10


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_as_it_did(name: str) -> None:
    """Another look is written by `python -m tests.support.live_shots`, and read in the diff."""
    assert taken(name) == (FOLDER / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_console_can_draw_it(name: str) -> None:
    """Eight colours, the characters of CP437, and a size that a console has."""
    lines = console_lines(FOLDER, name)
    assert lines[0].startswith(" LIVE IMAGE")
    text = "\n".join(lines)
    assert "NOW: " in text
    assert set(text) - set(map(chr, range(32, 127))) <= {"\n", "\u2500", "\u2502"}


def test_on_a_terminal_from_the_first_screen_to_power_off(tmp_path: Path) -> None:
    """The full screen ends and begins again between the entries; status 0 is power off."""
    with LiveImage(tmp_path, "media") as image:
        program = [sys.executable, "-m", "tests.support.live_program", str(tmp_path)]
        terminal = Terminal(program, Path(__file__).parents[2])
        for seen, keys in (
            ("are these the words", "2\r"),
            ("keyboard layout, by its name", "de\r"),
            ("try it here", "zy\r"),
            ("did each key give its sign?", "2\r"),
            ("is this the time", "3\r"),
            ("go on to the menu?", "2\r"),
            ("what is to be done?", "2\r"),
            ("how do messages cross", "\x1b"),
            ("Leave the ceremony?", "2\r"),
            ("import: it ended with this", "8\r"),
            ("power off? this laptop", "2\r"),
        ):
            terminal.sees(seen)
            terminal.types(keys)
        assert terminal.process.wait(30) == 0
    assert image.asked == ["keymap de"]


def test_to_leave_the_menu_is_another_end(tmp_path: Path) -> None:
    with LiveImage(tmp_path, "sealed"):
        program = [sys.executable, "-m", "tests.support.live_program", str(tmp_path)]
        terminal = Terminal(program, Path(__file__).parents[2])
        terminal.sees("are these the words")
        terminal.types("\x1b")
        terminal.sees("Leave the ceremony?")
        terminal.types("2\r")
        assert terminal.process.wait(30) == 1
        terminal.sees("ceremony: hint: this screen ends, and the image's first screen begins again")
