"""Files are read with a limit, written once, and never half."""

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from ceremony import files
from ceremony.errors import CeremonyError, Failure


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def failure(call: object, *arguments: object) -> CeremonyError:
    assert callable(call)
    with pytest.raises(CeremonyError) as error:
        call(*arguments)
    assert error.value.failure in (Failure.FILE, Failure.PASSPHRASE)
    return error.value


def test_written_is_what_is_read() -> None:
    files.write_file("a", b"\0data", "the file")
    assert files.read_file("a", "the file") == b"\0data"
    assert stat.S_IMODE(Path("a").stat().st_mode) == 0o600


def test_nothing_is_overwritten() -> None:
    Path("a").write_bytes(b"old")
    Path("link").symlink_to("nowhere")
    for name in ("a", "link", "."):
        assert "exists already" in failure(files.write_file, name, b"new", "the file").message
        assert "exists already" in failure(files.check_absent, name, "the file").message
    assert Path("a").read_bytes() == b"old"
    assert not Path("nowhere").exists()


@pytest.mark.parametrize("name", ["no/such/folder", "a\0b", "x" * 300, "/proc/version2"])
def test_a_name_that_cannot_be(name: str) -> None:
    failure(files.write_file, name, b"new", "the file")
    failure(files.read_file, name, "the file")
    assert list(Path().iterdir()) == []


def test_a_full_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in failure(files.write_file, "a", b"new", "the file").message
    assert list(Path().iterdir()) == []


def test_what_is_read_back_must_be_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"something else")
    assert "not what was written" in failure(files.write_file, "a", b"new", "the file").message
    assert list(Path().iterdir()) == []


def test_limits_hold_before_the_whole_is_read() -> None:
    assert "larger than 10 bytes" in failure(files.read_file, "/dev/zero", "it", 10).message
    Path("a").write_bytes(bytes(11))
    failure(files.read_file, "a", "it", 10)
    assert files.read_file("a", "it", 11) == bytes(11)


def test_names_from_outside_are_made_harmless() -> None:
    assert "\x1b" not in failure(files.read_file, "\x1b[2J", "the file").message


def test_standard_input_and_output(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"from outside")))
    assert files.read_file("-", "the file") == b"from outside"
    files.check_absent("-", "the file")
    files.write_file("-", b"\0out", "the file")
    assert capfdbinary.readouterr().out == b"\0out"


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [(b"a b", b"a b"), (b" a b \r\nrest", b" a b "), (b"\n", b""), ("ü".encode(), "ü".encode())],
)
def test_a_passphrase_is_the_first_line(content: bytes, passphrase: bytes) -> None:
    Path("p").write_bytes(content)
    assert files.read_passphrase("p").reveal() == passphrase


def test_a_passphrase_is_text() -> None:
    Path("p").write_bytes(b"\xff")
    assert failure(files.read_passphrase, "p").failure == Failure.PASSPHRASE
