"""A message over light: the seam by fakes, and two processes with a socket for the air."""

import hashlib
import multiprocessing
import os
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from struct import pack
from time import monotonic, sleep

import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Complete, Progress, Receiving, Sender, Unreadable
from ceremony.optics.draw import capacity, draw, draw_to_fit
from ceremony.optics.light import Statistics, receive, send
from ceremony.optics.picture import Picture
from ceremony.optics.rehearsal import receive_simulated, send_simulated
from ceremony.optics.simulated import HD720

MESSAGE = hashlib.shake_128(b"over light").digest(4000)


class RecordingScreen:
    """Shows so many pictures and is then told that the other side has it."""

    def __init__(self, many: int) -> None:
        self.shown: list[Picture] = []
        self._many = many

    def show(self, picture: Picture) -> bool:
        self.shown.append(picture)
        return len(self.shown) < self._many


class PlayingCamera:
    """Sees these pictures, and then stops."""

    def __init__(self, pictures: Iterable[Picture | None]) -> None:
        self._pictures = iter(pictures)
        self.seconds = 0.0

    def read(self) -> Picture | None:
        self.seconds += 1 / 30
        try:
            return next(self._pictures)
        except StopIteration:
            raise CeremonyError(Failure.CONNECTION, "unplugged", hint="plug it in") from None


def codes(message: bytes, many: int) -> list[Picture]:
    screen = RecordingScreen(many)
    send(message, screen, version=10)
    return screen.shown


def test_what_is_shown_is_what_is_seen() -> None:
    needed = Sender(MESSAGE, capacity(10)).needed
    screen = RecordingScreen(needed + 3)
    shown = send(MESSAGE, screen, version=10)
    assert (shown.message_bytes, shown.frames_needed) == (len(MESSAGE), needed)
    assert shown.frames_shown == len(screen.shown) == needed + 3
    progress: list[Progress] = []
    blank = np.full((300, 300), 128, np.uint8)
    seen = [None, screen.shown[0], blank, *screen.shown]
    message, took = receive(PlayingCamera(seen), progress.append)
    assert message == MESSAGE
    assert isinstance(progress[-1], Complete)
    assert took == Statistics(
        len(MESSAGE),
        needed,
        took.wall_seconds,
        frames_seen=needed + 3,
        frames_lost=1,
        frames_decoded=needed + 1,
        frames_used=needed,
        camera_seconds=took.camera_seconds,
    )
    assert took.camera_seconds == pytest.approx((needed + 3) / 30)


def test_a_small_message_has_a_small_code() -> None:
    small, large = RecordingScreen(1), RecordingScreen(1)
    send(b"few bytes", small)
    send(bytes(1600), large)
    scale = [np.flatnonzero(np.diff(s.shown[0][500].astype(int)))[0] for s in (small, large)]
    assert scale[0] > scale[1]


def test_other_codes_are_told_and_ignored() -> None:
    wifi = draw("WIFI:S:CAFE", scale=5)
    progress: list[Progress] = []
    pictures = [wifi, *codes(b"theirs" * 400, 2), *codes(MESSAGE, 30)]
    message, _ = receive(PlayingCamera(pictures), progress.append)
    assert message == MESSAGE
    assert isinstance(progress[0], Unreadable)


def test_a_message_that_is_known_is_passed_over() -> None:
    old = b"the message before"
    pictures = [*codes(old, 3), *codes(MESSAGE, 30)]
    known = [hashlib.sha256(old).digest()]
    assert receive(PlayingCamera(pictures), lambda _: None, known=known)[0] == MESSAGE


def test_cancelling_and_time() -> None:
    dark = (np.zeros((50, 50), np.uint8) for _ in iter(int, 1))
    answers = iter([False, False, True])
    with pytest.raises(CeremonyError) as error:
        receive(PlayingCamera(dark), lambda _: None, cancelled=lambda: next(answers))
    assert error.value.failure is Failure.INCOMPLETE
    with pytest.raises(CeremonyError) as error:
        receive(PlayingCamera(dark), lambda _: None, timeout=0.05)
    assert error.value.failure is Failure.INCOMPLETE
    answers = iter([False, True])
    screen = RecordingScreen(100)
    with pytest.raises(CeremonyError) as error:
        send(MESSAGE, screen, cancelled=lambda: next(answers))
    assert error.value.failure is Failure.INCOMPLETE
    assert len(screen.shown) == 1


def test_a_camera_that_stops_says_why() -> None:
    with pytest.raises(CeremonyError) as error:
        receive(PlayingCamera([]), lambda _: None)
    assert error.value.failure is Failure.CONNECTION


def test_too_much_for_the_link() -> None:
    with pytest.raises(CeremonyError) as error:
        send(bytes(9 * 2**20), RecordingScreen(1))
    assert error.value.failure is Failure.OVERSIZED


