"""A message across the simulated light: what is shown, what the camera sees of it, what it costs.

For ``scripts/bench_link.py``: codes as ``Pace`` has them on a screen of 1920 by 1080 pixels
and 60 Hz, a simulated camera, the readers and the receiver of the product.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from ceremony.errors import CeremonyError
from ceremony.link import Complete, Receiver, Sender
from ceremony.link.feedback import COUNTS, Feedback, Tally, encode_feedback, parse_feedback
from ceremony.link.pace import PERIOD, Pace, Pacer
from ceremony.link.sender import frames_needed
from ceremony.optics.decode import find_codes
from ceremony.optics.draw import Layout, Wall, capacity
from ceremony.optics.picture import Picture
from ceremony.optics.screen_messages import Present, Status
from ceremony.optics.showing import Showing
from ceremony.optics.simulated import CLASSES, Conditions, SimulatedCamera

WIDTH, HEIGHT = 1920, 1080
CODES = (1536, 918)
"""Of the screen, for the codes: the rest has captions and a panel."""

SPARE = 1.3
"""Of the pixels a module that a class needs where nothing moves and tilts."""

GRIDS = ((1, 1), (2, 1), (3, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, 4))
THOROUGH = 5
"""Pictures without any code until the slow readers look too, once."""

LOOKS = 10.0
"""Pictures a second that the sender's camera takes of the feedback, to take half of the time."""

STATUS_PERIODS = 5
"""Of the screen, between two that the medium says what stands on it."""


