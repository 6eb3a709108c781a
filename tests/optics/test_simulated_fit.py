"""The fit of a camera: what was simulated comes out again."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.draw import draw_frames
from ceremony.optics.picture import Picture
from ceremony.optics.simulated import CLASSES, SimulatedCamera, camera_class
from ceremony.optics.simulated.fit import MIN_PICTURES, Fitted, fit

SHOWN = draw_frames(["FIT THIS CAMERA"], 1920, 1080)
SCRIPT = Path(__file__).parents[2] / "scripts" / "fit_camera.py"


def recorded(name: str, many: int = 24) -> list[Picture]:
    conditions = replace(
        camera_class(name, "720p"), loss=0, corrupt=0, pumping=0, shake=0, glare=0, vignette=0,
        moire=0, halo=0, tilt=0, roll=0, dwell=60,
    )  # fmt: skip
    camera = SimulatedCamera(lambda: SHOWN, conditions, np.random.default_rng(1))
    return [picture for _ in range(many) if (picture := camera.read()) is not None]


@pytest.mark.parametrize("name", CLASSES)
def test_a_simulated_camera_is_fitted(name: str) -> None:
    of, found = CLASSES[name], fit(recorded(name))
    # The screen's own pixels and the projection blur too, which a sharp lens shows.
    assert found.blur == pytest.approx(of.blur, rel=0.25, abs=0.25)
    # JPEG takes some of the noise away.
    assert 0.5 * of.noise < found.noise < 1.2 * of.noise
    assert found.black == pytest.approx(of.black, abs=12)
    assert found.white == pytest.approx(of.white, abs=12)
    assert found.intervals is None


@pytest.mark.parametrize("name", CLASSES)
def test_the_nearest_class_of_its_own_figures(name: str) -> None:
    of = CLASSES[name]
    assert Fitted(of.blur, of.noise, of.black, of.white, None).nearest == name


def test_intervals_of_the_pictures() -> None:
    times = [*np.arange(20) / 20, 1.1]
    found = fit(recorded("good bright", 21), times)
    assert found.intervals == pytest.approx((0.05, 0.05, 0.15))


def test_recordings_that_tell_nothing() -> None:
    grey = [np.full((90, 160), 100, np.uint8)] * MIN_PICTURES
    sizes = [*recorded("good bright", MIN_PICTURES), grey[0]]
    for pictures in ([], grey[:-1], grey, sizes):
        with pytest.raises(CeremonyError) as error:
            fit(pictures)
        assert error.value.failure is Failure.INCOMPLETE


def test_the_script_reads_a_folder_and_a_video(tmp_path: Path) -> None:
    pictures = recorded("ordinary bright", MIN_PICTURES + 2)
    folder, video = tmp_path / "folder", tmp_path / "video.avi"
    folder.mkdir()
    size = pictures[0].shape[::-1]
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 20, size)
    for index, picture in enumerate(pictures):
        cv2.imwrite(str(folder / f"{index:03}.png"), picture)
        writer.write(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
    writer.release()
    for recording, said in ((folder, "ordinary bright"), (video, "between pictures: 50, 50, 50")):
        ran = subprocess.run(
            [sys.executable, str(SCRIPT), str(recording)], capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr
        assert said in ran.stdout
    empty = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path / "none")], capture_output=True, text=True
    )
    assert empty.returncode == 1
    assert "hint: " in empty.stderr
