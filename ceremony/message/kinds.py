"""The kinds of message, one struct each (docs/format.md, "Messages")."""

from typing import Annotated, Literal, TypedDict

import msgspec

from ceremony.dfns.bodies import ExportBody, ImportBody
from ceremony.dfns.texts import Address, Hex, Id, IdOrNone, Name, Path, Word

FORMAT_VERSION = 1
"""Changes whenever a struct here changes."""

CEREMONY_ID_SIZE = 16
"""Random bytes, chosen by the offline side; none before a ceremony began."""

NONCE_SIZE = 16

Environment = Literal["production", "rehearsal"]

MAX_ERROR = 1000
"""Characters of an error in an outcome; ``printable`` cuts to it."""

Label = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}\Z")]
"""What a plan calls a key."""

Url = Annotated[str, msgspec.Meta(pattern=r"\A[!-~]{0,300}\Z")]

FileName = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")]
"""The name of a file that is delivered: no folder, nothing hidden."""

ErrorText = Annotated[str, msgspec.Meta(max_length=MAX_ERROR + 1)]
"""A sentence of the relay; the codec checks that it is printable."""


class Header(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """What every message carries.

    ``ceremony`` is empty in ``plan``, ``signers`` and ``returned``, which no ceremony asked
    for. ``answers`` is the SHA-256 of the message that this one answers, or empty.
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

    ``organisation`` is the one that the relay's token names. ``nonce``, ``NONCE_SIZE`` random
    bytes, tells this message from that of another relay in the same second: MSG-SIGNERS.
    """

    answer: bytes
    cluster_id: Id | None
    api_url: Url
    organisation: IdOrNone
    time: Word
    nonce: bytes


class Returned(Header, frozen=True, kw_only=True, tag="returned"):
    """Relay to offline: what this laptop said, where its memory is gone with the power.

    ``request`` and ``state`` are its own messages, byte for byte: the request, and the
    ``deliver`` that it answers, empty for an import. ``said`` are the digests of what it said
    after the relay's answer. It counts only by the words of the request on paper.
    """

    request: bytes
    state: bytes
    said: tuple[bytes, ...]


class WantedWallet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wallet to make with an imported key: POST /wallets.

    ``path`` derives it from a master key; ``address`` is what it must have, and the relay
    makes no further wallet of the key when it differs.
    """

    network: Word
    address: Address
    name: Name | None = None
    path: Path | None = None


class ImportItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key to import. ``public_key`` is compressed; the relay finds the import by it.

    ``address`` is what people expect on the body's network, empty for a key without one.
    """

    label: Label
    body: ImportBody
    public_key: bytes
    address: Address = ""
    wallets: tuple[WantedWallet, ...] = ()


class ImportRequest(Header, frozen=True, kw_only=True, tag="import-request"):
    """Offline to relay: everything that decides, so that one digest confirms it all.

    ``plan`` is the SHA-256 of the plan's file.
    """

    plan: bytes
    api_url: Url
    organisation: IdOrNone
    keys: tuple[ImportItem, ...]


Status = Literal["done", "refused", "pending", "unknown", "mismatch"]
"""What became of a key or wallet. ``mismatch``: Dfns made another one than was announced."""


class WalletOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one wanted wallet. ``address`` is what Dfns says."""

    status: Status
    wallet_id: IdOrNone = ""
    address: Address = ""
    error: ErrorText = ""


class ImportOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one key. ``public_key`` and ``address`` are what Dfns says.

    ``error`` is empty when the key was imported; the other fields are empty when not.
    """

    label: Label
    status: Status
    wallet_id: IdOrNone = ""
    key_id: IdOrNone = ""
    public_key: bytes = b""
    address: Address = ""
    error: ErrorText = ""
    wallets: tuple[WalletOutcome, ...] = ()


class ImportReceipt(Header, frozen=True, kw_only=True, tag="import-receipt"):
    """Relay to offline: one outcome for each key of the request, in its order."""

    outcomes: tuple[ImportOutcome, ...]


class ExportItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key to export: ``key_id`` or ``wallet_id`` is given, the other is empty.

    ``public_key`` is the expected one, in the form of the plan, for people to compare.
    """

    label: Label
    body: ExportBody
    public_key: Hex
    key_id: IdOrNone = ""
    wallet_id: IdOrNone = ""


class ExportRequest(Header, frozen=True, kw_only=True, tag="export-request"):
    """Offline to relay; ``plan`` is the SHA-256 of the plan's file."""

    plan: bytes
    api_url: Url
    organisation: IdOrNone
    keys: tuple[ExportItem, ...]


class ExportOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``answer`` is that of the export call, byte for byte; empty after an error."""

    label: Label
    key_id: IdOrNone
    status: Status
    answer: bytes = b""
    error: ErrorText = ""


class ExportResponse(Header, frozen=True, kw_only=True, tag="export-response"):
    """Relay to offline: one outcome for each key of the request, in its order."""

    outcomes: tuple[ExportOutcome, ...]


class Deliver(Header, frozen=True, kw_only=True, tag="deliver"):
    """Offline to relay: a file that may leave the laptop, to be kept there."""

    name: FileName
    type: Literal["transcript", "sealed-state", "encrypted-key"]
    data: bytes


class Closing(Header, frozen=True, kw_only=True, tag="closing"):
    """Either side: the ceremony is over. ``fingerprint`` is that of the transcript."""

    outcome: Literal["completed", "stopped"]
    fingerprint: bytes


BEFORE_ANY = (Signers, PlanFile, Returned)
"""The kinds that the relay sends before a ceremony began."""

Message = (
    PlanFile
    | Signers
    | Returned
    | ImportRequest
    | ImportReceipt
    | ExportRequest
    | ExportResponse
    | Deliver
    | Closing
)
