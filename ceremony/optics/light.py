"""A message over light: shown on a screen until the other side has it, seen by a camera.

Screen and camera are the seam. Behind it are a window, a framebuffer, a webcam, or the
simulated camera of a rehearsal; this module knows none of them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Protocol

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Complete, Progress, Receiver, Receiving, Sender
from ceremony.optics.decode import read_codes
from ceremony.optics.draw import DEFAULT_VERSION, capacity, draw_to_fit
from ceremony.optics.picture import Picture

SCREEN_SIDE = 1000
"""Pixels: the code on a screen of 1080 rows, with room for a line of text."""


class Screen(Protocol):
    """Shows square pictures to whoever looks."""

    def show(self, picture: Picture) -> bool:
        """Show it for one period of the screen; False when the other side has the message.

        That is for the operator to say. Raises CeremonyError when showing cannot go on.
        """


class Camera(Protocol):
    """Gives one picture after the other."""

    def read(self) -> Picture | None:
        """The next picture; None when none came this time.

        Raises CeremonyError when none will come any more.
        """

    @property
    def seconds(self) -> float:
        """For how long the camera has been looking."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a transfer took; never content.

    ``frames_needed`` are the message's K, ``frames_shown`` or ``frames_seen`` what the
    screen showed or the camera saw (lost ones are ``frames_lost``), ``frames_decoded``
    those with a readable code and ``frames_used`` those that were new. A sender knows
    nothing of the last three.
    """

    message_bytes: int
    frames_needed: int
    wall_seconds: float
    frames_shown: int = 0
    frames_seen: int = 0
    frames_lost: int = 0
    frames_decoded: int = 0
    frames_used: int = 0
    camera_seconds: float = 0.0


def never() -> bool:
    """The default of ``cancelled``."""
    return False


def send(
    message: bytes,
    screen: Screen,
    *,
    version: int = DEFAULT_VERSION,
    cancelled: Callable[[], bool] = never,
) -> Statistics:
    """Show the frames of ``message``, codes of at most ``version``, until the screen says so.

    Raises ``oversized`` for a message over the link's limits, ``incomplete`` when
    cancelled, and what the screen raises.
    """
    began = monotonic()
    sender = Sender(message, capacity(version))
    for index in count():
        if cancelled():
            raise stopped("sending was cancelled before the other side had the message")
        if not screen.show(draw_to_fit(sender.frame(index), SCREEN_SIDE)):
            break
    return Statistics(len(message), sender.needed, monotonic() - began, frames_shown=index + 1)


def receive(
    camera: Camera,
    on_progress: Callable[[Progress], None],
    *,
    read: Callable[[Picture], list[str]] = read_codes,
    known: Collection[bytes] = (),
    cancelled: Callable[[], bool] = never,
    timeout: float | None = None,
) -> tuple[bytes, Statistics]:
    """Look until a message is complete; ``known`` are digests of those that do not count.

    ``on_progress`` hears of every code that ``read`` finds. ``timeout`` is in seconds of wall
    time, None for none: people cancel. Raises ``incomplete`` when cancelled or out of
    time, and what the camera raises.
    """
    began = monotonic()
    receiver = Receiver(known)
    seen = lost = decoded = used = needed = 0
    while True:
        if cancelled():
            raise stopped("receiving was cancelled before the message was complete")
        if timeout is not None and monotonic() - began > timeout:
            raise stopped(f"no complete message came within {timeout:g} seconds")
        picture = camera.read()
        seen += 1
        if picture is None:
            lost += 1
            continue
        codes = read(picture)
        decoded += bool(codes)
        for code in codes:
            progress = receiver.add(code)
            on_progress(progress)
            match progress:
                case Receiving(needed=needed):
                    used += 1
                case Complete(message):
                    return message, Statistics(
                        len(message),
                        max(needed, 1),
                        monotonic() - began,
                        frames_seen=seen,
                        frames_lost=lost,
                        frames_decoded=decoded,
                        frames_used=used + 1,
                        camera_seconds=camera.seconds,
                    )
                case _:
                    pass


def stopped(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.INCOMPLETE, message, hint="nothing is lost: show the message again and scan it"
    )
