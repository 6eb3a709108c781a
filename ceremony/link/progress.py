"""What a receiver says after each frame: a closed set of values, never content."""

from dataclasses import dataclass
from typing import assert_never

from ceremony.errors import Failure


@dataclass(frozen=True, slots=True)
class Waiting:
    """No frame of any message was seen yet."""


@dataclass(frozen=True, slots=True)
class Receiving:
    """A new frame: ``received`` different ones of the message are there.

    ``needed`` is how many will mostly do. ``received`` stays below it until the
    message is complete, so that nobody sees a full bar that goes on.
    """

    received: int
    needed: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """A frame that was there already; nothing moves."""

    received: int
    needed: int


@dataclass(frozen=True, slots=True)
class Foreign:
    """A frame of another message than the one that is furthest; nothing is lost.

    The other message is collected too, so that it completes when it is the right one.
    ``message_id`` is the other message's. ``known`` tells that it is one which the
    receiver was told to ignore, having it already.
    """

    message_id: bytes
    known: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A QR code that is not a sound frame of this link; nothing is lost."""

    failure: Failure
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Forged:
    """A frame that names a message and yet is not of the sender whose frames are furthest.

    Somebody makes frames in another's name, or a finished message did not have the
    SHA-256 that its frames named. The genuine frames are kept apart, and go on.
    """

    message_id: bytes


@dataclass(frozen=True, slots=True)
class Complete:
    """The message, whose SHA-256 begins with the id that its frames named."""

    message: bytes
    digest: bytes


Progress = Waiting | Receiving | Repeated | Foreign | Unreadable | Forged | Complete


def describe(progress: Progress) -> str:
    """One line for people."""
    match progress:
        case Waiting():
            return "point the camera at the other screen"
        case Receiving(received, needed):
            return f"{received} of {needed} frames"
        case Repeated(received, needed):
            return f"{received} of {needed} frames, this one again"
        case Foreign(known=True):
            return "the other screen still shows a message that is here already"
        case Foreign():
            return "this QR code belongs to another message"
        case Unreadable(reason=reason):
            return reason
        case Forged():
            return "nothing is lost, but somebody shows forged frames: find the other screen"
        case Complete(message, digest):
            return f"complete: {len(message)} bytes, SHA-256 {digest.hex()[:16]}"
        case _:
            assert_never(progress)