def _send_later(path: Path, message: bytes, delay: float) -> None:
    sleep(delay)
    send_simulated(path, message, timeout=20)


@pytest.mark.parametrize(("sender_waits", "receiver_waits"), [(0.0, 1.0), (1.0, 0.0)])
def test_two_processes_whichever_comes_first(
    tmp_path: Path, sender_waits: float, receiver_waits: float
) -> None:
    path = tmp_path / "light"
    process = multiprocessing.get_context("spawn").Process(
        target=_send_later, args=(path, MESSAGE, sender_waits)
    )
    process.start()
    sleep(receiver_waits)
    progress: list[Progress] = []
    generator = np.random.default_rng(4)
    message, took = receive_simulated(
        path, HD720.lossy(0.2), generator, progress.append, timeout=20
    )
    process.join(10)
    assert message == MESSAGE
    assert process.exitcode == 0
    assert sum(isinstance(p, Receiving) for p in progress) == took.frames_used - 1
    assert not path.exists()


class Thread(threading.Thread):
    """Sends, and keeps what came of it."""

    def __init__(self, path: Path, message: bytes = MESSAGE, timeout: float = 10) -> None:
        super().__init__()
        self.outcome: Statistics | CeremonyError | None = None
        self._arguments = path, message, timeout
        self.start()

    def run(self) -> None:
        path, message, timeout = self._arguments
        try:
            self.outcome = send_simulated(path, message, timeout=timeout)
        except CeremonyError as error:
            self.outcome = error


def listening(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(1)
    return listener


def test_a_receiver_that_leaves_early_is_not_one_that_has_it(tmp_path: Path) -> None:
    with listening(tmp_path / "light") as listener:
        sending = Thread(tmp_path / "light")
        connection = listener.accept()[0]
        connection.recv(10_000)
        connection.close()
        sending.join(10)
    assert isinstance(sending.outcome, CeremonyError)
    assert sending.outcome.failure is Failure.INCOMPLETE


def test_a_receiver_that_stands_still(tmp_path: Path) -> None:
    with listening(tmp_path / "light") as listener:
        sending = Thread(tmp_path / "light", timeout=0.3)
        connection = listener.accept()[0]
        sending.join(10)
        connection.close()
    assert isinstance(sending.outcome, CeremonyError)
    assert sending.outcome.failure is Failure.INCOMPLETE


def test_nobody_comes(tmp_path: Path) -> None:
    with pytest.raises(CeremonyError) as error:
        send_simulated(tmp_path / "light", MESSAGE, timeout=0.1)
    assert error.value.failure is Failure.INCOMPLETE
    generator = np.random.default_rng(0)
    with pytest.raises(CeremonyError) as error:
        receive_simulated(tmp_path / "light", HD720, generator, lambda _: None, timeout=0.1)
    assert error.value.failure is Failure.INCOMPLETE
    with pytest.raises(CeremonyError) as error:
        receive_simulated(
            tmp_path / "light", HD720, generator, lambda _: None, cancelled=lambda: True
        )
    assert error.value.failure is Failure.INCOMPLETE
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("path", ["missing/light", "x" * 120], ids=["no folder", "too long"])
def test_a_socket_that_cannot_be(tmp_path: Path, path: str) -> None:
    generator = np.random.default_rng(0)
    with pytest.raises(CeremonyError) as error:
        receive_simulated(tmp_path / path, HD720, generator, lambda _: None, timeout=1)
    assert error.value.failure is Failure.FILE


SQUARE = draw_to_fit(Sender(MESSAGE, capacity(10)).frame(0), 300)


@pytest.mark.parametrize(
    ("sent", "failure"),
    [
        (b"", Failure.INCOMPLETE),
        (b"\x01", Failure.INCOMPLETE),
        (pack(">HH", 300, 300) + bytes(100), Failure.INCOMPLETE),
        (pack(">HH", *SQUARE.shape) + SQUARE.tobytes(), Failure.INCOMPLETE),
        (pack(">HH", 0, 0), Failure.OVERSIZED),
        (pack(">HH", 65535, 65535), Failure.OVERSIZED),
        (pack(">HH", 300, 200), Failure.OVERSIZED),
    ],
)
def test_a_sender_that_sends_something_else(tmp_path: Path, sent: bytes, failure: Failure) -> None:
    path = tmp_path / "light"

    def sending() -> None:
        deadline = monotonic() + 10
        with socket.socket(socket.AF_UNIX) as connection:
            while monotonic() < deadline:
                try:
                    connection.connect(str(path))
                    break
                except OSError:
                    sleep(0.01)
            connection.sendall(sent)

    thread = threading.Thread(target=sending)
    thread.start()
    generator = np.random.default_rng(0)
    with pytest.raises(CeremonyError) as error:
        receive_simulated(path, HD720, generator, lambda _: None, timeout=10)
    thread.join(10)
    assert error.value.failure is failure
