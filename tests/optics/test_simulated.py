"""The simulated camera: it sees what a webcam would, and the same each time."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from ceremony.link import Sender
from ceremony.optics.decode import read_codes
from ceremony.optics.draw import DEFAULT_VERSION, capacity, draw_to_fit
from ceremony.optics.light import receive
from ceremony.optics.picture import Picture
from ceremony.optics.simulated import HD720, HD1080, Conditions, SimulatedCamera

MESSAGE = hashlib.shake_128(b"seen").digest(9000)
SENDER = Sender(MESSAGE, capacity(DEFAULT_VERSION))
FRAMES = [draw_to_fit(SENDER.frame(i), 1000) for i in range(3 * SENDER.needed)]

CALM = replace(HD720, tilt=0, roll=0, shake=0, blur=0, noise=0, unevenness=0, glare=0)


def frames() -> Callable[[], Picture]:
    index = count()
    return lambda: FRAMES[next(index) % len(FRAMES)]


def plain(*greys: int) -> Callable[[], Picture]:
    """A screen that shows one grey after another."""
    index = count()
    return lambda: np.full((100, 100), greys[next(index) % len(greys)], np.uint8)


def seen(conditions: Conditions, seed: int, many: int) -> list[Picture | None]:
    camera = SimulatedCamera(frames(), conditions, np.random.default_rng(seed))
    return [camera.read() for _ in range(many)]


@pytest.mark.parametrize("conditions", [HD720, HD1080], ids=["720p", "1080p"])
def test_frames_have_the_cameras_size_and_both_readers_limits(conditions: Conditions) -> None:
    for picture in seen(conditions, 0, 2):
        assert picture is not None
        assert picture.shape == (conditions.height, conditions.width)
        assert picture.dtype == np.uint8


def test_the_seed_decides_everything() -> None:
    conditions = HD720.lossy(0.3)
    first, again, other = (seen(conditions, seed, 8) for seed in (1, 1, 2))
    assert [p is None for p in first] == [p is None for p in again]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True) if a is not None)
    shared = [(a, b) for a, b in zip(first, other, strict=True) if not (a is None or b is None)]
    assert shared
    assert not any(np.array_equal(a, b) for a, b in shared)


@pytest.mark.parametrize("loss", [0.0, 0.2, 0.5])
def test_the_share_of_lost_frames(loss: float) -> None:
    small = replace(CALM, width=160, height=90, loss=loss)
    camera = SimulatedCamera(plain(0, 255), small, np.random.default_rng(5))
    lost = sum(camera.read() is None for _ in range(1000))
    assert abs(lost / 1000 - loss) < 0.05


def test_each_picture_is_shown_to_two_camera_frames() -> None:
    asked = count()
    screen = plain(0, 255)

    def counted() -> Picture:
        next(asked)
        return screen()

    small = replace(CALM, width=160, height=90)
    camera = SimulatedCamera(counted, small, np.random.default_rng(5))
    for _ in range(300):
        camera.read()
    assert next(asked) in (150, 151)
    assert camera.seconds == pytest.approx(10)


def test_a_torn_frame_has_the_old_picture_above_and_the_new_one_below() -> None:
    small = replace(CALM, width=160, height=90, black=0, white=255)
    torn = 0
    for seed in range(40):
        camera = SimulatedCamera(plain(0, 255), small, np.random.default_rng(seed))
        for _ in range(4):
            picture = camera.read()
            assert picture is not None
            column = picture[10:-10, 80].astype(int)
            if column.min() < 5 and column.max() > 250:
                torn += 1
                steps = np.diff(column)
                assert (steps >= 0).all() or (steps <= 0).all()
                rows = ((column > 5) & (column < 250)).sum()
                assert rows <= 90 * small.exposure / small.readout + 1
    assert torn >= 10


def test_noise_blur_and_light_are_there() -> None:
    def of(**changes: float) -> Picture:
        conditions = replace(CALM, **changes)
        picture = SimulatedCamera(plain(255), conditions, np.random.default_rng(3)).read()
        assert picture is not None
        return picture

    middle = (slice(300, 420), slice(580, 700))
    calm = of()
    assert np.ptp(calm[middle]) == 0
    assert abs(int(calm[360, 640]) - CALM.white) <= 1
    assert 4 < of(noise=6.0)[middle].std() < 8
    assert np.ptp(of(unevenness=0.5)[130:590, 420:860].astype(int)) > 10
    assert of(glare=60.0).astype(int).max() > CALM.white + 10

    def edge(picture: Picture) -> int:
        """Columns that are neither the screen's white nor the dark around it."""
        row = picture[360, :640].astype(int)
        return int(((row > 80) & (row < 200)).sum())

    assert edge(of(blur=4.0)) > edge(calm)


def test_tilt_makes_a_trapezium() -> None:
    def corners(tilt: float, seed: int) -> tuple[int, int]:
        """Heights of the white screen at its left and at its right."""
        conditions = replace(CALM, tilt=tilt)
        camera = SimulatedCamera(plain(255), conditions, np.random.default_rng(seed))
        picture = camera.read()
        assert picture is not None
        heights = (picture > 200).sum(axis=0)
        columns = np.flatnonzero(heights > 400)
        return int(heights[columns[5]]), int(heights[columns[-5]])

    assert len(set(corners(0, 1))) == 1
    ratios = [left / right for left, right in (corners(15, seed) for seed in range(6))]
    assert max(max(r, 1 / r) for r in ratios) > 1.05


@pytest.mark.parametrize("conditions", [HD720, HD1080], ids=["720p", "1080p"])
def test_nearly_every_frame_that_is_not_torn_is_read(conditions: Conditions) -> None:
    still = replace(conditions, readout=1e-6, exposure=1e-6)
    pictures = [p for seed in range(8) for p in seen(still, seed, 2)]
    assert sum(bool(read_codes(p)) for p in pictures if p is not None) >= 15


@pytest.mark.parametrize("loss", [0.0, 0.2, 0.5])
def test_a_message_comes_through(loss: float) -> None:
    camera = SimulatedCamera(frames(), HD720.lossy(loss), np.random.default_rng(11))
    message, took = receive(camera, lambda _: None)
    assert message == MESSAGE
    assert took.frames_needed <= took.frames_used <= took.frames_needed + 2
    assert took.frames_used <= took.frames_decoded <= took.frames_seen - took.frames_lost
    assert took.camera_seconds == pytest.approx(took.frames_seen / 30)
    assert bool(took.frames_lost) == bool(loss)
