"""One short text as one picture file, read back before anybody relies on it.

The text may be a secret, so this process must stay as it is: OpenCV is not loaded, and
nothing that starts other processes (zbar's binding does, to find its library). A matrix of
``qrcode`` is written as PNG by a page of our own. It is read back from the file's bytes
by the same page, and then by zxing-cpp, which knows nothing of ``qrcode``: the paper may
become the only copy of a key, and comparing a matrix with itself would not show that other
people's readers can read it. What zxing-cpp is given here was drawn here; pictures from
outside never come into this process.
"""

import zlib

import zxingcpp

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.matrix import code_matrix
from ceremony.optics.png import grey_pixels, png_of
from ceremony.secret import Secret

SCALE = 8
"""Pixels a module."""

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def still_png(text: Secret) -> Secret:
    """A PNG of the QR code of ``text`` (QR's alphanumeric characters).

    The file's bytes were decoded again and gave the text. Raises ``malformed`` for
    other characters, ``inconsistent`` when the picture does not give the text.
    """
    png = png_of(code_matrix(text.reveal().decode()), SCALE)
    check_still(png, text)
    return Secret(png)


def check_still(png: bytes, text: Secret) -> None:
    """The picture in the bytes of a file gives exactly this text. Raises ``inconsistent``."""
    try:
        found = zxingcpp.read_barcodes(grey_pixels(png), formats=_QR)
    except (ValueError, zlib.error):
        found = []
    if [code.bytes for code in found] != [text.reveal()]:
        raise CeremonyError(
            Failure.INCONSISTENT,
            "the picture just drawn does not give the text back",
            hint="use another form, and report this",
        )
