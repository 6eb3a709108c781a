"""Codes of large modules before a camera with grain, and where they were found."""

import cv2
import numpy as np
import pytest

from ceremony.optics.decode import find_codes
from ceremony.optics.draw import draw
from ceremony.optics.picture import Picture

TEXT = "IS8V50W50W50W50W50C00U00A20K00300BM0IHE"
"""A feedback."""

LEFT, TOP = 160, 80


def grainy(scale: int, noise: float) -> Picture:
    """A code whose dark and light are 80 grey values apart, in noise of so many."""
    picture = np.full((720, 1280), 140, np.float32)
    code = draw(TEXT, scale=scale)
    picture[TOP : TOP + len(code), LEFT : LEFT + len(code)] = 60 + code * (80 / 255)
    picture += np.random.default_rng(1).normal(0, noise, picture.shape)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.6).clip(0, 255), np.uint8)


@pytest.mark.parametrize("scale", [11, 14, 18])
def test_large_modules_are_read_through_grain(scale: int) -> None:
    found = find_codes(grainy(scale, 45), thorough=False)
    assert found.texts == [TEXT]
    # Its place is that in the picture which came.
    xs, ys = zip(*found.outlines[0], strict=True)
    side = 25 * scale
    assert min(xs) == pytest.approx(LEFT + 4 * scale, abs=6)
    assert min(ys) == pytest.approx(TOP + 4 * scale, abs=6)
    assert max(xs) - min(xs) == pytest.approx(side, abs=8)


def test_nothing_is_found_in_grain_alone() -> None:
    grain = np.random.default_rng(1).integers(0, 256, (720, 1280), dtype=np.uint8)
    assert find_codes(grain).texts == []
