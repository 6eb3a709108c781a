"""The camera, the room and the hand: the figures of the simulated camera.

The classes are those that webcams, screens and rooms make together. Exposure, frame rate
and readout are from what people measured (rolling shutters of 16 to 45 ms; webcams that
halve their frame rate to expose longer in a dim room). Blur, noise, compression and levels
are estimates of a plausible size, and ``scripts/bench camera`` fits them from a recording
of a real webcam.
"""

from dataclasses import dataclass, replace

import numpy as np

Range = tuple[float, float]
"""What a figure is at the better and at the worse end of its class."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """One camera before one screen. The defaults are an ordinary webcam in a bright room.

    Lengths are in pixels of the camera, angles in degrees, times in seconds, grey values
    from 0 to 255. ``fill`` is the shown picture's height as a part of the camera's: 0.55 is
    a laptop of 14 inches, 40 cm away. ``dwell`` is how many periods of the screen (1/60 s)
    pass between two pictures. ``loss`` is the chance that a camera frame does not come at
    all, ``corrupt`` that it comes with rows missing, ``pumping`` how often in a second the
    lens looks for its focus.
    """

    width: int = 1920
    height: int = 1080
    camera_fps: float = 30.0
    jitter: float = 1 / 6
    drift: float = 1e-4
    readout: float = 0.030
    exposure: float = 0.015
    settling: float = 0.015
    dwell: int = 4
    loss: float = 0.01
    corrupt: float = 0.01
    fill: float = 0.55
    field_of_view: float = 70.0
    tilt: float = 3.0
    roll: float = 3.0
    shake: float = 1.5
    blur: float = 1.0
    pumping: float = 0.04
    halo: float = 0.15
    noise: float = 4.0
    quality: int = 80
    black: float = 35.0
    white: float = 210.0
    vignette: float = 0.2
    room: float = 0.45
    glare: float = 20.0
    moire: float = 4.0
    mirrored: bool = False

    def lossy(self, loss: float) -> "Conditions":
        """The same with another share of lost frames."""
        return replace(self, loss=loss)


@dataclass(frozen=True, slots=True)
class CameraClass:
    """A class of webcam and light; a camera of it is somewhere between the two ends."""

    blur: float
    noise: float
    quality: int
    exposure: Range
    readout: float
    fps: Range
    black: float
    white: float
    settling: float
    room: float
    pixels_a_module: float
    """With fewer, codes that stand still are not read (12 of 12, level L, up to 3 degrees)."""


_BRIGHT, _DIM = 0.45, 0.12

CLASSES = {
    "good bright": CameraClass(
        0.6, 2, 90, (0.008, 0.008), 0.016, (30, 30), 25, 225, 0.008, _BRIGHT, 2.0
    ),
    "good dim": CameraClass(0.7, 5, 85, (0.033, 0.033), 0.016, (30, 30), 25, 200, 0.008, _DIM, 2.5),
    "ordinary bright": CameraClass(
        1.0, 4, 80, (0.010, 0.020), 0.030, (30, 30), 35, 210, 0.015, _BRIGHT, 2.5
    ),
    "ordinary dim": CameraClass(
        1.2, 9, 70, (0.033, 0.066), 0.030, (20, 15), 45, 170, 0.015, _DIM, 3.5
    ),
    "poor bright": CameraClass(
        1.6, 7, 60, (0.020, 0.033), 0.033, (30, 25), 45, 195, 0.030, _BRIGHT, 3.5
    ),
    "poor dim": CameraClass(2.0, 14, 50, (0.066, 0.125), 0.045, (15, 8), 55, 140, 0.030, _DIM, 6.0),
}

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080)}


def camera_class(name: str, size: str, worse: float = 0.5) -> Conditions:
    """A camera of a class of ``CLASSES`` with a size of ``SIZES``.

    ``worse`` from 0 to 1 says where within its class it is: at 1 the exposure is the
    longest and the frame rate the lowest.
    """
    of = CLASSES[name]
    width, height = SIZES[size]
    return Conditions(
        width=width,
        height=height,
        camera_fps=float(1 / np.interp(worse, (0, 1), 1 / np.array(of.fps))),
        readout=of.readout,
        exposure=float(np.interp(worse, (0, 1), of.exposure)),
        settling=of.settling,
        blur=of.blur,
        noise=of.noise,
        quality=of.quality,
        black=of.black,
        white=of.white,
        room=of.room,
    )


HD1080 = camera_class("ordinary bright", "1080p")
HD720 = camera_class("ordinary bright", "720p")
