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


class PlanFile(Header, frozen=True, kw_only=True, tag="plan"):
    """Relay to offline: the plan's file. It counts only by its words on paper."""

    plan: bytes


class Signers(Header, frozen=True, kw_only=True, tag="signers"):
    """Relay to offline: the answer of GET /signers, byte for byte, and where it comes from.

    ``organisation`` is the one that the relay's token names.
    """

    answer: bytes
    cluster_id: str | None
    api_url: str
    organisation: str
    time: str


class WantedWallet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wallet to make with an imported key: POST /wallets.

    ``path`` derives it from a master key; ``address`` is what it must have, and the relay
    makes no further wallet of the key when it differs.
    """

    network: str
    address: str
    name: str | None = None
    path: str | None = None


class ImportItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key to import. ``public_key`` is compressed; the relay finds the import by it.

    ``address`` is what people expect on the body's network, empty for a key without one.
    """

    label: str
    body: ImportBody
    public_key: bytes
    address: str = ""
    wallets: tuple[WantedWallet, ...] = ()


class ImportRequest(Header, frozen=True, kw_only=True, tag="import-request"):
    """Offline to relay: everything that decides, so that one digest confirms it all.

    ``plan`` is the SHA-256 of the plan's file.
    """

    plan: bytes
    api_url: str
    organisation: str
    keys: tuple[ImportItem, ...]


Status = Literal["done", "refused", "pending", "unknown", "mismatch"]
"""What became of a key or wallet. ``mismatch``: Dfns made another one than was announced."""


class WalletOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one wanted wallet. ``address`` is what Dfns says."""

    status: Status
    wallet_id: str = ""
    address: str = ""
    error: str = ""


class ImportOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one key. ``public_key`` and ``address`` are what Dfns says.

    ``error`` is empty when the key was imported; the other fields are empty when not.
    """

    label: str
    status: Status
    wallet_id: str = ""
    key_id: str = ""
    public_key: bytes = b""
    address: str = ""
    error: str = ""
    wallets: tuple[WalletOutcome, ...] = ()


class ImportReceipt(Header, frozen=True, kw_only=True, tag="import-receipt"):
    """Relay to offline: one outcome for each key of the request, in its order."""

    outcomes: tuple[ImportOutcome, ...]


class ExportItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key to export: ``key_id`` or ``wallet_id`` is given, the other is empty.

    ``public_key`` is the expected one, in the form of the plan, for people to compare.
    """

    label: str
    body: ExportBody
    public_key: str
    key_id: str = ""
    wallet_id: str = ""


class ExportRequest(Header, frozen=True, kw_only=True, tag="export-request"):
    """Offline to relay; ``plan`` is the SHA-256 of the plan's file."""

    plan: bytes
    api_url: str
    organisation: str
    keys: tuple[ExportItem, ...]


class ExportOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``answer`` is that of the export call, byte for byte; empty after an error."""

    label: str
    key_id: str
    status: Status
    answer: bytes = b""
    error: str = ""


class ExportResponse(Header, frozen=True, kw_only=True, tag="export-response"):
    """Relay to offline: one outcome for each key of the request, in its order."""

    outcomes: tuple[ExportOutcome, ...]


class Deliver(Header, frozen=True, kw_only=True, tag="deliver"):
    """Offline to relay: a file that may leave the laptop, to be kept there."""

    name: str
    type: Literal["transcript", "sealed-state", "encrypted-key"]
    data: bytes


class Closing(Header, frozen=True, kw_only=True, tag="closing"):
    """Either side: the ceremony is over. ``fingerprint`` is that of the transcript."""

    outcome: Literal["completed", "stopped"]
    fingerprint: bytes


Message = (
    PlanFile
    | Signers
    | ImportRequest
    | ImportReceipt
    | ExportRequest
    | ExportResponse
    | Deliver
    | Closing
)
