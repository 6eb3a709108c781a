"""One frame of the link: what a single QR code says (docs/format.md, The link).

A frame is a header, one RaptorQ packet and a CRC-32, written in base45:

    magic "DC" 2 | version 1 | message id 16 | message length 4 | symbol size 2 |
    source block 1 (always 0) | encoding symbol id 3 | whitened symbol | path | CRC-32 4

All numbers are big-endian. The last two fields before the symbol are the payload id
of RFC 6330, section 3.2; the path is the frame's way through the tree over all symbols
of the message (``ceremony.link.tree``). Whitened means: XORed with SHAKE128 of the 29
bytes before it. That hides nothing; it makes every code look random. Long runs of one byte
would give large areas of one colour, which QR codes avoid by choosing among eight masks
(``optics`` does not), and the package ``qrcode`` fails on a block of zeros.

Everything that a decoder would compute with is checked here, before it reaches one.
"""

import hashlib
import zlib
from dataclasses import dataclass
from struct import Struct

from base45 import b45decode, b45encode

from ceremony.errors import CeremonyError, Failure
from ceremony.link.tree import HASH_SIZE, leaf, leaf_count, path_length, root_of
from ceremony.message.codec import MAX_MESSAGE

MAGIC = b"DC"
VERSION = 1

MAX_SYMBOLS = 10_000
"""Source symbols of a message: at 15 frames a second they take eleven minutes."""

SYMBOL_ALIGNMENT = 8
"""Bytes; the alignment that the package raptorq works with (Al of RFC 6330, 4.3)."""

MIN_SYMBOL = 64
MAX_SYMBOL = 2792
"""Bytes; a frame with it fills the largest code (version 40, correction level L)."""

MAX_TEXT = 4296
"""Characters of the alphanumeric mode in the largest code (ISO/IEC 18004, table 7)."""

MESSAGE_ID_SIZE = 16
"""Bytes of the message's SHA-256 that name it in every frame."""

_HEADER = Struct(f">2sB{MESSAGE_ID_SIZE}sIHI")
_CHECKSUM_SIZE = 4
_NAME_SIZE = _HEADER.size - 4
"""Bytes that all frames of a message begin with: all of the header but the payload id."""

OVERHEAD = _HEADER.size + _CHECKSUM_SIZE
"""Bytes of a frame besides its symbol and its path: 33."""

_MIN_PATH = HASH_SIZE * path_length(1)