class Shown:
    """The sender's screen: called once each period of the screen, as the camera asks.

    ``pace`` says what is shown at a time. ``seconds`` is the processor's time for drawing.
    """

    def __init__(
        self, message: bytes, pace: Callable[[float], Pace], *, inverted: bool = False
    ) -> None:
        self._message, self._pace, self._inverted = message, pace, inverted
        self._senders: dict[int, Sender] = {}
        self._next: dict[int, int] = {}
        self._wall: Wall | None = None
        self._now: Pace | None = None
        self._periods = self._since = 0
        self._picture: Picture | None = None
        self.seconds = 0.0
        self.codes = 0

    def __call__(self) -> Picture:
        pace = self._pace(self._periods * PERIOD)
        self._periods += 1
        sender = self.sender(pace.version)
        began = process_time()
        if pace != self._now or self._wall is None:
            self._wall = Wall(*CODES, longest=len(sender.frame(0)), grid=pace.grid)
            self._now, self._since = pace, 0
        due = pace.due(self._since)
        self._since += 1
        if due or self._picture is None:
            for place in due:
                self._wall.put(place, sender.frame(self._next[pace.version]))
                self._next[pace.version] += 1
                self.codes += 1
            self._picture = np.full((HEIGHT, WIDTH), 255, np.uint8)
            self._picture[: CODES[1], : CODES[0]] = self._wall.picture
            self.seconds += process_time() - began
            if self._inverted:
                self._picture = 255 - self._picture
        return self._picture

    def sender(self, version: int) -> Sender:
        if version not in self._senders:
            self._senders[version] = Sender(self._message, capacity(version))
            self._next[version] = 0
        return self._senders[version]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Seconds are the camera's, ``drawing`` and ``reading`` the processor's.

    ``used`` frames were new to the receiver, of at least ``needed``; ``clean`` is the share
    of the codes in view that were read in the pictures that came.
    """

    arrived: bool
    bytes: int
    seconds: float
    used: int
    needed: int
    clean: float
    drawing: float
    reading: float
    pace: Pace

    @property
    def goodput(self) -> float:
        return self.bytes / self.seconds if self.arrived else 0.0


class _Reading:
    """The receiver behind a camera, and what it says back."""

    def __init__(self, message: bytes) -> None:
        self._message = message
        self.receiver = Receiver()
        self.tally = Tally()
        self.used = self.pictures = self.codes = self._empty = 0
        self.seconds = 0.0

    def look(self, picture: Picture | None) -> bool:
        """Whether the message is complete with this picture; it must be the one that was sent."""
        if picture is None:
            return False
        began = process_time()
        found = find_codes(picture, thorough=self._empty % THOROUGH == THOROUGH - 1)
        self._empty = 0 if found.texts or found.torn else self._empty + 1
        self.pictures += 1
        self.codes += len(found.texts)
        self.tally.looked(len(found.texts), found.torn)
        for text in found.texts:
            before = self.receiver.state()
            progress = self.receiver.add(text)
            after = self.receiver.state()
            self.used += (before.held, before.needed) != (after.held, after.needed)
            if isinstance(progress, Complete):
                if progress.message != self._message:
                    raise SystemExit("bench: the link gave another message")
                self.seconds += process_time() - began
                return True
        self.seconds += process_time() - began
        return False


def cross(
    message: bytes,
    conditions: Conditions,
    seed: int,
    pace: Pace,
    *,
    inverted: bool = False,
    patience: float = 240.0,
) -> Crossing:
    """One message at one pace, without a way back; given up after ``patience`` seconds."""
    shown = Shown(message, lambda _: pace, inverted=inverted)
    camera = SimulatedCamera(shown, conditions, np.random.default_rng(seed))
    reading = _Reading(message)
    arrived = False
    while not arrived and camera.seconds < patience:
        arrived = reading.look(camera.read())
    needed = shown.sender(pace.version).needed
    return _crossing(message, camera, shown, reading, needed, pace, arrived)


def cross_with_feedback(
    message: bytes, conditions: Conditions, seed: int, *, patience: float = 240.0
) -> Crossing:
    """One message with a camera of the same class on either side, and the pace by feedback."""
    forth, back = (np.random.default_rng([seed, side]) for side in range(2))
    digest = Sender(message, capacity(40)).digest
    pacer = Pacer(digest, lambda version: frames_needed(len(message), capacity(version)))
    shown = Shown(message, pacer.at)
    reading = _Reading(message)
    said = Said(lambda: reading.tally.feedback(reading.receiver))
    camera = SimulatedCamera(shown, conditions, forth)
    looks = replace(conditions, camera_fps=min(conditions.camera_fps, LOOKS))
    watching = SimulatedCamera(said, looks, back)
    arrived, took = False, 0.0
    while not pacer.complete and camera.seconds < patience:
        if watching.seconds < camera.seconds:
            _hear(watching, pacer)
        elif arrived:
            camera.read()
        else:
            arrived = reading.look(camera.read())
            took = camera.seconds
    needed = shown.sender(pacer.pace.version).needed
    done = _crossing(message, camera, shown, reading, needed, pacer.pace, arrived)
    return replace(done, seconds=took) if arrived else done


class Said:
    """The screen of a side that only receives, as it is in production."""

    def __init__(self, feedback: Callable[[], Feedback]) -> None:
        self._feedback = feedback
        self._showing = Showing((WIDTH, HEIGHT))
        self._showing.present(Present(b"", 1))
        self._periods = 0
        self._picture = self._showing.picture.copy()

    def __call__(self) -> Picture:
        changed = self._showing.turn()
        if self._periods % STATUS_PERIODS == 0:
            self._showing.status(Status(feedback=encode_feedback(self._feedback())))
            changed = True
        self._periods += 1
        if changed:
            self._picture = self._showing.picture.copy()
        return self._picture


def heard_in(seconds: float, conditions: Conditions, seed: int) -> int:
    """Different feedbacks that are read in so many seconds of the camera."""
    counted = iter(range(COUNTS))
    said = Said(lambda: Feedback(bytes([1] * 8), 1, 9, next(counted), 0, 0, complete=False))
    camera = SimulatedCamera(said, conditions, np.random.default_rng(seed))
    read: set[str] = set()
    while camera.seconds < seconds:
        picture = camera.read()
        if picture is not None:
            read.update(find_codes(picture, thorough=False).texts)
    return len(read)


def _hear(watching: SimulatedCamera, pacer: Pacer) -> None:
    picture = watching.read()
    for text in find_codes(picture, thorough=False).texts if picture is not None else ():
        try:
            pacer.heard(parse_feedback(text), watching.seconds)
        except CeremonyError:
            continue


def _crossing(
    message: bytes,
    camera: SimulatedCamera,
    shown: Shown,
    reading: _Reading,
    needed: int,
    pace: Pace,
    arrived: bool,
) -> Crossing:
    return Crossing(
        arrived,
        len(message),
        camera.seconds,
        reading.used,
        needed,
        reading.codes / max(1, reading.pictures * pace.places),
        shown.seconds / camera.seconds,
        reading.seconds / camera.seconds,
        pace,
    )


def limit(name: str, conditions: Conditions) -> float:
    """Bytes a second that the dwell law and the class's pixels a module allow.

    The densest codes whose modules are ``SPARE`` times as large as the class needs, full of
    message, each shown for so long that it is surely caught once without any mixture: the
    exposure, the settling, the difference between the two scans, one interval of the
    camera; in whole periods of the screen.
    """
    c = conditions
    interval = (1 + 0.5 * c.jitter) / c.camera_fps
    best = 0.0
    for version in range(1, 41):
        side = 17 + 4 * version
        for grid in GRIDS:
            try:
                scale = Layout.fit(side, *grid, *CODES).scale
            except CeremonyError:
                continue
            if scale * c.fill * c.height / HEIGHT < SPARE * CLASSES[name].pixels_a_module:
                continue
            share = side * scale / HEIGHT
            scans = abs(c.readout * c.fill * share - PERIOD * share)
            dwell = math.ceil((c.exposure + c.settling + scans + interval) / PERIOD) * PERIOD
            best = max(best, capacity(version) * 2 // 3 * grid[0] * grid[1] / dwell)
    return best
