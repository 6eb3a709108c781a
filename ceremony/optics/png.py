"""QR codes as PNG files, written and read back without any library of pictures.

One bit a pixel, no filter, one IDAT chunk: PNG (third edition), sections 10 and 11.
"""

import zlib
from struct import pack

from ceremony.optics.matrix import Matrix

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_OF_ONE_BIT = bytes((1, 0, 0, 0, 0))
"""IHDR after the sizes: bit depth, colour type, compression, filter, interlace."""

_NO_FILTER = b"\0"
_WHITE, _BLACK = 255, 0


def png_of(matrix: Matrix, scale: int) -> bytes:
    """The file: dark modules black on white, ``scale`` pixels each."""
    side = len(matrix) * scale
    rows = []
    for row in matrix:
        bits = "".join(("0" if dark else "1") * scale for dark in row)
        line = int(bits.ljust(-(-side // 8) * 8, "0"), 2).to_bytes(-(-side // 8), "big")
        rows.append((_NO_FILTER + line) * scale)
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", pack(">II", side, side) + _GREY_OF_ONE_BIT),
            _chunk(b"IDAT", zlib.compress(b"".join(rows))),
            _chunk(b"IEND", b""),
        )
    )


def grey_pixels(png: bytes) -> memoryview:
    """The pixels of a file of ``png_of``, from its bytes alone: rows of 0 and 255.

    For reading back what was just written; raises ValueError for anything else.
    """
    header, data, end = _chunks(png)
    side = int.from_bytes(header[:4], "big")
    if header != pack(">II", side, side) + _GREY_OF_ONE_BIT or end:
        raise ValueError
    width = -(-side // 8)
    rows = zlib.decompress(data)
    if len(rows) != side * (1 + width) or any(rows[:: 1 + width]):
        raise ValueError
    pixels = bytearray()
    for at in range(1, len(rows), 1 + width):
        bits = f"{int.from_bytes(rows[at : at + width], 'big'):0{8 * width}b}"[:side]
        pixels += bytes(_WHITE if bit == "1" else _BLACK for bit in bits)
    return memoryview(bytes(pixels)).cast("B", shape=[side, side])


def _chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


def _chunks(png: bytes) -> list[bytes]:
    """The contents of IHDR, IDAT and IEND, whose checksums are right. Raises ValueError."""
    contents, place = [], len(SIGNATURE)
    for name in (b"IHDR", b"IDAT", b"IEND"):
        size = int.from_bytes(png[place : place + 4], "big")
        contents.append(png[place + 8 : place + 8 + size])
        if png[place : place + 12 + size] != _chunk(name, contents[-1]):
            raise ValueError
        place += 12 + size
    if place != len(png) or not png.startswith(SIGNATURE):
        raise ValueError
    return contents
