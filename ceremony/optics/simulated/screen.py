"""The screen as light: pictures that follow one another row by row, and do not do it at once.

A screen of 60 Hz draws its rows from top to bottom within one period, and each point of a
liquid crystal goes over to its new grey in some milliseconds. A camera's row adds up what
its part of the screen shows while it is exposed. So what a row sees is a mixture of
pictures, and the share of each follows from the times alone.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ceremony.optics.picture import Picture

PERIOD = 1 / 60
"""Seconds between two pictures of the screen, and for drawing all rows of one."""

_SEEN = 0.004
"""Shares below one grey value of 255 are left out."""

_TIME_CONSTANTS = 2.3
"""Of an exponential approach until 90 % of it are done: ln 10."""

Times = NDArray[np.float64]
Shares = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Shown:
    began: float
    source: Picture
    picture: Picture


class ShownScreen:
    """The pictures that ``screen`` gives, one each ``dwell`` periods, as light.

    ``shrink`` whole pixels of a picture become one, ``box`` pixels are averaged: what a
    camera that is far away resolves. ``settling`` is the time to 90 % of a new grey.
    """

    def __init__(
        self,
        screen: Callable[[], Picture],
        *,
        dwell: int,
        settling: float,
        scale: Callable[[Picture], float],
    ) -> None:
        self._screen = screen
        self._dwell = dwell * PERIOD
        self._constant = settling / _TIME_CONSTANTS
        self._scale = scale
        self._calls = 0
        self._shown: deque[_Shown] = deque()

    def seen(self, began: Times, exposure: float) -> Picture:
        """What rows see that are exposed from ``began`` on, from the top to the bottom row.

        ``began`` are the times at the picture's top and bottom edge. Asks the screen for
        all that is due until then; what it raises passes through.
        """
        self._advance(float(began.max()) + exposure)
        pictures = [shown.picture for shown in self._shown]
        rows = pictures[-1].shape[0]
        times = np.linspace(began[0], began[1], rows)
        shares = self._shares(times, exposure)
        self._forget(float(began.min()))
        first = int(shares[:, 0].argmax())
        if shares[first].min() > 1 - _SEEN:
            return pictures[first]
        mixed = np.zeros(pictures[-1].shape, np.float32)
        for picture, share in zip(pictures, shares, strict=True):
            rows_with = np.flatnonzero(share > _SEEN)
            if len(rows_with) and picture.shape == mixed.shape:
                part = slice(rows_with[0], rows_with[-1] + 1)
                mixed[part] += picture[part] * share[part, None]
        return np.asarray(mixed, dtype=np.uint8)

    def _advance(self, until: float) -> None:
        while self._calls * self._dwell <= until or not self._shown:
            picture = self._screen()
            began = self._calls * self._dwell
            self._calls += 1
            last = self._shown[-1] if self._shown else None
            if last is not None and last.source is picture:
                continue
            self._shown.append(_Shown(began, picture, self._resolved(picture)))

    def _resolved(self, picture: Picture) -> Picture:
        pixels = 1 / self._scale(picture)
        shrink = max(1, int(pixels))
        height, width = picture.shape
        if shrink > 1:
            size = (width // shrink, height // shrink)
            return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        box = max(1, round(pixels))
        return np.asarray(cv2.blur(picture, (box, box)), np.uint8) if box > 1 else picture.copy()

    def _shares(self, times: Times, exposure: float) -> Shares:
        """Of each picture in what each row sees; those of a row add up to one."""
        rows = np.linspace(0, PERIOD, len(times))
        starts = np.array([shown.began for shown in self._shown])[:, None] + rows
        done = self._settled(times + exposure - starts) - self._settled(times - starts)
        done[0] = exposure
        done[:-1] -= done[1:]
        return np.asarray(np.clip(done / exposure, 0, 1), dtype=np.float32)

    def _settled(self, since: Times) -> Times:
        """The time integral of the approach to the new grey, this long after it began."""
        after = np.maximum(since, 0)
        return np.asarray(after - self._constant * (1 - np.exp(-after / self._constant)))

    def _forget(self, time: float) -> None:
        """Drop pictures that nothing can see any more."""
        gone = time - PERIOD - 3 * _TIME_CONSTANTS * self._constant
        while len(self._shown) > 1 and self._shown[1].began < gone:
            self._shown.popleft()
