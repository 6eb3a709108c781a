"""What a simulated camera of some class sees of a virtual screen, as time really goes by."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ceremony.optics.picture import Picture
from ceremony.optics.simulated import PERIOD, SimulatedCamera, camera_class

RATE = 6.0
"""Pictures a second: what two cameras can be simulated at beside both programs."""

DWELL = 6
"""Periods of the screen between two looks at it: what is shown stands for longer."""

FILL = 0.8
"""The screen's height in the camera's picture: two laptops that stand near each other."""


def camera_at(
    grab: Callable[[], Picture], seed: int, name: str = "ordinary bright"
) -> Callable[[], Picture]:
    """The next picture of a camera of the class ``name`` before what ``grab`` gives.

    Each look at the screen is at its own moment of the real time, so that a code that changes
    while a picture is exposed is torn as a rolling shutter tears it. Lost frames come late.
    """
    conditions = replace(camera_class(name, "720p"), camera_fps=RATE, dwell=DWELL, fill=FILL)
    began, looks, last = time.monotonic(), 0, grab()

    def screen() -> Picture:
        nonlocal began, looks, last
        late = time.monotonic() - began - looks * DWELL * PERIOD
        looks += 1
        if late < 0:
            time.sleep(-late)
        elif late > 1:
            # The machine was busy: the time that was lost is not made up for.
            began += late
        # The same array is the same light, which the camera does not work out again.
        if not np.array_equal(now := grab(), last):
            last = now
        return last

    camera = SimulatedCamera(screen, conditions, np.random.default_rng(seed))

    def see() -> Picture:
        while (picture := camera.read()) is None:
            pass
        return picture

    return see
