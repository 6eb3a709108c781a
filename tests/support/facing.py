"""Two sides of a link test that face each other without cameras: each sees what the other shows.

Both look in step, and each look takes a tenth of a second of its own clock.
"""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from threading import Barrier, BrokenBarrierError

from ceremony.desk.port import Progress
from ceremony.entropy import system_random
from ceremony.link import Sender
from ceremony.media.link_side import Ends
from ceremony.optics.eye import Glance
from ceremony.optics.matrix import capacity
from ceremony.optics.screen_messages import Present, Shown, Status, Up
from ceremony.optics.worker_messages import Seen

FULL_HD = Up("fake", 1920, 1080, confined=True)
STEP = 0.1
PATIENCE = 120.0


@dataclass
class FakeScreen:
    """What is shown: its next codes are ``codes()``."""

    up: Up = FULL_HD
    presents: list[Present] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hidden: int = 0
    closed: bool = False

    def __post_init__(self) -> None:
        self._sender: Sender | None = None
        self._visible = False
        self._next = count()

    @property
    def confined(self) -> bool:
        return self.up.confined

    def present(self, request: Present) -> None:
        self.presents.append(request)
        self._visible = True
        data = request.message
        self._sender = Sender(data, capacity(request.version)) if data else None
        self._next = count()

    def update(self, status: Status) -> Shown:
        self.statuses.append(status)
        keys, self.keys = tuple(self.keys), []
        return Shown(keys)

    def hide(self) -> None:
        self.hidden += 1
        self._visible = False

    def close(self) -> None:
        self.closed = True

    def codes(self) -> tuple[str, ...]:
        if not self._visible:
            return ()
        sender, told = self._sender, self.statuses[-1].feedback if self.statuses else ""
        frames = [sender.frame(next(self._next)) for _ in range(4)] if sender else []
        return (*frames, *([told] if told else []))


@dataclass
class FakeCamera:
    """Looks at a screen, or gives glances that were made before; ``now`` is its side's clock."""

    screen: FakeScreen | None = None
    glances: Iterable[Glance] = ()
    barrier: Barrier | None = None
    confined: bool = True
    now: float = 0.0
    rested: int = 0
    looks: int = 0

    def __post_init__(self) -> None:
        self._glances = iter(self.glances)

    def start(self) -> None:
        pass

    def look(self) -> Glance:
        self.looks += 1
        self.now += STEP
        if self.barrier is not None:
            # The other side has ended: its screen still shows what it showed.
            with contextlib.suppress(BrokenBarrierError):
                self.barrier.wait(PATIENCE)
        if self.screen is not None:
            return Glance(Seen(self.screen.codes(), rate=3000))
        return next(self._glances, Glance())

    def rest(self) -> None:
        self.rested += 1

    def clock(self) -> float:
        return self.now


@dataclass
class FakeSide:
    """``told`` is every progress; ``pressed`` are keys at the desk."""

    camera: FakeCamera
    screen: FakeScreen
    pressed: list[str] = field(default_factory=list)
    told: list[Progress] = field(default_factory=list)

    def ends(self, seconds: float = 6) -> Ends:
        keys: Callable[[], str] = lambda: self.pressed.pop(0) if self.pressed else ""  # noqa: E731
        return Ends(
            self.camera,
            self.screen,
            keys,
            system_random,
            self.told.append,
            self.camera.clock,
            seconds,
        )


def facing() -> tuple[FakeSide, FakeSide, Barrier]:
    """Two sides. Whoever ends first has to abort the barrier, so that the other goes on."""
    barrier = Barrier(2)
    one, other = FakeScreen(), FakeScreen()
    return (
        FakeSide(FakeCamera(other, barrier=barrier), one),
        FakeSide(FakeCamera(one, barrier=barrier), other),
        barrier,
    )


def frames_of(data: bytes, version: int = 18) -> list[Glance]:
    """All of a message, two codes in a picture."""
    sender = Sender(data, capacity(version))
    return [
        Glance(Seen((sender.frame(i), sender.frame(i + 1)), rate=3000))
        for i in range(0, sender.needed + 4, 2)
    ]
