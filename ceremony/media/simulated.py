"""The simulated light: screens, cameras and the air between them, for rehearsals only.

Each side has a socket in one folder and looks at it all the time, as a camera does that
nobody covers; a message is shown until the other side's camera has it. What was shown is
shown again to a program that was started again, as a stick still has what is on it.
"""

import contextlib
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic, sleep

import msgspec
import numpy as np

from ceremony.desk.port import Awaiting
from ceremony.errors import CeremonyError, Failure
from ceremony.link.progress import Foreign, Progress, Unreadable
from ceremony.media.air import look, show
from ceremony.media.folder import Side
from ceremony.media.port import Tell
from ceremony.message import decode_message, digest
from ceremony.message.codec import kind_of
from ceremony.optics.fed_reader import FedReader
from ceremony.optics.light import Statistics, stopped
from ceremony.optics.simulated import HD1080

GLANCE = 0.05
"""Seconds between two looks at whether something has come."""

PICTURE = 30.0
"""Seconds for one picture to come or to be taken."""

SETTINGS = "light.json"
"""The file in the folder that says how bad the light is; without it nothing is lost."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``loss`` is the part of the camera's frames that is lost, ``seed`` that of all chance."""

    loss: float = 0.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Crossed:
    """A message that is across, and what the camera that received it saw."""

    message: bytes
    side: Side
    statistics: Statistics


class SimulatedLight:
    """One side's screen and camera. ``close`` ends the looking.

    ``watch`` is called while it waits, and raises to end that; ``crossed`` is told every
    message that is across, either way. It waits for ``patience`` seconds of silence.
    Raises ``file`` if the folder cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        side: Side,
        *,
        patience: float = 300.0,
        watch: Callable[[], None] = lambda: None,
        crossed: Callable[[Crossed], None] = lambda _: None,
    ) -> None:
        self._side, self._other = side, folder / ("relay" if side == "laptop" else "laptop")
        self._patience, self._watch, self._crossed = patience, watch, crossed
        settings = _settings(folder)
        self._conditions = HD1080.lossy(settings.loss)
        self._generator = np.random.default_rng([settings.seed, side == "relay"])
        self._sent: list[bytes] = []
        self._shown = 0
        self._shown_to: tuple[int, int] | None = None
        self._here: list[bytes] = []
        self._told: set[bytes] = set()
        self._come: SimpleQueue[Crossed | Progress] = SimpleQueue()
        self._listener = _listening(folder / side)
        self._looking = Thread(target=self._look, daemon=True)
        self._looking.start()

    def close(self) -> None:
        # Closing alone does not wake the thread that waits in accept.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._looking.join(1)

    def send(self, message: bytes, tell: Tell) -> None:
        """Shows it until the other side has it. Raises ``incomplete``."""
        self._sent.append(message)
        deadline = monotonic() + self._patience
        while not self._all_shown():
            self._watch()
            if monotonic() > deadline:
                raise stopped("nobody came to look at the screen")
            sleep(GLANCE)

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        """As the port has it. Raises ``incomplete`` after ``patience`` seconds of silence."""
        deadline = monotonic() + self._patience
        while True:
            newest_first = self._here[::-1] if self._side == "laptop" else self._here
            for data in newest_first:
                if self._wanted(data, kinds, known, tell):
                    return data
            self._watch()
            self._all_shown()
            try:
                come = self._come.get(timeout=GLANCE)
            except Empty:
                tell(Awaiting(" or ".join(kinds)))
                if monotonic() > deadline:
                    raise stopped("nobody came to show a message") from None
                continue
            deadline = monotonic() + self._patience
            if isinstance(come, Crossed):
                self._crossed(come)
                if come.message not in self._here:
                    self._here.append(come.message)
            else:
                tell(come)

    def sent(self) -> list[bytes]:
        """The messages of this side, in their order."""
        return [*self._sent]

    def received(self) -> list[bytes]:
        """The messages of the other side that were looked at, in their order."""
        return [*self._here]

    def _wanted(
        self, data: bytes, kinds: Collection[str], known: Collection[bytes], tell: Tell
    ) -> bool:
        """What is known or not awaited is told, once, and left alone: it may be awaited later."""
        try:
            kind = kind_of(decode_message(data))
        except CeremonyError as error:
            self._tell_once(data, Unreadable(error.failure, error.message, error.hint), tell)
            return False
        if digest(data) in known:
            return False
        if kind not in kinds:
            self._tell_once(data, Foreign(digest(data)[:8], known=False), tell)
            return False
        return True

    def _tell_once(self, data: bytes, progress: Progress, tell: Tell) -> None:
        if digest(data) not in self._told:
            self._told.add(digest(data))
            tell(progress)

    def _all_shown(self) -> bool:
        """Shows what the program at the other side has not seen; False if it is not there."""
        if not self._sent:
            return True
        try:
            found = self._other.stat()
        except OSError:
            return False
        if (found.st_ino, found.st_ctime_ns) != self._shown_to:
            self._shown, self._shown_to = 0, (found.st_ino, found.st_ctime_ns)
        while self._shown < len(self._sent):
            message = self._sent[self._shown]
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                    connection.settimeout(PICTURE)
                    connection.connect(str(self._other))
                    statistics = show(connection, message)
            except OSError:
                return False
            except CeremonyError as error:
                if error.failure is not Failure.INCOMPLETE:
                    raise
                return False
            self._shown += 1
            self._crossed(Crossed(message, self._side, statistics))
        return True

    def _look(self) -> None:
        """The camera: takes one message after the other, until ``close``."""
        side: Side = "relay" if self._side == "laptop" else "laptop"
        with FedReader() as reader:
            while self._look_once(side, reader):
                pass

    def _look_once(self, side: Side, reader: FedReader) -> bool:
        """One message; False when there will be no more."""
        try:
            connection = self._listener.accept()[0]
        except OSError:
            return False
        with connection:
            connection.settimeout(PICTURE)
            try:
                message, statistics = look(
                    connection, self._conditions, self._generator, self._come.put, reader
                )
            except CeremonyError as error:
                refused = Unreadable(error.failure, error.message, error.hint)
                self._come.put(refused)
            else:
                self._come.put(Crossed(message, side, statistics))
        return True


def write_settings(folder: Path, settings: Settings) -> None:
    """How bad the light is in this folder, before anybody looks."""
    (folder / SETTINGS).write_bytes(msgspec.json.encode(settings))


def _settings(folder: Path) -> Settings:
    try:
        return msgspec.json.decode((folder / SETTINGS).read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (OSError, msgspec.MsgspecError):
        raise CeremonyError(
            Failure.FILE,
            f"the settings of the simulated light in {SETTINGS} cannot be read",
            hint="let `ceremony rehearse` make the folder",
        ) from None


def _listening(path: Path) -> socket.socket:
    """A socket at ``path``, in place of that of a program which has ended."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        listener.bind(str(path))
        listener.listen(8)
    except OSError as error:
        listener.close()
        raise CeremonyError(
            Failure.FILE,
            f"the simulated light cannot be used: {error.strerror or 'its path is too long'}",
            hint="name a folder of your own that exists, shorter than 90 characters",
        ) from None
    return listener
