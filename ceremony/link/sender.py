"""A message as an endless sequence of frames."""

import hashlib

from raptorq import Encoder

from ceremony.errors import CeremonyError
from ceremony.link.frame import (
    MAX_SYMBOLS,
    MESSAGE_ID_SIZE,
    MIN_SYMBOL,
    SYMBOL_ALIGNMENT,
    MessageHeader,
    frame_text,
    largest_symbol,
)
from ceremony.link.tree import grow, leaf, leaf_count, path_of

_PAYLOAD_ID = 4
"""Bytes before the symbol in a packet of the package (RFC 6330, section 4.4.2)."""


class Sender:
    """The frames of one message: first the message itself, then repair symbols.

    ``capacity`` is the number of alphanumeric characters that one code holds. The
    symbols are made as even as they can be, so that a message which needs little gets
    smaller codes. Any ``needed`` frames give the message with a chance of about 0.996,
    ``needed`` + 2 of them with all but 1 in 10 million. Frame i is always the same, and
    frame i + ``distinct`` is frame i again. All symbols are made at once, since every
    frame carries its way through the tree over all of them: about five times the
    message's size is held. Raises ``oversized`` for a message that is empty or over
    the limits.
    """

    def __init__(self, message: bytes, capacity: int) -> None:
        self.digest = hashlib.sha256(message).digest()
        largest = largest_symbol(capacity, len(message))
        count = max(1, -(-len(message) // largest))
        share = -(-len(message) // count)
        aligned = -(-share // SYMBOL_ALIGNMENT) * SYMBOL_ALIGNMENT
        self.header = MessageHeader(
            self.digest[:MESSAGE_ID_SIZE], len(message), max(MIN_SYMBOL, aligned)
        )
        self.needed = self.header.symbols
        self.distinct = leaf_count(self.needed)
        encoder = Encoder.with_defaults(message, self.header.symbol_size)
        packets: list[bytes] = encoder.get_encoded_packets(self.distinct - self.needed)
        self._symbols = [packet[_PAYLOAD_ID:] for packet in packets]
        self._levels = grow(
            self.header.name,
            (leaf(self.header.head(esi), symbol) for esi, symbol in enumerate(self._symbols)),
        )

    def frame(self, index: int) -> str:
        """The text of frame ``index``, counted from 0 without end."""
        esi = index % self.distinct
        return frame_text(self.header, esi, self._symbols[esi], path_of(self._levels, esi))


def frames_needed(length: int, capacity: int) -> int | None:
    """Frames that a message of ``length`` bytes takes in codes of ``capacity`` characters.

    None where it does not fit codes of that size, or makes too many.
    """
    try:
        count = -(-length // largest_symbol(capacity, length))
    except CeremonyError:
        return None
    return count if count <= MAX_SYMBOLS else None
