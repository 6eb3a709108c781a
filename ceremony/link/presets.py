"""The paces that there are: presets for cameras, and the rungs between sparse and dense.

Measured by ``scripts/bench link`` with simulated cameras; docs/performance.md has the table.
"""

from dataclasses import dataclass

PERIOD = 1 / 60
"""Seconds between two pictures of the screen; a dwell counts them."""

DWELLS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 25, 30)

Rung = tuple[int, tuple[int, int]]

RUNGS: tuple[Rung, ...] = (
    (8, (1, 1)),
    (8, (2, 1)),
    (10, (2, 1)),
    (12, (2, 1)),
    (14, (2, 1)),
    (18, (2, 1)),
    (24, (2, 1)),
    (27, (2, 1)),
    (34, (2, 1)),
    (18, (4, 2)),
    (24, (4, 2)),
)
"""Version and grid, from large modules to small ones: on a screen of 1920 by 1080 pixels, of
which codes have 1536 by 918, 16, 13, 12, 10, 9, 8, 6, 5, 4, 4 and 3 pixels a module."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Codes of ``version``, ``grid`` columns and rows of them, ``dwell`` periods each."""

    version: int
    grid: tuple[int, int]
    dwell: int

    @property
    def rung(self) -> Rung:
        """Version and grid: how dense it is, whatever the dwell."""
        return self.version, self.grid

    @property
    def places(self) -> int:
        """Codes that are shown at once."""
        return self.grid[0] * self.grid[1]

    def due(self, period: int) -> tuple[int, ...]:
        """The places whose code changes at this period of the screen, counted from 0.

        All are drawn at first; then one after the other, evenly: a picture of the camera
        that sees a change is spoilt for few codes, and drawing is never much at once.
        """
        if period == 0:
            return tuple(range(self.places))
        step = period % self.dwell
        return tuple(k for k in range(self.places) if k * self.dwell // self.places == step)


PRESETS = {
    "good bright 1080p": Pace(18, (4, 2), 3),
    "good bright 720p": Pace(24, (2, 1), 3),
    "good dim 1080p": Pace(18, (4, 2), 4),
    "good dim 720p": Pace(24, (2, 1), 4),
    "ordinary bright 1080p": Pace(24, (2, 1), 3),
    "ordinary bright 720p": Pace(18, (2, 1), 3),
    "ordinary dim 1080p": Pace(18, (2, 1), 6),
    "ordinary dim 720p": Pace(12, (2, 1), 6),
    "poor bright 1080p": Pace(18, (2, 1), 5),
    "poor bright 720p": Pace(12, (2, 1), 5),
    "poor dim 1080p": Pace(10, (2, 1), 10),
    "poor dim 720p": Pace(8, (1, 1), 10),
}
"""For each class of camera and light, 40 cm from a screen of 14 inches; what needs no
feedback. Measured: docs/performance.md."""

START = Pace(18, (2, 1), 12)
"""Before anything is known: an ordinary camera reads it, at 1080p in a dim room too."""
