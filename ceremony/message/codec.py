"""Messages as MessagePack, one encoding only; what is hashed is what was received."""

import hashlib
import re

import msgspec

from ceremony.errors import OUTSIDE, CeremonyError, Failure, printable
from ceremony.message.kinds import (
    BEFORE_ANY,
    CEREMONY_ID_SIZE,
    FORMAT_VERSION,
    MAX_ERROR,
    NONCE_SIZE,
    Closing,
    Deliver,
    ExportRequest,
    ExportResponse,
    Header,
    ImportReceipt,
    ImportRequest,
    Message,
    PlanFile,
    Returned,
    Signers,
)
from ceremony.message.words import DIGEST_SIZE

MAX_MESSAGE = 8 * 1024 * 1024
"""Bytes. A thousand imports for five signers are 5.3 MB."""

MAX_KEYS = 1000
"""Keys in one message."""

MAX_TEXT = MAX_ERROR + 1
"""Characters of the longest text in a message."""

SCAN_AGAIN = "scan the other screen again"

_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


class _Envelope(msgspec.Struct, frozen=True):
    version: int
    kind: str


def encode_message(message: Message) -> bytes:
    """The bytes that cross the gap. Raises ``oversized``."""
    data = msgspec.msgpack.encode(message)
    _check_size(data)
    return data


def decode_message(data: bytes) -> Message:
    """The message in ``data``, which is its only encoding.

    Raises ``oversized``, ``format-version``, ``kind`` or ``malformed``. For every
    value it gives, ``encode_message`` gives ``data`` again.
    """
    _check_size(data)
    try:
        envelope = msgspec.msgpack.decode(data, type=_Envelope)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise _malformed("the message is damaged, or of another program") from None
    if envelope.version != FORMAT_VERSION:
        raise CeremonyError(
            Failure.FORMAT_VERSION,
            f"the message has format version {envelope.version}, this program {FORMAT_VERSION}",
            hint="install the same release of this software on both sides",
        )
    if envelope.kind not in KINDS:
        raise CeremonyError(
            Failure.KIND,
            f"the message is of the unknown kind {printable(envelope.kind)}",
            hint="install the same release of this software on both sides",
        )
    try:
        message = _decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise _malformed(f"the {envelope.kind} message is damaged") from None
    _check_texts(message, envelope.kind)
    _check_values(message)
    if msgspec.msgpack.encode(message) != data:
        raise _malformed(f"the {envelope.kind} message is not in its own encoding")
    return message


def digest(data: bytes) -> bytes:
    """SHA-256 of a message's bytes, 32 bytes: what people compare."""
    return hashlib.sha256(data).digest()


def kind_of(message: Header | type[Header]) -> str:
    return str(message.__struct_config__.tag)


KINDS = tuple(str(kind.__struct_config__.tag) for kind in Message.__args__)


def _check_texts(value: object, kind: str) -> None:
    """TXT-OUTSIDE: every text is printable as it stands, in every field there is or will be.

    Runs of spaces pass: they are in names that people chose, and are not shown as runs.
    """
    if isinstance(value, str):
        if len(value) > MAX_TEXT or printable(value, MAX_TEXT) != re.sub(" {2,}", " ", value):
            raise OUTSIDE.refusal(
                Failure.MALFORMED,
                f"the {kind} message has a text that cannot be shown as it is",
                hint=SCAN_AGAIN,
            )
    elif isinstance(value, tuple):
        for one in value:
            _check_texts(one, kind)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _check_texts(getattr(value, name), kind)


def _check_values(message: Message) -> None:
    if len(message.ceremony) != (0 if isinstance(message, BEFORE_ANY) else CEREMONY_ID_SIZE):
        raise _malformed(f"the ceremony id has {len(message.ceremony)} bytes")
    if len(message.answers) not in (0, DIGEST_SIZE):
        raise _malformed(f"the answered digest has {len(message.answers)} bytes")
    if not 0 <= message.sequence < 2**31:
        raise _malformed(f"the sequence number is {message.sequence}")
    if not 1 <= _count(message) <= MAX_KEYS:
        raise _malformed(f"the message is about {_count(message)} keys, 1 to {MAX_KEYS} can be")
    if isinstance(message, ImportRequest | ExportRequest) and len(message.plan) != DIGEST_SIZE:
        raise _malformed(f"the digest of the plan has {len(message.plan)} bytes")
    if isinstance(message, Signers) and len(message.nonce) != NONCE_SIZE:
        raise _malformed(f"the nonce of the signers has {len(message.nonce)} bytes")
    if isinstance(message, Returned) and any(len(one) != DIGEST_SIZE for one in message.said):
        raise _malformed("a digest of what was said has another length")
    if isinstance(message, Closing) and len(message.fingerprint) != DIGEST_SIZE:
        raise _malformed(f"the fingerprint of the transcript has {len(message.fingerprint)} bytes")


def _count(message: Message) -> int:
    match message:
        case ImportRequest() | ExportRequest():
            return len(message.keys)
        case ImportReceipt() | ExportResponse():
            return len(message.outcomes)
        case Signers() | PlanFile() | Returned() | Deliver() | Closing():
            return 1


def _check_size(data: bytes) -> None:
    if len(data) > MAX_MESSAGE:
        raise CeremonyError(
            Failure.OVERSIZED,
            f"the message has {len(data)} bytes, at most {MAX_MESSAGE} can be",
            hint="move fewer keys at a time",
        )


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(Failure.MALFORMED, message, hint=SCAN_AGAIN)
