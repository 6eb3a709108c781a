"""The command lines of all three programs: examples, versions, mistakes, manuals, completion."""

import argparse
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.desk.cli_completion import completion
from ceremony.desk.cli_manual import manual
from ceremony.desk.cli_parser import Parser, commands_of, every_command
from ceremony.offline import cli as offline
from ceremony.relay import cli as relay
from ceremony.sandbox import cli as sandbox

MAINS = {
    "ceremony": offline.main,
    "ceremony-relay": relay.main,
    "ceremony-sandbox": sandbox.main,
}
PARSERS: dict[str, Callable[[], Parser]] = {
    "ceremony": offline.build_parser,
    "ceremony-relay": relay.build_parser,
    "ceremony-sandbox": sandbox.build_parser,
}
EVERY = [
    pytest.param(program, command, id=path)
    for program, build in PARSERS.items()
    for path, command in [(program, build()), *every_command(build())]
]


@pytest.mark.parametrize(("program", "command"), EVERY)
def test_each_help_has_an_example_that_is_understood(
    program: str, command: argparse.ArgumentParser
) -> None:
    text = command.format_help()
    _, found, after = text.partition("for example:\n")
    assert found, text
    lines = [line.strip() for line in after.replace("\\\n", " ").splitlines() if line.strip()]
    assert lines
    for line in lines:
        words = shlex.split(line.removeprefix("source <(").removesuffix(")"))
        words = words[: words.index(">")] if ">" in words else words
        assert words[0] == program
        if "--help" not in words:
            PARSERS[program]().parse_args(words[1:])


