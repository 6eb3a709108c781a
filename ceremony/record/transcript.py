"""The transcript: one JSON object a line, each with the SHA-256 of the line before it.

The fingerprint is the SHA-256 of the last line: it changes with any character of any
line. Nothing secret is ever given to a transcript.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ceremony.errors import CeremonyError, Control, Failure, printable_values

Clock = Callable[[], datetime]

Sink = Callable[[bytes], None]
"""Keeps one line, durable when it returns."""

MAX_FACT = 1000
"""Characters of one text of a fact."""

FIRST = "0" * 64
"""What the first line has in place of a digest."""


class Line(msgspec.Struct, frozen=True):
    """``facts`` are the event's own: texts, numbers and lists of them."""

    number: int
    time: str
    event: str
    facts: dict[str, Any]
    before: str


class Record:
    """What happened and which controls passed, in their order; each is a line.

    ``lines`` are the whole transcript; ``sink`` keeps a line before a method returns.
    ``problems`` are those of the machine that were told already.
    """

    def __init__(self, sink: Sink, clock: Clock) -> None:
        self._sink, self._clock = sink, clock
        self.lines: list[bytes] = []
        self.passed_controls: set[Control] = set()
        self.problems: set[str] = set()

    def happened(self, event: str, **facts: object) -> None:
        """TXT-OUTSIDE: every text in ``facts`` is made printable, ``MAX_FACT`` characters."""
        before = hashlib.sha256(self.lines[-1]).hexdigest() if self.lines else FIRST
        time = self._clock().isoformat(timespec="seconds")
        shown = {name: printable_values(fact, MAX_FACT) for name, fact in facts.items()}
        line = msgspec.json.encode(Line(len(self.lines) + 1, time, event, shown, before))
        self._sink(line + b"\n")
        self.lines.append(line)

    def passed(self, *controls: Control, subject: str = "") -> None:
        """These controls have just passed, for this subject."""
        self.passed_controls.update(controls)
        self.happened("controls", passed=[c.id for c in controls], subject=subject)

    def refused(self, error: CeremonyError) -> None:
        self.happened(
            "refused",
            control=error.control.id if error.control else "",
            failure=error.failure.value,
            text=error.message,
        )

    def fingerprint(self) -> bytes:
        """32 bytes. Of an empty transcript it is the SHA-256 of nothing."""
        return hashlib.sha256(self.lines[-1] if self.lines else b"").digest()

    def serialize(self) -> bytes:
        return b"".join(line + b"\n" for line in self.lines)


def verify_transcript(data: bytes) -> tuple[Sequence[Line], bytes]:
    """The lines of a transcript and its fingerprint, to compare with the one on paper.

    Raises ``malformed`` at the first line that was changed, cut out or put in.
    """
    before, lines = FIRST, []
    for number, text in enumerate(data.removesuffix(b"\n").split(b"\n"), 1):
        try:
            line = msgspec.json.decode(text, type=Line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise _changed(number, "is not a line of a transcript") from None
        if line.number != number or line.before != before:
            raise _changed(number, "does not follow the line before it")
        before = hashlib.sha256(text).hexdigest()
        lines.append(line)
    return lines, bytes.fromhex(before)


def _changed(number: int, what: str) -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED,
        f"line {number} of the transcript {what}",
        hint="the file was changed or cut: take another copy, and compare its fingerprint",
    )
