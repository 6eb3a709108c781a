"""A recording of two screens beside each other, as a GIF."""

import io
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from threading import Event, Thread

import cv2
import numpy as np
from PIL import Image

from ceremony.optics.picture import Picture

PERIOD = 0.4
"""Seconds between two looks."""

SIZE = (512, 288)
GAP, CAPTION = 8, 24
"""Pixels between the screens, and of the line that names them."""

NAMES = ("air-gapped laptop", "online relay")

LONGEST, SHORTEST = 2000, 300
"""Milliseconds that a picture stands in the recording, however long nothing happened."""

COLOURS = 12


class Recorder:
    """Looks at both screens while it is entered."""

    def __init__(self, *looks: Callable[[], Picture]) -> None:
        self._looks = looks
        self._frames: list[tuple[float, Picture]] = []
        self._ended = Event()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> "Recorder":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def gif(self) -> bytes:
        """All that was seen, without the time in which nothing changed."""
        times = [began for began, _ in self._frames]
        stood = [1000 * (after - before) for before, after in pairwise(times)]
        durations = [int(min(max(ms, SHORTEST), LONGEST)) for ms in [*stood, LONGEST]]
        images = quantized([frame for _, frame in self._frames])
        file = io.BytesIO()
        images[0].save(
            file, "GIF", save_all=True, append_images=images[1:], duration=durations, loop=0,
            optimize=False, disposal=1,
        )  # fmt: skip
        return file.getvalue()

    def _run(self) -> None:
        while not self._ended.wait(PERIOD):
            frame = beside([look() for look in self._looks])
            if not self._frames or (frame != self._frames[-1][1]).any():
                self._frames.append((time.monotonic(), frame))


def beside(screens: Sequence[Picture]) -> Picture:
    width, height = SIZE
    whole = np.full((height + CAPTION, 2 * width + GAP, 3), 128, np.uint8)
    for number, screen in enumerate(screens):
        left = number * (width + GAP)
        small = cv2.resize(screen, SIZE, interpolation=cv2.INTER_AREA)
        # Few levels: the noise of a camera's preview would be most of the file.
        whole[CAPTION:, left : left + width] = np.minimum((small + 18.0) // 36 * 36, 255)
        cv2.putText(
            whole, NAMES[number], (left + 6, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255,) * 3, 1,
            cv2.LINE_AA,
        )  # fmt: skip
    return whole


def quantized(frames: Sequence[Picture]) -> list[Image.Image]:
    """All with the same few colours."""
    images = [Image.fromarray(frame[:, :, ::-1]) for frame in frames]
    strip = Image.fromarray(
        np.vstack([np.asarray(image) for image in images[:: max(1, len(images) // 8)]])
    )
    palette = strip.quantize(COLOURS)
    return [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
