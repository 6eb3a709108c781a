"""Codes drawn ahead of their time, so that the screen's pace does not wait for drawing."""

from collections.abc import Iterator
from itertools import count
from queue import Empty, Full, Queue
from threading import Event, Thread

import numpy as np

from ceremony.link import Sender
from ceremony.optics.draw import draw_to_fit
from ceremony.optics.picture import Picture

AHEAD = 3
"""Pictures that wait. One takes some 40 ms to draw and stands for 80 or more."""

_GLANCE = 0.1
"""Seconds between two looks at whether anybody still wants pictures."""

WHITE = 255


class Drawer:
    """The pictures of a message, ``side`` pixels square, with ``across`` by ``down`` codes each.

    From the first frame on, without end. ``close`` ends the drawing.
    """

    def __init__(self, sender: Sender, side: int, across: int, down: int) -> None:
        self._pictures = _pictures(sender, side, across, down)
        self._ready: Queue[Picture] = Queue(AHEAD)
        self._closed = Event()
        self._thread = Thread(target=self._draw, daemon=True)
        self._thread.start()

    def next(self) -> Picture | None:
        """The next picture; None when it is not drawn yet."""
        try:
            return self._ready.get_nowait()
        except Empty:
            return None

    def close(self) -> None:
        self._closed.set()

    def _draw(self) -> None:
        for picture in self._pictures:
            while True:
                if self._closed.is_set():
                    return
                try:
                    self._ready.put(picture, timeout=_GLANCE)
                except Full:
                    continue
                break


def _pictures(sender: Sender, side: int, across: int, down: int) -> Iterator[Picture]:
    indices = count()
    cell = min(side // across, side // down)
    while True:
        picture = np.full((side, side), WHITE, np.uint8)
        for place in range(across * down):
            left, top = place % across * cell, place // across * cell
            code = draw_to_fit(sender.frame(next(indices)), cell)
            size = code.shape[0]
            # A code that does not fit with whole pixels is left out: it could not be read.
            if size <= cell:
                x, y = left + (cell - size) // 2, top + (cell - size) // 2
                picture[y : y + size, x : x + size] = code
        yield picture
