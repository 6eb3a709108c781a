"""The figures of a real camera, from pictures of a code that stands still on a screen.

Camera and screen stand on tables, the picture shows one large code, for two seconds or
more. Noise is what changes from picture to picture. Blur is the width of upright edges in
the mean of all pictures, where noise is gone: from 10 to 90 % an edge that a Gaussian
blurred is 2.56 of its sigma wide.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.picture import Picture
from ceremony.optics.simulated.conditions import CLASSES

MIN_PICTURES = 8
"""Fewer do not tell the noise."""

_EDGE_WIDTHS = 2.56
"""Sigmas between 10 and 90 % of a blurred step."""

_FLAT = 5
"""Pixels on either side of an edge that are nearly of one grey, for its two levels."""

_REACH = 12
"""Pixels on either side that an edge may take."""

_MIN_EDGES = 20


@dataclass(frozen=True, slots=True)
class Fitted:
    """Figures as ``Conditions`` has them; ``intervals`` are those between two pictures in
    seconds, shortest, median and longest, None where the pictures have no times.
    """

    blur: float
    noise: float
    black: float
    white: float
    intervals: tuple[float, float, float] | None

    @property
    def nearest(self) -> str:
        """The class whose blur, noise and contrast are the least different, as ratios."""

        def difference(name: str) -> float:
            of = CLASSES[name]
            pairs = (
                (self.blur, of.blur),
                (self.noise, of.noise),
                (self.white - self.black, of.white - of.black),
            )
            return sum(abs(math.log(max(ours, 0.01) / theirs)) for ours, theirs in pairs)

        return min(CLASSES, key=difference)


def fit(pictures: Sequence[Picture], times: Sequence[float] = ()) -> Fitted:
    """Raises ``incomplete`` for too few pictures, of several sizes or without sharp edges."""
    if len(pictures) < MIN_PICTURES or len({picture.shape for picture in pictures}) != 1:
        raise _no_fit(f"a camera is fitted from at least {MIN_PICTURES} pictures of one size")
    stack = np.stack(pictures).astype(np.float32)
    mean = stack.mean(axis=0)
    # Of neighbours in time: a slow change of the light is not noise.
    noise = float(np.median(np.abs(np.diff(stack, axis=0)))) / (0.6745 * np.sqrt(2))
    edges = _edges(mean)
    if len(edges) < _MIN_EDGES:
        raise _no_fit("the pictures show no code with sharp, upright edges")
    widths, black, white = (float(np.median(edges[:, column])) for column in range(3))
    return Fitted(widths / _EDGE_WIDTHS, noise, black, white, _intervals(times))


def _edges(mean: NDArray[np.float32]) -> NDArray[np.float64]:
    """Width from 10 to 90 %, dark level and light level of each clear upright edge."""
    slope = np.abs(cv2.Sobel(mean, cv2.CV_32F, 1, 0, ksize=3))
    strong = slope >= 0.5 * np.percentile(slope, 99.5)
    found = []
    for y, x in zip(*np.nonzero(strong[::3, _REACH:-_REACH]), strict=True):
        row = mean[3 * y, x : x + 2 * _REACH].astype(np.float64)
        if row[0] > row[-1]:
            row = row[::-1]
        edge = _edge(row)
        if edge is not None:
            found.append(edge)
    return np.array(found).reshape(-1, 3)


def _edge(row: NDArray[np.float64]) -> tuple[float, float, float] | None:
    low, high = row[:_FLAT].mean(), row[-_FLAT:].mean()
    height = high - low
    flat = max(np.ptp(row[:_FLAT]), np.ptp(row[-_FLAT:]))
    if height < 20 or flat > 0.08 * height or not low < row[_REACH] < high:
        return None
    share = (row - low) / height
    at = [float(np.interp(level, *_rising(share))) for level in (0.1, 0.9)]
    return at[1] - at[0], low, high


def _rising(share: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The part of an edge that rises, as levels and places for interpolation."""
    levels = np.maximum.accumulate(share)
    return levels, np.arange(len(levels), dtype=np.float64)


def _intervals(times: Sequence[float]) -> tuple[float, float, float] | None:
    if len(times) < MIN_PICTURES:
        return None
    between = np.diff(times)
    return float(between.min()), float(np.median(between)), float(between.max())


def _no_fit(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.INCOMPLETE,
        message,
        hint="show one large code, let camera and screen stand still, record two seconds",
    )
