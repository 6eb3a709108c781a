"""Pictures through a descriptor: a camera that is another program, or a simulated one.

A picture crosses as width and height, two bytes each, big-endian, and its rows of grey
pixels. It is what a test of two screens gives instead of a webcam's pictures, and what the
simulated light of rehearsals is decoded from; nothing of it is parsed but the two numbers.
"""

from collections.abc import Callable
from struct import Struct

import numpy as np

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.picture import Picture

_HEADER = Struct(">HH")

MAX_SIDE = 4096
"""Pixels; more than the screens and cameras that codes cross between."""


def picture_bytes(picture: Picture) -> bytes:
    """A picture as it crosses."""
    height, width = picture.shape
    return _HEADER.pack(width, height) + picture.tobytes()


def parse_header(data: bytes) -> tuple[int, int]:
    """Width and height. Raises ``oversized`` for a picture that no screen or camera has."""
    width, height = _HEADER.unpack(data)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise CeremonyError(
            Failure.OVERSIZED,
            f"a picture of {width} by {height} pixels was fed",
            hint=f"pictures have at most {MAX_SIDE} pixels a side",
        )
    return width, height


def read_picture(read_into: Callable[[memoryview], int]) -> Picture:
    """The next picture; ``read_into`` fills as much of a buffer as has come, 0 at the end.

    Raises EOFError at the end, ``oversized``, and what ``read_into`` raises.
    """
    width, height = parse_header(bytes(_exactly(read_into, _HEADER.size)))
    rows = np.frombuffer(_exactly(read_into, width * height), dtype=np.uint8)
    return rows.reshape(height, width)


def _exactly(read_into: Callable[[memoryview], int], size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        taken = read_into(view)
        if not taken:
            raise EOFError
        view = view[taken:]
    return data
