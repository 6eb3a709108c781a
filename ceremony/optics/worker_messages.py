"""What the program and the processes of the optics say to each other.

Each packet is its length, 4 bytes big-endian, and one struct in MessagePack. The program
asks and the process answers, one for one. An answer comes from a process that may have
been taken over by a picture: it holds numbers, names of a closed set, grey pixels, and the
texts of QR codes, which anybody could have held up anyway; nothing in it is shown as it came.
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

PREVIEW_WIDTH, PREVIEW_HEIGHT = 320, 240
"""Pixels: the largest preview. It keeps the shape of the camera's picture."""

OUTLINE_UNIT = 1000
"""The picture's width and height, in which the corners of codes are told."""

_LENGTH_SIZE = 4


class Reason(StrEnum):
    """Why a file, or the rest of it, is not read."""

    KIND = "kind"
    DAMAGED = "damaged"
    PIXELS = "pixels"
    BYTES = "bytes"
    FRAMES = "frames"
    OTHER_SIZE = "other-size"


class Eye(StrEnum):
    """What became of the camera that the process was started with."""

    NONE = "none"
    OPEN = "open"
    ABSENT = "absent"
    DENIED = "denied"
    SILENT = "silent"


Number = Annotated[int, msgspec.Meta(ge=0, lt=2**62)]
Small = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Level = Annotated[int, msgspec.Meta(ge=0, le=255)]
Place = Annotated[int, msgspec.Meta(ge=-OUTLINE_UNIT, le=2 * OUTLINE_UNIT)]
Outline = tuple[Place, Place, Place, Place, Place, Place, Place, Place]
"""The four corners of a code, x and y, in thousandths of the picture."""

Texts = Annotated[
    tuple[Annotated[str, msgspec.Meta(max_length=MAX_CODE)], ...],
    msgspec.Meta(max_length=MAX_CODES),
]


class Look(msgspec.Struct, frozen=True, tag_field="is", tag="look"):
    """Look at the file whose descriptor comes with this packet, from its first picture."""


class Feed(msgspec.Struct, frozen=True, tag_field="is", tag="feed"):
    """Watch the pictures that come from the descriptor of this packet (``optics.feed``)."""


class Next(msgspec.Struct, frozen=True, tag_field="is", tag="next"):
    """The codes of the next picture: of the file, the feed or the camera."""


class Ready(msgspec.Struct, frozen=True, tag_field="is", tag="ready"):
    """The first packet of the process: its limits are set, or a library did not load.

    ``confined``: the kernel enforces the filter of system calls.
    """

    complete: bool = True
    confined: bool = False
    eye: Eye = Eye.NONE


class Opened(msgspec.Struct, frozen=True, tag_field="is", tag="opened"):
    """The file or feed is there to be asked for pictures."""


class Codes(msgspec.Struct, frozen=True, tag_field="is", tag="codes"):
    """The texts of the QR codes in one picture of a file."""

    texts: Texts


class Preview(msgspec.Struct, frozen=True):
    """A small grey picture, ``rows`` of ``width`` bytes."""

    width: Annotated[int, msgspec.Meta(ge=1, le=PREVIEW_WIDTH)]
    rows: Annotated[bytes, msgspec.Meta(max_length=PREVIEW_WIDTH * PREVIEW_HEIGHT)]


class Seen(msgspec.Struct, frozen=True, tag_field="is", tag="seen"):
    """What one picture of a camera or feed shows.

    ``torn`` counts codes that are there and cannot be read. ``dark`` and ``bright`` are the
    levels below and above which a twentieth of the pixels is, ``sharp`` how many grey levels
    the steepest edges take in one pixel. ``rate`` is in pictures of a hundred seconds, as
    measured; ``dropped`` counts the pictures that came faster than they were asked for.
    """

    texts: Texts
    torn: Small = 0
    outlines: Annotated[tuple[Outline, ...], msgspec.Meta(max_length=MAX_CODES)] = ()
    dark: Level = 0
    bright: Level = 255
    sharp: Level = 255
    rate: Small = 0
    dropped: Number = 0
    preview: Preview | None = None


class Blank(msgspec.Struct, frozen=True, tag_field="is", tag="blank"):
    """No picture has come for a quarter of a second."""


class End(msgspec.Struct, frozen=True, tag_field="is", tag="end"):
    """There is no further picture; a camera was unplugged, a feed ended."""


class Refused(msgspec.Struct, frozen=True, tag_field="is", tag="refused"):
    """The file is not read further; the size where one is the reason."""

    reason: Reason
    width: Number = 0
    height: Number = 0


Request = Look | Feed | Next
Answer = Ready | Opened | Codes | Seen | Blank | End | Refused

_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_encoder = msgspec.msgpack.Encoder()


def packet(message: msgspec.Struct) -> bytes:
    """The bytes of one message, its length before it."""
    body = _encoder.encode(message)
    return len(body).to_bytes(_LENGTH_SIZE, "big") + body


def parse_request(body: bytes) -> Request:
    """Raises ValueError (msgspec's errors are such) for anything else."""
    return _requests.decode(body)


def parse_answer(body: bytes) -> Answer:
    """Raises ValueError for anything else, whoever wrote it."""
    answer = _answers.decode(body)
    if isinstance(answer, Seen) and answer.preview is not None:
        rows, width = answer.preview.rows, answer.preview.width
        if not rows or len(rows) % width or len(rows) // width > PREVIEW_HEIGHT:
            raise ValueError
    return answer


def receive_body(read: Callable[[int], bytes], most: int = MAX_PACKET) -> bytes:
    """The body of one packet; ``read`` gives at most so many bytes, none at the end.

    Raises EOFError at the end, ValueError for a length beyond ``most``, and what
    ``read`` raises.
    """
    length = int.from_bytes(_exactly(read, _LENGTH_SIZE), "big")
    if not 0 < length <= most:
        raise ValueError
    return _exactly(read, length)


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = read(size - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