@dataclass(frozen=True, slots=True)
class MessageHeader:
    """What all frames of one message have in common; only values within the limits.

    One source block and one sub-block (Z = N = 1): within the limits above that is
    what RFC 6330, section 4.3, derives for the package's 10 MiB of decoder memory.
    """

    message_id: bytes
    length: int
    symbol_size: int

    def __post_init__(self) -> None:
        size = self.symbol_size
        if len(self.message_id) != MESSAGE_ID_SIZE:
            raise _malformed(f"a message id has {MESSAGE_ID_SIZE} bytes")
        if not MIN_SYMBOL <= size <= MAX_SYMBOL or size % SYMBOL_ALIGNMENT:
            raise _malformed(f"a symbol size of {size} bytes is not one of this format")
        if not 1 <= self.length <= MAX_MESSAGE:
            raise CeremonyError(
                Failure.OVERSIZED,
                f"a message of {self.length} bytes is not between 1 and {MAX_MESSAGE}",
                hint="send fewer keys in one message",
            )
        if self.symbols > MAX_SYMBOLS:
            raise CeremonyError(
                Failure.OVERSIZED,
                f"the message would take {self.symbols} frames, the limit is {MAX_SYMBOLS}",
                hint="use larger codes (a higher version), or send less in one message",
            )

    @property
    def symbols(self) -> int:
        """Source symbols of the message (K): with that many frames it is mostly there."""
        return -(-self.length // self.symbol_size)

    @property
    def path_size(self) -> int:
        """Bytes of the path in each frame."""
        return HASH_SIZE * path_length(self.symbols)

    def head(self, esi: int) -> bytes:
        """The first 29 bytes of the frame of one symbol."""
        return _HEADER.pack(MAGIC, VERSION, self.message_id, self.length, self.symbol_size, esi)

    @property
    def name(self) -> bytes:
        """The first 25 bytes of every frame of the message."""
        return self.head(0)[:_NAME_SIZE]


@dataclass(frozen=True, slots=True)
class Frame:
    """One checked frame. ``symbol`` has exactly the header's symbol size.

    ``root`` is where its path leads: frames of one header and one root are of one sender.
    """

    header: MessageHeader
    esi: int
    symbol: bytes
    root: bytes


def message_id(message: bytes) -> bytes:
    """The name of a message in its frames: the first 16 bytes of its SHA-256."""
    return hashlib.sha256(message).digest()[:MESSAGE_ID_SIZE]


def frame_text(header: MessageHeader, esi: int, symbol: bytes, path: bytes) -> str:
    """The text of one frame, of QR's alphanumeric characters only (RFC 9285)."""
    head = header.head(esi)
    body = head + _whiten(head, symbol) + path
    encoded: bytes = b45encode(body + zlib.crc32(body).to_bytes(_CHECKSUM_SIZE, "big"))
    return encoded.decode("ascii")


def largest_symbol(capacity: int, length: int) -> int:
    """The largest symbol of a message of ``length`` bytes whose frames fit ``capacity``.

    ``capacity`` is in characters. Raises ``oversized`` when no symbol fits.
    """
    room = capacity // 3 * 2 + (1 if capacity % 3 == 2 else 0) - OVERHEAD
    for hashes in range(path_length(1), path_length(MAX_SYMBOLS) + 1):
        # Longer paths leave smaller symbols, of which there are more.
        size = min((room - HASH_SIZE * hashes) // SYMBOL_ALIGNMENT * SYMBOL_ALIGNMENT, MAX_SYMBOL)
        if size >= MIN_SYMBOL and path_length(-(-length // size)) <= hashes:
            return size
    raise CeremonyError(
        Failure.OVERSIZED,
        f"a code of {capacity} characters is too small for a frame of {length} bytes",
        hint="use larger codes (a higher version), or send less in one message",
    )


def parse_frame(text: str) -> Frame:
    """The frame that ``text`` says, every field checked; allocates no more than ``text``.

    Raises ``oversized``, ``format-version``, ``checksum`` (damaged) or ``malformed``
    (not a frame at all, or fields that no sender writes).
    """
    if len(text) > MAX_TEXT:
        raise CeremonyError(
            Failure.OVERSIZED,
            f"a code of {len(text)} characters is longer than any frame",
            hint="this is not a code of the ceremony: take it out of the camera's view",
        )
    try:
        body = b45decode(text.encode("ascii"))
    except ValueError:
        raise _not_ours() from None
    if len(body) < OVERHEAD + MIN_SYMBOL + _MIN_PATH or body[: len(MAGIC)] != MAGIC:
        raise _not_ours()
    if body[len(MAGIC)] != VERSION:
        raise CeremonyError(
            Failure.FORMAT_VERSION,
            f"the frame has version {body[len(MAGIC)]} of the link, this program reads {VERSION}",
            hint="use the same release of the programs on both sides",
        )
    if zlib.crc32(body[:-_CHECKSUM_SIZE]).to_bytes(_CHECKSUM_SIZE, "big") != body[-_CHECKSUM_SIZE:]:
        raise CeremonyError(
            Failure.CHECKSUM,
            "the frame was damaged on the way",
            hint="go on scanning: the other frames make up for it",
        )
    _, _, named, length, symbol_size, payload_id = _HEADER.unpack_from(body)
    header = MessageHeader(named, length, symbol_size)
    if payload_id >= leaf_count(header.symbols):
        raise _malformed("the frame names a source block or a symbol that no sender sends")
    rest = body[_HEADER.size : -_CHECKSUM_SIZE]
    if len(rest) != symbol_size + header.path_size:
        raise _malformed(
            f"the frame holds {len(rest)} bytes, and says {symbol_size + header.path_size}"
        )
    head, path = body[: _HEADER.size], rest[symbol_size:]
    symbol = _whiten(head, rest[:symbol_size])
    root = root_of(header.name, payload_id, leaf(head, symbol), path)
    return Frame(header, payload_id, symbol, root)


def _whiten(head: bytes, symbol: bytes) -> bytes:
    """The symbol whitened, or a whitened symbol plain again."""
    stream = hashlib.shake_128(head).digest(len(symbol))
    mixed = int.from_bytes(symbol, "big") ^ int.from_bytes(stream, "big")
    return mixed.to_bytes(len(symbol), "big")


def _not_ours() -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED,
        "this QR code is not a frame of the ceremony",
        hint="take the other QR code out of the camera's view",
    )


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED, message, hint="use the same release of the programs on both sides"
    )
