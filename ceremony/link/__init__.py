"""The link: a message as QR codes, and QR codes as a message again.

RaptorQ (RFC 6330) in base45 (RFC 9285): any sufficiently large set of frames, in any
order, gives the message. Pure: what draws, shows and reads the codes is ``optics``.
"""

from ceremony.link.frame import MAX_TEXT, Frame, parse_frame
from ceremony.link.progress import (
    Complete,
    Foreign,
    Forged,
    Progress,
    Receiving,
    Repeated,
    Unreadable,
    Waiting,
    describe,
)
from ceremony.link.receiver import Receiver
from ceremony.link.sender import Sender

__all__ = [
    "MAX_TEXT",
    "Complete",
    "Foreign",
    "Forged",
    "Frame",
    "Progress",
    "Receiver",
    "Receiving",
    "Repeated",
    "Sender",
    "Unreadable",
    "Waiting",
    "describe",
    "parse_frame",
]
