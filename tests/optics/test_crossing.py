"""Messages across the simulated light as ``scripts/bench link`` measures them, a few of each."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ceremony.link.pace import PRESETS, START
from ceremony.optics.draw import capacity
from ceremony.optics.simulated import CLASSES, camera_class

SCRIPTS = Path(__file__).parents[2] / "scripts"
ONE_KEY = np.random.default_rng(1).bytes(5_412)


@pytest.fixture(scope="module")
def crossing() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPTS)
        import link_crossing

        yield link_crossing


@pytest.mark.parametrize("name", CLASSES)
def test_one_key_crosses_in_every_class_with_most_frames_lost(crossing: Any, name: str) -> None:
    conditions = replace(camera_class(name, "720p"), dwell=1).lossy(0.7)
    done = crossing.cross(ONE_KEY, conditions, 2, PRESETS[f"{name} 720p"])
    assert done.arrived
    assert done.used <= 1.05 * done.needed + 1


@pytest.mark.parametrize("changes", [{"mirrored": True}, {"tilt": 12.0}, {"glare": 150.0}, {}])
def test_one_key_crosses_however_it_is_seen(crossing: Any, changes: dict[str, Any]) -> None:
    conditions = replace(camera_class("ordinary bright", "720p"), dwell=1, **changes)
    pace = PRESETS["ordinary bright 720p"]
    assert crossing.cross(ONE_KEY, conditions, 3, pace, inverted=not changes).arrived


def test_the_sender_finds_the_pace_and_stops_by_itself(crossing: Any) -> None:
    conditions = replace(camera_class("good bright", "720p"), dwell=1)
    message = np.random.default_rng(2).bytes(40_000)
    done = crossing.cross_with_feedback(message, conditions, 5, patience=20)
    assert done.arrived
    assert done.pace.dwell < START.dwell
    slow = crossing.cross(message, conditions, 5, START)
    assert slow.arrived
    assert done.seconds < slow.seconds


def test_a_camera_too_poor_for_the_first_pace_gets_larger_modules(crossing: Any) -> None:
    conditions = replace(camera_class("poor dim", "1080p"), dwell=1)
    assert not crossing.cross(ONE_KEY, conditions, 1, START, patience=5).arrived
    done = crossing.cross_with_feedback(ONE_KEY, conditions, 1, patience=40)
    assert done.arrived
    assert done.pace.version < START.version


def test_the_limit_of_a_class_is_that_of_the_law(crossing: Any) -> None:
    """By hand: 1536 by 918 pixels have two codes of version 32 with 5 pixels a module, 2.75 of
    the camera's where 2.6 are needed; 8 + 8 ms, the scans, 36 ms between two pictures of the
    camera: 4 periods of the screen."""
    conditions = replace(camera_class("good bright", "1080p"), dwell=1)
    needed = 0.008 + 0.008 + (1 / 60 - 0.016 * 0.55) * 145 * 5 / 1080 + (1 + 1 / 12) / 30
    assert 3 < needed * 60 < 4
    best = crossing.limit("good bright", conditions)
    assert best == pytest.approx(2 * (capacity(32) * 2 // 3) / (4 / 60))
