"""A terminal as a picture: its cells in the font and the colours that a terminal has."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ceremony.optics.picture import Picture
from tests.support.cells import Cell

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
"""Debian's fonts-dejavu-core."""

SIZE = 17
"""Pixels: 120 columns of it are 1200 pixels."""

COLOURS = (
    (0, 0, 0), (205, 49, 49), (60, 179, 90), (215, 175, 60),
    (70, 120, 220), (190, 90, 190), (60, 180, 190), (215, 215, 215),
)  # fmt: skip
"""The eight of a terminal, by the last digit of their SGR codes."""

BRIGHT = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Look:
    """How a run of cells is drawn."""

    ink: tuple[int, int, int]
    paper: tuple[int, int, int]
    underlined: bool


class Drawn:
    """The picture of a terminal of ``size`` pixels; of its lines those are drawn that changed."""

    def __init__(self, size: tuple[int, int] = (1280, 720)) -> None:
        self._size, self._font = size, ImageFont.truetype(FONT, SIZE)
        self._image = Image.new("RGB", size)
        self._rows: list[list[Cell]] = []
        self._picture = self._taken()

    def picture(self, rows: list[list[Cell]]) -> Picture:
        """Height, width and three channels, blue first."""
        if len(rows) != len(self._rows):
            self._image, self._rows = Image.new("RGB", self._size), [[]] * len(rows)
        changed = [number for number, row in enumerate(rows) if row != self._rows[number]]
        for number in changed:
            self._line(number, rows[number])
        if changed:
            self._rows, self._picture = rows, self._taken()
        return self._picture

    def _taken(self) -> Picture:
        return np.array(self._image)[:, :, ::-1].copy()

    def _line(self, number: int, row: Sequence[Cell]) -> None:
        draw = ImageDraw.Draw(self._image)
        across, down = self._size
        width, height = self._font.getlength("x"), down // len(self._rows)
        left = (across - width * len(row)) / 2
        top, column = (down - height * len(self._rows)) // 2 + number * height, 0
        draw.rectangle((0, top, across, top + height - 1), COLOURS[0])
        for style, run in groupby(row, key=lambda cell: cell[1]):
            text = "".join(cell[0] for cell in run)
            look, x = look_of(style), left + column * width
            column += len(text)
            end = left + column * width - 1
            if look.paper != COLOURS[0]:
                draw.rectangle((x, top, end, top + height - 1), look.paper)
            if text.strip():
                draw.text((x, top), text, look.ink, self._font)
            if look.underlined:
                draw.line((x, top + height - 2, end, top + height - 2), look.ink)


def look_of(style: str) -> Look:
    """Bold is bright, as on a console."""
    codes = [int(code) for code in style.split(";") if code]
    ink, paper = COLOURS[7], COLOURS[0]
    for code in codes:
        if 30 <= code <= 37:
            ink = COLOURS[code - 30]
        elif 40 <= code <= 47:
            paper = COLOURS[code - 40]
    if 1 in codes and ink == COLOURS[7]:
        ink = BRIGHT
    return Look(paper, ink, 4 in codes) if 7 in codes else Look(ink, paper, 4 in codes)
