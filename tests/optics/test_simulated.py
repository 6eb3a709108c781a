"""The simulated camera: it sees what a webcam would, and the same each time."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from ceremony.link import Sender
from ceremony.optics.decode import read_codes
from ceremony.optics.draw import (
    DEFAULT_VERSION,
    capacity,
    draw_frames,
    draw_to_fit,
    modules,
    smallest_version,
)
from ceremony.optics.light import receive
from ceremony.optics.picture import Picture
from ceremony.optics.simulated import (
    CLASSES,
    HD720,
    HD1080,
    PERIOD,
    Conditions,
    SimulatedCamera,
    camera_class,
)

MESSAGE = hashlib.shake_128(b"seen").digest(9000)
SENDER = Sender(MESSAGE, capacity(DEFAULT_VERSION))
FRAMES = [draw_to_fit(SENDER.frame(i), 1000) for i in range(3 * SENDER.needed)]

CALM = Conditions(
    width=160, height=90, jitter=0, loss=0, corrupt=0, fill=1, tilt=0, roll=0, shake=0, blur=0,
    pumping=0, halo=0, noise=0, quality=100, black=0, white=255, vignette=0, glare=0, moire=0,
)  # fmt: skip
"""A small camera that looks straight at the screen and sees it whole and exactly."""


def frames() -> Callable[[], Picture]:
    index = count()
    return lambda: FRAMES[next(index) % len(FRAMES)]


def plain(*greys: int) -> Callable[[], Picture]:
    """A screen that shows one grey after another."""
    index = count()
    pictures = [np.full((90, 160), grey, np.uint8) for grey in greys]
    return lambda: pictures[next(index) % len(pictures)]


def seen(conditions: Conditions, seed: int, many: int) -> list[Picture | None]:
    camera = SimulatedCamera(frames(), conditions, np.random.default_rng(seed))
    return [camera.read() for _ in range(many)]


def one(conditions: Conditions, grey: int = 255, seed: int = 3) -> Picture:
    picture = SimulatedCamera(plain(grey), conditions, np.random.default_rng(seed)).read()
    assert picture is not None
    return picture


def columns(conditions: Conditions, many: int) -> list[np.ndarray]:
    """The middle column of each frame, of a screen that changes between black and white."""
    camera = SimulatedCamera(plain(0, 255), conditions, np.random.default_rng(5))
    pictures = [camera.read() for _ in range(many)]
    return [p[:, 80].astype(int) for p in pictures if p is not None]


@pytest.mark.parametrize("conditions", [HD720, HD1080], ids=["720p", "1080p"])
def test_frames_have_the_cameras_size_and_both_readers_limits(conditions: Conditions) -> None:
    for picture in seen(replace(conditions, loss=0), 0, 2):
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


@pytest.mark.parametrize("loss", [0.0, 0.2, 0.7])
def test_the_share_of_lost_frames(loss: float) -> None:
    camera = SimulatedCamera(plain(0, 255), CALM.lossy(loss), np.random.default_rng(5))
    lost = sum(camera.read() is None for _ in range(1000))
    assert abs(lost / 1000 - loss) < 0.05


@pytest.mark.parametrize("dwell", [1, 4, 12])
def test_the_screen_is_asked_once_in_a_dwell(dwell: int) -> None:
    asked = count()
    screen = plain(0, 255)

    def counted() -> Picture:
        next(asked)
        return screen()

    camera = SimulatedCamera(counted, replace(CALM, dwell=dwell), np.random.default_rng(5))
    for _ in range(300):
        camera.read()
    assert camera.seconds == pytest.approx(10, rel=1e-3)
    assert next(asked) == pytest.approx(600 / dwell, abs=1 + 3 / dwell)


def test_one_in_six_intervals_is_half_as_long_again() -> None:
    camera = SimulatedCamera(plain(0), replace(CALM, jitter=1 / 6), np.random.default_rng(1))
    times = []
    for _ in range(600):
        camera.read()
        times.append(camera.seconds)
    intervals = np.diff(times) * 30
    assert {round(float(i), 1) for i in intervals} == {1.0, 1.5}
    assert np.mean(intervals > 1.2) == pytest.approx(1 / 6, abs=0.04)


def test_a_row_mixes_what_the_screen_showed_while_it_was_exposed() -> None:
    """Exposed for the whole time of two pictures, any row sees half of each."""
    long = replace(CALM, exposure=4 * PERIOD, settling=1e-6, dwell=2)
    for column in columns(long, 20)[5:]:
        assert np.abs(column[3:-3] - 127).max() <= 3


def test_a_change_runs_down_the_picture() -> None:
    """The screen is drawn in 16.7 ms and the camera reads in as many: the tear is steep or
    not there, and wide where the camera reads more slowly."""
    quick = replace(CALM, exposure=1e-3, settling=1e-6, dwell=6, readout=0.060)
    torn = [c for c in columns(quick, 60) if c.min() < 5 and c.max() > 250]
    assert len(torn) >= 5
    for column in torn:
        mixed = ((column > 5) & (column < 250)).sum()
        assert 0 < mixed <= 90 * 1e-3 / (quick.readout - PERIOD) + 2


@pytest.mark.parametrize("settling", [0.008, 0.030])
def test_the_screen_settles_by_nine_tenths(settling: float) -> None:
    """Moments after a change, as many frames see greys as the settling says."""
    slow = replace(CALM, camera_fps=28.9, exposure=1e-4, settling=settling, dwell=6, readout=1e-6)
    between = [c[45] for c in columns(slow, 400)]
    share = np.mean([25 < grey < 230 for grey in between])
    assert share == pytest.approx(0.95 * settling / (6 * PERIOD), abs=0.05)


def test_every_figure_is_in_the_picture() -> None:
    edge = replace(CALM, fill=0.6, room=0.0)
    assert np.ptp(one(CALM)) == 0
    assert one(CALM)[45, 80] == 255
    levels = replace(CALM, black=40, white=200)
    assert (int(one(levels, 0)[45, 80]), int(one(levels)[45, 80])) == (40, 200)
    assert one(replace(levels, noise=6.0)).std() == pytest.approx(6, rel=0.2)
    assert one(replace(levels, vignette=0.4))[0, 0] < 150 < one(levels)[0, 0]
    assert one(replace(levels, glare=50.0)).max() > 240
    assert 2 < np.ptp(one(replace(levels, moire=8.0, fill=0.55)).astype(int)[35:55, 60:100]) <= 17
    assert soft(one(replace(edge, blur=3.0))) > soft(one(edge))
    assert soft(one(replace(edge, blur=1.0, pumping=1e6))) > soft(one(replace(edge, blur=1.0)))
    sharpened = one(replace(levels, fill=0.6, blur=1.0, halo=0.5))
    assert sharpened.min() < one(replace(levels, fill=0.6, blur=1.0)).min() or sharpened.max() > 201
    assert not np.array_equal(one(replace(edge, quality=20)), one(edge))
    mirrored = one(replace(levels, glare=50.0, mirrored=True))
    assert np.array_equal(mirrored[:, ::-1], one(replace(levels, glare=50.0)))


def soft(picture: Picture) -> int:
    """Columns that are neither the screen's white nor the dark around it."""
    row = picture[45].astype(int)
    return int(((row > 60) & (row < 200)).sum())


