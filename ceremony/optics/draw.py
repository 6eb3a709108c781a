"""QR codes as pictures in memory: one code, or a whole screen of them.

The modules of a frame come from zxing-cpp's writer, which takes 2 ms for a code of version
20 where the package ``qrcode`` takes 25: several codes at once, many times a second, are
drawn within a part of one core. The tests compare the two writers module for module.
Codes for paper stay with ``qrcode`` (``ceremony.optics.matrix``, ``ceremony.optics.still``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import zxingcpp

from ceremony.errors import CeremonyError, Failure, printable
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
    "Layout",
    "Wall",
    "capacity",
    "code_picture",
    "draw",
    "draw_frames",
    "draw_to_fit",
    "modules",
    "smallest_version",
]

_WHITE, _BLACK = 255, 0

_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
"""ISO/IEC 18004, table 5."""

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_CAPTION_PART = 30
"""A caption is a thirtieth of the screen's height."""

_FEEDBACK_PART = 5
"""The feedback code gets a fifth of the screen's width: it has few modules, so that they
are larger than those of the frames beside it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where codes of one size stand on a screen; lengths in pixels.

    ``columns`` by ``rows`` codes of ``side`` modules, each ``scale`` pixels wide, at least 4
    white modules around each (neighbours share them: that is a full quiet zone of either,
    ISO/IEC 18004, section 9.1). All that is not a code is white, which also keeps the
    camera from choosing an exposure for a dark screen.
    """

    side: int
    scale: int
    corners: tuple[tuple[int, int], ...]

    @staticmethod
    def fit(side: int, columns: int, rows: int, width: int, height: int) -> "Layout":
        """The largest whole scale at which the codes fit; raises ``oversized``."""
        across, down = (many * (side + QUIET_ZONE) + QUIET_ZONE for many in (columns, rows))
        scale = min(width // across, height // down)
        if scale < 1:
            raise CeremonyError(
                Failure.OVERSIZED,
                f"{columns} by {rows} codes of {side} modules do not fit {width} x {height} pixels",
                hint="show fewer or smaller codes at once",
            )
        pitch = (side + QUIET_ZONE) * scale
        left = (width - across * scale) // 2 + QUIET_ZONE * scale
        top = (height - down * scale) // 2 + QUIET_ZONE * scale
        corners = tuple(
            (left + column * pitch, top + row * pitch)
            for row in range(rows)
            for column in range(columns)
        )
        return Layout(side, scale, corners)


class Wall:
    """One picture of the whole screen: a grid of codes, captions under it, a feedback code.

    ``picture`` is ``height`` by ``width``, black and white only. ``longest`` is the number of
    characters of the longest text that will come: it sets the size of all codes. Raises
    ``oversized`` if the codes do not fit the screen.
    """

    def __init__(
        self,
        width: int,
        height: int,
        *,
        longest: int,
        grid: tuple[int, int] = (1, 1),
        captions: Sequence[str] = (),
        feedback: str = "",
    ) -> None:
        self.picture: Picture = np.full((height, width), _WHITE, np.uint8)
        line = height // _CAPTION_PART
        room = height - len(captions) * line
        strip = width // _FEEDBACK_PART if feedback else 0
        self._side = modules(smallest_version(longest)) - 2 * QUIET_ZONE
        self._layout = Layout.fit(self._side, *grid, width - strip, room)
        for index, caption in enumerate(captions):
            _write(self.picture[room + index * line : room + (index + 1) * line], caption)
        if feedback:
            code = code_picture(feedback)
            beside = Layout.fit(len(code), 1, 1, strip, room)
            self._stamp(
                code, beside.scale, width - strip + beside.corners[0][0], beside.corners[0][1]
            )

    def put(self, place: int, text: str) -> None:
        """Draw ``text`` in one place of the grid, counted along the rows; "" leaves it white.

        Raises ``oversized`` for a longer text than was announced, else as ``code_picture``.
        """
        x, y = self._layout.corners[place]
        scale = self._layout.scale
        code = np.full((1, 1), _WHITE, np.uint8) if text == "" else code_picture(text)
        spare = self._side - len(code)
        if spare < 0:
            raise CeremonyError(
                Failure.OVERSIZED,
                f"a code of {len(code)} modules stands in a place for {self._side}",
                hint="draw the frames of one message together",
            )
        if spare:
            self.picture[y : y + self._side * scale, x : x + self._side * scale] = _WHITE
        shift = spare // 2 * scale
        self._stamp(code, scale, x + shift, y + shift)

    def _stamp(self, code: Picture, scale: int, x: int, y: int) -> None:
        large = code.repeat(scale, axis=0).repeat(scale, axis=1)
        self.picture[y : y + len(large), x : x + len(large)] = large


def draw_frames(
    texts: Sequence[str],
    width: int,
    height: int,
    *,
    grid: tuple[int, int] | None = None,
    captions: Sequence[str] = (),
    feedback: str = "",
) -> Picture:
    """One picture of a screen with the codes of ``texts``, as large as they fit.

    ``grid`` is columns and rows, by default all codes in one row. Raises as ``Wall`` does.
    """
    wall = Wall(
        width,
        height,
        longest=max(map(len, texts)),
        grid=grid or (len(texts), 1),
        captions=captions,
        feedback=feedback,
    )
    for place, text in enumerate(texts):
        wall.put(place, text)
    return wall.picture


def code_picture(text: str) -> Picture:
    """The code of ``text``, one pixel a module, without quiet zone, level L, any mask.

    Raises ``oversized`` when the text does not fit a code, ``malformed`` when it has
    characters outside of QR's alphanumeric mode.
    """
    smallest_version(len(text))
    if not _ALPHANUMERIC.fullmatch(text):
        raise CeremonyError(
            Failure.MALFORMED,
            "the text has characters that an alphanumeric QR code cannot hold",
            hint="draw the frames of the link only",
        )
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
    return np.array(code.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)


def draw(text: str, *, scale: int = 8, version: int | None = None) -> Picture:
    """The code of ``text``, black on white, ``scale`` pixels a module, quiet zone included.

    Exactly ``modules(version) * scale`` pixels wide and high; without a version, the
    smallest that fits. Raises as ``code_matrix`` does.
    """
    if version is None:
        bare = code_picture(text)
        picture = np.pad(bare, QUIET_ZONE, constant_values=_WHITE)
    else:
        dark = np.array(code_matrix(text, version), dtype=bool)
        picture = np.where(dark, np.uint8(_BLACK), np.uint8(_WHITE))
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def draw_to_fit(text: str, side: int) -> Picture:
    """The code as large as it fits a square of ``side`` pixels with whole pixels a module."""
    return draw(text, scale=max(1, side // modules(smallest_version(len(text)))))


def _write(line: Picture, caption: str) -> None:
    """A line of text in the middle of ``line``, smaller if it is too long for it."""
    text = printable(caption).encode("ascii", "replace").decode()
    thick = max(1, len(line) // 16)
    (width, height), _ = _text_size(text, thick)
    scale = min(len(line) * 0.6 / max(height, 1), line.shape[1] * 0.95 / max(width, 1))
    corner = (int(line.shape[1] - width * scale) // 2, int(len(line) * 0.75))
    cv2.putText(line, text, corner, _FONT, scale, _BLACK, thick, cv2.LINE_8)
    np.copyto(line, np.where(line < 128, np.uint8(_BLACK), np.uint8(_WHITE)))


@cache
def _text_size(text: str, thick: int) -> tuple[tuple[int, int], int]:
    size, base = cv2.getTextSize(text, _FONT, 1, thick)
    return (size[0], size[1]), base
