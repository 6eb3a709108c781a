"""The QR codes in a picture: zxing-cpp, and zbar where it sees no code.

Measured on simulated frames, zxing-cpp is several times faster and reads more. It is asked
for QR codes proper alone (``QRCodeModel2``): the others cost as much again, and are found in
torn frames where there are none. Turned and mirrored codes are read all the same. Only
where nothing is found do the slow ways follow: light on dark, and zbar.

A cheap webcam in a dim room gives grain that is as strong as the code: there zxing-cpp reads
none of the codes of any size, and nearly all once each pixel is the mean of nine; large
modules (more than 10 pixels) once it is the mean of sixteen, in a picture a quarter as wide.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.headers import MAX_PIXELS
from ceremony.optics.picture import Picture

try:
    from pyzbar import pyzbar
except ImportError:
    # Said at the start and not when the first difficult picture comes.
    raise CeremonyError(
        Failure.CONFIGURATION,
        "the library zbar, the second reader of QR codes, is not installed",
        hint="on Debian: apt install libzbar0 (libzbar0t64 from Debian 13 on)",
    ) from None

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
_MIN_SIDE = 21
"""Pixels. The smallest QR code has as many modules."""

_COARSE = 4
"""How many times narrower the picture is in which large modules are looked for."""

Corners = tuple[tuple[int, int], ...]
"""Four points of a picture, x and y in pixels."""


@dataclass(frozen=True, slots=True)
class Found:
    """The codes of one picture, in no order: ``texts`` of the sound ones, ``torn`` of those
    that are there and cannot be read, ``outlines`` of all whose place is known.
    """

    texts: list[str]
    torn: int = 0
    outlines: tuple[Corners, ...] = ()


def find_codes(picture: Picture, *, thorough: bool = True) -> Found:
    """The QR codes in the picture; never raises.

    Codes may be turned or mirrored, and light on dark where ``thorough``, which takes
    several times as long for a picture without codes. Pictures that are too small or too
    large, or not grey images at all, hold none.
    """
    if picture.ndim != 2 or picture.dtype != np.uint8 or picture.size > MAX_PIXELS:
        return Found([])
    if min(picture.shape) < _MIN_SIDE:
        return Found([])
    picture = np.ascontiguousarray(picture)
    found = _read(picture, others=False)
    if 2 * sum(code.valid for code in found) <= len(found):
        found = _better(found, _read(np.asarray(cv2.blur(picture, (3, 3)), np.uint8), others=False))
    if not any(code.valid for code in found):
        coarse = _read(_narrower(picture), others=False)
        if any(code.valid for code in coarse):
            return _found(coarse, _COARSE)
    if not found and thorough:
        found = _read(picture, others=True)
        if not found:
            codes = pyzbar.decode(picture, [pyzbar.ZBarSymbol.QRCODE])
            return Found([_ascii(code.data) for code in codes])
    return _found(found)


def read_codes(picture: Picture) -> list[str]:
    """The texts of all sound QR codes in the picture, as ``find_codes`` has it."""
    return find_codes(picture).texts


def _found(codes: list[zxingcpp.Barcode], scale: int = 1) -> Found:
    """``scale`` is how much narrower the picture was than the one that came."""
    texts = [_ascii(code.bytes) for code in codes if code.valid]
    return Found(texts, len(codes) - len(texts), tuple(_corners(code, scale) for code in codes))


def _narrower(picture: Picture) -> Picture:
    size = (max(1, picture.shape[1] // _COARSE), max(1, picture.shape[0] // _COARSE))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _better(one: list[zxingcpp.Barcode], other: list[zxingcpp.Barcode]) -> list[zxingcpp.Barcode]:
    """The reading with more sound codes; the first where they are even."""
    if sum(code.valid for code in other) > sum(code.valid for code in one):
        return other
    return one or other


def _read(picture: Picture, *, others: bool) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(
        picture,
        formats=_QR,
        text_mode=zxingcpp.TextMode.Plain,
        try_rotate=others,
        try_downscale=others,
        try_invert=others,
        return_errors=True,
    )


def _corners(code: zxingcpp.Barcode, scale: int) -> Corners:
    at = code.position
    points = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return tuple((point.x * scale, point.y * scale) for point in points)


def _ascii(data: bytes) -> str:
    # A frame is ASCII. Anything else is not ours, and is reported as such by the link.
    return data.decode("ascii", errors="replace")
