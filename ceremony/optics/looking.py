"""The pictures in a file from outside. Runs in the worker process and nowhere else."""

import io
import sys
from collections.abc import Iterator
from typing import BinaryIO

import cv2
import numpy as np

from ceremony.optics.headers import MAX_PIXELS, is_video, picture_size
from ceremony.optics.picture import Picture
from ceremony.optics.worker_messages import Reason, Refused

MAX_FRAMES = 100_000
"""Frames of one video."""

MAX_PICTURE_BYTES = 100 * 1024 * 1024
HEADER_BYTES = 1 << 20
"""Of a file that are looked at to tell what it is; a JPEG's size may follow a thumbnail."""


class _Stream(io.BufferedIOBase):
    """A file for FFmpeg to read by these two calls: it opens nothing by itself.

    OpenCV takes objects of this class, which its stubs call IStreamReader.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int | None = -1, /) -> bytes:
        return self._file.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)


def pictures_in(file: BinaryIO) -> Iterator[Picture | Refused]:
    """The pictures of a PNG, a JPEG or a video, grey; a refusal is the last.

    Sizes are checked as the file says them before anything is decoded, and as they are
    afterwards.
    """
    data = file.read(HEADER_BYTES)
    if is_video(data):
        file.seek(0)
        yield from _of_video(file)
        return
    size = picture_size(data)
    if size is None:
        yield Refused(Reason.KIND)
    elif size[0] * size[1] > MAX_PIXELS:
        yield Refused(Reason.PIXELS, *size)
    else:
        data += file.read(MAX_PICTURE_BYTES)
        yield Refused(Reason.BYTES) if len(data) > MAX_PICTURE_BYTES else decoded(data, size)


def decoded(data: bytes, size: tuple[int, int]) -> Picture | Refused:
    """The picture, if its width and height are what ``size`` was told before."""
    try:
        # As the file has it: a turned code is read as well, and its size is the file's.
        how = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except (cv2.error, MemoryError):
        picture = None
    if picture is None:
        return Refused(Reason.DAMAGED)
    height, width = picture.shape
    if (width, height) != size:
        return Refused(Reason.OTHER_SIZE, width, height)
    return np.asarray(picture, dtype=np.uint8)


def _of_video(file: BinaryIO) -> Iterator[Picture | Refused]:
    try:
        video = cv2.VideoCapture(_Stream(file), cv2.CAP_FFMPEG, [])  # type: ignore[call-overload]
        width, height = (
            video.get(which) for which in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        )
        if not video.isOpened() or width < 1 or height < 1:
            yield Refused(Reason.DAMAGED)
        elif width * height > MAX_PIXELS:
            yield Refused(Reason.PIXELS, *(int(min(side, sys.maxsize)) for side in (width, height)))
        else:
            yield from _frames(video)
    except (cv2.error, MemoryError):
        yield Refused(Reason.DAMAGED)


def _frames(video: cv2.VideoCapture) -> Iterator[Picture | Refused]:
    for number in range(MAX_FRAMES):
        there, frame = video.read()
        if not there:
            if number == 0:
                # It says what it is, and not one picture of it can be decoded.
                yield Refused(Reason.DAMAGED)
            return
        height, width = frame.shape[:2]
        if width * height > MAX_PIXELS:
            yield Refused(Reason.PIXELS, width, height)
            return
        yield np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    yield Refused(Reason.FRAMES)
