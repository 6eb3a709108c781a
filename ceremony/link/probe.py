"""Test messages: what two computers show each other to measure the link between them.

No ceremony accepts one: it begins with the letter d, which in MessagePack is the number 100,
and a message is an object there. It carries no key and no secret; its bytes are random, and
an answer names the SHA-256 of what it answers, so that one of an earlier test fits nothing.

    magic 26 | kind 1 | SHA-256 of what is answered 32 | milliseconds 4 | bytes 4 |
    clean 4 | torn 4 | unreadable 4 | random bytes

All numbers are big-endian. The first one answers nothing and tells nothing: zeros.
"""

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from struct import Struct

from ceremony.errors import CeremonyError, Failure

MAGIC = b"dfns-ceremony link test 1\n"

LARGE, SMALL = 20_000, 128
"""Bytes of a message that is measured, and of the last one."""

_FIELDS = Struct(">26sB32s5I")
_NOTHING = bytes(32)


class Kind(IntEnum):
    """``FIRST`` is measured by the side that answers, ``ANSWER`` by the other, which ends
    with ``LAST``."""

    FIRST = 1
    ANSWER = 2
    LAST = 3


SIZES = {Kind.FIRST: LARGE, Kind.ANSWER: LARGE, Kind.LAST: SMALL}


@dataclass(frozen=True, slots=True)
class Result:
    """How a side read the other's codes in the last seconds: all zero where it did not.

    ``size`` are the bytes of different symbols, ``clean``, ``torn`` and ``unreadable`` count
    codes as ``ceremony.link.feedback`` does.
    """

    milliseconds: int = 0
    size: int = 0
    clean: int = 0
    torn: int = 0
    unreadable: int = 0

    @property
    def goodput(self) -> float:
        """Bytes of content a second."""
        return 1000 * self.size / self.milliseconds if self.milliseconds else 0.0

    def share(self, codes: int) -> float:
        """A count as a part of all codes."""
        every = self.clean + self.torn + self.unreadable
        return codes / every if every else 0.0


@dataclass(frozen=True, slots=True)
class Probe:
    """One test message. ``answers`` is 32 bytes; ``noise`` fills it up to its size."""

    kind: Kind
    answers: bytes
    result: Result
    noise: bytes


def probe_bytes(kind: Kind, answers: bytes, result: Result, noise: bytes) -> bytes:
    """The message; ``noise`` are LARGE random bytes, of which it takes what it needs."""
    numbers = (
        result.milliseconds,
        result.size,
        result.clean,
        result.torn,
        result.unreadable,
    )
    head = _FIELDS.pack(MAGIC, kind, answers, *numbers)
    return head + noise[: SIZES[kind] - len(head)]


def first_probe(noise: bytes) -> bytes:
    return probe_bytes(Kind.FIRST, _NOTHING, Result(), noise)


def parse_probe(data: bytes) -> Probe:
    """The test message in ``data``. Raises ``kind`` for another message, ``malformed``."""
    if not data.startswith(MAGIC):
        raise CeremonyError(
            Failure.KIND,
            "the other screen shows a message that is not of a link test",
            hint="start the test on both sides: ceremony check, and ceremony-relay check --link",
        )
    if len(data) < _FIELDS.size:
        raise _damaged()
    _, number, answers, *numbers = _FIELDS.unpack(data[: _FIELDS.size])
    try:
        kind = Kind(number)
    except ValueError:
        raise _damaged() from None
    empty = answers == _NOTHING and not any(numbers)
    if len(data) != SIZES[kind] or (kind is Kind.FIRST) != empty:
        raise _damaged()
    return Probe(kind, answers, Result(*numbers), data[_FIELDS.size :])


def probe_digest(data: bytes) -> bytes:
    """SHA-256: what an answer names."""
    return sha256(data).digest()


def _damaged() -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED,
        "the other screen shows a link test that no program made",
        hint="use the same release of the programs on both sides",
    )
