"""Where things stand on the screen: codes, captions below them, and a panel beside them.

The screen is white but for what is on it: a bright surround keeps a camera from
overexposing the codes. Nothing is nearer to a code than its quiet zone. A side that has
nothing to show gives its feedback the place of the codes: the other side's camera may be
one that reads nothing smaller.
"""

from dataclasses import dataclass

CAPTIONS = 0.15
"""Of the screen's height, for the captions below the codes."""

PANEL = 0.2
"""Of the screen's width, for the panel: what the measured paces leave."""

ALONE = 0.75
"""Of the screen's shorter side, for the feedback of a side that shows nothing else: modules
of 24 pixels on 1920 by 1080. Larger ones are read less, where there is grain."""


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


def looking(width: int, height: int) -> Layout:
    """The places while nothing but the feedback is shown: no codes and no captions.

    The preview stands beside the feedback, or above it on a screen that is higher than wide.
    """
    unit = max(14, height // 36)
    nothing = Box(0, 0, 0, 0)
    if width >= height:
        small = min(int(height * ALONE), width * 9 // 20)
        feedback = Box(0, (height - small) // 2, small, small)
        panel = Box(small, 0, width - small, height).inner(unit)
    else:
        small = int(width * ALONE)
        feedback = Box((width - small) // 2, height - small, small, small)
        panel = Box(0, 0, width, height - small).inner(unit)
    seen = min(panel.width * 9 // 16, panel.height // 2)
    below = panel.top + seen + unit
    words = Box(panel.left, below, panel.width, panel.bottom - below)
    preview = Box(panel.left, panel.top, panel.width, seen)
    return Layout(nothing, nothing, preview, words, feedback, unit)
