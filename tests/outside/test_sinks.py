"""Every place where a program writes is safe by itself, whatever is given to it."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ceremony as ceremony_package
from ceremony.desk.command import show_error
from ceremony.desk.digests import digest_lines, numbered_words
from ceremony.desk.lines import Aligned, columns, drawing, indented, shown
from ceremony.desk.plain import PlainDesk
from ceremony.desk.port import Awaiting, Choice, Table, Working
from ceremony.desk.warnings import warn
from ceremony.errors import MAX_SENTENCE, CeremonyError, Failure, printable, printable_values
from ceremony.offline.inspecting import write_json
from ceremony.offline.report import report
from ceremony.record.steps import Step
from ceremony.record.transcript import Record, verify_transcript
from ceremony.relay.console import tell
from tests.support.hostile_texts import HUGE, LONE, TEXTS, check_shown

HOSTILE = [pytest.param(text, id=name) for name, text in (TEXTS | LONE | {"huge": HUGE}).items()]
Capture = pytest.CaptureFixture[str]
PACKAGE = Path(ceremony_package.__file__).parent


@pytest.mark.parametrize("text", HOSTILE)
def test_printable(text: str) -> None:
    for limit in (0, 1, 80, 1000):
        once = printable(text, limit)
        check_shown(once)
        assert len(once) <= limit + 1
        assert printable(once, limit) == once, "what is printable stays"


@pytest.mark.parametrize("text", HOSTILE)
def test_an_error_is_one_line_wherever_its_text_came_from(text: str, capsys: Capture) -> None:
    error = CeremonyError(Failure.MALFORMED, f"wallet {text}: no", hint=f"ask {text}")
    for part in (error.message, error.hint, str(error)):
        check_shown(part)
        assert "\n" not in part
        assert len(part) <= MAX_SENTENCE + 1
    show_error("ceremony", text, text)
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.count("\n") == 2
    check_shown(out.err)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_commands_tell(text: str, capsys: Capture) -> None:
    report("cluster", text, f"{text} again")
    tell(text)
    tell(f"  wallet {text}")
    warn(text)
    out = capsys.readouterr()
    check_shown(out.out)
    check_shown(out.err)
    assert out.out.count("\n") == 2
    assert out.err.count("\n") == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_json_for_scripts(text: str, capsys: Capture) -> None:
    write_json({"warnings": [text], text: {"path": text}})
    out = capsys.readouterr().out
    check_shown(json.dumps(json.loads(out), ensure_ascii=False, indent=1))
    check_shown(out)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_plain_desk(text: str) -> None:
    out = io.StringIO()
    desk = PlainDesk(io.StringIO("same\n" * 9 + "here\n" * 9), out)
    step = Step("a", text, ("witness",), (text,))
    desk.open(text, "production", [step])
    desk.step(step)
    desk.show(text, f"  {text}", columns(text, text, widths=(12,)))
    desk.note(text)
    desk.progress(Awaiting(text))
    desk.progress(Working(text, 1, 2))
    desk.compare(Table(text, ("label", text), ((text, text),)))
    desk.error(CeremonyError(Failure.MALFORMED, text, hint=text))
    desk.ask(text, lambda typed: typed)
    desk.secret(text)
    with pytest.raises(CeremonyError):
        desk.choose(text, [Choice("a", text, text), Choice("b", text)])
    check_shown(out.getvalue())


@pytest.mark.parametrize("text", HOSTILE)
def test_the_transcript(text: str) -> None:
    kept: list[bytes] = []
    record = Record(kept.append, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    record.happened("outcome", label=text, names=[text, {text: (text,)}], number=7, flag=True)
    record.passed(subject=text)
    record.refused(CeremonyError(Failure.MALFORMED, text, hint=""))
    lines, fingerprint = verify_transcript(b"".join(kept))
    assert fingerprint == record.fingerprint()
    assert lines[0].facts["number"] == 7
    assert lines[0].facts["flag"] is True
    for line in kept:
        check_shown(json.dumps(json.loads(line), ensure_ascii=False, indent=1))
        assert len(line) < 20_000


def test_only_aligned_lines_keep_their_blanks() -> None:
    padded = "cl-1" + " " * 70 + "x"
    assert shown(padded) == "cl-1 x"
    assert shown(" " * 70 + "x") == "    x"
    assert columns(padded, "y", widths=(12,)) == "cl-1 x        y"
    assert not isinstance(f"{columns('a', 'b', widths=(12,))}", Aligned)
    assert shown(indented(columns("a", "b", widths=(4,)), 2)) == "  a     b"
    assert drawing("\x1b[2J\u2588 \u2580") == "<U+001B>[2J\u2588 \u2580"


def test_digests_keep_their_columns() -> None:
    lines = [shown(line) for line in (*digest_lines(bytes(32)), *numbered_words(bytes(range(32))))]
    assert lines[2] == "aardvark      adroitness    aardvark      adroitness"
    assert all(len(line) <= 76 for line in lines)


def test_values_for_machines() -> None:
    assert printable_values({"a": ["\x1b", 1, None], "\n": ("x",)}) == {
        "a": ["<U+001B>", 1, None],
        "<U+000A>": ["x"],
    }


SINK = re.compile(r"\b(?:stdout|stderr|stream|_out)\.write\(|\bprint\(|\bgetpass\.getpass\(")
"""What reaches a screen: each such place passes ``shown``, or writes nothing from outside."""

SINKS = {
    "desk/cli_parser.py": 1,  # the version
    "desk/cli_shell.py": 2,  # completion and manual, made from the parsers
    "desk/command.py": 1,  # show_error
    "desk/passphrase.py": 1,  # shows a passphrase that was made here
    "desk/plain.py": 3,  # _line, and a secret that is revealed
    "desk/secrets.py": 1,  # the prompt
    "desk/warnings.py": 1,
    "offline/inspecting.py": 1,  # an empty line
    "offline/lists.py": 5,  # the tables of formats and networks, and write_json
    "offline/key_files.py": 1,  # numbers only
    "offline/pictures.py": 1,
    "offline/plans.py": 1,  # a plan, whose values are quoted as TOML
    "offline/report.py": 1,
    "rehearsal/stage.py": 7,
    "relay/checking.py": 1,
    "relay/console.py": 2,
    "relay/recovery.py": 1,
    "sandbox/cli.py": 1,  # the sandbox's own address
}


def test_there_are_no_other_sinks() -> None:
    """A new place that writes to a screen changes this table, and a reviewer sees it."""
    found = {
        str(module.relative_to(PACKAGE)): len(SINK.findall(module.read_text()))
        for module in PACKAGE.rglob("*.py")
    }
    assert {name: n for name, n in found.items() if n} == SINKS


def status_of(run: Callable[[], int]) -> object:
    try:
        return run()
    except SystemExit as ended:
        return ended.code


def test_file_names_are_outside_text(capsys: Capture, tmp_path: Path) -> None:
    """Arguments are typed by somebody, or by a script that somebody else wrote."""
    from ceremony.offline.cli import main as ceremony
    from ceremony.relay.cli import main as relay

    for text in (*TEXTS.values(), "wa-" + "A" * 100_000):
        for run in (
            lambda: ceremony(["fingerprint", "--signers", text]),  # noqa: B023
            lambda: ceremony(["import", text, "--by", text]),  # noqa: B023
            lambda: relay(["journal", "show", "--journal", text]),  # noqa: B023
            lambda: relay(["--env", text, "signers", "--out", str(tmp_path / "out")]),  # noqa: B023
            lambda: ceremony([text]),  # noqa: B023
        ):
            assert status_of(run) != 0
            out = capsys.readouterr()
            check_shown(out.out)
            check_shown(out.err)
