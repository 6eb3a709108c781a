"""Text as the modules of a QR code, by the package ``qrcode``; no picture yet.

Error correction level L: what a camera does to a code on a screen it does to the whole
code (blur, a torn frame) or not at all, and whole frames are what RaptorQ makes good. A
higher level costs a fifth of the payload or more and was not read better in the
simulated camera.

The link's codes are written by zxing-cpp (``ceremony.optics.draw``), which is faster.

The mask is fixed: QR chooses among eight to avoid patterns that confuse a reader, which
takes eight times as long, but frames are whitened: to any mask they are random data.
"""

from functools import cache

from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode
from qrcode.util import BIT_LIMIT_TABLE, MODE_ALPHA_NUM, QRData, length_in_bits

from ceremony.errors import CeremonyError, Failure

Matrix = tuple[tuple[bool, ...], ...]
"""Rows of modules with the quiet zone around them; True is dark."""

DEFAULT_VERSION = 30
"""The largest code used where one stands alone: 137 modules, 2,520 characters.

What is shown by a pace has the version of that (``ceremony.link.presets``).
"""

MAX_VERSION = 40
QUIET_ZONE = 4
"""Modules of white on each side (ISO/IEC 18004, section 9.1)."""

_MASK = 2
_MODE_BITS = 4


@cache
def capacity(version: int) -> int:
    """Alphanumeric characters that a code of ``version`` (1 to 40) holds at level L.

    Raises ``usage`` for a version that does not exist.
    """
    if not 1 <= version <= MAX_VERSION:
        raise CeremonyError(
            Failure.USAGE,
            f"there is no QR code of version {version}",
            hint=f"versions go from 1 to {MAX_VERSION}; {DEFAULT_VERSION} is used by default",
        )
    bits: int = BIT_LIMIT_TABLE[ERROR_CORRECT_L][version]
    bits -= _MODE_BITS + length_in_bits(MODE_ALPHA_NUM, version)
    # Two characters take 11 bits, a last single one 6 (ISO/IEC 18004, section 7.4.4).
    return bits // 11 * 2 + (1 if bits % 11 >= 6 else 0)


def modules(version: int) -> int:
    """The width of a code with its quiet zone, in modules."""
    return 17 + 4 * version + 2 * QUIET_ZONE


def smallest_version(characters: int) -> int:
    """The smallest version that holds so many characters. Raises ``oversized``."""
    for version in range(1, MAX_VERSION + 1):
        if characters <= capacity(version):
            return version
    raise CeremonyError(
        Failure.OVERSIZED,
        f"{characters} characters do not fit a QR code, which holds {capacity(MAX_VERSION)}",
        hint="send the message in several frames",
    )


def code_matrix(text: str, version: int | None = None) -> Matrix:
    """The code of ``text``, quiet zone included: ``modules(version)`` wide and high.

    Without a version, the smallest that fits. Raises ``oversized`` when the text does not
    fit, ``malformed`` when it has characters outside of QR's alphanumeric mode.
    """
    if version is None:
        version = smallest_version(len(text))
    elif len(text) > capacity(version):
        raise CeremonyError(
            Failure.OVERSIZED,
            f"{len(text)} characters do not fit a code of version {version}, "
            f"which holds {capacity(version)}",
            hint=f"use version {smallest_version(len(text))} or higher",
        )
    code = QRCode(
        version=version, error_correction=ERROR_CORRECT_L, border=QUIET_ZONE, mask_pattern=_MASK
    )
    try:
        code.add_data(QRData(text, mode=MODE_ALPHA_NUM), optimize=0)
    except (ValueError, UnicodeError):
        raise CeremonyError(
            Failure.MALFORMED,
            "the text has characters that an alphanumeric QR code cannot hold",
            hint="draw the frames of the link only",
        ) from None
    code.make(fit=False)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())
