"""The process that reads pictures: what breaks it costs its file, and nothing else."""

import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path
from struct import pack

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Sender
from ceremony.optics.draw import draw
from ceremony.optics.pictures import decode_pictures, encode_to_folder
from ceremony.optics.worker_messages import (
    MAX_PACKET,
    Codes,
    End,
    Look,
    Next,
    Opened,
    Reason,
    Refused,
    packet,
    parse_answer,
    parse_request,
    receive_body,
)
from ceremony.optics.worker_process import ENVIRONMENT, Lost, WorkerProcess
from tests.support import odd_worker
from tests.support.jpegs import hidden_jpeg, jpeg_of
from tests.support.odd_command import ODD

MESSAGE = b"a message that crosses all the same" * 20


def grey_png(width: int, height: int, rows: bytes | None = None) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    header = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    content = bytes((width + 1) * height) if rows is None else rows
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(content)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def folder_with(tmp_path: Path, *widths: int) -> Path:
    """The frames of MESSAGE, and before them pictures of these widths."""
    folder = tmp_path / "frames"
    encode_to_folder(MESSAGE, folder, scale=3)
    for width in widths:
        (folder / f"bad-{width}.png").write_bytes(grey_png(width, 30))
    return folder


def read(folder: Path, worker: WorkerProcess) -> tuple[bytes, list[str]]:
    lost: list[CeremonyError] = []
    message = decode_pictures([folder], lambda _: None, lost.append, worker)
    assert {error.failure for error in lost} <= {Failure.FILE}
    return message, [error.message for error in lost]


HUNG = "made the process that reads pictures hang, and is passed over"
BROKE = "broke the process that reads pictures, and is passed over"


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (odd_worker.HANGS, HUNG),
        (odd_worker.ABORTS, BROKE),
        (odd_worker.SWALLOWS, BROKE),
        (odd_worker.WRITES, BROKE),
        (odd_worker.OPENS, BROKE),
        (odd_worker.LIES, BROKE),
        (odd_worker.RAISES, BROKE),
    ],
)
def test_a_picture_that_breaks_the_process_costs_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], width: int, told: str
) -> None:
    folder = folder_with(tmp_path, width)
    patience = 2.0 if width == odd_worker.HANGS else 60.0
    with WorkerProcess(command=ODD, patience=patience) as worker:
        message, lost = read(folder, worker)
    assert message == MESSAGE
    assert lost == [f"bad-{width}.png {told}"]
    assert capfd.readouterr() == ("", "")


def test_several_of_them(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, odd_worker.ABORTS, odd_worker.RAISES, odd_worker.HANGS)
    (folder / "zzz.png").write_bytes(grey_png(odd_worker.ABORTS, 30))
    with WorkerProcess(command=ODD, patience=2.0) as worker:
        message, lost = read(folder, worker)
    assert message == MESSAGE
    assert [line.split()[0] for line in lost] == [
        "bad-41.png", "bad-42.png", "bad-48.png", "zzz.png",
    ]  # fmt: skip


def test_a_named_file_that_breaks_it_is_no_end_either(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    bad = tmp_path / "bad.png"
    bad.write_bytes(grey_png(odd_worker.ABORTS, 30))
    lost: list[CeremonyError] = []
    with WorkerProcess(command=ODD) as worker:
        assert decode_pictures([bad, folder], lambda _: None, lost.append, worker) == MESSAGE
        with pytest.raises(CeremonyError) as error:
            decode_pictures([bad], lambda _: None, lost.append, worker)
    assert error.value.failure is Failure.INCOMPLETE
    assert len(lost) == 2


def test_what_it_answers_is_bounded(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, odd_worker.SHOUTS)
    with WorkerProcess(command=ODD) as worker:
        assert read(folder, worker) == (MESSAGE, [])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("hidden.jpg", hidden_jpeg(), Reason.KIND),
        (
            "big.jpg",
            jpeg_of(64).replace(pack(">HH", 64, 64), pack(">HH", 9000, 9000)),
            Reason.PIXELS,
        ),
        ("short.png", grey_png(100, 100, b"\0"), Reason.DAMAGED),
        ("text.png", b"text", Reason.KIND),
    ],
)
def test_sizes(tmp_path: Path, name: str, content: bytes, reason: Reason) -> None:
    (tmp_path / name).write_bytes(content)
    with WorkerProcess() as worker, (tmp_path / name).open("rb") as file:
        assert worker.ask(Look(), file) == Opened()
        answer = worker.ask(Next())
    assert isinstance(answer, Refused)
    assert answer.reason is reason


