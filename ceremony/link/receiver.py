"""Frames, in any order and from anybody, into messages.

The camera sees what anybody holds up to it, and anybody can make frames that name our
message. So frames are collected by what their tree's root says of their sender: forged
ones gather apart from the genuine ones and cost nothing but themselves. The first
collection whose frames give the SHA-256 that they name is the message. Whether it is the
right one is for the layers above to say.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

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

MAX_HELD = 64 * 1024 * 1024
"""Bytes that are kept, of all messages together; the longest message takes 18 MB. Some
25,000 forged frames must come between two genuine ones before they push the first out."""

_FRAME_COST = 1000
"""Bytes that Python takes at most for a frame, and its sender, besides the symbol."""

MAX_SPARE = 16
"""Frames beyond K that are tried. A message of honest frames fails to come out of
K + h of them with a chance of about 1 in 256 to the power h + 1 (RFC 6330 codes): 16 do
not happen, so frames that still do not fit together were made not to."""

_Sender = tuple[MessageHeader, bytes]
"""What tells one sender's frames from another's: the header, and the root of the tree."""


@dataclass(frozen=True, slots=True)
class State:
    """Of the sender who was seen last: ``held`` different frames of ``needed`` are there.

    All zero while no frame was seen; the message id has 16 bytes.
    """

    message_id: bytes
    held: int
    needed: int
    complete: bool


class Receiver:
    """Collects frames until one message is complete, and stays so until ``go_on``.

    ``known`` are SHA-256 digests of messages that are here already or were refused:
    their frames are reported as foreign and not collected, so that a screen which still
    shows the last message does not give it again.

    Forged frames take no genuine one away, however many come and whatever they hold.
    A frame costs at most one decoding, of one sender's frames. ``room`` is in bytes.
    """

    def __init__(
        self,
        known: Collection[bytes] = (),
        *,
        room: int = MAX_HELD,
        decoder: type[Decoder] = Decoder,
    ) -> None:
        self._room = room
        self._decoder = decoder
        self._known = {digest[:MESSAGE_ID_SIZE] for digest in known}
        self._senders: dict[_Sender, dict[int, bytes]] = {}
        self._furthest: _Sender | None = None
        self._held = 0
        self._needed = 0
        self.progress: Progress = Waiting()

    def add(self, text: str) -> Progress:
        """Take the text of one QR code, whatever it is; never raises."""
        if not isinstance(self.progress, Complete):
            try:
                self.progress = self._take(parse_frame(text))
            except CeremonyError as error:
                self.progress = Unreadable(error.failure, error.message, error.hint)
        return self.progress

    def go_on(self) -> None:
        """Collect further after a message that was not the one: it is known from now on.

        What was collected of other messages is still there.
        """
        if isinstance(self.progress, Complete):
            self._known.add(self.progress.digest[:MESSAGE_ID_SIZE])
            self.progress = Waiting()

    def state(self) -> State:
        """How far the message of the last frame is: what the other side may be told."""
        if isinstance(self.progress, Complete):
            name = self.progress.digest[:MESSAGE_ID_SIZE]
            return State(name, self._needed, self._needed, complete=True)
        if not self._senders:
            return State(bytes(MESSAGE_ID_SIZE), 0, 0, complete=False)
        (header, _), symbols = next(reversed(self._senders.items()))
        held = len(symbols)
        return State(header.message_id, held, max(header.symbols, held), complete=False)

    def _take(self, frame: Frame) -> Progress:
        header, sender = frame.header, (frame.header, frame.root)
        if header.message_id in self._known:
            return Foreign(header.message_id, known=True)
        symbols = self._collection(sender)
        new = frame.esi not in symbols
        if new:
            symbols[frame.esi] = frame.symbol
            self._held += _cost(header)
            if len(symbols) >= header.symbols:
                return self._try(sender, symbols)
            self._make_room(sender)
        furthest = self._first_of_all(sender)
        of_one_message = _message(furthest[0]) == _message(header)
        if furthest == sender or (of_one_message and furthest[0] != header):
            # The second: a sender who went over to larger or smaller codes begins again.
            if new:
                return _receiving(header, symbols)
            return Repeated(len(symbols), max(header.symbols, len(symbols) + 1))
        if of_one_message:
            # One message has one tree: at least one of the two senders is a forger.
            return Forged(header.message_id)
        return Foreign(header.message_id, known=False)

    def _collection(self, sender: _Sender) -> dict[int, bytes]:
        # The one that had a frame last stands last: _make_room goes by this order.
        symbols = self._senders.pop(sender, {})
        self._senders[sender] = symbols
        return symbols

    def _first_of_all(self, sender: _Sender) -> _Sender:
        if self._furthest is None or len(self._senders[sender]) > len(
            self._senders[self._furthest]
        ):
            self._furthest = sender
        return self._furthest

    def _make_room(self, newest: _Sender) -> None:
        """Drop the shortest collections, and of those the ones that had no frame for longest."""
        if self._held <= self._room:
            return
        for sender in sorted(self._senders, key=lambda s: len(self._senders[s])):
            if self._held <= self._room // 4 * 3:
                break
            if sender not in (newest, self._furthest):
                self._drop(sender)

    def _drop(self, sender: _Sender) -> None:
        self._held -= len(self._senders.pop(sender)) * _cost(sender[0])
        if self._furthest == sender:
            self._furthest = max(self._senders, key=lambda s: len(self._senders[s]), default=None)

    def _try(self, sender: _Sender, symbols: dict[int, bytes]) -> Progress:
        header = sender[0]
        message = _decode(header, symbols, self._decoder)
        if message is None and len(symbols) < header.symbols + MAX_SPARE:
            self._first_of_all(sender)
            return _receiving(header, symbols)
        self._drop(sender)
        if message is None:
            return Forged(header.message_id)
        digest = hashlib.sha256(message).digest()
        if digest[:MESSAGE_ID_SIZE] != header.message_id:
            return Forged(header.message_id)
        self._needed = header.symbols
        return Complete(message, digest)


def _message(header: MessageHeader) -> tuple[bytes, int]:
    """What stays the same when a sender goes over to other codes."""
    return header.message_id, header.length


def _cost(header: MessageHeader) -> int:
    return header.symbol_size + _FRAME_COST


def _receiving(header: MessageHeader, symbols: dict[int, bytes]) -> Receiving:
    return Receiving(len(symbols), max(header.symbols, len(symbols) + 1))


def _decode(
    header: MessageHeader, symbols: dict[int, bytes], decoder: type[Decoder]
) -> bytes | None:
    """The message that the symbols make up, or None while they do not.

    The package panics on input that parse_frame and MessageHeader let nobody give it.
    Should it do so all the same, its panic (not an ``Exception``; the class has no name
    that could be imported) means no message, not the end of the program.
    """
    try:
        decoding = decoder.with_defaults(header.length, header.symbol_size)
        for esi, symbol in symbols.items():
            message: bytes | None = decoding.decode(esi.to_bytes(4, "big") + symbol)
            if message is not None:
                return message
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
    return None