def test_corrupt_frames_end_in_grey() -> None:
    camera = SimulatedCamera(plain(255), replace(CALM, corrupt=0.5), np.random.default_rng(2))
    pictures = [camera.read() for _ in range(100)]
    cut = [p for p in pictures if p is not None and (p[-5:] == 128).all()]
    assert 30 < len(cut) < 70
    assert all((p[:10] == 255).all() for p in cut)


def test_tilt_makes_a_trapezium() -> None:
    def ratio(tilt: float, seed: int) -> float:
        """Of the heights of the white screen at its left and at its right."""
        wide = replace(CALM, width=640, height=360, fill=0.6, room=0, tilt=tilt)
        heights = (one(wide, seed=seed) > 200).sum(axis=0)
        across = np.flatnonzero(heights > 100)
        return float(heights[across[5]] / heights[across[-5]])

    assert ratio(0, 1) == 1
    assert max(max(r, 1 / r) for r in (ratio(15, seed) for seed in range(6))) > 1.05


@pytest.mark.parametrize("worse", [0.0, 1.0])
@pytest.mark.parametrize("size", ["720p", "1080p"])
@pytest.mark.parametrize("name", CLASSES)
def test_codes_with_the_pixels_of_their_class_are_read(name: str, size: str, worse: float) -> None:
    """Shown as large as the class needs, with the third more that tilt and noise take."""
    text = Sender(MESSAGE[:40], 254).frame(1)
    picture = draw_frames([text], 1920, 1080)
    shown = 1080 // modules(smallest_version(len(text)))
    fill = 1.3 * CLASSES[name].pixels_a_module * 1080 / (shown * camera_class(name, size).height)
    conditions = replace(
        camera_class(name, size, worse), loss=0, corrupt=0, pumping=0, dwell=60, fill=fill
    )
    camera = SimulatedCamera(lambda: picture, conditions, np.random.default_rng(4))
    pictures = [camera.read() for _ in range(4)]
    assert sum(read_codes(p) == [text] for p in pictures if p is not None) >= 3


def test_a_class_goes_from_its_better_to_its_worse_end() -> None:
    best, middle, worst = (camera_class("poor dim", "720p", worse) for worse in (0, 0.5, 1))
    assert best.exposure < middle.exposure < worst.exposure
    assert best.camera_fps > middle.camera_fps > worst.camera_fps
    for name in CLASSES:
        for worse in (0, 0.5, 1):
            conditions = camera_class(name, "1080p", worse)
            assert conditions.exposure <= 1 / conditions.camera_fps + 1e-3


@pytest.mark.parametrize("loss", [0.0, 0.2, 0.5])
def test_a_message_comes_through(loss: float) -> None:
    camera = SimulatedCamera(frames(), HD720.lossy(loss), np.random.default_rng(11))
    message, took = receive(camera, lambda _: None)
    assert message == MESSAGE
    assert took.frames_needed <= took.frames_used <= took.frames_needed + 2
    assert took.frames_used <= took.frames_decoded <= took.frames_seen - took.frames_lost
    assert took.camera_seconds >= (took.frames_seen - 1) / 30 * 0.99
    assert bool(took.frames_lost) == bool(loss)
