"""A source of pictures that come by themselves, in the process that reads pictures.

A thread takes each picture as it comes, so that none waits in a driver and gets old; a short
queue holds those that come while another one is decoded.
"""

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic

import cv2
import numpy as np
from numpy.typing import NDArray

from ceremony.errors import CeremonyError
from ceremony.optics.decode import Found, find_codes
from ceremony.optics.picture import Picture
from ceremony.optics.worker_messages import (
    MAX_CODE,
    MAX_CODES,
    OUTLINE_UNIT,
    PREVIEW_HEIGHT,
    PREVIEW_WIDTH,
    Blank,
    End,
    Outline,
    Preview,
    Seen,
)

QUEUE = 4
"""Pictures that wait. A pause of the decoder is made good; nothing older is of use."""

GLANCE = 0.25
"""Seconds until somebody who asks hears that no picture has come."""

PREVIEWS = 0.1
"""Seconds between two previews: people see no more, and each is 50 kB."""

THOROUGH = 6
"""Of so many pictures without codes, one is searched by the slow ways too."""

_MEASURED = 60
"""Pictures of which the rate is measured."""

_STATISTIC_STEP = 8
"""Pixels: levels are measured on a grid of this width."""

Read = Callable[[], Picture | None]
"""The next picture, None at the end; waits for it."""

Find = Callable[[Picture], Found]


class Watching:
    """Pictures of ``read``, each looked at when somebody asks."""

    def __init__(self, read: Read, find: Find | None = None) -> None:
        self._read = read
        self._find = find
        self._waiting: deque[Picture] = deque()
        self._times: deque[float] = deque(maxlen=_MEASURED)
        self._changed = Condition()
        self._ended = False
        self._dropped = 0
        self._empty = 0
        self._previewed = 0.0
        Thread(target=self._take, daemon=True).start()

    def next(self) -> Seen | Blank | End:
        """What the next picture shows."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended, GLANCE)
            if not self._waiting:
                return End() if self._ended else Blank()
            picture = self._waiting.popleft()
            dropped, rate = self._dropped, self._rate()
        found = self._look(picture)
        return _seen(picture, found, rate, dropped, preview=self._preview_is_due())

    def _look(self, picture: Picture) -> Found:
        if self._find is not None:
            return self._find(picture)
        thorough = self._empty % THOROUGH == THOROUGH - 1
        found = find_codes(picture, thorough=thorough)
        self._empty = 0 if found.texts else self._empty + 1
        return found

    def _take(self) -> None:
        while True:
            try:
                picture = self._read()
            except (CeremonyError, EOFError, OSError, ValueError, cv2.error):
                picture = None
            with self._changed:
                if picture is None:
                    self._ended = True
                    self._changed.notify()
                    return
                if len(self._waiting) == QUEUE:
                    self._waiting.popleft()
                    self._dropped += 1
                self._waiting.append(picture)
                self._times.append(monotonic())
                self._changed.notify()

    def _rate(self) -> int:
        if len(self._times) < 2:
            return 0
        took = self._times[-1] - self._times[0]
        return min(100_000, round(100 * (len(self._times) - 1) / took)) if took else 0

    def _preview_is_due(self) -> bool:
        now = monotonic()
        due = now - self._previewed >= PREVIEWS
        if due:
            self._previewed = now
        return due


def _seen(picture: Picture, found: Found, rate: int, dropped: int, *, preview: bool) -> Seen:
    height, width = picture.shape
    sample = picture[::_STATISTIC_STEP, ::_STATISTIC_STEP]
    dark, bright = _level(sample, 0.05), _level(sample, 0.95)
    middle = picture[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4].astype(np.int16)
    steps = np.abs(np.diff(middle[::_STATISTIC_STEP], axis=1))
    return Seen(
        texts=tuple(text[:MAX_CODE] for text in found.texts[:MAX_CODES]),
        torn=min(found.torn, MAX_CODES),
        outlines=tuple(_outline(corners, width, height) for corners in found.outlines[:MAX_CODES]),
        dark=dark,
        bright=bright,
        sharp=_level(steps, 0.98),
        rate=rate,
        dropped=dropped,
        preview=_preview(picture) if preview else None,
    )


def warm_up() -> None:
    """Look at a picture once, so that every library has loaded what it loads late: nothing
    can be opened afterwards.
    """
    picture = np.tile(np.arange(256, dtype=np.uint8), (128, 1))
    _seen(picture, find_codes(picture), 0, 0, preview=True)


def _level(values: Picture | NDArray[np.int16], part: float) -> int:
    """The value below which so many of the values are; numpy's own way loads more of it late."""
    place = int(part * (values.size - 1))
    return int(np.partition(values, place, axis=None)[place]) if values.size else 0


def _outline(corners: tuple[tuple[int, int], ...], width: int, height: int) -> Outline:
    def part(value: int, whole: int) -> int:
        return max(-OUTLINE_UNIT, min(2 * OUTLINE_UNIT, value * OUTLINE_UNIT // whole))

    a, b, c, d = ((part(x, width), part(y, height)) for x, y in corners)
    return (*a, *b, *c, *d)


def _preview(picture: Picture) -> Preview:
    height, width = picture.shape
    scale = min(PREVIEW_WIDTH / width, PREVIEW_HEIGHT / height, 1)
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return Preview(size[0], small.tobytes())
