"""What a receiver says back in a small code on its own screen: a hint about the pace.

Both cameras look at both screens, so the sender can read how its codes are seen. Nobody
signs this: anybody can hold such a code before the camera. So it can change the pace and
say that the other side seems to have the message, and nothing else (docs/format.md, The
feedback). ``ceremony.link.pace`` is what listens.

    magic "DF" 2 | version 1 | flags 1 | message id 8 | held 2 | needed 2 | clean 2 |
    torn 2 | unreadable 2 | CRC-32 4

All numbers are big-endian; 26 bytes are 39 characters of base45, a code of version 2.
"""

import zlib
from dataclasses import dataclass
from struct import Struct

from base45 import b45decode, b45encode

from ceremony.errors import CeremonyError, Failure
from ceremony.link.receiver import Receiver

ID_SIZE = 8
"""Bytes of the message's SHA-256 that name it; all zero while no frame was seen."""

COUNTS = 1 << 16
"""The counts of codes start again from 0 here."""

_MAGIC = b"DF"
_VERSION = 1
_COMPLETE = 1
_FIELDS = Struct(f">2sBB{ID_SIZE}s5H")
_CHECKSUM = Struct(">I")

_BEGINS = b45encode(_MAGIC).decode()
_LENGTH = (_FIELDS.size + _CHECKSUM.size) // 2 * 3
"""Characters of a feedback; each two bytes are three."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the other side has, and how it sees our codes.

    ``held`` different frames of the message are there and ``needed`` will mostly do.
    ``clean``, ``torn`` and ``unreadable`` count codes since the receiver began, modulo
    ``COUNTS``: read; not read although others are, now or just before; not read or not found.
    """

    message_id: bytes
    held: int
    needed: int
    clean: int
    torn: int
    unreadable: int
    complete: bool


class Tally:
    """Counts what a receiver's camera sees, for its feedback."""

    def __init__(self) -> None:
        self._clean = self._torn = self._unreadable = 0
        self._read_before = False

    def looked(self, read: int, broken: int) -> None:
        """One picture of the camera: codes that were read, and found but not read.

        A broken code beside one that was read, or after a picture in which one was, is
        taken for torn: the light is good enough, and the pace is not.
        """
        self._clean += read
        if read or self._read_before:
            self._torn += broken
        else:
            self._unreadable += max(broken, 1)
        self._read_before = read > 0

    def feedback(self, receiver: Receiver) -> Feedback:
        """What to say of a receiver now."""
        state = receiver.state()
        return Feedback(
            state.message_id[:ID_SIZE],
            state.held,
            state.needed,
            self._clean % COUNTS,
            self._torn % COUNTS,
            self._unreadable % COUNTS,
            state.complete,
        )


def is_feedback(text: str) -> bool:
    """Whether a code is a feedback and not a frame; it may still be a damaged one."""
    return len(text) == _LENGTH and text.startswith(_BEGINS)


def encode_feedback(feedback: Feedback) -> str:
    """The text of a small code, of QR's alphanumeric characters only."""
    body = _FIELDS.pack(
        _MAGIC,
        _VERSION,
        _COMPLETE if feedback.complete else 0,
        feedback.message_id,
        feedback.held,
        feedback.needed,
        feedback.clean,
        feedback.torn,
        feedback.unreadable,
    )
    encoded: bytes = b45encode(body + _CHECKSUM.pack(zlib.crc32(body)))
    return encoded.decode("ascii")


def parse_feedback(text: str) -> Feedback:
    """The feedback that ``text`` says; every text has at most one meaning.

    Raises ``malformed`` for what is not a feedback at all or says what no receiver says,
    ``format-version`` and ``checksum``.
    """
    if not is_feedback(text):
        raise _malformed("this QR code is not the feedback of a receiver")
    try:
        data = b45decode(text.encode("ascii"))
    except ValueError:
        raise _malformed("this QR code is not the feedback of a receiver") from None
    body = data[: _FIELDS.size]
    magic, version, flags, name, held, needed, clean, torn, unreadable = _FIELDS.unpack(body)
    if magic != _MAGIC:
        raise _malformed("this QR code is not the feedback of a receiver")
    if version != _VERSION:
        raise CeremonyError(
            Failure.FORMAT_VERSION,
            f"the feedback has version {version}, this program reads {_VERSION}",
            hint="use the same release of the programs on both sides",
        )
    if _CHECKSUM.pack(zlib.crc32(body)) != data[_FIELDS.size :]:
        raise CeremonyError(
            Failure.CHECKSUM,
            "the feedback was damaged on the way",
            hint="go on: the next one tells the same",
        )
    if name == bytes(ID_SIZE):
        sound = not (held or needed or flags)
    else:
        sound = 0 < needed >= held and flags <= _COMPLETE
    if not sound:
        raise _malformed("the feedback says what no receiver says")
    return Feedback(name, held, needed, clean, torn, unreadable, complete=flags == _COMPLETE)


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED, message, hint="take the other QR code out of the camera's view"
    )
