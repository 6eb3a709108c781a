"""The installed programs at the full screen of a real terminal of 100x30."""

import codecs
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.desk.words import WORDS_ASKED
from ceremony.message import digest_words
from ceremony.record.plan_example import example_plan
from ceremony.record.transcript import verify_transcript
from tests.support.ceremony_world import CeremonyWorld
from tests.support.terminals import Terminal, flat, program

QUESTION = re.compile(WORDS_ASKED.pattern)
SEED = "abandon " * 11 + "about"
IMPORT = ("import", "plan.toml", "--by", "stick", "--transcript", "import.jsonl")

PLAN = (
    '[[sources]]\nname = "words"\nformat = "bip39"\n[[keys]]\nlabel = "eth"\nsource = "words"\n'
    'path = "m/44\'/60\'/0\'/0/0"\nnetwork = "Ethereum"\n'
    'expect = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stick, and a plan for a rehearsal that needs no sandbox before its third step."""
    (tmp_path / "stick").mkdir()
    plan = example_plan("import-wallets")
    assert 'environment = "production"' in plan
    plan = plan.replace('environment = "production"', 'environment = "rehearsal"')
    (tmp_path / "plan.toml").write_text(plan)
    return tmp_path


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """All that a test opened; closed however it ends."""
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


def at_terminal(
    terminals: list[Terminal], name: str, folder: Path, *arguments: str, **settings: object
) -> Terminal:
    opened = Terminal([program(name), *arguments], folder, **settings)  # type: ignore[arg-type]
    terminals.append(opened)
    return opened


def answer_words(terminal: Terminal, subject: str, value: bytes) -> None:
    """Types the words that are asked for, as they stand on the paper."""
    found = QUESTION.search(flat(terminal.sees(f"of {subject}, as")))
    assert found, terminal.screen
    words = digest_words(value)
    places = [int(place) for place in found[1].split(", ")]
    terminal.types(" ".join(words[place - 1] for place in places) + "\r")


def confirm_page(terminal: Terminal) -> None:
    terminal.sees("page 1 of 1")
    terminal.types("\x1b[6~")
    terminal.sees("this is the end of the page")
    terminal.types("same\r")


def test_the_first_questions_and_the_way_out(folder: Path, terminals: list[Terminal]) -> None:
    laptop = at_terminal(terminals, "ceremony", folder, *IMPORT)
    screen = laptop.sees("words", "the plan's digest")
    assert screen.count("/// REHEARSAL ///") >= 2
    assert "[>] 2 The plan" in screen
    laptop.types("not these\r")
    laptop.sees("ERROR 2 words typed, and 4 are asked for", "hint:")
    laptop.types("\x1b")
    laptop.sees("Leave the ceremony?", "[x] 1 stay", "`ceremony resume` takes it up again")
    laptop.types("\r")
    laptop.sees("the plan's digest", "> not these")
    laptop.types("\x1b")
    laptop.sees("Leave the ceremony?")
    laptop.types("2\r")
    assert laptop.ends() == 1
    assert "error: the ceremony was stopped by the people in the room" in laptop.screen
    assert laptop.after == laptop.before
    lines, _ = verify_transcript((folder / "import.jsonl").read_bytes())
    assert lines[-1].event == "refused"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_gives_the_terminal_back(
    folder: Path, terminals: list[Terminal], number: int
) -> None:
    laptop = at_terminal(terminals, "ceremony", folder, *IMPORT)
    laptop.sees("the plan's digest")
    laptop.signal(number)
    assert laptop.ends() == 128 + number
    assert laptop.after == laptop.before
    for restored in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?7h"):
        assert laptop.raw.count(restored) == 1, restored
    assert "no request has left this laptop" in laptop.screen
    lines, _ = verify_transcript((folder / "import.jsonl").read_bytes())
    assert lines[-1].event == "interrupted", "what the script does at its end was done"


def test_a_terminal_that_is_gone_ends_it(folder: Path, terminals: list[Terminal]) -> None:
    laptop = at_terminal(terminals, "ceremony", folder, *IMPORT)
    laptop.sees("the plan's digest")
    laptop.hang_up()
    assert laptop.process.wait(30) != 0
    lines, _ = verify_transcript((folder / "import.jsonl").read_bytes())
    assert lines[-1].event == "interrupted"


def test_a_small_terminal_gets_lines_and_is_told(folder: Path, terminals: list[Terminal]) -> None:
    laptop = at_terminal(terminals, "ceremony", folder, *IMPORT, size=(99, 30))
    laptop.sees("the plain desk is used: the terminal has 99x30 characters", "? words")
    assert b"\x1b" not in laptop.raw
    laptop.types("stop\r")
    assert laptop.ends() == 1
    large = at_terminal(
        terminals, "ceremony", folder, *IMPORT[:-1], "2.jsonl", "--large-text", size=(80, 24)
    )
    assert "Step 2 of 7" in large.sees("the plan's digest", "Esc leave")
    refused = at_terminal(terminals, "ceremony", folder, *IMPORT, "--desk", "screen", size=(80, 24))
    assert refused.ends() == 2
    assert "the full screen cannot be used" in refused.screen


@pytest.mark.parametrize("colours", [{}, {"NO_COLOR": "1"}, {"COLORTERM": "truecolor"}])
def test_a_bare_console_gets_eight_colours_and_letters_of_its_font(
    folder: Path, terminals: list[Terminal], colours: dict[str, str]
) -> None:
    settings = {"TEXTUAL_LOG": str(folder / "log"), "TEXTUAL_DRIVER": "os:path", **colours}
    laptop = at_terminal(terminals, "ceremony", folder, *IMPORT, env=settings)
    laptop.sees("the plan's digest")
    laptop.types("\x1b[[C")
    time.sleep(0.5)
    laptop.types("\x1b")
    laptop.sees("Leave the ceremony?")
    raw = bytes(laptop.raw)
    codes = {int(n) for sgr in re.findall(rb"\x1b\[([0-9;]+)m", raw) for n in sgr.split(b";")}
    allowed = {0, 1, 4, 7, *range(30, 38), 39, *range(40, 48), 49}
    assert codes <= allowed
    if "NO_COLOR" in colours:
        assert codes <= {0, 1, 4, 7, 39, 49}
    # The terminal is read while it is written to: the last character may have come in part.
    text = codecs.getincrementaldecoder("utf-8")().decode(raw)
    assert {c for c in text if c > "~"} <= {"\N{BOX DRAWINGS LIGHT HORIZONTAL}",
                                           "\N{BOX DRAWINGS LIGHT VERTICAL}"}  # fmt: skip
    assert "\x1b[>" not in text
    assert not (folder / "log").exists()


def at_screen(terminals: list[Terminal], *lines: str) -> Terminal:
    """A program whose ceremony is the body of ``def say(desk)``."""
    script = "\n".join(
        [
            "import sys",
            "from ceremony.desk.screen import DeskOptions, at_desk",
            "from ceremony.desk.command import Parser, run",
            "def say(desk):",
            *(f"    {line}" for line in lines),
            "parser = Parser(prog='t')",
            "parser.set_defaults(handler=lambda _: at_desk(DeskOptions(), 'nothing', say))",
            "sys.exit(run('t', parser, []))",
        ]
    )
    one = Terminal([sys.executable, "-c", script], Path.cwd())
    terminals.append(one)
    return one


ASIDE = (
    "def aside():",
    "    print('NO DISK TAKES IT', flush=True)",
    "    said.append(sys.stdin.readline())",
    "said = []",
    "try:",
    "    desk.ask('before?', str)",
    "    desk.aside(aside)",
    "    desk.ask(f'after {said[0].strip()}?', str)",
    "finally:",
    "    said.clear()",
)


def test_what_speaks_to_the_terminal_itself_gets_it_and_gives_it_back(
    terminals: list[Terminal],
) -> None:
    """So the relay shows an answer that no disk takes."""
    one = at_screen(terminals, *ASIDE)
    one.sees("before?")
    one.types("\r")
    assert "Esc leave" not in one.sees("NO DISK TAKES IT")
    assert one.after == one.before
    one.types("It is kept\n")
    one.sees("after It is kept?", "Esc leave")
    one.types("\r")
    one.sees("has come to its end")
    one.types("\r")
    assert one.ends() == 0


def test_a_signal_ends_that_too(terminals: list[Terminal]) -> None:
    one = at_screen(terminals, *ASIDE)
    one.sees("before?")
    one.types("\r")
    one.sees("NO DISK TAKES IT")
    one.signal(signal.SIGTERM)
    assert one.ends() == 128 + signal.SIGTERM
    assert one.after == one.before
    assert "ended by SIGTERM" in one.screen


def test_a_secret_is_not_in_what_the_terminal_gets_and_a_stop_hides_it(
    terminals: list[Terminal],
) -> None:
    one = at_screen(
        terminals, "secret = desk.secret('passphrase of the state:')", "assert len(secret) == 9"
    )
    one.sees("passphrase of the state")
    one.types("qz1xkwvj7")
    one.sees("> *********")
    one.types("\x1b[200~pasted words\x1b[201~")
    one.sees("nothing was pasted")
    typed = bytes(one.raw)
    for part in (b"qz1", b"xkw", b"vj7", b"pasted words"):
        assert part not in typed
    one.types("\x1b[[B")
    one.sees("> qz1xkwvj7")
    one.signal(signal.SIGTSTP)
    stopped(one)
    before = len(one.raw)
    one.signal(signal.SIGCONT)
    one.sees("> *********")
    assert b"qz1xkwvj7" not in bytes(one.raw[before:])
    one.types("\r")
    one.sees("The program has come to its end")
    one.types("\r")
    assert one.ends() == 0
    assert one.after == one.before


def stopped(terminal: Terminal) -> None:
    """Waits until the kernel says that the program is stopped."""
    state = Path(f"/proc/{terminal.process.pid}/stat")
    end = time.monotonic() + 30
    while state.read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < end
        time.sleep(0.02)
    os.sched_yield()


def test_a_whole_import_at_two_full_screens(tmp_path: Path, terminals: list[Terminal]) -> None:
    world = CeremonyWorld.make(tmp_path)
    try:
        world.write_plan("import-wallets", PLAN)
        digests = world.digests()
        relay = at_terminal(
            terminals, "ceremony-relay", tmp_path, "--env", str(world.sandbox.env_file), "run",
            "--journal", "journal.sqlite", "--by", "stick", "--files", "relay",
            "--plan", "plan.toml",
        )  # fmt: skip
        laptop = at_terminal(terminals, "ceremony", tmp_path, *IMPORT, "--files", "laptop")
        answer_words(laptop, "the plan's digest", digests["the plan's digest"]())
        laptop.sees("is everybody of the plan present?")
        laptop.types("1\r")
        answer_words(laptop, "the signers' fingerprint", digests["the signers' fingerprint"]())
        laptop.sees("bip39 of source words:")
        laptop.types("".join(f"{word[:4]} " for word in SEED.split()) + "\r")
        confirm_page(laptop)
        laptop.sees("Step 6 of 7", "waiting for import-receipt")
        confirm_page(relay)
        answer_words(relay, "the request's digest", digests["the request's digest"]())
        end = laptop.sees("eth: done: wallet wa-", "The program has come to its end")
        assert "[x] 7 The end" in end
        relay.sees("the ceremony is over: completed", "The program has come to its end")
        for one in (laptop, relay):
            one.types("\r")
            assert one.ends() == 0, one.screen
            assert one.after == one.before
        assert [one["network"] for one in world.get("/wallets")["items"]] == ["Ethereum"]
        lines, _ = verify_transcript((tmp_path / "import.jsonl").read_bytes())
        assert lines[-1].event == "ends"
        assert b"abandon" not in bytes(laptop.raw) + bytes(relay.raw)
    finally:
        world.end()
