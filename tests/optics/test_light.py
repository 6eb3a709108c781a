"""A message over light: screen and camera are the seam, and fakes are behind it."""

import hashlib
from collections.abc import Iterable

import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Complete, Progress, Sender, Unreadable
from ceremony.optics.draw import capacity, draw
from ceremony.optics.light import Statistics, receive, send
from ceremony.optics.picture import Picture

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
