"""Reads the text of a Linux console from a picture of it, by the kernel's own font.

The font, 256 glyphs of 8 by 16 dots in the order of code page 437, lies in the kernel as one
table; it is found there by the glyph of the letter A.
"""

import lzma
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 8, 16
LETTER_A = bytes.fromhex("00001038 6cc6c6fe c6c6c6c6 00000000".replace(" ", ""))
MAGIC = {"xz": b"\xfd7zXZ\x00", "zstd": b"\x28\xb5\x2f\xfd"}

Font = dict[bytes, str]


def font(vmlinuz: Path) -> Font:
    """The glyphs of this kernel's font, and what they stand for."""
    kernel = _unpacked(vmlinuz.read_bytes())
    place = kernel.find(LETTER_A) - ord("A") * HEIGHT
    assert place > 0, "the kernel has another font"
    glyphs: Font = {}
    for code in range(255, -1, -1):
        glyph = kernel[place + code * HEIGHT : place + (code + 1) * HEIGHT]
        glyphs[glyph] = bytes([code]).decode("cp437")
    glyphs[bytes(HEIGHT)] = " "
    return glyphs


def _unpacked(image: bytes) -> bytes:
    place = image.find(MAGIC["xz"])
    if place >= 0:
        return lzma.LZMADecompressor().decompress(image[place:])
    place = image.find(MAGIC["zstd"])
    assert place >= 0, "the kernel is compressed in a way that is not known here"
    done = subprocess.run(["zstd", "-dcq"], input=image[place:], capture_output=True)
    return done.stdout  # what follows the kernel is not zstd's, and told as an error


def text(picture: NDArray[np.uint8], glyphs: Font) -> list[str]:
    """The lines of the console; "?" for a cell that is not of the font."""
    height, width = picture.shape[0] // HEIGHT, picture.shape[1] // WIDTH
    grey = picture[: height * HEIGHT, : width * WIDTH].max(axis=2).astype(int)
    cells = grey.reshape(height, HEIGHT, width, WIDTH).swapaxes(1, 2)
    lines = []
    for row in cells:
        letters = []
        for cell in row:
            ground = cell[0, 0]
            bits = np.packbits((cell != ground).astype(np.uint8), axis=1)
            other = np.packbits((cell == ground).astype(np.uint8), axis=1)
            letters.append(glyphs.get(bits.tobytes()) or glyphs.get(other.tobytes(), "?"))
        lines.append("".join(letters).rstrip())
    return lines
