"""What one program says to the other: kinds, encoding, checks, and words for people."""

from ceremony.message.codec import MAX_MESSAGE, decode_message, digest, encode_message
from ceremony.message.conversation import Conversation
from ceremony.message.kinds import (
    CEREMONY_ID_SIZE,
    Closing,
    Deliver,
    Environment,
    ExportItem,
    ExportOutcome,
    ExportRequest,
    ExportResponse,
    ImportItem,
    ImportOutcome,
    ImportReceipt,
    ImportRequest,
    Message,
    PlanFile,
    Signers,
    Status,
    WalletOutcome,
    WantedWallet,
)
from ceremony.message.words import digest_hex, digest_words, parse_digest

__all__ = [
    "CEREMONY_ID_SIZE",
    "MAX_MESSAGE",
    "Closing",
    "Conversation",
    "Deliver",
    "Environment",
    "ExportItem",
    "ExportOutcome",
    "ExportRequest",
    "ExportResponse",
    "ImportItem",
    "ImportOutcome",
    "ImportReceipt",
    "ImportRequest",
    "Message",
    "PlanFile",
    "Signers",
    "Status",
    "WalletOutcome",
    "WantedWallet",
    "decode_message",
    "digest",
    "digest_hex",
    "digest_words",
    "encode_message",
    "parse_digest",
]
