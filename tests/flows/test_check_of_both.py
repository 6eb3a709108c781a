"""`ceremony check` and `ceremony-relay check --link`, as people start them: two installed
programs, two screens, and each camera sees the other's screen."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ceremony.link.link_file import parse_link
from tests.support.x_screen import Feeder, VirtualScreen, as_seen, virtual_screen

BIN = Path(sys.executable).parent
NAMES = ("laptop", "relay")
COMMANDS = {
    "laptop": ["ceremony", "check", "--out", "check.html"],
    "relay": ["ceremony-relay", "check", "--link"],
}


@pytest.fixture
def screens(tmp_path: Path) -> Iterator[dict[str, VirtualScreen]]:
    with ExitStack() as stack:
        found = {}
        for name in NAMES:
            (tmp_path / name).mkdir()
            found[name] = stack.enter_context(virtual_screen(tmp_path / name))
            stack.enter_context(Feeder(tmp_path / f"{name}.feed", as_seen(found[name])))
        yield found


def start(name: str, folder: Path, screen: VirtualScreen) -> "subprocess.Popen[str]":
    other = NAMES[1 - NAMES.index(name)]
    program, *arguments = COMMANDS[name]
    return subprocess.Popen(
        [BIN / program, *arguments, "--desk", "plain", "--camera", f"feed:{folder / other}.feed"],
        cwd=folder / name,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "DISPLAY": screen.name},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_programs_measure_their_link(tmp_path: Path, screens: dict[str, VirtualScreen]) -> None:
    programs = {name: start(name, tmp_path, screens[name]) for name in NAMES}
    try:
        for program in programs.values():
            assert program.stdin is not None
            program.stdin.write("begin\n")
            program.stdin.flush()
        said = {name: program.communicate(timeout=300) for name, program in programs.items()}
    finally:
        for program in programs.values():
            program.kill()
    for name, (out, err) in said.items():
        assert "Traceback" not in out + err, name
        assert re.search(r"ok +screen: 1280 x 720 pixels, x11", out), out
        assert re.search(r"\S+\.feed: [\d.]+ pictures a second", out), out
        for reads in ("this camera reads the other screen", "the other camera reads this screen"):
            assert re.search(rf"ok +{reads}: [\d.]+ kB/s; codes: \d+ % clean", out), out
        kept = tmp_path / name / "link.toml"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert f"version {parse_link(kept.read_bytes()).version}" in out
    # What one side measured is what the other was told.
    figures = r"{}: (.*)"
    ours = re.search(figures.format("this camera reads the other screen"), said["laptop"][0])
    theirs = re.search(figures.format("the other camera reads this screen"), said["relay"][0])
    assert ours is not None
    assert theirs is not None
    assert ours[1] == theirs[1]
    page = (tmp_path / "laptop" / "check.html").read_text()
    assert ours[1] in page
    assert "initials" in page
