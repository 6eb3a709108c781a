"""Secrets at a real terminal: asked for, never echoed; and what a person is told of files."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.passphrases import check_new_passphrase
from ceremony.secret import Secret
from tests.support.invoking import Ceremony

PROJECT = Path(__file__).parents[2]
PATIENCE = 60
MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ADDRESS = "0x58A57ed9d8d624cBD12e2C467D34787555bB1b25"
PROGRAM = "import sys; from tests.support.invoking import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Terminal:
    """A command with a terminal of its own, and all that appeared on it."""

    def __init__(self, *arguments: str) -> None:
        self._here, there = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=there, stdout=there, stderr=there, start_new_session=True,
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )  # fmt: skip
        os.close(there)
        self.shown, self._waited_for = "", 0

    def answer(self, prompt: str, *lines: str) -> None:
        """Wait for the prompt, then type the lines."""
        self._until(prompt)
        for line in lines:
            os.write(self._here, line.encode() + b"\n")

    def end(self) -> int:
        self._until(None)
        os.close(self._here)
        return self._process.wait(PATIENCE)

    def _until(self, prompt: str | None) -> None:
        # What comes after the last prompt may be here already: one read can bring several.
        seen, deadline = self._waited_for, time.monotonic() + PATIENCE
        while prompt is None or prompt not in self.shown[seen:]:
            ready = select.select([self._here], [], [], deadline - time.monotonic())[0]
            assert ready, self.shown
            try:
                data = os.read(self._here, 4096)
            except OSError:  # the other end is closed
                data = b""
            if not data:
                assert prompt is None, self.shown
                return
            self.shown += data.decode()
        self._waited_for = self.shown.index(prompt, seen) + len(prompt)


def test_a_typed_mnemonic_does_not_appear() -> None:
    """DSK-ECHO."""
    options = ("--format", "bip39", "--curve", "secp256k1", "--path", "m/44'/60'/0'/0/0")
    terminal = Terminal("inspect", "--key-file", "-", *options, "--network", "Ethereum")
    terminal.answer("the key (not shown; an empty line ends it): ", MNEMONIC)
    terminal.answer("more of it, or an empty line at its end: ", "")
    assert terminal.end() == 0, terminal.shown
    assert ADDRESS in terminal.shown
    assert not {*MNEMONIC.split()} & {*terminal.shown.split()}


def test_a_secret_of_several_lines() -> None:
    words = MNEMONIC.split()
    options = ("--format", "bip39", "--curve", "secp256k1", "--path", "m/44'/60'/0'/0/0")
    terminal = Terminal("inspect", "--key-file", "-", *options, "--network", "Ethereum")
    terminal.answer("ends it): ", " ".join(words[:5]))
    terminal.answer("more of it", " ".join(words[5:]))
    terminal.answer("more of it", "")
    assert terminal.end() == 0, terminal.shown
    assert ADDRESS in terminal.shown
    assert "sausage" not in terminal.shown


def export_request(*more: str) -> Terminal:
    return Terminal("api", "export-request", "--state", "state", "--out", "request", *more)


@pytest.mark.parametrize("more", [(), ("--passphrase-file", "-")])
def test_a_passphrase_is_typed_twice_and_not_shown(more: tuple[str, ...]) -> None:
    terminal = export_request(*more)
    terminal.answer("new passphrase for the state (empty: one is made for you): ", "hidden words 1")
    terminal.answer("same again: ", "hidden words 1")
    assert terminal.end() == 0, terminal.shown
    assert "hidden" not in terminal.shown
    assert Path("request").exists()


def test_a_passphrase_is_offered() -> None:
    """EXP-PASSPHRASE: nothing typed gets ten random words, which must be typed again."""
    made = []
    for number in range(2):
        terminal = Terminal("api", "export-request", "--state", f"s{number}", "--out", f"r{number}")
        terminal.answer("one is made for you): ", "")
        terminal.answer("write it down")
        terminal.answer("same again: ")
        made.append(terminal.shown.split("    ")[1].split("\r\n")[0])
        assert "80 random bits" in terminal.shown
        os.write(terminal._here, (made[-1] if number else "other words here").encode() + b"\n")
        assert terminal.end() == (0 if number else 1), terminal.shown
        assert Path(f"s{number}").exists() is bool(number)
    assert made[0] != made[1]
    assert [len(words.split()) for words in made] == [10, 10]


@pytest.mark.parametrize("text", ["x", "hunter2", "aaaabbbbaaaabbbb", "3141592653589793"])
def test_a_typed_passphrase_that_is_guessed_is_refused(text: str) -> None:
    terminal = export_request()
    terminal.answer("one is made for you): ", text)
    assert terminal.end() == 1
    assert "error: EXP-PASSPHRASE: the new passphrase " in terminal.shown
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("   \t        ", "empty"),
        ("x", "12 characters"),
        ("elevenchars", "12 characters"),
        ("   elevenchars   ", "12 characters"),
        ("abababababababab", "5 different"),
        ("1" * 30, "5 different"),
        ("1234567890123456789", "20 digits"),
        ("\N{SUPERSCRIPT TWO}123456789012", "20 digits"),
    ],
)
def test_what_nobody_can_defend(text: str, why: str) -> None:
    with pytest.raises(CeremonyError) as error:
        check_new_passphrase(Secret(text.encode()))
    assert error.value.failure == Failure.PASSPHRASE
    assert why in error.value.message
    shown = error.value.message + error.value.hint
    assert len(text.strip()) < 9 or text.strip() not in shown


@pytest.mark.parametrize(
    "text", ["twelve chars", "12345678901234567890", "pässwörter die lang sind", "a b c d e f g"]
)
def test_what_is_taken(text: str) -> None:
    check_new_passphrase(Secret(text.encode()))


@pytest.fixture
def ceremony(capsys: pytest.CaptureFixture[str]) -> Iterator[Ceremony]:
    return Ceremony(capsys)


def test_files_that_others_can_read_are_told(ceremony: Ceremony) -> None:
    Path("key").write_text("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
    asked = ("inspect", "--key-file", "key", "--format", "hex", "--curve", "ed25519")
    assert ceremony.does(*asked).err == ""
    Path("key").chmod(0o644)
    told = ceremony.does(*asked).err
    assert told.startswith("warning     the key file key: other users can open it (mode 0644)")
    assert len(told.splitlines()) == 1


def test_blanks_at_the_ends_of_a_passphrase_are_told(ceremony: Ceremony) -> None:
    for text, told in (("passphrase with words \r\n", True), ("passphrase with words\r\n", False)):
        Path("p").write_bytes(text.encode())
        asked = ("--state", f"state{told}", "--out", f"request{told}", "--passphrase-file", "p")
        said = ceremony.does("api", "export-request", *asked).err
        assert ("begins or ends with a space, and the space counts" in said) is told


def test_the_machine_is_told_before_a_secret_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """DSK-MACHINE: on every command that reads one; and not where none is read."""
    from ceremony.machine import Facts

    ceremony = Ceremony(capsys, lambda: Facts(memory_locked=True, swap=("/dev/sda2",)))
    point = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    signers = ("api", "encrypt", "--signers", "none", "--fingerprint", "00" * 32)
    state = ("--state", "s", "--response", "r")
    for command in (
        ("inspect", "--key-file", "none"),
        (*signers, "--key-file", "none", "--out", "out"),
        ("api", "export-request", "--state", "s", "--out", "r", "--passphrase-file", "none"),
        ("api", "recombine", *state, "--public-key", point, "--out", "o"),
    ):
        first, *others = ceremony.run(*command).err.splitlines()
        assert first.startswith(
            "warning     DSK-MACHINE: memory can be written to a disk: swap is on, /dev/sda2"
        )
        assert others[0].startswith("ceremony: error: "), command
    assert ceremony.does("address", point, "--curve", "secp256k1").err == ""
