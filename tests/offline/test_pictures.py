"""`ceremony qr`: a file crosses as pictures, whichever of them arrive."""

import secrets
import shutil
from pathlib import Path

import pytest

from ceremony.message import digest, digest_words
from ceremony.offline.cli import main
from tests.optics.test_worker import hidden_jpeg


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_file_crosses_with_frames_missing(capsys: pytest.CaptureFixture[str]) -> None:
    data = secrets.token_bytes(9000)
    Path("file").write_bytes(data)
    assert (
        main(["qr", "encode", "file", "--out", "frames", "--version", "20", "--frames", "24"]) == 0
    )
    shown = capsys.readouterr().out
    assert all(word in shown for word in digest_words(digest(data)))
    frames = sorted(Path("frames").iterdir())
    assert len(frames) == 24
    for frame in frames[::4]:
        frame.unlink()
    assert main(["qr", "decode", "frames", "--out", "again"]) == 0
    assert Path("again").read_bytes() == data
    shown = capsys.readouterr().out
    assert all(word in shown for word in digest_words(digest(data)))


def test_codes_of_another_file_are_told_and_lose_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("one", "two"):
        Path(name).write_bytes(secrets.token_bytes(6000))
        assert main(["qr", "encode", name, "--out", f"{name}-frames", "--version", "25"]) == 0
    stray = sorted(Path("two-frames").iterdir())[0]
    shutil.copy(stray, "one-frames/frame-00002x.png")
    capsys.readouterr()
    assert main(["qr", "decode", "one-frames", "--out", "again"]) == 0
    assert Path("again").read_bytes() == Path("one").read_bytes()
    assert "passed over 1: this QR code belongs to another message" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["encode", "nowhere", "--out", "new"], "cannot read the file nowhere"),
        (["encode", "file", "--out", "full"], "exists and is not an empty folder"),
        (["encode", "file", "--out", "no/where/new"], "cannot be written"),
        (["encode", "file", "--out", "new", "--version", "41"], "no QR code of version 41"),
        (["encode", "file", "--out", "new", "--version", "x"], "--version: not understood"),
        (["encode", "file", "--out", "new", "--frames", "0"], "the message takes"),
        (["encode", "empty", "--out", "new"], "a message of 0 bytes"),
        (["encode", "/dev/zero", "--out", "new"], "is larger than"),
        (["decode", "nowhere", "--out", "new"], "nowhere"),
        (["decode", "file", "--out", "new"], "is not a PNG or JPEG picture"),
        (["decode", "empty-folder", "--out", "new"], "is empty"),
        (["decode", "few", "--out", "new"], "no message in 1 pictures"),
        (["decode", "few", "--out", "file"], "exists already"),
        (["decode", "--out", "new"], "the following arguments are required"),
    ],
)
def test_refused(arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_bytes(secrets.token_bytes(5000))
    Path("empty").write_bytes(b"")
    Path("empty-folder").mkdir()
    Path("full").mkdir()
    Path("full/file").write_bytes(b"")
    assert main(["qr", "encode", "file", "--out", "frames"]) == 0
    Path("few").mkdir()
    shutil.copy("frames/frame-00001.png", "few")
    capsys.readouterr()
    try:
        status: object = main(["qr", *arguments])
    except SystemExit as stopped:
        status = stopped.code
    assert status in (1, 2)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert expected in lines[0]
    assert lines[1].startswith("ceremony: hint: ")
    if "full" in arguments:
        assert "name a new folder" in lines[1]
    assert not Path("new").exists()


def test_two_whole_messages_are_told_and_none_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """Whichever came first was taken, and nothing said that there was another."""
    digests = []
    for name in ("one", "two"):
        data = secrets.token_bytes(3000)
        Path(name).write_bytes(data)
        digests.append(digest(data).hex())
        assert main(["qr", "encode", name, "--out", f"{name}-frames", "--version", "25"]) == 0
    Path("mixed").mkdir()
    for name in ("one", "two"):
        for frame in Path(f"{name}-frames").iterdir():
            shutil.copy(frame, f"mixed/{frame.stem}-{name}.png")
    for paths in (["one-frames", "two-frames"], ["two-frames", "one-frames"], ["mixed"]):
        capsys.readouterr()
        assert main(["qr", "decode", *paths, "--out", "again"]) == 1
        error = capsys.readouterr().err.splitlines()[-2]
        assert all(known in error for known in digests)
        assert not Path("again").exists()
    assert main(["qr", "decode", "one-frames", "one-frames", "--out", "again"]) == 0
    assert Path("again").read_bytes() == Path("one").read_bytes()


def test_a_bomb_is_told_by_name(capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing of libjpeg's own lines, nothing lost; the name is made printable."""
    Path("file").write_bytes(secrets.token_bytes(3000))
    assert main(["qr", "encode", "file", "--out", "frames"]) == 0
    (Path("frames") / "a\x1b[2J.jpg").write_bytes(hidden_jpeg())
    capfd.readouterr()
    assert main(["qr", "decode", "frames", "--out", "again"]) == 0
    assert Path("again").read_bytes() == Path("file").read_bytes()
    assert main(["qr", "decode", "frames/a\x1b[2J.jpg", "--out", "other"]) == 1
    lines = capfd.readouterr().err.splitlines()
    assert "a<U+001B>[2J.jpg is not a PNG or JPEG picture" in lines[0]
    assert len(lines) == 2
