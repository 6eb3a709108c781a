"""What kind of picture a file is and how large, from its first bytes.

Known before any decoder sees the file: a few bytes of PNG can unpack to gigabytes, and
FFmpeg also opens playlists, which name other files.
"""

MAX_PIXELS = 50_000_000
"""Of a picture that is read at all: more than the cameras of telephones take."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_MATROSKA = b"\x1a\x45\xdf\xa3"

_SIZED_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's SOF markers: C0 to CF but for DHT, JPG and DAC (ITU-T T.81, table B.1)."""

_SEGMENTS = frozenset(range(0xE0, 0xF0)) | {0xC4, 0xCC, 0xDB, 0xDD, 0xFE}
"""What may stand before the frame: APP0 to APP15, DHT, DAC, DQT, DRI and COM."""


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG picture; None for anything else."""
    if data.startswith(_PNG):
        # The first chunk is always IHDR: length, name, width, height (PNG, 11.2.1).
        if data[12:16] != b"IHDR" or len(data) < 24:
            return None
        width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    elif data.startswith(_JPEG):
        width, height = _jpeg_size(data)
    else:
        return None
    return (width, height) if width and height else None


def is_video(data: bytes) -> bool:
    """Whether this is a video of a kind that names no other files: MP4, MOV, Matroska, AVI."""
    return (
        data[4:8] == b"ftyp"
        or data.startswith(_MATROSKA)
        or (data.startswith(b"RIFF") and data[8:12] == b"AVI ")
    )


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Of the first frame header, which is the one that decoders follow; 0, 0 without one.

    Strict, where decoders forgive: they skip bytes between segments, and what looks like a
    segment to one is rubbish to another. A file that can be read in two ways has no size.
    """
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xFF:
            place += 1
        elif marker in _SIZED_FRAMES:
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            return int.from_bytes(data[place + 7 : place + 9], "big"), height
        elif marker in _SEGMENTS and length >= 2:
            place += 2 + length
        else:
            break
    return 0, 0
