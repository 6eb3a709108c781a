"""What a ceremony works with on the laptop: the room, as one value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ceremony.desk.again import until_it_works
from ceremony.desk.port import Desk
from ceremony.errors import CeremonyError
from ceremony.keys.material import KeyMaterial
from ceremony.machine import Image, Problem
from ceremony.media.port import Medium
from ceremony.message import Conversation, digest
from ceremony.message.codec import kind_of
from ceremony.message.conversation import CONTROLS
from ceremony.message.kinds import Header
from ceremony.offline.self_tests import SelfTests
from ceremony.passphrases import WORK, Work
from ceremony.record.plan import ImportKey, Plan, Source
from ceremony.record.transcript import Record
from ceremony.secret import Random, Secret

M = TypeVar("M", bound=Header)

Enter = Callable[["Room", Source, Sequence[ImportKey]], Sequence[KeyMaterial]]
"""Takes one source and gives its keys, one for each key of the plan, in their order."""

Write = Callable[[Sequence[tuple[str, Secret]], str], None]
"""Writes new files, all or none, and reads them back. Raises ``file``."""


@dataclass(frozen=True, slots=True)
class Room:
    """``machine`` looks at the laptop now; ``enter`` takes the keys of a source, ``scan`` a
    secret from a QR code, for a prompt.

    ``write``, ``read`` and ``exists`` reach the folder of the laptop's own files. ``image`` is
    the live image, where this machine runs one. ``self_tests`` is None for all that there are;
    ``work`` is what a guess of a passphrase costs.
    """

    desk: Desk
    medium: Medium
    plan: Plan
    machine: Callable[[], tuple[Problem, ...]]
    random: Random
    record: Record
    enter: Enter
    write: Write
    read: Callable[[str], Secret]
    exists: Callable[[str], bool]
    scan: Callable[[str], Secret]
    image: Image | None = None
    self_tests: SelfTests | None = None
    work: Work = WORK


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the end: what became of a key, and what to do about it."""

    label: str
    status: str
    text: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a ceremony ended. ``complete`` is true when every key of the plan is done."""

    told: tuple[Told, ...]
    conversation: Conversation

    @property
    def complete(self) -> bool:
        return all(one.status == "done" for one in self.told)


def send(room: Room, conversation: Conversation, data: bytes, name: str) -> Conversation:
    """Sends a message that carries ``conversation.header()``; the conversation after it."""
    room.record.happened("sent", kind=name, digest=digest(data).hex(), size=len(data))
    carry(room, data)
    return conversation.sent(data)


def carry(room: Room, data: bytes) -> None:
    """A message onto the medium; one that is full or not there is corrected, and tried again."""
    until_it_works(room.desk, lambda: room.medium.send(data, room.desk.progress))


def receive(room: Room, conversation: Conversation, kind: type[M]) -> tuple[M, Conversation]:
    """The next message of that kind which may come now, and the conversation after it.

    A message that is refused is told, and leaves everything as it was: the next is taken.
    """
    name = kind_of(kind)
    refused: set[bytes] = set()
    while True:
        known = conversation.seen | refused
        data = room.medium.receive((name,), known, room.desk.progress)
        try:
            message, after = conversation.accept(data, kind)
        except CeremonyError as error:
            refused.add(digest(data))
            room.desk.error(error)
            room.record.refused(error)
            continue
        room.record.happened("received", kind=name, digest=digest(data).hex(), size=len(data))
        room.record.passed(*CONTROLS, subject=name)
        return message, after
