"""Which desk a program takes, and what textual finds in the environment."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony.desk.plain import PlainDesk
from ceremony.desk.screen import DeskOptions, Terminal, at_desk, look, prepare, unfit
from ceremony.errors import CeremonyError, Failure

GOOD = Terminal(True, (100, 30), "linux", "utf-8")
ANY = DeskOptions()


def test_a_terminal_that_is_large_enough_gets_the_screen() -> None:
    assert unfit(ANY, GOOD) == ""
    assert unfit(ANY, Terminal(True, (250, 70), "xterm-256color", "UTF-8")) == ""
    assert unfit(DeskOptions(large=True), Terminal(True, (80, 24), "xterm", "utf8")) == ""


@pytest.mark.parametrize(
    ("terminal", "why"),
    [
        (Terminal(False, (100, 30), "linux", "utf-8"), "this is not a terminal"),
        (Terminal(True, (99, 30), "linux", "utf-8"), "99x30 characters"),
        (Terminal(True, (100, 29), "linux", "utf-8"), "100x29 characters"),
        (Terminal(True, (100, 30), "dumb", "utf-8"), "the type dumb has no screen"),
        (Terminal(True, (100, 30), "", "utf-8"), "the type none has no screen"),
        (Terminal(True, (100, 30), "linux", "iso8859-1"), "is not UTF-8"),
        (Terminal(True, (100, 30), "linux", ""), "is not UTF-8"),
    ],
)
def test_another_one_gets_lines_and_the_reason(terminal: Terminal, why: str) -> None:
    assert why in unfit(ANY, terminal)


def test_without_a_terminal_it_is_plain_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert look(os.environ).is_terminal is False
    assert at_desk(ANY, "nothing", type) is PlainDesk
    assert "the plain desk is used: this is not a terminal" in capsys.readouterr().err
    assert at_desk(DeskOptions("plain"), "nothing", type) is PlainDesk
    assert capsys.readouterr().err == "", "who asked for it need not be told"
    with pytest.raises(CeremonyError) as caught:
        at_desk(DeskOptions("screen"), "nothing", type)
    assert caught.value.failure is Failure.USAGE


def test_the_environment_is_cleaned_before_textual_reads_it() -> None:
    environ = {
        "TEXTUAL_LOG": "/tmp/keys", "TEXTUAL_SCREENSHOT": "1", "TEXTUAL_PRESS": "a",
        "TEXTUAL_DRIVER": "os:path", "TEXTUAL": "devtools", "TEXTUAL_ALLOW_SIGNALS": "1",
        "TEXTUAL_THEME": "dracula", "COLORTERM": "truecolor", "COLUMNS": "40", "LINES": "10",
        "FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "linux", "PATH": "/bin",
    }  # fmt: skip
    prepare(environ)
    assert {name for name in environ if not name.startswith("TEXTUAL_")} == {
        "NO_COLOR",
        "TERM",
        "PATH",
    }
    assert {name: value for name, value in environ.items() if name.startswith("TEXTUAL")} == {
        "TEXTUAL_COLOR_SYSTEM": "standard",
        "TEXTUAL_THEME": "ansi-dark",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
    }


@pytest.mark.parametrize(
    "imported",
    [
        "ceremony.desk.screen",
        "ceremony.desk.plain",
        "ceremony.offline.cli",
        "ceremony.offline.ceremonies",
        "ceremony.relay.cli",
        "ceremony.relay.running",
    ],
)
def test_nothing_loads_textual_before_a_screen_is_opened(imported: str) -> None:
    code = f"import sys, {imported}; print([m for m in sys.modules if m.startswith('textual')])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout == "[]\n"


def test_only_modules_of_the_screen_import_textual() -> None:
    package = Path(__file__).parents[2] / "ceremony"
    importers = {
        str(module.relative_to(package))
        for module in package.rglob("*.py")
        if "from textual" in module.read_text() or "import textual" in module.read_text()
    }
    assert len(importers) > 8
    assert all(name.startswith("desk/screen_") for name in importers)


def test_a_plain_desk_has_keys_on_a_terminal_alone() -> None:
    assert PlainDesk(io.StringIO("x\n"), io.StringIO()).key() == ""
    master, slave = os.openpty()
    with os.fdopen(slave, "r") as keyboard, os.fdopen(master, "wb", buffering=0) as hands:
        desk = PlainDesk(keyboard, io.StringIO())
        assert desk.key() == ""
        for typed, key in ((b"+\n", "+"), (b"\n", "enter"), (b"stop\n", "escape")):
            hands.write(typed)
            assert desk.key() == key
            assert desk.key() == ""
