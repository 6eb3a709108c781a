"""QR codes as pictures in memory, for screens and the simulated camera."""

import numpy as np

from ceremony.optics.matrix import (
    DEFAULT_VERSION,
    MAX_VERSION,
    QUIET_ZONE,
    capacity,
    code_matrix,
    modules,
    smallest_version,
)
from ceremony.optics.picture import Picture

__all__ = [
    "DEFAULT_VERSION",
    "MAX_VERSION",
    "QUIET_ZONE",
    "capacity",
    "draw",
    "draw_to_fit",
    "modules",
    "smallest_version",
]

_WHITE, _BLACK = np.uint8(255), np.uint8(0)


def draw(text: str, *, scale: int = 8, version: int | None = None) -> Picture:
    """The code of ``text``, black on white, ``scale`` pixels a module, quiet zone included.

    Exactly ``modules(version) * scale`` pixels wide and high; without a version, the
    smallest that fits. Raises as ``code_matrix`` does.
    """
    dark = np.array(code_matrix(text, version), dtype=bool)
    return np.where(dark, _BLACK, _WHITE).repeat(scale, axis=0).repeat(scale, axis=1)


def draw_to_fit(text: str, side: int, *, version: int | None = None) -> Picture:
    """The code as large as it fits a square of ``side`` pixels with whole pixels a module."""
    chosen = version or smallest_version(len(text))
    return draw(text, scale=max(1, side // modules(chosen)), version=chosen)
