"""Files of keys and passphrases: one reader, one rule, nothing corrected in silence."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.files import exposure, read_passphrase, read_secret
from ceremony.secret import Secret

WORDS = "legal winner thank year"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def key() -> Secret:
    return read_secret("p", "the key file")


def passphrase() -> Secret:
    return read_passphrase("p")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a b", b"a b"),
        (b" a b \r\nrest", b" a b "),
        (b"a\r\r\n", b"a\r"),
        (b"a\t\n", b"a\t"),
        (b"\n", b""),
        ("ü\n".encode(), "ü".encode()),
    ],
)
def test_a_passphrase_is_the_first_line_without_its_end(content: bytes, expected: bytes) -> None:
    Path("p").write_bytes(content)
    assert read_passphrase("p").reveal() == expected


@pytest.mark.parametrize("read", [key, passphrase])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (WORDS.encode("utf-8-sig"), "begins with a byte order mark"),
        (WORDS.encode("utf-16"), "is UTF-16"),
        (b"\xfe\xff" + WORDS.encode("utf-16-be"), "is UTF-16"),
        (WORDS.encode("utf-16-le"), "is UTF-16"),
        (WORDS.encode("utf-16-be"), "is UTF-16"),
        (WORDS.encode() + b"\0", "has NUL bytes in it"),
    ],
)
def test_other_encodings_are_refused_by_name(
    read: Callable[[], Secret], content: bytes, said: str
) -> None:
    Path("p").write_bytes(content)
    with pytest.raises(CeremonyError) as error:
        read()
    assert error.value.failure == Failure.MALFORMED
    assert said in error.value.message
    assert "UTF-8 without a byte order mark" in error.value.hint
    assert "legal" not in error.value.message


def test_a_key_may_be_bytes_and_a_passphrase_may_not() -> None:
    for binary in (b"\x30\x2e\x02\x01\0\x30\x05", b"\x89PNG\0"):
        Path("p").write_bytes(binary)
        assert key().reveal() == binary
        with pytest.raises(CeremonyError):
            passphrase()


def test_a_passphrase_is_text() -> None:
    Path("p").write_bytes(b"\xff")
    with pytest.raises(CeremonyError) as error:
        passphrase()
    assert error.value.failure == Failure.PASSPHRASE


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o610])
def test_what_others_can_open_is_told(mode: int) -> None:
    Path("p").write_text("secret")
    Path("p").chmod(0o600)
    assert exposure("p") is None
    Path("p").chmod(mode)
    told = exposure("p") or ""
    assert told == f"other users can open it (mode {mode:04o})"


def test_a_file_of_another_user_is_told() -> None:
    path = Path("/etc/passwd")
    if os.geteuid() == 0:
        path = Path("p")
        path.touch(0o600)
        os.chown(path, 1, -1)
    told = exposure(str(path)) or ""
    assert told.endswith(f"it belongs to another user (number {path.stat().st_uid})")


def test_what_is_no_file_is_not_told() -> None:
    for name in ("-", "absent", "a\0b", "/dev/null"):
        assert exposure(name) is None
