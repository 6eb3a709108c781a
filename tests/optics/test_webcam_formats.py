"""Recordings as webcams make them, MJPEG and YUYV, through the process that reads pictures."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from ceremony.link import Complete, Receiver, Sender
from ceremony.optics.draw import capacity, draw_to_fit
from ceremony.optics.eye import FileSource
from ceremony.optics.picture import Picture

MESSAGE = bytes(range(256)) * 12
WIDTH, HEIGHT, RATE = 1280, 720, 30


def as_seen(code: Picture, generator: np.random.Generator) -> Picture:
    """The code on a grey wall, a little turned, blurred and noisy, as a webcam has it."""
    view = np.full((HEIGHT, WIDTH), 90, np.uint8)
    top, left = (HEIGHT - code.shape[0]) // 2, (WIDTH - code.shape[1]) // 2
    view[top : top + code.shape[0], left : left + code.shape[1]] = code // 2 + 60
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 4, 0.95)
    turned = cv2.warpAffine(view, turn, (WIDTH, HEIGHT), borderValue=(90.0,))
    blurred = cv2.GaussianBlur(turned, (0, 0), 0.8)
    return np.clip(blurred + generator.normal(0, 4, blurred.shape), 0, 255).astype(np.uint8)


def pictures_of(sender: Sender) -> list[Picture]:
    """Each code stands for two pictures; the first of every third pair is torn."""
    generator = np.random.default_rng(7)
    found: list[Picture] = []
    for index in range(sender.needed + 4):
        seen = as_seen(draw_to_fit(sender.frame(index), 560), generator)
        torn = seen.copy()
        if found and index % 3 == 0:
            torn[: HEIGHT // 2] = found[-1][: HEIGHT // 2]
        found += [torn, seen]
    return found


def mjpeg(picture: Picture) -> bytes:
    ok, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 75])
    assert ok
    return data.tobytes()


def yuyv(picture: Picture) -> bytes:
    """Luma and chroma in turn; a grey picture's chroma is 128."""
    return np.stack([picture, np.full_like(picture, 128)], axis=2).tobytes()


def avi(fourcc: bytes, frames: list[bytes]) -> bytes:
    """A video of these frames as they are (Microsoft, AVI RIFF File Reference)."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)

    def numbers(*values: int) -> bytes:
        return b"".join(value.to_bytes(4, "little") for value in values)

    most = max(map(len, frames))
    avih = numbers(1_000_000 // RATE, 0, 0, 0, len(frames), 0, 1, most, WIDTH, HEIGHT, 0, 0, 0, 0)
    strh = b"vids" + fourcc + numbers(0, 0, 0, 1, RATE, 0, len(frames), most, 0, 0, 0, 0)
    bits = (16).to_bytes(2, "little")
    strf = numbers(40, WIDTH, HEIGHT) + b"\1\0" + bits + fourcc + numbers(most, 0, 0, 0, 0)
    stream = chunk(b"LIST", b"strl" + chunk(b"strh", strh) + chunk(b"strf", strf))
    header = chunk(b"LIST", b"hdrl" + chunk(b"avih", avih) + stream)
    movie = chunk(b"LIST", b"movi" + b"".join(chunk(b"00dc", frame) for frame in frames))
    return chunk(b"RIFF", b"AVI " + header + movie)


FORMATS = {"MJPEG": (b"MJPG", mjpeg), "YUYV": (b"YUY2", yuyv)}


@pytest.mark.parametrize(("fourcc", "encode"), FORMATS.values(), ids=FORMATS)
def test_a_recording_of_a_webcam_gives_the_message(
    fourcc: bytes, encode: Callable[[Picture], bytes], tmp_path: Path
) -> None:
    sender = Sender(MESSAGE, capacity(14))
    path = tmp_path / "webcam.avi"
    path.write_bytes(avi(fourcc, [encode(picture) for picture in pictures_of(sender)]))
    source, receiver = FileSource(path), Receiver()
    pictures = 0
    try:
        while not (glance := source.look()).over:
            assert glance.seen is not None
            pictures += 1
            for text in glance.seen.texts:
                receiver.add(text)
    finally:
        source.rest()
    assert pictures == 2 * (sender.needed + 4)
    assert isinstance(receiver.progress, Complete)
    assert receiver.progress.message == MESSAGE