def test_a_bomb_within_the_limit_of_pixels_takes_no_more_than_its_share(tmp_path: Path) -> None:
    """49 million pixels of 16 bits and four channels, in a file of a few kilobytes."""
    header = pack(">IIBBBBB", 7000, 7000, 16, 6, 0, 0, 1)
    whole = zlib.compressobj(9)
    content = b"".join(whole.compress(bytes(8 * 7000 + 1)) for _ in range(7000)) + whole.flush()

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    bomb = chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bomb)
    with WorkerProcess() as worker:
        with (tmp_path / "bomb.png").open("rb") as file:
            assert worker.ask(Look(), file) == Opened()
            answer = worker.ask(Next())
            assert isinstance(answer, Refused | Codes | Lost)
        assert peak_of(worker) < 1 << 31


def peak_of(worker: WorkerProcess) -> int:
    process = worker._process
    if process is None:
        return 0
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmPeak:")[1].split()[0]) * 1024


def test_a_video(tmp_path: Path) -> None:
    frame = Sender(b"short", 500).frame(0)
    picture = cv2.cvtColor(draw(frame, scale=4), cv2.COLOR_GRAY2BGR)
    side = picture.shape[0]
    video = cv2.VideoWriter(
        str(tmp_path / "v.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 15, (side, side)
    )
    for _ in range(3):
        video.write(picture)
    video.release()
    with WorkerProcess() as worker:
        with (tmp_path / "v.avi").open("rb") as file:
            assert worker.ask(Look(), file) == Opened()
        answers = [worker.ask(Next()) for _ in range(5)]
        assert answers == [Codes((frame,))] * 3 + [End(), End()]


def test_a_huge_video(tmp_path: Path) -> None:
    """51 million pixels a frame, and really there."""
    video = cv2.VideoWriter(
        str(tmp_path / "v.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 15, (8000, 6400)
    )
    video.write(np.zeros((6400, 8000, 3), np.uint8))
    video.release()
    with WorkerProcess() as worker, (tmp_path / "v.avi").open("rb") as file:
        assert worker.ask(Look(), file) == Opened()
        assert worker.ask(Next()) == Refused(Reason.PIXELS, 8000, 6400)
        assert worker.ask(Next()) == End()


def test_it_is_told_nothing_and_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "in the environment")
    (tmp_path / "x.png").write_bytes(grey_png(30, 30))
    with (tmp_path / "secret").open("wb"), WorkerProcess() as worker:
        with (tmp_path / "x.png").open("rb") as file:
            worker.ask(Look(), file)
            assert worker.ask(Next()) == Codes(())
        process = worker._process
        assert process is not None
        folder = Path(f"/proc/{process.pid}")
        told = folder.joinpath("environ").read_bytes().decode()
        assert dict(row.split("=", 1) for row in told.split("\0") if row) == ENVIRONMENT
        limits = folder.joinpath("limits").read_text()
        for line in (
            "Max file size             0",
            "Max core file size        0",
            "Max open files            16",
        ):
            assert line in limits
        files = {os.readlink(link) for link in folder.joinpath("fd").iterdir()}
        assert not any("secret" in name for name in files)
        assert "NoNewPrivs:\t1" in folder.joinpath("status").read_text()


def test_it_ends_with_the_program(tmp_path: Path) -> None:
    """Killed without a chance to end it: even while it hangs, it does not outlive us."""
    (tmp_path / "bad.png").write_bytes(grey_png(odd_worker.HANGS, 30))
    script = (
        "import sys\n"
        "from ceremony.optics.worker_process import WorkerProcess\n"
        "from ceremony.optics.worker_messages import Look, Next\n"
        "worker = WorkerProcess(command=eval(sys.argv[2]))\n"
        "worker.ask(Look(), open(sys.argv[1], 'rb'))\n"
        "print(worker._process.pid, flush=True)\n"
        "worker.ask(Next())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "bad.png", repr(ODD)], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    for _ in range(200):
        if not Path(f"/proc/{worker}").exists():
            break
        time.sleep(0.05)
    state = Path(f"/proc/{worker}/status")
    assert not state.exists() or "Z (zombie)" in state.read_text()


@pytest.mark.parametrize("command", [("/nowhere/python",), (sys.executable, "-c", "")])
def test_a_process_that_does_not_start_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = folder_with(tmp_path)
    with WorkerProcess(command=command) as worker, pytest.raises(CeremonyError) as error:
        read(folder, worker)
    assert error.value.failure is Failure.CONFIGURATION


@given(st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_a_value_error(data: bytes) -> None:
    for parse in (parse_answer, parse_request):
        try:
            message = parse(data)
        except ValueError:
            continue
        assert parse(packet(message)[4:]) == message


@pytest.mark.parametrize("length", [0, MAX_PACKET + 1, 2**32 - 1])
def test_lengths_that_no_packet_has(length: int) -> None:
    data = length.to_bytes(4, "big")
    with pytest.raises(ValueError, match=r"^$"):
        receive_body(lambda size: data[:size])
