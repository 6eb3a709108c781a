"""What is seen: a camera, a feed or files, looked at by a process that may break.

The program asks ``look`` again and again. A decoder that hangs is ended after about a second
(the next one after more), a camera that was unplugged is opened again by its name; what was seen
before is with the one who asked, and is not lost.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from time import sleep
from typing import Protocol

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.cameras import CameraName
from ceremony.optics.controls import steady_rate
from ceremony.optics.feeds import open_feed
from ceremony.optics.picture_files import codes_in
from ceremony.optics.worker_messages import Blank, Codes, Eye, Feed, Next, Opened, Seen
from ceremony.optics.worker_process import Lost, WorkerProcess

WATCHDOG = 1.25
"""Seconds for one look: a quarter of it until a picture comes, the rest for the decoders.
The slowest of 33,000 torn and noisy pictures took 35 ms. A machine on which it takes longer gets
more (``WorkerProcess``)."""

RESTARTED = "the reader of pictures was started again"

PAUSE = 0.25
"""Seconds between two tries to open a camera or feed that is not there."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One look. ``seen`` is None where no picture came; ``trouble`` says why, for people.

    ``lost`` is true when the process had to be started again, ``over`` when a file has ended.
    """

    seen: Seen | None = None
    trouble: str = ""
    lost: bool = False
    over: bool = False


class Source(Protocol):
    """Something that is looked at."""

    def start(self) -> None:
        """Starts the process that looks, if it does not run: from now on ``confined`` tells of
        it. No picture is looked at. Raises ``configuration``.
        """

    def look(self) -> Glance:
        """The next look; it takes no longer than the watchdog allows. Never raises for what is
        seen. Raises ``configuration`` when the process cannot be started, and ``file``.
        """

    def rest(self) -> None:
        """Look no more for now: the camera is off until the next look."""

    @property
    def confined(self) -> bool:
        """Whether the kernel confines the process that looks, as far as it was started."""


class CameraSource:
    """A camera of this machine."""

    def __init__(
        self,
        camera: CameraName,
        worker: Callable[[str], WorkerProcess] = lambda path: WorkerProcess(
            camera=path, patience=WATCHDOG
        ),
        wait: Callable[[float], None] = sleep,
    ) -> None:
        self._camera, self._wait = camera, wait
        self._worker = worker(camera.path)
        self._settings = contextlib.ExitStack()
        self._set = False

    @property
    def confined(self) -> bool:
        return self._worker.ready.confined

    def start(self) -> None:
        self._worker.start()

    def look(self) -> Glance:
        self.start()
        eye = self._worker.ready.eye
        if eye is not Eye.OPEN:
            return self._not_open(eye)
        if not self._set:
            self._settings.enter_context(steady_rate(self._camera.path))
            self._set = True
        match self._worker.ask(Next()):
            case Seen() as seen:
                return Glance(seen)
            case Blank():
                return Glance()
            case Lost():
                return Glance(trouble=RESTARTED, lost=True)
            case _:
                self.rest()
                return Glance(trouble="the camera gives no more pictures: is it plugged in?")

    def _not_open(self, eye: Eye) -> Glance:
        self.rest()
        self._wait(PAUSE)
        if eye is Eye.DENIED:
            raise CeremonyError(
                Failure.CONFIGURATION,
                f"this user may not use the camera {self._camera.name}",
                hint="add the user to the group video, log in again and start again",
            )
        why = (
            "is not there: plug it in"
            if eye is Eye.ABSENT
            else ("gives no pictures: does another program use it?")
        )
        return Glance(trouble=f"the camera {self._camera.name} {why}")

    def rest(self) -> None:
        self._worker.end()
        self._settings.close()
        self._set = False


class FeedSource:
    """Pictures that another program gives (``ceremony.optics.feed``)."""

    def __init__(
        self,
        path: Path,
        worker: Callable[[], WorkerProcess] = lambda: WorkerProcess(patience=WATCHDOG),
        wait: Callable[[float], None] = sleep,
    ) -> None:
        self._path, self._wait = path, wait
        self._worker = worker()
        self._fed = False

    @property
    def confined(self) -> bool:
        return self._worker.ready.confined

    def start(self) -> None:
        self._worker.start()

    def look(self) -> Glance:
        if not (self._fed and self._worker.running) and not self._opened():
            self._wait(PAUSE)
            return Glance(trouble="the feed gives no pictures")
        match self._worker.ask(Next()):
            case Seen() as seen:
                return Glance(seen)
            case Blank():
                return Glance()
            case Lost():
                return Glance(trouble=RESTARTED, lost=True)
            case _:
                self._fed = False
                self._wait(PAUSE)
                return Glance(trouble="the feed has ended")

    def rest(self) -> None:
        self._worker.end()

    def _opened(self) -> bool:
        try:
            feed = open_feed(self._path)
        except CeremonyError:
            return False
        with feed if isinstance(feed, socket) else os.fdopen(feed, "rb") as file:
            self._fed = self._worker.ask(Feed(), file) == Opened()
        return self._fed


class FileSource:
    """Pictures, folders of them and videos, from their first picture to the last, once."""

    def __init__(
        self, path: Path, on_lost: Callable[[CeremonyError], None] = lambda _: None
    ) -> None:
        self._path, self._on_lost = path, on_lost
        self._worker = WorkerProcess()
        self._codes: Iterator[tuple[str, ...]] | None = None

    @property
    def confined(self) -> bool:
        return self._worker.ready.confined

    def start(self) -> None:
        self._worker.start()

    def look(self) -> Glance:
        if self._codes is None:
            self._codes = codes_in(self._path, self._worker, self._on_lost)
        texts = next(self._codes, None)
        if texts is None:
            self.rest()
            return Glance(over=True)
        return Glance(Seen(Codes(texts).texts))

    def rest(self) -> None:
        self._codes = None
        self._worker.end()
