"""The port of every medium: a message out, a message in."""

from collections.abc import Callable, Collection
from typing import Protocol

from ceremony.desk.port import Progress

Tell = Callable[[Progress], None]


class Medium(Protocol):
    """Both raise CeremonyError ``file`` or ``cancelled``; neither ever loses a message."""

    def send(self, message: bytes, tell: Tell) -> None:
        """Returns when the other side can take the message, whole."""

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        """The next message of one of these kinds whose SHA-256 is not among ``known``.

        What is something else is told, and left alone.
        """
