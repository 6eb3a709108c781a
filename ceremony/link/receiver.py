"""Frames, in any order and from anybody, into one message.

The camera sees what anybody holds up to it. So the receiver is not captured by the
first frame: it collects up to four messages at once, each within the limits of a frame
header, and the first whose frames give its SHA-256 is the message. Whether it is the
right one is for the layers above to say.
"""

import hashlib
from collections.abc import Collection

from raptorq import Decoder

from ceremony.errors import CeremonyError
from ceremony.link.frame import MESSAGE_ID_SIZE, Frame, MessageHeader, parse_frame
from ceremony.link.progress import (
    Complete,
    Foreign,
    Forged,
    Progress,
    Receiving,
    Repeated,
    Unreadable,
    Waiting,
)

MAX_CANDIDATES = 4
"""Messages collected at once. With the limits of a frame that is about 40 MB at worst."""

MAX_SPARE = 16
"""Frames beyond K that are tried. A message of honest frames fails to come out of
K + h of them with a chance of about 1 in 256 to the power h + 1 (RFC 6330 codes): 16 do
not happen, so frames that still do not fit together were made not to."""


class Receiver:
    """Collects frames until one message is complete, and then stays complete.

    ``known`` are SHA-256 digests of messages that are here already or were refused:
    their frames are reported as foreign and not collected, so that a screen which still
    shows the last message does not give it again.
    """

    def __init__(self, known: Collection[bytes] = ()) -> None:
        self._known = frozenset(digest[:MESSAGE_ID_SIZE] for digest in known)
        self._candidates: dict[MessageHeader, dict[int, bytes]] = {}
        self.progress: Progress = Waiting()

    def add(self, text: str) -> Progress:
        """Take the text of one QR code, whatever it is; never raises."""
        if not isinstance(self.progress, Complete):
            try:
                self.progress = self._take(parse_frame(text))
            except CeremonyError as error:
                self.progress = Unreadable(error.failure, error.message, error.hint)
        return self.progress

    def _take(self, frame: Frame) -> Progress:
        header = frame.header
        if header.message_id in self._known:
            return Foreign(header.message_id, known=True)
        symbols = self._candidate(header)
        present = symbols.get(frame.esi)
        if present is None:
            symbols[frame.esi] = frame.symbol
            if len(symbols) >= header.symbols:
                return self._try(header, symbols)
        elif present != frame.symbol:
            # One of the two is a lie and nothing tells which. Neither stays.
            del symbols[frame.esi]
            return Forged(header.message_id)
        if header != max(self._candidates, key=lambda h: len(self._candidates[h])):
            return Foreign(header.message_id, known=False)
        if present is None:
            return _receiving(header, symbols)
        return Repeated(len(symbols), max(header.symbols, len(symbols) + 1))

    def _candidate(self, header: MessageHeader) -> dict[int, bytes]:
        if header not in self._candidates and len(self._candidates) == MAX_CANDIDATES:
            # The one with the fewest frames goes: what has come far cannot be pushed
            # out by codes that merely pass by.
            del self._candidates[min(self._candidates, key=lambda h: len(self._candidates[h]))]
        return self._candidates.setdefault(header, {})

    def _try(self, header: MessageHeader, symbols: dict[int, bytes]) -> Progress:
        message = _decode(header, symbols)
        if message is None and len(symbols) < header.symbols + MAX_SPARE:
            return _receiving(header, symbols)
        del self._candidates[header]
        if message is None:
            return Forged(header.message_id)
        digest = hashlib.sha256(message).digest()
        if digest[:MESSAGE_ID_SIZE] != header.message_id:
            return Forged(header.message_id)
        self._candidates.clear()
        return Complete(message, digest)


def _receiving(header: MessageHeader, symbols: dict[int, bytes]) -> Receiving:
    return Receiving(len(symbols), max(header.symbols, len(symbols) + 1))


def _decode(header: MessageHeader, symbols: dict[int, bytes]) -> bytes | None:
    """The message that the symbols make up, or None while they do not.

    The package panics on input that parse_frame and MessageHeader let nobody give it.
    Should it do so all the same, its panic (not an ``Exception``; the class has no name
    that could be imported) means no message, not the end of the program.
    """
    try:
        decoder = Decoder.with_defaults(header.length, header.symbol_size)
        for esi, symbol in symbols.items():
            message: bytes | None = decoder.decode(Frame(header, esi, symbol).packet())
            if message is not None:
                return message
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
    return None
