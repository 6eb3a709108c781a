"""The simulated camera itself: its clock, its rolling shutter, its sensor and its JPEG."""

from collections.abc import Callable

import cv2
import numpy as np

from ceremony.optics.picture import Picture
from ceremony.optics.simulated.conditions import Conditions
from ceremony.optics.simulated.lens import Lens
from ceremony.optics.simulated.screen import PERIOD, ShownScreen

_NOISE_MARGIN = 64
"""Pixels by which the noise is larger than half a picture: each frame takes another piece."""

_LONGER = 1.5
"""Of an interval that takes longer than the others."""


class SimulatedCamera:
    """Sees the pictures that ``screen`` gives, one each ``dwell`` periods of the screen.

    ``screen`` is called as simulated time goes on, in order; the same array again means that
    nothing changed, so that an array must not be drawn into once it was given. What it
    raises passes through. All chance comes from ``generator``: the same one sees the same.
    """

    def __init__(
        self,
        screen: Callable[[], Picture],
        conditions: Conditions,
        generator: np.random.Generator,
    ) -> None:
        c = self._conditions = conditions
        self._generator = generator
        # Two clocks: the camera begins at any time of the screen's period, and drifts.
        self._drift = 1 + generator.uniform(-c.drift, c.drift)
        self._interval = self._drift / c.camera_fps
        self._time = generator.uniform(0, max(PERIOD * c.dwell, 1 / c.camera_fps))
        self._began = self._time
        self._lens = Lens(c, generator)
        self._screen = ShownScreen(
            screen, dwell=c.dwell, settling=c.settling, scale=self._lens.scale
        )
        self._rows = np.array(self._lens.rows(16 / 9)) / c.height
        # Colour cameras interpolate three of four pixels: neighbours share their noise.
        shape = (c.height // 2 + _NOISE_MARGIN, c.width // 2 + _NOISE_MARGIN)
        grain = generator.standard_normal(shape, dtype=np.float32)
        grain = np.asarray(cv2.GaussianBlur(grain, (3, 3), 0.5), dtype=np.float32)
        self._noise = np.tile(grain * np.float32(c.noise / grain.std()), (2, 2))

    @property
    def seconds(self) -> float:
        """Simulated time since the camera was switched on."""
        return self._time - self._began

    def read(self) -> Picture | None:
        """The next frame, height times width; None for one that was lost."""
        c = self._conditions
        began = self._time
        late = self._generator.random() < c.jitter
        self._time += self._interval * (_LONGER if late else 1)
        shown = self._screen.seen(began + self._rows * c.readout, c.exposure)
        if self._generator.random() < c.loss:
            return None
        return self._recorded(self._exposed(self._lens.project(shown, began)))

    def _exposed(self, seen: Picture) -> Picture:
        c = self._conditions
        lit = cv2.multiply(seen, self._lens.gain, dtype=cv2.CV_32F)
        cv2.add(lit, self._lens.offset, dst=lit)
        x, y = self._generator.integers(0, _NOISE_MARGIN, 2)
        grain = self._noise[y : y + c.height, x : x + c.width]
        return np.asarray(cv2.add(lit, grain, dtype=cv2.CV_8U), dtype=np.uint8)

    def _recorded(self, picture: Picture) -> Picture:
        """As it comes out of the camera's JPEG, sometimes without its lower rows."""
        c = self._conditions
        _, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, c.quality))
        decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
        if self._generator.random() < c.corrupt:
            # What libjpeg makes of a stream that ends too early.
            decoded[int(self._generator.uniform(0.2, 0.8) * c.height) :] = 128
        return decoded[:, ::-1] if c.mirrored else decoded
