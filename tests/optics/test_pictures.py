"""Frames in files: whole folders or nothing, and one clear error for anything hostile."""

import hashlib
import os
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from struct import pack

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Complete, Progress
from ceremony.optics.headers import is_video, picture_size
from ceremony.optics.pictures import decode_pictures, encode_to_folder
from ceremony.optics.worker_process import WorkerProcess

MESSAGE = hashlib.shake_128(b"in files").digest(2200)


def decode(*paths: Path) -> bytes:
    with WorkerProcess() as worker:
        return decode_pictures(paths, lambda _: None, never_lost, worker)


def never_lost(error: CeremonyError) -> None:
    raise AssertionError(error.message)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 frames, of which 10 do; not to be changed."""
    path = tmp_path_factory.mktemp("frames") / "out"
    assert encode_to_folder(MESSAGE, path, version=11, frames=12, scale=4) == 12
    return path


def pictures(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_there_and_back(folder: Path) -> None:
    assert [p.name for p in pictures(folder)][::11] == ["frame-00001.png", "frame-00012.png"]
    assert {cv2.imread(str(p)).shape for p in pictures(folder)} == {(276, 276, 3)}
    progress: list[Progress] = []
    with WorkerProcess() as worker:
        assert decode_pictures([folder], progress.append, never_lost, worker) == MESSAGE
    assert isinstance(progress[-1], Complete)


def test_any_of_the_pictures_do(folder: Path) -> None:
    assert decode(*pictures(folder)[:1:-1]) == MESSAGE
    assert decode(*pictures(folder)[:3], *pictures(folder)[5:]) == MESSAGE


def test_the_defaults_survive_the_loss_of_some(tmp_path: Path) -> None:
    message = MESSAGE * 5
    many = encode_to_folder(message, tmp_path / "out", scale=3)
    assert many == 7 + 7 // 4 + 2
    assert decode(*pictures(tmp_path / "out")[3:]) == message


def test_too_few_pictures_say_how_many(folder: Path) -> None:
    with pytest.raises(CeremonyError) as error:
        decode(*pictures(folder)[:5])
    assert error.value.failure is Failure.INCOMPLETE
    assert "5 frames" in error.value.message
    assert "about 10" in error.value.message


def test_an_empty_folder_is_filled_and_any_other_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    encode_to_folder(b"message", tmp_path / "empty")
    assert decode(tmp_path / "empty") == b"message"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").write_text("kept")
    (tmp_path / "file").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("full", "file", "link", "missing/out"):
        with pytest.raises(CeremonyError) as error:
            encode_to_folder(b"message", tmp_path / name)
        assert error.value.failure is Failure.FILE
    assert os.listdir(tmp_path / "full") == ["kept"]
    assert sorted(os.listdir(tmp_path)) == ["empty", "file", "full", "link"]


@pytest.mark.parametrize(
    ("message", "options", "failure"),
    [
        (b"", {}, Failure.OVERSIZED),
        (bytes(9 * 2**20), {}, Failure.OVERSIZED),
        (MESSAGE, {"version": 41}, Failure.USAGE),
        (MESSAGE, {"version": 0}, Failure.USAGE),
        (MESSAGE, {"version": 1}, Failure.OVERSIZED),
        (MESSAGE, {"frames": 1}, Failure.USAGE),
        (MESSAGE, {"frames": 10**6}, Failure.USAGE),
        (MESSAGE, {"frames": -1}, Failure.USAGE),
    ],
)
def test_nothing_is_written_when_it_cannot_be(
    tmp_path: Path, message: bytes, options: dict[str, int], failure: Failure
) -> None:
    with pytest.raises(CeremonyError) as error:
        encode_to_folder(message, tmp_path / "out", **options)
    assert error.value.failure is failure
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "frame-00003.png":
            raise OSError(28, "No space left on device")
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CeremonyError) as error:
        encode_to_folder(MESSAGE, tmp_path / "out", version=11)
    assert error.value.failure is Failure.FILE
    assert "No space left" in error.value.message
    assert os.listdir(tmp_path) == []


def test_odd_names_and_other_files_do_no_harm(folder: Path, tmp_path: Path) -> None:
    names = ["-rf.png", "%05d.png", "a\nb\x1b[2J.png", "http:x", "ü \N{KANGAROO}.PNG", ".hidden"]
    names += [f"{n}.jpeg" for n in range(6)]
    for name, picture in zip(names, pictures(folder), strict=True):
        (tmp_path / name).write_bytes(picture.read_bytes())
    (tmp_path / "README").write_text("not a picture")
    (tmp_path / "broken.png").write_bytes(pictures(folder)[0].read_bytes()[:100])
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    assert decode(tmp_path) == MESSAGE


def test_photographs_as_jpeg(folder: Path, tmp_path: Path) -> None:
    for picture in pictures(folder):
        image = cv2.imread(str(picture))
        cv2.imwrite(str(tmp_path / f"{picture.stem}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 60])
    assert picture_size((tmp_path / "frame-00001.jpg").read_bytes()) == (276, 276)
    assert decode(tmp_path) == MESSAGE


@pytest.mark.parametrize(("name", "codec"), [("v.avi", "MJPG"), ("v.mp4", "mp4v")])
def test_videos(folder: Path, tmp_path: Path, name: str, codec: str) -> None:
    video = cv2.VideoWriter(str(tmp_path / name), cv2.VideoWriter.fourcc(*codec), 15, (276, 276))
    for picture in pictures(folder):
        video.write(cv2.imread(str(picture)))
    video.release()
    assert decode(tmp_path / name) == MESSAGE
    assert decode(tmp_path) == MESSAGE


def test_a_video_of_which_no_picture_can_be_decoded_is_damaged(
    folder: Path, tmp_path: Path
) -> None:
    """It ends at once, as one that was looked at to its end does; that is told."""
    whole, path = tmp_path / "whole.avi", tmp_path / "v.avi"
    video = cv2.VideoWriter(str(whole), cv2.VideoWriter.fourcc(*"MJPG"), 15, (276, 276))
    for picture in pictures(folder)[:3]:
        video.write(cv2.imread(str(picture)))
    video.release()
    # What contains the pictures is sound, and each of them is zeros.
    first, *chunks = re.split(rb"(00dc....)", whole.read_bytes(), flags=re.DOTALL)
    emptied = [bytes(len(one)) if at % 2 else one for at, one in enumerate(chunks)]
    path.write_bytes(first + b"".join(emptied))
    with pytest.raises(CeremonyError, match="damaged") as error:
        decode(path)
    assert error.value.failure is Failure.FILE


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    header = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08" + pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04ab" + frame + bytes(50)


HOSTILE: dict[str, tuple[bytes, Failure]] = {
    "empty": (b"", Failure.TYPE),
    "text.txt": (b"no picture at all\n", Failure.TYPE),
    "text.png": (b"no picture at all\n", Failure.TYPE),
    "moving.gif": (b"GIF89a" + bytes(100), Failure.TYPE),
    "old.bmp": (b"BM" + bytes(100), Failure.TYPE),
    "list.m3u8": (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/x.ts\n", Failure.TYPE),
    "list.mp4": (b"ffconcat version 1.0\nfile /etc/passwd\n", Failure.TYPE),
    "vector.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Failure.TYPE),
    "bomb.png": (png(60_000, 60_000), Failure.OVERSIZED),
    "wide.png": (png(2**31 - 1, 1), Failure.OVERSIZED),
    "bomb.jpg": (jpeg(65_535, 65_535), Failure.OVERSIZED),
    "no-pixels.png": (png(0, 10), Failure.TYPE),
    "no-frame.jpg": (b"\xff\xd8\xff\xe0\x00\x04ab", Failure.TYPE),
    "cut.png": (png(100, 100)[:40], Failure.FILE),
    "short.png": (png(100, 100, b"\0\0\0"), Failure.FILE),
    "damaged.jpg": (jpeg(100, 100), Failure.FILE),
    "damaged.mp4": (b"\x00\x00\x00\x20ftypisom" + bytes(200), Failure.FILE),
    "damaged.mkv": (b"\x1a\x45\xdf\xa3" + bytes(range(256)), Failure.FILE),
    "damaged.avi": (b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(range(256)), Failure.FILE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    content, failure = HOSTILE[name]
    (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, tmp_path):
        with pytest.raises(CeremonyError) as error:
            decode(path)
        assert error.value.failure is failure
        assert "\n" not in error.value.message
    assert capfd.readouterr() == ("", "")


def _empty(path: Path) -> None:
    path.mkdir()


def _missing(path: Path) -> None:
    assert not path.exists()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [_empty, _missing, _pipe])
def test_paths_without_pictures(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "path")
    with pytest.raises(CeremonyError) as error:
        decode(tmp_path / "path")
    assert error.value.failure is Failure.FILE


def test_pictures_without_codes_and_codes_without_frames(tmp_path: Path) -> None:
    (tmp_path / "blank.png").write_bytes(png(50, 50, bytes(51 * 50)))
    with pytest.raises(CeremonyError) as error:
        decode(tmp_path)
    assert error.value.failure is Failure.INCOMPLETE
    assert "no QR code" in error.value.message
    cv2.imwrite(str(tmp_path / "wifi.png"), cv2.QRCodeEncoder.create().encode("WIFI:S:x;;"))
    image = cv2.resize(cv2.imread(str(tmp_path / "wifi.png")), None, fx=8, fy=8, interpolation=0)
    padded = cv2.copyMakeBorder(image, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=(255,) * 3)
    cv2.imwrite(str(tmp_path / "wifi.png"), padded)
    with pytest.raises(CeremonyError) as error:
        decode(tmp_path)
    assert error.value.failure is Failure.INCOMPLETE
    assert "not frames of the ceremony" in error.value.message


@given(
    st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda b: b"\xff\xd8\xff" + b))
)
def test_any_bytes_have_a_kind_or_none(data: bytes) -> None:
    size = picture_size(data)
    assert size is None or min(size) > 0
    assert is_video(data) in (True, False)
