"""Requests as the offline side built them: checked, shown, and posted as they are."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from ceremony.dfns import wire
from ceremony.dfns.bodies import ExportBody, ImportBody
from ceremony.dfns.key_import import parse_import_body
from ceremony.ecies import EncryptionKey
from ceremony.errors import CeremonyError, Failure
from ceremony.relay.api import check_id
from ceremony.relay.holdings import KeyName, key_name
from ceremony.relay.schema import Job
from ceremony.text import base64_text


@dataclass(frozen=True, slots=True)
class KeyImport:
    """One import. ``json`` is posted: field for field, in the order of the request."""

    job: Job
    body: ImportBody
    json: dict[str, Any]
    name: KeyName


@dataclass(frozen=True, slots=True)
class KeyExport:
    """One export, of the key with this id."""

    job: Job
    json: dict[str, Any]
    key_id: str


def read_import(request: bytes, data: bytes, public_key: bytes) -> KeyImport:
    """The import in ``data``, for the key that the offline side says it is of.

    ``request`` is the digest of what is confirmed. Raises ``malformed`` (also for fields
    that the relay does not know: it shows all that it posts), ``scheme``, ``usage``.
    """
    body = parse_import_body(data)
    encoded = wire.encode(body)
    plain = _checked(data, encoded, "the import request")
    if not body.encrypted_key_shares:
        raise wire.malformed("the import request has no shares", wire.WRITE_AGAIN)
    if body.network == "":
        raise wire.malformed("the import request has an empty network", wire.WRITE_AGAIN)
    name = key_name(body, public_key)
    job = Job(request, "import", name.text, hashlib.sha256(encoded).digest())
    return KeyImport(job, body, plain, name)


def read_export(request: bytes, data: bytes, key_id: str) -> KeyExport:
    """The export request in ``data``. Raises ``malformed``, ``version``, ``usage``."""
    check_id(key_id, "key")
    body = wire.decode(data, ExportBody, "the export request", wire.WRITE_AGAIN)
    encoded = wire.encode(body)
    plain = _checked(data, encoded, "the export request")
    # The identity, which everybody can decrypt for, is no key.
    EncryptionKey.parse(base64_text(body.encryption_key))
    job = Job(request, "export", key_id, hashlib.sha256(encoded).digest())
    return KeyExport(job, plain, key_id)


def _checked(data: bytes, known: bytes, subject: str) -> dict[str, Any]:
    """The JSON in ``data`` if it says what ``known`` says, and nothing more.

    The SDK signs one text of a body and sends another if there is more than ASCII in it.
    """
    if not (data.isascii() and known.isascii()):
        raise CeremonyError(
            Failure.USAGE,
            f"{subject} has characters beyond ASCII in it",
            hint="build it again with a name in plain ASCII: Dfns' SDK cannot sign others",
        )
    try:
        plain = json.loads(data, object_pairs_hook=_no_repetition)
    except (ValueError, RecursionError):
        raise wire.malformed(
            f"{subject} is not the JSON that Dfns documents", wire.WRITE_AGAIN
        ) from None
    if json.dumps(plain, sort_keys=True) != json.dumps(json.loads(known), sort_keys=True):
        raise wire.malformed(
            f"{subject} has fields or values that Dfns does not document", wire.WRITE_AGAIN
        )
    return dict(plain)


def _no_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise wire.malformed("the request has a field twice", wire.WRITE_AGAIN)
    return dict(pairs)
