"""A camera of Linux (V4L2), opened by its path; in the process that reads pictures alone.

The format is set before the size, MJPEG first: USB has no room for more than five plain
pictures of 1080 rows a second. Grey is taken from the luma, which cameras give in full.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from ceremony.optics.headers import MAX_PIXELS
from ceremony.optics.picture import Picture
from ceremony.optics.worker_messages import Eye

WIDTH, HEIGHT, RATE = 1920, 1080, 30
"""What is asked for; the camera gives what it has."""

FAILURES = 3
"""Pictures in a row that a camera may fail to give before it counts as unplugged."""

_GREY = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION


@dataclass(frozen=True, slots=True)
class Camera:
    """An open camera; ``fourcc`` is the format that it settled on."""

    device: cv2.VideoCapture
    fourcc: str

    def read(self) -> Picture | None:
        """The next picture; None when the camera gives none any more."""
        failures = 0
        while failures < FAILURES:
            there, raw = self.device.read()
            if not there:
                # The driver waited for seconds, or the device is gone.
                return None
            picture = grey(raw, self.fourcc)
            if picture is not None:
                return picture
            failures += 1
        return None


def open_camera(path: str) -> tuple[Callable[[], Picture | None] | None, Eye]:
    """What gives the camera's pictures, and what became of opening it.

    One picture is taken to see that it gives any.
    """
    if not os.path.exists(path):
        return None, Eye.ABSENT
    if not os.access(path, os.R_OK | os.W_OK):
        return None, Eye.DENIED
    device = cv2.VideoCapture(path, cv2.CAP_V4L2)
    if not device.isOpened():
        return None, Eye.SILENT
    device.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    device.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
    device.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
    device.set(cv2.CAP_PROP_FPS, RATE)
    device.set(cv2.CAP_PROP_CONVERT_RGB, 0)
    fourcc = int(device.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little").decode("ascii", "replace")
    if fourcc not in ("MJPG", "YUYV"):
        device.set(cv2.CAP_PROP_CONVERT_RGB, 1)
    camera = Camera(device, fourcc)
    if camera.read() is None:
        device.release()
        return None, Eye.SILENT
    return camera.read, Eye.OPEN


def grey(raw: np.ndarray, fourcc: str) -> Picture | None:
    """The luma of what the camera gave; None for a damaged picture.

    ``raw`` is one row of bytes (MJPEG), or rows of pixels with two (YUYV) or three channels.
    """
    try:
        if fourcc == "MJPG":
            picture = cv2.imdecode(raw.reshape(-1), _GREY)
        elif raw.ndim == 3 and raw.shape[2] == 2:
            picture = raw[:, :, 0]
        elif raw.ndim == 3:
            picture = cv2.cvtColor(raw, cv2.COLOR_BGR2GRAY)
        else:
            picture = raw
    except cv2.error:
        return None
    if picture is None or picture.ndim != 2 or picture.size > MAX_PIXELS:
        return None
    return np.ascontiguousarray(picture, dtype=np.uint8)