@pytest.mark.parametrize("program", MAINS)
def test_the_version_names_the_commit(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        MAINS[program](["--version"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert re.fullmatch(rf"{program} \d+\.\d+\.\d+ \(.*commit ([0-9a-f]{{40}}.*|unknown)\)\n", out)


SECRET = "abandonabandonabout"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("api", "encrypt", "--netwrok", SECRET), "no option --netwrok; the nearest is --network"),
        (("inspect", "--jsom"), "no option --jsom; the nearest is --json"),
        (("inspect", f"--expekt={SECRET}"), "does not have; the nearest is --expect"),
        (("inspect", f"--{SECRET}"), "there is an option that this command does not have"),
        (("inspect", f"--key-{SECRET}"), "there is an option that this command does not have"),
        (("inspect", f"--path-0x{SECRET}"), "there is an option that this command does not have"),
        (("inspect", SECRET), "there is an argument that this command does not have"),
        (("--verson",), "no option --verson; the nearest is --version"),
        (("inspekt", SECRET), "no command inspekt here; the nearest is `ceremony inspect`"),
        (("encrypt", SECRET), "no command encrypt here; the nearest is `ceremony api encrypt`"),
        (("recombine",), "the nearest is `ceremony api recombine`"),
        ((SECRET,), "there is a command that this program does not have"),
        (("completion", "fish"), "SHELL is one of: bash, zsh"),
        (("api", "encrypt", "--min-signers", SECRET), "--min-signers: not understood"),
    ],
)
def test_a_slip_is_named_with_the_nearest_name_and_never_with_a_value(
    given: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert offline.main(given) == 2
    error, hint = capsys.readouterr().err.splitlines()
    assert said in error
    assert hint.startswith("ceremony: hint: see ceremony")
    assert SECRET not in error + hint


@pytest.mark.parametrize("program", ["ceremony-relay", "ceremony-sandbox"])
def test_so_do_the_other_programs(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"ceremony-relay": ["run", "--jurnal", "x"], "ceremony-sandbox": ["--prot", "8"]}
    nearest = {"ceremony-relay": "--journal", "ceremony-sandbox": "--port"}
    assert MAINS[program](given[program]) == 2
    assert f"the nearest is {nearest[program]}\n" in capsys.readouterr().err


def shell_commands(program: str, *more: str) -> list[str]:
    return [f"--{more[0]}", *more[1:]] if program == "ceremony-sandbox" else [*more]


@pytest.mark.parametrize("program", MAINS)
def test_the_manual_says_what_the_parser_has(
    program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert MAINS[program](shell_commands(program, "manual")) == 0
    page = capsys.readouterr().out
    assert page == manual(PARSERS[program]())
    assert page.startswith(f'.TH {program.upper()} 1 ""')
    plain = page.replace("\\-", "-")
    for path, command in [(program, PARSERS[program]()), *every_command(PARSERS[program]())]:
        assert path in plain
        for action in command._actions:
            assert all(option in plain for option in action.option_strings)
    # Each line is text or one of the macros that are used here.
    macros = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert macros <= {".TH", ".SH", ".SS", ".B", ".TP", ".PP", ".nf", ".fi", ".sp"}
    assert page.count(".nf") == page.count(".fi")
    file = tmp_path / f"{program}.1"
    file.write_text(page, encoding="ascii")
    if shutil.which("mandoc"):
        # Without a date the page is the same for everybody who makes it.
        lint = subprocess.run(["mandoc", "-T", "lint", file], capture_output=True, text=True)
        found = [line for line in lint.stdout.splitlines() if "missing date" not in line]
        assert found == []
    if shutil.which("groff"):
        done = subprocess.run(
            ["groff", "-man", "-Tascii", "-ww", file], capture_output=True, text=True
        )
        assert done.returncode == 0
        assert done.stderr == ""


COMPLETED = [
    ("ceremony", "", {"import", "api", "plan"}),
    ("ceremony", "ap", {"api"}),
    ("ceremony api", "", {"encrypt", "export-request", "recombine"}),
    ("ceremony api encrypt", "--mi", {"--min-signers"}),
    ("ceremony qr encode", "--fr", {"--frames"}),
    ("ceremony qr encode message --out pictures", "--fr", {"--frames"}),
    ("ceremony api encrypt --key-file", "x", set()),
    ("ceremony completion", "", {"bash", "zsh"}),
    ("ceremony-relay", "jo", {"journal"}),
    ("ceremony-relay journal show", "--j", {"--journal"}),
    ("ceremony-sandbox --credential", "p", {"p256"}),
    ("ceremony-sandbox", "--pl", {"--plan-table"}),
]


@pytest.mark.parametrize(("words", "typed", "offered"), COMPLETED)
def test_bash_completes(words: str, typed: str, offered: set[str]) -> None:
    program, *_ = words.split()
    script = completion(PARSERS[program](), "bash")
    name = program.replace("-", "_")
    line = [*words.split(), typed]
    code = (
        f"{script}\nCOMP_WORDS=({shlex.join(line)}); COMP_CWORD={len(line) - 1}\n"
        f'_{name}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(["bash", "-u", "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    assert offered <= set(done.stdout.split())
    assert all(word.startswith(typed) for word in done.stdout.split())
    assert bool(done.stdout.split()) is bool(offered)


@pytest.mark.parametrize("program", MAINS)
def test_zsh_gets_the_same_function(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert MAINS[program](shell_commands(program, "completion", "zsh")) == 0
    script = capsys.readouterr().out
    head, _, function = script.partition(f"_{program.replace('-', '_')}()")
    assert head.startswith(f"#compdef {program}\n")
    assert "bashcompinit" in head
    assert completion(PARSERS[program](), "bash").endswith(function)
    if shutil.which("zsh"):
        done = subprocess.run(["zsh", "-n"], input=script, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_group_is_not_a_command() -> None:
    parser = offline.build_parser()
    groups = [path for path, command in every_command(parser) if commands_of(command)]
    assert set(groups) == {
        *("ceremony plan", "ceremony transcript", "ceremony qr", "ceremony api"),
    }


LIGHT = ("argparse", "cryptography", "msgspec", "nacl", "numpy", "cv2", "httpx", "dfns_sdk")


@pytest.mark.parametrize("module", ["offline", "relay", "sandbox"])
def test_help_loads_no_library(module: str) -> None:
    """What takes the time is a library that help does not need."""
    code = (
        f"import sys; from ceremony.{module}.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print(*({{*{LIGHT!r}}} & {{*sys.modules}}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True,
                          env={"PYTHONPATH": str(Path(__file__).parents[2])})  # fmt: skip
    assert done.stderr.split() == ["argparse"]
