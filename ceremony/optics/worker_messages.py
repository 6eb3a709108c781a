"""What the program and the process that reads pictures say to each other.

Each packet is its length, 4 bytes big-endian, and one struct in MessagePack. The program
asks and the process answers, one for one. An answer comes from a process that may have
been taken over by a picture: it holds numbers, names of a closed set, and the texts of QR
codes, which anybody could have held up anyway; nothing in it is shown as it came.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import msgspec

MAX_PACKET = 1 << 20
"""Bytes. The largest is a picture full of QR codes."""

MAX_CODES = 64
"""QR codes of one picture that are told; the rest is in the next one, or too small."""

MAX_CODE = 5000
"""Characters of a code that are told: more than any frame has, so that it is refused as
too long and not as a short one."""

_LENGTH_SIZE = 4


class Reason(StrEnum):
    """Why a file, or the rest of it, is not read."""

    KIND = "kind"
    DAMAGED = "damaged"
    PIXELS = "pixels"
    BYTES = "bytes"
    FRAMES = "frames"
    OTHER_SIZE = "other-size"


Number = Annotated[int, msgspec.Meta(ge=0, lt=2**62)]


class Look(msgspec.Struct, frozen=True, tag_field="is", tag="look"):
    """Look at the file whose descriptor comes with this packet, from its first picture."""


class Next(msgspec.Struct, frozen=True, tag_field="is", tag="next"):
    """The codes of the next picture of that file."""


class Ready(msgspec.Struct, frozen=True, tag_field="is", tag="ready"):
    """The first packet of the process: its limits are set, or a library did not load."""

    complete: bool = True


class Opened(msgspec.Struct, frozen=True, tag_field="is", tag="opened"):
    """The file is there to be asked for pictures."""


class Codes(msgspec.Struct, frozen=True, tag_field="is", tag="codes"):
    """The texts of the QR codes in one picture."""

    texts: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=MAX_CODE)], ...],
        msgspec.Meta(max_length=MAX_CODES),
    ]


class End(msgspec.Struct, frozen=True, tag_field="is", tag="end"):
    """There is no further picture."""


class Refused(msgspec.Struct, frozen=True, tag_field="is", tag="refused"):
    """The file is not read further; the size where one is the reason."""

    reason: Reason
    width: Number = 0
    height: Number = 0


Request = Look | Next
Answer = Ready | Opened | Codes | End | Refused

_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_encoder = msgspec.msgpack.Encoder()


def packet(message: Request | Answer) -> bytes:
    """The bytes of one message, its length before it."""
    body = _encoder.encode(message)
    return len(body).to_bytes(_LENGTH_SIZE, "big") + body


def parse_request(body: bytes) -> Request:
    """Raises ValueError (msgspec's errors are such) for anything else."""
    return _requests.decode(body)


def parse_answer(body: bytes) -> Answer:
    """Raises ValueError for anything else, whoever wrote it."""
    return _answers.decode(body)


def receive_body(read: Callable[[int], bytes]) -> bytes:
    """The body of one packet; ``read`` gives at most so many bytes, none at the end.

    Raises EOFError at the end, ValueError for a length beyond the limit, and what
    ``read`` raises.
    """
    length = int.from_bytes(_exactly(read, _LENGTH_SIZE), "big")
    if not 0 < length <= MAX_PACKET:
        raise ValueError
    return _exactly(read, length)


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = read(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data
