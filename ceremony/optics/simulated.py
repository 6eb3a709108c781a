"""A simulated camera: what a webcam sees of a screen that shows one code after another.

The screen is a plane in front of a pinhole camera, a little turned and tilted, in a room
with uneven light; the hand that holds the laptop is not quite still. The lens blurs, the
sensor adds noise. Camera and screen run by clocks of their own: the camera reads its rows
one after another (a rolling shutter), so a frame during which the screen changes has the
old picture above, the new one below and a mixture between. Some frames are lost on the
way. Nothing here takes real time: seconds are counted in frames.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ceremony.optics.picture import Picture

_Field = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Conditions:
    """The camera, the room and the hand. The defaults are an ordinary desk and webcam.

    Lengths are in pixels of the camera, angles in degrees, times in seconds, grey values
    from 0 to 255; ``fill`` is the code's height as a part of the picture's, ``loss`` the
    chance that a camera frame is lost.
    """

    width: int = 1920
    height: int = 1080
    camera_fps: float = 30.0
    screen_fps: float = 15.0
    loss: float = 0.0
    fill: float = 0.85
    field_of_view: float = 65.0
    tilt: float = 8.0
    roll: float = 4.0
    shake: float = 2.0
    blur: float = 1.2
    noise: float = 6.0
    black: float = 30.0
    white: float = 215.0
    unevenness: float = 0.35
    glare: float = 30.0
    readout: float = 0.016
    exposure: float = 0.008
    drift: float = 0.001

    def lossy(self, loss: float) -> "Conditions":
        """The same with another share of lost frames."""
        return replace(self, loss=loss)


HD1080 = Conditions()
HD720 = Conditions(width=1280, height=720, blur=1.0)

_NOISE_MARGIN = 64
"""Pixels by which the noise is larger than a picture: each frame takes another piece."""

_SHAKE_SPEEDS = np.array([[3.1, 4.3], [7.7, 9.1]])
"""Of the hand across and down, two motions each, in radians a second."""

_MONITOR_ASPECT = 16 / 9
_MONITOR_MARGIN = 1.06
"""Of the screen around the code, as heights of the code."""


class SimulatedCamera:
    """Sees the pictures that ``screen`` gives, one each time the screen changes.

    ``screen`` is called as simulated time goes on and gives square pictures; what it
    raises passes through. All chance comes from ``generator``: the same one sees the same.
    """

    def __init__(
        self,
        screen: Callable[[], Picture],
        conditions: Conditions,
        generator: np.random.Generator,
    ) -> None:
        self._screen = screen
        self._conditions = conditions
        self._generator = generator
        self._frames = 0
        self._start = generator.uniform(0, 1 / conditions.camera_fps)
        self._angles = generator.uniform(-1, 1, 3) * (
            conditions.tilt,
            conditions.tilt,
            conditions.roll,
        )
        self._shaking = generator.uniform(0, 2 * np.pi, _SHAKE_SPEEDS.shape)
        self._background = self._room()
        self._gain, self._offset = self._light()
        shape = (conditions.height + _NOISE_MARGIN, conditions.width + _NOISE_MARGIN)
        # Colour cameras interpolate three of four pixels: neighbours share their noise.
        grain = cv2.GaussianBlur(generator.standard_normal(shape, dtype=np.float32), (3, 3), 0.5)
        self._noise = np.asarray(grain * (conditions.noise / grain.std()), dtype=np.float32)
        self._shown: list[Picture] = []
        self._changes = 0

    @property
    def seconds(self) -> float:
        """Simulated time since the camera was switched on."""
        return self._frames / self._conditions.camera_fps

    def read(self) -> Picture | None:
        """The next frame, height times width; None for one that was lost."""
        conditions = self._conditions
        began = self._start + self._frames * (1 + conditions.drift) / conditions.camera_fps
        self._frames += 1
        change = self._advance(began, began + conditions.readout)
        if self._generator.random() < conditions.loss:
            return None
        seen = self._project(self._shown[-1], began)
        if change is not None:
            seen = self._tear(self._project(self._shown[0], began), seen, change - began)
        return self._expose(seen)

    def _advance(self, began: float, ended: float) -> float | None:
        """Show what is due until ``ended``; the time of the change that tears the frame."""
        fps = self._conditions.screen_fps
        while self._changes / fps <= ended:
            # The lens sees the picture at the camera's resolution: averaging here is
            # what the sensor's pixels do, and sampling a large picture would not.
            picture = self._screen()
            side = round(self._conditions.fill * self._conditions.height)
            self._shown = [
                *self._shown[-1:],
                np.asarray(
                    cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8
                ),
            ]
            self._changes += 1
        last = (self._changes - 1) / fps
        torn = len(self._shown) == 2 and last > began - self._conditions.exposure
        return last if torn else None

    def _corners(self, points: NDArray[np.float64], time: float) -> NDArray[np.float64]:
        """Points of the screen's plane (heights of the code from its middle) as pixels."""
        c = self._conditions
        yaw, pitch, roll = np.radians(self._angles)
        shift = c.shake * np.sin(self._shaking + time * _SHAKE_SPEEDS).mean(axis=0)
        turn_y = np.array(
            [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]]
        )
        turn_x = np.array(
            [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
        )
        turn_z = np.array(
            [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
        )
        focal = c.width / 2 / np.tan(np.radians(c.field_of_view / 2))
        flat = np.column_stack([points, np.zeros(len(points))])
        placed = flat @ (turn_x @ turn_y @ turn_z).T + [0, 0, focal / (c.fill * c.height)]
        pixels = focal * placed[:, :2] / placed[:, 2:]
        middle = np.array([c.width / 2, c.height / 2])
        return np.asarray(pixels + middle + shift, dtype=np.float64)

    def _room(self) -> Picture:
        """The room behind the screen, the dark monitor in it; drawn once."""
        c = self._conditions
        across = np.linspace(0.35, 0.6, c.width, dtype=np.float32)
        room = np.tile(across * 255, (c.height, 1)).astype(np.uint8)
        half = np.array([_MONITOR_ASPECT, 1]) * _MONITOR_MARGIN / 2
        outline = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
        for size, grey in ((half + 0.04, 12), (half, 45)):
            cv2.fillConvexPoly(room, self._corners(outline * size, 0).astype(np.int32), grey)
        return np.asarray(room, dtype=np.uint8)

    def _light(self) -> tuple[_Field, _Field]:
        """What the light multiplies each pixel by, and what it adds to it."""
        c = self._conditions
        down, across = np.mgrid[-1 : 1 : c.height * 1j, -1 : 1 : c.width * 1j].astype(np.float32)
        direction = self._generator.uniform(0, 2 * np.pi)
        slope = (across * np.cos(direction) + down * np.sin(direction)) / 2
        vignette = (across**2 + down**2) / 2
        fading = 1 - c.unevenness * (0.5 + 0.5 * slope + 0.5 * vignette)
        x, y = self._generator.uniform(-0.6, 0.6, 2)
        spot = np.exp(-((across - x) ** 2 + (down - y) ** 2) / 0.08)
        gain = fading * ((c.white - c.black) / 255)
        return gain.astype(np.float32), (c.black + c.glare * spot).astype(np.float32)

    def _project(self, picture: Picture, time: float) -> Picture:
        side = picture.shape[0]
        outline = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
        corners = np.array([[0, 0], [side, 0], [side, side], [0, side]]) - 0.5
        lens = cv2.getPerspectiveTransform(
            corners.astype(np.float32), self._corners(outline, time).astype(np.float32)
        )
        size = (self._conditions.width, self._conditions.height)
        seen = self._background.copy()
        cv2.warpPerspective(
            picture, lens, size, dst=seen, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
        )
        return seen

    def _tear(self, old: Picture, new: Picture, change: float) -> Picture:
        """Rows read before the change are old; a row mixes what it saw while exposed."""
        c = self._conditions
        read = np.linspace(0, c.readout, c.height, dtype=np.float32)
        share = np.clip((read - change) / c.exposure, 0, 1)
        first = int(np.searchsorted(share, 0, side="right"))
        last = int(np.searchsorted(share, 1))
        torn = old
        torn[last:] = new[last:]
        part = share[first:last, None]
        torn[first:last] = old[first:last] * (1 - part) + new[first:last] * part
        return torn

    def _expose(self, seen: Picture) -> Picture:
        c = self._conditions
        blurred = cv2.GaussianBlur(seen, (0, 0), c.blur) if c.blur else seen
        lit = cv2.multiply(blurred, self._gain, dtype=cv2.CV_32F)
        lit = cv2.add(lit, self._offset)
        x, y = self._generator.integers(0, _NOISE_MARGIN, 2)
        grain = self._noise[y : y + c.height, x : x + c.width]
        return np.asarray(cv2.add(lit, grain, dtype=cv2.CV_8U), dtype=np.uint8)
