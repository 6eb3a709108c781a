"""JPEG files whose headers lie about their size."""

from struct import pack

import cv2
import numpy as np


def jpeg_of(side: int) -> bytes:
    return cv2.imencode(".jpg", np.zeros((side, side), np.uint8))[1].tobytes()


def said_jpeg(side: int) -> bytes:
    return jpeg_of(64).replace(pack(">HH", 64, 64), pack(">HH", side, side))


def hidden_jpeg() -> bytes:
    """Said to be 64 by 64 by a segment that libjpeg skips; decoded as 32,700 squared."""
    real = jpeg_of(64)
    at = real.index(b"\xff\xc0")
    huge = real[: at + 5] + pack(">HH", 32_700, 32_700) + real[at + 9 :]
    # FF 00 is no marker to libjpeg: it looks for the next FF. As a segment, its length
    # leads over the true frame header to a false one.
    false = b"\xff\xc0\x00\x0b\x08" + pack(">HH", 64, 64) + b"\x01\x01\x11\x00"
    rest = huge[2:]
    return huge[:2] + b"\xff\xe0\x00\x02" + b"\xff\x00" + pack(">H", 2 + len(rest)) + rest + false
