"""A message as an endless sequence of frames."""

import hashlib

from raptorq import Encoder

from ceremony.link.frame import (
    MESSAGE_ID_SIZE,
    MIN_SYMBOL,
    SYMBOL_ALIGNMENT,
    MessageHeader,
    frame_text,
    largest_symbol,
)

_MIN_REPAIR = 32
_MAX_REPAIR_RATIO = 3
"""Repair symbols per source symbol before the frames begin again: four passes' worth.

It bounds the sender's memory at about six times the message.
"""


class Sender:
    """The frames of one message: first the message itself, then repair symbols.

    ``capacity`` is the number of alphanumeric characters that one code holds. The
    symbols are made as even as they can be, so that a message which needs little gets
    smaller codes. Any ``needed`` frames give the message with a chance of about 0.996,
    ``needed`` + 2 of them with all but 1 in 10 million. Frame i is always the same, and
    frame i + ``distinct`` is frame i again. Raises ``oversized`` for a message that is
    empty or over the limits.
    """

    def __init__(self, message: bytes, capacity: int) -> None:
        self.digest = hashlib.sha256(message).digest()
        largest = largest_symbol(capacity)
        count = max(1, -(-len(message) // largest))
        share = -(-len(message) // count)
        aligned = -(-share // SYMBOL_ALIGNMENT) * SYMBOL_ALIGNMENT
        self.header = MessageHeader(
            self.digest[:MESSAGE_ID_SIZE], len(message), max(MIN_SYMBOL, aligned)
        )
        self.needed = self.header.symbols
        self._repair_limit = max(_MIN_REPAIR, _MAX_REPAIR_RATIO * self.needed)
        self.distinct = self.needed + self._repair_limit
        self._encoder: Encoder = Encoder.with_defaults(message, self.header.symbol_size)
        self._packets: list[bytes] = self._encoder.get_encoded_packets(0)

    def frame(self, index: int) -> str:
        """The text of frame ``index``, counted from 0 without end."""
        place = index % self.distinct
        if place >= len(self._packets):
            # The package gives repair symbols from the first one on, not from a place:
            # asking for twice as many each time keeps the whole work linear.
            repair = min(max(_MIN_REPAIR, 2 * place - self.needed), self._repair_limit)
            self._packets = self._encoder.get_encoded_packets(repair)
        packet = self._packets[place]
        return frame_text(self.header, int.from_bytes(packet[:4], "big"), packet[4:])
