"""What the program and the process that shows say to each other, one for one.

The program tells what is on the screen; the process answers with what people pressed and
how much it has shown. It sees no picture from outside but the preview, which are grey
pixels.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from ceremony.optics.worker_messages import Outline, Preview

MAX_SHOWN = 9 * 1024 * 1024
"""Bytes of a request: the largest message and its captions."""

MAX_KEYS = 32


class Key(StrEnum):
    """Keys that mean something. Letters and digits are told as themselves."""

    ESCAPE = "escape"
    ENTER = "enter"
    PLUS = "+"
    MINUS = "-"
    LESS = "<"
    MORE = ">"


class Mark(StrEnum):
    """What the last code was: the indicator."""

    NONE = "none"
    NEW = "new"
    REPEATED = "repeated"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"
    COMPLETE = "complete"


Line = Annotated[str, msgspec.Meta(max_length=400)]
Lines = Annotated[tuple[Line, ...], msgspec.Meta(max_length=12)]
Count = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class Present(msgspec.Struct, frozen=True, tag_field="is", tag="present"):
    """Show the frames of ``message``; an empty one shows no code. The last message goes on
    where it was, at each version, also after ``Hide``.

    ``version`` is of the codes, ``across`` and ``down`` how many are side by side, ``dwell``
    for how many sixtieths of a second they stand. ``captions`` stand below, as they are.
    """

    message: bytes
    version: Annotated[int, msgspec.Meta(ge=1, le=40)]
    across: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    down: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    dwell: Annotated[int, msgspec.Meta(ge=1, le=600)] = 6
    captions: Lines = ()


class Status(msgspec.Struct, frozen=True, tag_field="is", tag="status"):
    """What stands beside the codes; often.

    ``done`` of ``of`` is the progress of what is received, ``lines`` are hints and keys,
    ``feedback`` the text of the small code for the other side. A preview that is None
    leaves the one before.
    """

    mark: Mark = Mark.NONE
    title: Line = ""
    done: Count = 0
    of: Count = 0
    lines: Lines = ()
    feedback: Annotated[str, msgspec.Meta(max_length=400)] = ""
    preview: Preview | None = None
    outlines: Annotated[tuple[Outline, ...], msgspec.Meta(max_length=64)] = ()


class Hide(msgspec.Struct, frozen=True, tag_field="is", tag="hide"):
    """Give the screen back until something is presented again."""


class Up(msgspec.Struct, frozen=True, tag_field="is", tag="up"):
    """The first packet: the display is open, or why it is not. Sizes are in pixels."""

    display: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9 /_-]{0,40}\Z")] = ""
    width: Count = 0
    height: Count = 0
    confined: bool = False


class Shown(msgspec.Struct, frozen=True, tag_field="is", tag="shown"):
    """The answer to everything: keys since the last one, frames of this version so far."""

    keys: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern=r"\A([!-~]|escape|enter)\Z")], ...],
        msgspec.Meta(max_length=MAX_KEYS),
    ] = ()
    frames: Annotated[int, msgspec.Meta(ge=0, lt=2**62)] = 0
    needed: Count = 0


Request = Present | Status | Hide
Answer = Up | Shown

_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def parse_request(body: bytes) -> Request:
    """Raises ValueError for anything else."""
    return _requests.decode(body)


def parse_answer(body: bytes) -> Answer:
    """Raises ValueError for anything else, whoever wrote it."""
    return _answers.decode(body)
