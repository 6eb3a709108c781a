"""How fast and how dense codes are shown, and what the two sides tell each other about it.

``Pacing`` is the seam to the link's ``Pacer`` and feedback: what a camera sees of the other
side's small code sets the pace, and our own small code says how we see theirs.
"""

from dataclasses import replace
from typing import Protocol

from ceremony.errors import CeremonyError
from ceremony.link import Receiver
from ceremony.link.feedback import (
    ID_SIZE,
    Feedback,
    Tally,
    encode_feedback,
    is_feedback,
    parse_feedback,
)
from ceremony.link.pace import START, Pace, Pacer
from ceremony.link.sender import frames_needed
from ceremony.message import digest
from ceremony.optics.matrix import capacity


def describe(pace: Pace) -> str:
    """A pace in words."""
    codes = f", {pace.places} at once" if pace.places > 1 else ""
    return f"codes of version {pace.version}{codes}, each for {pace.dwell / 60:.2f} s"


class Pacing(Protocol):
    """What sets the pace of what is shown, and hears how it is seen."""

    def begin(self, message: bytes, now: float) -> None:
        """This is shown from now on."""

    def pace(self, now: float) -> Pace:
        """How it is shown now."""

    def key(self, key: str) -> bool:
        """Whether this key changed the pace."""

    def heard(self, text: str, now: float) -> bool:
        """Whether this code is the other side's feedback, which is taken in then."""

    def looked(self, read: int, torn: int) -> None:
        """One picture of our own camera: codes that were read, and found but not read."""

    def here(self, message_id: bytes | None) -> None:
        """The message that is here whole and still shown by the other side; None for none."""

    def has(self, message: bytes) -> bool:
        """Whether the other side says that it has this message."""

    def doubt(self, now: float) -> None:
        """No answer came although it said so."""

    def feedback(self, receiver: Receiver) -> str:
        """The small code for the other side; "" for none."""


class Paced:
    """The link's pace: slow at first, then as the other side's feedback says, or by keys."""

    def __init__(self, start: Pace = START) -> None:
        self._start = start
        self._pacer: Pacer | None = None
        self._shown = b""
        self._tally = Tally()
        self._here: bytes | None = None

    def begin(self, message: bytes, now: float) -> None:
        if message == self._shown:
            return
        self._shown, size = message, len(message)
        self._pacer = Pacer(
            digest(message),
            lambda version: frames_needed(size, capacity(version)),
            start=self._start,
            now=now,
        )

    def pace(self, now: float) -> Pace:
        return self._pacer.at(now) if self._pacer else self._start

    def key(self, key: str) -> bool:
        return self._pacer is not None and self._pacer.key(key)

    def heard(self, text: str, now: float) -> bool:
        if not is_feedback(text):
            return False
        try:
            feedback = parse_feedback(text)
        except CeremonyError:
            # A damaged one: the next tells the same.
            return True
        if self._pacer is not None:
            self._pacer.heard(feedback, now)
        return True

    def looked(self, read: int, torn: int) -> None:
        self._tally.looked(read, torn)

    def here(self, message_id: bytes | None) -> None:
        self._here = message_id

    def has(self, message: bytes) -> bool:
        return self._pacer is not None and message == self._shown and self._pacer.complete

    def doubt(self, now: float) -> None:
        if self._pacer is not None:
            self._pacer.doubt(now)

    def feedback(self, receiver: Receiver) -> str:
        said: Feedback = self._tally.feedback(receiver)
        if self._here is not None:
            said = replace(said, message_id=self._here[:ID_SIZE], held=1, needed=1, complete=True)
        return encode_feedback(said)
