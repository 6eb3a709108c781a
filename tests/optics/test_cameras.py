"""Cameras by name, what they give, and one setting that is made and given back."""

import os
from pathlib import Path
from struct import Struct

import cv2
import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.camera import Camera, grey, open_camera
from ceremony.optics.cameras import CameraName, Places, cameras, choose
from ceremony.optics.controls import DYNAMIC_RATE, GET, SET, steady_rate
from ceremony.optics.picture import Picture
from ceremony.optics.worker_messages import Eye


def plug_in(root: Path, number: int, name: str, index: str = "0", link: str = "") -> None:
    node = root / "class" / f"video{number}"
    node.mkdir(parents=True)
    (node / "name").write_text(f"{name}\n")
    (node / "index").write_text(f"{index}\n")
    (root / "dev").mkdir(exist_ok=True)
    (root / "dev" / f"video{number}").touch()
    if link:
        (root / "by-id").mkdir(exist_ok=True)
        (root / "by-id" / link).symlink_to(root / "dev" / f"video{number}")


def places(root: Path) -> Places:
    return Places(root / "class", root / "by-id", root / "dev")


def test_cameras_by_name_in_their_order(tmp_path: Path) -> None:
    plug_in(tmp_path, 10, "Desk Camera", link="usb-Desk_1-video-index0")
    plug_in(tmp_path, 2, "Built-in \x1b[31mCamera")
    plug_in(tmp_path, 3, "Built-in Camera", index="1")
    assert cameras(places(tmp_path)) == (
        CameraName("Built-in <U+001B>[31mCamera", str(tmp_path / "dev/video2")),
        CameraName("Desk Camera", str(tmp_path / "by-id/usb-Desk_1-video-index0")),
    )


def test_none_at_all(tmp_path: Path) -> None:
    assert cameras(places(tmp_path)) == ()
    for wanted in ("", "desk"):
        with pytest.raises(CeremonyError) as error:
            choose(wanted, ())
        assert error.value.failure is Failure.CONFIGURATION


def test_choosing() -> None:
    two = (CameraName("Built-in", "/dev/video0"), CameraName("Desk Camera", "/dev/v4l/by-id/x"))
    assert choose("", two) == two[0]
    assert choose("desk", two) == two[1]
    assert choose("by-id/x", two) == two[1]
    assert choose("/dev/video7", two).path == "/dev/video7"
    for wanted in ("nobody's", "i"):
        with pytest.raises(CeremonyError) as error:
            choose(wanted, two)
        assert error.value.failure is Failure.CONFIGURATION
        assert "Desk Camera" in error.value.hint


def test_a_device_that_is_none(tmp_path: Path) -> None:
    assert open_camera(str(tmp_path / "video0")) == (None, Eye.ABSENT)
    (tmp_path / "video0").write_bytes(b"no camera")
    assert open_camera(str(tmp_path / "video0")) == (None, Eye.SILENT)


PICTURE = np.tile(np.linspace(10, 240, 64).astype(np.uint8), (48, 1))


def jpeg(picture: Picture) -> np.ndarray:
    return np.asarray(cv2.imencode(".jpg", picture)[1]).reshape(1, -1)


def test_grey_is_the_luma_of_each_format() -> None:
    yuyv = np.dstack([PICTURE, np.full_like(PICTURE, 128)])
    assert np.array_equal(grey(yuyv, "YUYV"), PICTURE)  # type: ignore[arg-type]
    assert np.array_equal(grey(PICTURE, "GREY"), PICTURE)  # type: ignore[arg-type]
    for raw, fourcc in ((jpeg(PICTURE), "MJPG"), (np.dstack([PICTURE] * 3), "BGR3")):
        picture = grey(raw, fourcc)
        assert picture is not None
        assert np.abs(picture.astype(int) - PICTURE).max() < 6
        assert picture.dtype == np.uint8


@pytest.mark.parametrize("kept", [0, 20, 100])
def test_a_damaged_jpeg_is_no_picture(kept: int) -> None:
    assert grey(jpeg(PICTURE)[:, :kept], "MJPG") is None


class Device:
    """Gives these, as cv2.VideoCapture does."""

    def __init__(self, *raw: np.ndarray | None) -> None:
        self._raw = list(raw)

    def read(self) -> tuple[bool, np.ndarray | None]:
        raw = self._raw.pop(0) if self._raw else None
        return raw is not None, raw


def test_damaged_pictures_are_passed_over_until_there_are_too_many() -> None:
    bad, good = jpeg(PICTURE)[:, :50], jpeg(PICTURE)
    camera = Camera(Device(bad, bad, good), "MJPG")  # type: ignore[arg-type]
    assert camera.read() is not None
    assert camera.read() is None
    assert Camera(Device(bad, bad, bad, good), "MJPG").read() is None  # type: ignore[arg-type]


class Driver:
    """A camera with one control, or without."""

    def __init__(self, value: int | None) -> None:
        self.value = value
        self.calls: list[int] = []

    def __call__(self, device: int, request: int, argument: bytes) -> bytes:
        control, value = Struct("=Ii").unpack(argument)
        assert control == DYNAMIC_RATE
        self.calls.append(request)
        if self.value is None:
            raise OSError(22, "Invalid argument")
        if request == SET:
            self.value = value
        return Struct("=Ii").pack(control, self.value)


def test_the_rate_is_kept_steady_and_the_setting_given_back(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    driver = Driver(1)
    with steady_rate(str(tmp_path / "video0"), driver) as changed:
        assert changed
        assert driver.value == 0
    assert driver.value == 1
    assert driver.calls == [GET, SET, SET]
    with pytest.raises(KeyError), steady_rate(str(tmp_path / "video0"), driver):
        raise KeyError
    assert driver.value == 1


@pytest.mark.parametrize("value", [0, None])
def test_nothing_to_set_is_nothing_to_give_back(tmp_path: Path, value: int | None) -> None:
    (tmp_path / "video0").touch()
    driver = Driver(value)
    with steady_rate(str(tmp_path / "video0"), driver) as changed:
        assert not changed
    assert driver.calls == [GET]
    with steady_rate(str(tmp_path / "missing"), driver) as changed:
        assert not changed
    assert os.listdir(tmp_path) == ["video0"]
