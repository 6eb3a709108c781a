"""The frames of a message, one after the other, in codes of any version.

A receiver keeps the symbols of each size apart, and keeps them: frames of a version that was
shown before go on where they were, so that what is shown again is what is missing.
"""

from hashlib import sha256

from ceremony.link import Sender
from ceremony.optics.matrix import capacity


class Reel:
    """The frames of the last message that was put in. A short one is one frame, always the same."""

    def __init__(self) -> None:
        self._digest = b""
        self._version = 0
        self._next: dict[int, int] = {}
        self._sender: Sender | None = None

    def put(self, message: bytes, version: int) -> None:
        """These frames are next. Raises ``oversized`` for a message that the link does not take."""
        digest = sha256(message).digest()
        if digest != self._digest:
            self._next = {}
        if (digest, version) != (self._digest, self._version):
            self._sender = Sender(message, capacity(version))
        self._digest, self._version = digest, version

    @property
    def needed(self) -> int:
        """How many frames give the message; 0 where there is none."""
        return self._sender.needed if self._sender else 0

    @property
    def shown(self) -> int:
        """Frames of this version that were taken."""
        return self._next.get(self._version, 0)

    @property
    def longest(self) -> int:
        """Characters of a frame."""
        return len(self._sender.frame(0)) if self._sender else 0

    def take(self) -> str:
        """The next frame; "" without a message."""
        if self._sender is None:
            return ""
        index = self.shown
        self._next[self._version] = index + 1
        return self._sender.frame(index if self.needed > 1 else 0)
