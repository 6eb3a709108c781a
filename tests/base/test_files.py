"""Files are read with a limit, written once, and never half."""

import errno
import io
import os
import stat
import sys
from pathlib import Path

import pytest

from ceremony import files
from ceremony.errors import CeremonyError, Failure
from ceremony.files.kernel import Kernel
from ceremony.files.writing import AGAIN, NEW
from tests.support.invoking import contents
from tests.support.kernels import Failing, Forgetful, Recording, WithoutRename

TWO = [("a", b"first"), ("b", b"second")]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def failure(call: object, *arguments: object) -> CeremonyError:
    assert callable(call)
    with pytest.raises(CeremonyError) as error:
        call(*arguments)
    assert error.value.failure == Failure.FILE
    return error.value


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 1 << 20])
def test_written_is_what_is_read(size: int) -> None:
    data = os.urandom(size)  # noqa: TID251 -- any bytes
    files.write_file("a", data, "the file")
    assert files.read_file("a", "the file") == data
    assert stat.S_IMODE(Path("a").stat().st_mode) == 0o600
    assert list(contents()) == ["a"]


def test_the_calls_and_their_order() -> None:
    """DSK-WRITTEN: new and no link followed, synced, named, synced, past the cache, compared."""
    kernel = Recording()
    files.write_files(TWO, "the file", kernel)
    assert NEW == os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    assert AGAIN == os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    temporary = [
        ("open", "TEMPORARY", NEW), ("write", "TEMPORARY", 0), ("fsync", "TEMPORARY", 0),
    ]  # fmt: skip
    folder = ("open", ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    again = [
        [("fsync", ".", 0), ("open", name, AGAIN | os.O_DIRECT), ("drop_cache", name, 0),
         ("read", name, 0)]
        for name in ("a", "b")
    ]  # fmt: skip
    # A file system without O_DIRECT is asked once more without it.
    calls = [call for call in kernel.calls if call[2] != AGAIN]
    assert calls == [
        folder, *temporary, *temporary,
        ("rename_new", "a", 0), ("rename_new", "b", 0), *again[0], *again[1],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), CeremonyError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_whatever_fails_leaves_nothing(error: BaseException, raised: type[BaseException]) -> None:
    """Each call of writing two files fails once, by an error and by the end of the program."""
    recording = Recording()
    files.write_files(TWO, "the file", recording)
    for name, _ in TWO:
        Path(name).unlink()
    assert len(recording.calls) > 15
    for at in range(len(recording.calls)):
        with pytest.raises(raised):
            files.write_files(TWO, "the file", Failing(at, error))
        assert contents() == {}, at


@pytest.mark.parametrize("error", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_the_call(error: int) -> None:
    kernel = WithoutRename(error)
    files.write_files(TWO, "the file", kernel)
    assert contents() == dict(TWO)
    for name, _ in TWO:
        at = kernel.calls.index(("rename_new", name, 0))
        assert kernel.calls[at + 1 : at + 3] == [("open", name, NEW), ("rename", name, 0)]


class Appearing(Recording):
    """Somebody makes the second file right before it gets its name."""

    def rename_new(self, folder: int, old: str, new: str) -> None:
        if new == "b":
            Path("b").write_bytes(b"theirs")
        super().rename_new(folder, old, new)


class AppearingWithoutTheCall(WithoutRename):
    def rename_new(self, folder: int, old: str, new: str) -> None:
        if new == "b":
            Path("b").write_bytes(b"theirs")
        super().rename_new(folder, old, new)


@pytest.mark.parametrize("kernel", [Appearing(), AppearingWithoutTheCall(errno.EINVAL)])
def test_a_file_that_appears_stays_and_ours_goes(kernel: Kernel) -> None:
    error = failure(files.write_files, TWO, "the file", kernel)
    assert "the file b exists already" in error.message
    assert contents() == {"b": b"theirs"}


def test_a_rename_that_fails_takes_the_name_back() -> None:
    class Broken(WithoutRename):
        def rename(self, folder: int, old: str, new: str) -> None:
            raise OSError(errno.EIO, "Input/output error")

    assert "Input/output" in failure(files.write_file, "a", b"", "it", Broken(95)).message
    assert contents() == {}


def test_what_is_read_back_must_be_what_was_written() -> None:
    error = failure(files.write_files, TWO, "the file", Forgetful())
    assert "not what was written" in error.message
    assert contents() == {}


def test_a_folder_that_vanishes() -> None:
    class Vanishing(Recording):
        def rename_new(self, folder: int, old: str, new: str) -> None:
            for path in Path("there").iterdir():
                path.unlink()
            Path("there").rmdir()
            super().rename_new(folder, old, new)

    Path("there").mkdir()
    error = failure(files.write_file, "there/a", b"data", "the file", Vanishing())
    assert "No such file" in error.message
    assert list(Path().iterdir()) == []


def test_nothing_is_overwritten() -> None:
    Path("a").write_bytes(b"old")
    Path("link").symlink_to("nowhere")
    for name in ("a", "link", "."):
        assert "exists already" in failure(files.write_file, name, b"new", "the file").message
        assert "exists already" in failure(files.check_absent, name, "the file").message
    assert Path("a").read_bytes() == b"old"
    assert not Path("nowhere").exists()


def test_one_name_twice_is_refused() -> None:
    twice = [("a", b"first"), ("./a", b"second")]
    assert "exists already" in failure(files.write_files, twice, "the file").message
    assert contents() == {}


@pytest.mark.parametrize("kernel", [Recording(), WithoutRename(errno.EINVAL)])
def test_a_link_at_the_name_is_not_followed(kernel: Recording) -> None:
    """It appears after the name was looked at: nothing is written where it points."""

    class Linking(Recording):
        def rename_new(self, folder: int, old: str, new: str) -> None:
            Path(new).symlink_to("elsewhere")
            kernel.rename_new(folder, old, new)

    assert "exists already" in failure(files.write_file, "a", b"x", "it", Linking()).message
    assert os.readlink("a") == "elsewhere"
    assert contents() == {}


@pytest.mark.parametrize("name", ["no/such/folder", "a\0b", "x" * 300, "/proc/version2"])
def test_a_name_that_cannot_be(name: str) -> None:
    failure(files.write_file, name, b"new", "the file")
    failure(files.read_file, name, "the file")
    assert list(Path().iterdir()) == []


def test_limits_hold_before_the_whole_is_read() -> None:
    assert "larger than 10 bytes" in failure(files.read_file, "/dev/zero", "it", 10).message
    Path("a").write_bytes(bytes(11))
    failure(files.read_file, "a", "it", 10)
    assert files.read_file("a", "it", 11) == bytes(11)
    with Path("sparse").open("wb") as file:
        file.truncate(1 << 40)
    assert "larger than 11 bytes" in failure(files.read_file, "sparse", "it", 11).message


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
