"""What a laptop says to the relay, made without a laptop: for tests of the relay."""

from collections.abc import Sequence

import msgspec

from ceremony.dfns.bodies import ExportBody, ImportBody
from ceremony.dfns.key_import import parse_import_body
from ceremony.message import (
    Closing,
    Deliver,
    ExportItem,
    ExportRequest,
    ImportItem,
    ImportRequest,
    Message,
    Signers,
    decode_message,
    digest,
    encode_message,
)
from ceremony.message.kinds import HeaderFields

CEREMONY = b"c" * 16
PLAN = b"p" * 32


def header_after(data: bytes, ceremony: bytes = CEREMONY) -> HeaderFields:
    """The header of what answers the message in ``data``."""
    message = decode_message(data)
    return {
        "environment": message.environment,
        "ceremony": message.ceremony or ceremony,
        "sequence": message.sequence + 1,
        "answers": digest(data),
    }


def import_request(
    signers: bytes, keys: Sequence[ImportItem], ceremony: bytes = CEREMONY, **changes: object
) -> bytes:
    """The request that answers these signers, for the place that they name."""
    message = decode_message(signers)
    assert isinstance(message, Signers)
    request = ImportRequest(
        **header_after(signers, ceremony),
        plan=PLAN,
        api_url=message.api_url,
        organisation=message.organisation,
        keys=tuple(keys),
    )
    return changed(request, **changes)


def export_request(
    signers: bytes, keys: Sequence[ExportItem], ceremony: bytes = CEREMONY, **changes: object
) -> bytes:
    """A ceremony's first message; ``signers`` say where the relay is."""
    message = decode_message(signers)
    assert isinstance(message, Signers)
    request = ExportRequest(
        environment=message.environment,
        ceremony=ceremony,
        sequence=1,
        answers=b"",
        plan=PLAN,
        api_url=message.api_url,
        organisation=message.organisation,
        keys=tuple(keys),
    )
    return changed(request, **changes)


def import_item(
    body: bytes | ImportBody, public_key: bytes, label: str = "one", **more: object
) -> ImportItem:
    read = parse_import_body(body) if isinstance(body, bytes) else body
    return changed_item(ImportItem(label, read, public_key), **more)


def changed_item(item: ImportItem, **changes: object) -> ImportItem:
    return msgspec.structs.replace(item, **changes)


def export_item(body: ExportBody, key_id: str, public_key: str, label: str = "one") -> ExportItem:
    return ExportItem(label, body, public_key, key_id)


def deliver(before: bytes, name: str, data: bytes) -> bytes:
    """A file, after the message in ``before``."""
    return encode_message(Deliver(**header_after(before), name=name, type="transcript", data=data))


def closing(before: bytes) -> bytes:
    """The end of the ceremony whose last message is ``before``."""
    message = Closing(**header_after(before), outcome="completed", fingerprint=b"f" * 32)
    return encode_message(message)


def changed(message: Message, **changes: object) -> bytes:
    """The message's bytes, after somebody tampered with these fields."""
    return encode_message(msgspec.structs.replace(message, **changes))
