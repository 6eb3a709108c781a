"""Where things stand on the screen: codes, captions below them, and a panel beside them.

The screen is white but for what is on it: a bright surround keeps a camera from
overexposing the codes. Nothing is nearer to a code than its quiet zone.
"""

from dataclasses import dataclass

CAPTIONS = 0.15
"""Of the screen's height, for the captions below the codes."""

PANEL = 0.2
"""Of the screen's width, for the panel: what the measured paces leave."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def inner(self, margin: int) -> "Box":
        return Box(
            self.left + margin,
            self.top + margin,
            max(1, self.width - 2 * margin),
            max(1, self.height - 2 * margin),
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """``unit`` is the height of a line of text, in pixels."""

    codes: Box
    captions: Box
    preview: Box
    words: Box
    feedback: Box
    unit: int


def layout(width: int, height: int) -> Layout:
    """The places on a screen of so many pixels."""
    unit = max(14, height // 36)
    strip = int(height * CAPTIONS)
    across = width - int(width * PANEL)
    codes = Box(0, 0, across, height - strip)
    panel = Box(across, 0, width - across, height).inner(unit // 2)
    seen = min(panel.width * 3 // 4, height * 2 // 5)
    small = min(panel.width, height // 4)
    words = panel.height - seen - small - unit
    return Layout(
        codes,
        Box(0, codes.bottom, across, strip).inner(unit // 4),
        Box(panel.left, panel.top, panel.width, seen),
        Box(panel.left, panel.top + seen + unit // 2, panel.width, words),
        Box(panel.right - small, panel.bottom - small, small, small),
        unit,
    )
