"""The kinds of message, one struct each (docs/format.md, "Messages")."""

from typing import Literal, TypedDict

import msgspec

from ceremony.dfns.bodies import ExportBody, ImportBody

FORMAT_VERSION = 1
"""Changes whenever a struct here changes."""

CEREMONY_ID_SIZE = 16
"""Random bytes, chosen by the offline side; none before a ceremony began."""

Environment = Literal["production", "rehearsal"]


class Header(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """What every message carries.

    ``ceremony`` is empty in ``signers``, which no ceremony asked for. ``answers`` is
    the SHA-256 of the message that this one answers, or empty.
    """

    version: int = FORMAT_VERSION
    environment: Environment
    ceremony: bytes
    sequence: int
    answers: bytes


class HeaderFields(TypedDict):
    """What a ceremony says of its next message."""

    environment: Environment
    ceremony: bytes
    sequence: int
    answers: bytes


class Signers(Header, frozen=True, kw_only=True, tag="signers"):
    """Relay to offline: the answer of GET /signers, byte for byte."""

    answer: bytes
    cluster_id: str | None
    api_url: str
    time: str


class ImportItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``public_key`` is compressed; the relay finds the import again by it."""

    body: ImportBody
    public_key: bytes


class ImportRequest(Header, frozen=True, kw_only=True, tag="import-request"):
    """Offline to relay."""

    keys: tuple[ImportItem, ...]


class ImportOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one key. ``public_key`` is the one that Dfns names.

    ``error`` is empty when the key was imported; else the rest is.
    """

    status: str
    wallet_id: str = ""
    key_id: str = ""
    public_key: bytes = b""
    address: str = ""
    error: str = ""


class ImportReceipt(Header, frozen=True, kw_only=True, tag="import-receipt"):
    """Relay to offline: one outcome for each key of the request, in its order."""

    outcomes: tuple[ImportOutcome, ...]


class ExportItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Either ``key_id`` or ``wallet_id`` is given, the other is empty."""

    body: ExportBody
    key_id: str = ""
    wallet_id: str = ""


class ExportRequest(Header, frozen=True, kw_only=True, tag="export-request"):
    """Offline to relay."""

    keys: tuple[ExportItem, ...]


class ExportOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``answer`` is that of the export call, byte for byte; empty after an error."""

    key_id: str
    answer: bytes = b""
    error: str = ""


class ExportResponse(Header, frozen=True, kw_only=True, tag="export-response"):
    """Relay to offline: one outcome for each key of the request, in its order."""

    outcomes: tuple[ExportOutcome, ...]


Message = Signers | ImportRequest | ImportReceipt | ExportRequest | ExportResponse
