"""A simulated camera: what a webcam sees of a screen that shows one picture after another.

For rehearsals, tests and measurements. A screen of 60 pictures a second stands before a
camera with a clock of its own; the camera is one of six classes, from a good one in a
bright room to a poor one in a dim room. Nothing here takes real time, and all chance comes
from a generator that is given: the same one sees the same.
"""

from ceremony.optics.simulated.camera import SimulatedCamera
from ceremony.optics.simulated.conditions import (
    CLASSES,
    HD720,
    HD1080,
    Conditions,
    camera_class,
)
from ceremony.optics.simulated.screen import PERIOD

__all__ = [
    "CLASSES",
    "HD720",
    "HD1080",
    "PERIOD",
    "Conditions",
    "SimulatedCamera",
    "camera_class",
]
