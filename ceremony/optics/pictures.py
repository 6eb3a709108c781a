"""Frames in files: written as PNG, read from pictures, folders of them and videos."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.link import Complete, Progress, Receiver, Receiving, Repeated, Sender, Waiting
from ceremony.optics import Picture
from ceremony.optics.decode import MAX_PIXELS, read_codes
from ceremony.optics.draw import DEFAULT_VERSION, capacity, draw
from ceremony.optics.headers import is_video, picture_size

MAX_FRAMES = 100_000
"""Frames of one video, files of one folder, and pictures written at once."""

MAX_PICTURE_BYTES = 100 * 1024 * 1024
_HEADER_BYTES = 1 << 20
"""Of a file that are looked at to tell what it is; a JPEG's size may follow a thumbnail."""

_SPARE_RATIO = 4
_MIN_SPARE = 2


def encode_to_folder(
    message: bytes,
    folder: Path,
    *,
    version: int | None = None,
    frames: int | None = None,
    scale: int = 8,
) -> int:
    """Write ``message`` as pictures frame-00001.png and so on; returns how many.

    ``version`` sets the codes' size exactly; without it they are as small as the frames
    allow, at most the default. ``frames`` is at least the message's K; without it there
    are a quarter more, and 2. The folder must not exist, or be empty; it is there with
    all pictures, for its owner only, or not at all. Raises ``oversized``, ``usage``, ``file``.
    """
    sender = Sender(message, capacity(version or DEFAULT_VERSION))
    if frames is None:
        frames = sender.needed + sender.needed // _SPARE_RATIO + _MIN_SPARE
    if not sender.needed <= frames <= min(MAX_FRAMES, sender.distinct):
        raise CeremonyError(
            Failure.USAGE,
            f"the message takes {sender.needed} to {min(MAX_FRAMES, sender.distinct)} frames, "
            f"not {frames}",
            hint="leave the number of frames out, or use a higher version for fewer",
        )
    try:
        if folder.is_symlink() or (folder.exists() and any(folder.iterdir())):
            raise CeremonyError(
                Failure.FILE,
                f"{_name(folder)} exists and is not an empty folder",
                hint="name a new folder: what is in this one is left as it is",
            )
        unfinished = Path(tempfile.mkdtemp(prefix=".frames-", dir=folder.parent))
        try:
            for index in range(frames):
                picture = draw(sender.frame(index), scale=scale, version=version)
                _, png = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_BILEVEL, 1])
                (unfinished / f"frame-{index + 1:05}.png").write_bytes(png.tobytes())
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    except OSError as error:
        raise _file(f"the pictures cannot be written: {error.strerror}") from None
    return frames


def decode_pictures(paths: Sequence[Path], on_progress: Callable[[Progress], None]) -> bytes:
    """The message in these pictures, folders of pictures and videos, taken in their order.

    Files of a folder that are no pictures are passed over; a path that is none is an
    error. Raises ``file`` (cannot be read), ``type`` (of another kind), ``oversized``
    and ``incomplete`` (no code at all, or too few frames).
    """
    receiver = Receiver()
    best: Progress = Waiting()
    looked = 0
    for path in paths:
        for picture in _pictures(path):
            looked += 1
            for code in read_codes(picture):
                progress = receiver.add(code)
                on_progress(progress)
                if isinstance(progress, Complete):
                    return progress.message
                if isinstance(progress, Receiving | Repeated) or isinstance(best, Waiting):
                    best = progress
    match best:
        case Receiving(received, needed) | Repeated(received, needed):
            found = f"they hold {received} frames of a message that takes about {needed}"
        case Waiting():
            found = "they show no QR code that can be read"
        case _:
            found = "their QR codes are not frames of the ceremony"
    raise CeremonyError(
        Failure.INCOMPLETE,
        f"no message in {looked} pictures: {found}",
        hint="take more pictures, sharper and closer; any frames of the message will do",
    )


def _pictures(path: Path) -> Iterator[Picture]:
    try:
        if not path.is_dir():
            yield from _of_file(path)
            return
        files = sorted(islice((e for e in path.iterdir() if e.is_file()), MAX_FRAMES + 1))
    except OSError as error:
        raise _file(f"{_name(path)} cannot be read: {error.strerror}") from None
    if len(files) > MAX_FRAMES:
        raise _oversized(f"the folder {_name(path)} holds more than {MAX_FRAMES} files")
    refused: CeremonyError | None = None
    accepted = 0
    for file in files:
        try:
            yield from _of_file(file)
            accepted += 1
        except CeremonyError as error:
            refused = error
    if not accepted:
        raise refused or _file(f"the folder {_name(path)} is empty")


def _of_file(path: Path) -> Iterator[Picture]:
    if not path.is_file():
        raise _file(f"{_name(path)} is not a file or a folder, or does not exist")
    try:
        with path.open("rb") as file:
            data = file.read(_HEADER_BYTES)
            if is_video(data):
                yield from _of_video(path)
                return
            size = picture_size(data)
            if size is None:
                raise CeremonyError(
                    Failure.TYPE,
                    f"{_name(path)} is not a PNG or JPEG picture, nor a video",
                    hint="pictures are PNG or JPEG; videos are MP4, MOV, MKV, WebM or AVI",
                )
            if size[0] * size[1] > MAX_PIXELS:
                raise _oversized(f"{_name(path)} has {size[0]} by {size[1]} pixels")
            data += file.read(MAX_PICTURE_BYTES)
    except OSError as error:
        raise _file(f"{_name(path)} cannot be read: {error.strerror}") from None
    if len(data) > MAX_PICTURE_BYTES:
        raise _oversized(f"{_name(path)} has more than {MAX_PICTURE_BYTES} bytes")
    try:
        with _quiet():
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        picture = None
    if picture is None:
        raise _file(f"the picture {_name(path)} is damaged")
    yield np.asarray(picture, dtype=np.uint8)


def _of_video(path: Path) -> Iterator[Picture]:
    # An absolute path: FFmpeg takes some relative ones for addresses.
    with _quiet():
        video = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
    try:
        width, height = video.get(cv2.CAP_PROP_FRAME_WIDTH), video.get(cv2.CAP_PROP_FRAME_HEIGHT)
        if not video.isOpened() or width < 1 or height < 1:
            raise _file(f"the video {_name(path)} is damaged, or of a kind that is not supported")
        if width * height > MAX_PIXELS:
            raise _oversized(f"the video {_name(path)} has {width:.0f} by {height:.0f} pixels")
        for _ in range(MAX_FRAMES):
            with _quiet():
                there, frame = video.read()
            if not there:
                return
            yield np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        raise _oversized(f"the video {_name(path)} has more than {MAX_FRAMES} frames")
    finally:
        video.release()


@contextmanager
def _quiet() -> Iterator[None]:
    """The libraries that decode write to standard error by themselves, hostile text too."""
    try:
        kept = os.dup(2)
    except OSError:
        yield  # Standard error is closed already.
        return
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _name(path: Path) -> str:
    return printable(os.fsdecode(path.name) or str(path))


def _file(message: str) -> CeremonyError:
    return CeremonyError(Failure.FILE, message, hint="check the path and try again")


def _oversized(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.OVERSIZED,
        f"{message}, which is more than is read",
        hint="use smaller pictures: a code needs about 1,000 by 1,000 pixels",
    )
