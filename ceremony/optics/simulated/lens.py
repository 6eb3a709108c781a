"""Where the screen is in the camera's picture, how sharp, and in which light."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ceremony.optics.picture import Picture
from ceremony.optics.simulated.conditions import Conditions

_Field = NDArray[np.float32]
Points = NDArray[np.float64]

_SHAKE_SPEEDS = np.array([[3.1, 4.3], [7.7, 9.1]])
"""Of the hand across and down, two motions each, in radians a second."""

_SCREEN = np.array([16 / 9, 1])
_BEZEL = 0.04
"""Of the frame around the screen, in heights of the screen."""

_UNIT = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
_MARGIN = 24
"""Pixels around the screen that are blurred with it."""

_PUMP_BLUR = 2.0
_PUMP_SECONDS = (0.5, 2.0)

_GLARE_SIZE = 0.15
"""Of a lamp's reflection, in heights of the camera's picture."""


class Lens:
    """Projects pictures of the screen; all chance comes from ``generator``."""

    def __init__(self, conditions: Conditions, generator: np.random.Generator) -> None:
        self._conditions = conditions
        self._generator = generator
        limits = (conditions.tilt, conditions.tilt, conditions.roll)
        self._angles = generator.uniform(-1, 1, 3) * limits
        self._shaking = generator.uniform(0, 2 * np.pi, _SHAKE_SPEEDS.shape)
        self._sharp_from = 0.0
        self._pumps_at = self._next_pump(0.0)
        self.gain, self.offset = self._light()
        self._room = self._surroundings()

    def rows(self, aspect: float) -> tuple[float, float]:
        """Where the top and bottom edges of a shown picture are, in rows of the camera."""
        corners = self._corners(_UNIT * (aspect, 1), 0.0)
        return float(corners[:2, 1].mean()), float(corners[2:, 1].mean())

    def scale(self, picture: Picture) -> float:
        """Pixels of the camera for one of the shown picture."""
        return float(self._conditions.fill * self._conditions.height / picture.shape[0])

    def project(self, picture: Picture, time: float) -> Picture:
        """The camera's picture with this on the screen, before levels and noise."""
        height, width = picture.shape
        corners = self._corners(_UNIT * (width / height, 1), time)
        low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - _MARGIN, 0)
        high = np.ceil(corners.max(axis=0)).astype(int) + _MARGIN
        part = self._room[low[1] : high[1], low[0] : high[0]].copy()
        source = np.array([[0, 0], [width, 0], [width, height], [0, height]]) - 0.5
        lens = cv2.getPerspectiveTransform(
            source.astype(np.float32), (corners - low).astype(np.float32)
        )
        cv2.warpPerspective(
            picture,
            lens,
            (part.shape[1], part.shape[0]),
            dst=part,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_TRANSPARENT,
        )
        seen = self._room.copy()
        seen[low[1] : high[1], low[0] : high[0]] = self._blurred(part, time)
        return seen

    def _blurred(self, part: Picture, time: float) -> Picture:
        c = self._conditions
        sigma = c.blur + (_PUMP_BLUR if self._pumping(time) else 0)
        if sigma == 0:
            return part
        soft = cv2.GaussianBlur(part, (0, 0), sigma)
        if c.halo == 0:
            return np.asarray(soft, dtype=np.uint8)
        # The camera's own sharpening, with a radius that leaves a halo beside edges.
        wide = cv2.blur(soft, (7, 7))
        return np.asarray(cv2.addWeighted(soft, 1 + c.halo, wide, -c.halo, 0), dtype=np.uint8)

    def _pumping(self, time: float) -> bool:
        if time >= self._pumps_at:
            self._sharp_from = self._pumps_at + self._generator.uniform(*_PUMP_SECONDS)
            self._pumps_at = self._next_pump(self._sharp_from)
        return time < self._sharp_from

    def _next_pump(self, time: float) -> float:
        rate = self._conditions.pumping
        return time + (self._generator.exponential(1 / rate) if rate else np.inf)

    def _corners(self, points: Points, time: float) -> Points:
        """Points of the screen's plane (heights of the picture from its middle) as pixels."""
        c = self._conditions
        shift = c.shake * np.sin(self._shaking + time * _SHAKE_SPEEDS).mean(axis=0)
        focal = c.width / 2 / np.tan(np.radians(c.field_of_view / 2))
        flat = np.column_stack([points, np.zeros(len(points))])
        placed = flat @ _turn(self._angles).T + [0, 0, focal / (c.fill * c.height)]
        pixels = focal * placed[:, :2] / placed[:, 2:]
        return np.asarray(pixels + np.array([c.width / 2, c.height / 2]) + shift, dtype=np.float64)

    def _surroundings(self) -> Picture:
        """The room, and in it the screen's frame and its white around the picture."""
        c = self._conditions
        across = np.linspace(0.8, 1.2, c.width, dtype=np.float32) * c.room
        room = np.tile(across * 255, (c.height, 1)).astype(np.uint8)
        for size, grey in ((_SCREEN + 2 * _BEZEL, 10), (_SCREEN, 255)):
            cv2.fillConvexPoly(room, self._corners(_UNIT * size, 0).astype(np.int32), grey)
        return np.asarray(room, dtype=np.uint8)

    def _light(self) -> tuple[_Field, _Field]:
        """What the light multiplies each pixel by, and what it adds to it."""
        c = self._conditions
        down = np.linspace(-1, 1, c.height, dtype=np.float32)[:, None]
        across = np.linspace(-1, 1, c.width, dtype=np.float32)
        gain = (1 - c.vignette * (across**2 + down**2) / 2) * ((c.white - c.black) / 255)
        x, y = self._generator.uniform(-0.4, 0.4, 2)
        spread = 2 * (2 * _GLARE_SIZE) ** 2
        wide = np.exp(-(((across - x) * (c.width / c.height)) ** 2) / spread)
        spot = wide * np.exp(-((down - y) ** 2) / spread)
        offset = c.black + c.glare * spot + self._moire()
        return gain.astype(np.float32), offset.astype(np.float32)

    def _moire(self) -> _Field:
        """The screen's pixels against the camera's: waves as long as the two differ."""
        c = self._conditions
        pixels = 1080 / (c.fill * c.height)
        frequency = 2 * np.pi * abs(pixels - round(pixels))
        phases = self._generator.uniform(0, 2 * np.pi, 2)
        waves = [
            np.sin(frequency * np.arange(many, dtype=np.float32) + phase)
            for many, phase in zip((c.height, c.width), phases, strict=True)
        ]
        return np.asarray((waves[0][:, None] + waves[1]) * (c.moire / 2), dtype=np.float32)


def _turn(angles: Points) -> Points:
    """Turned about the vertical, the horizontal and the line of sight; degrees."""
    yaw, pitch, roll = np.radians(angles)
    return np.asarray(
        np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
        @ np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
        @ np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    )
