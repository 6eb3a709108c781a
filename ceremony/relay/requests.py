"""Requests as the offline side built them: checked, shown, and posted as they are."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from ceremony.dfns import wire
from ceremony.dfns.bodies import ExportBody, ImportBody
from ceremony.dfns.scheme import check_scheme
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


def read_import(request: bytes, body: ImportBody, public_key: bytes) -> KeyImport:
    """The import with this body, for the key that the offline side says it is of.

    ``request`` is the digest of what is confirmed. Raises ``malformed``, ``scheme``, ``usage``.
    """
    check_scheme(body.protocol, body.curve)
    encoded = _encoded(body, "the import request")
    if not body.encrypted_key_shares:
        raise wire.malformed("the import request has no shares", wire.WRITE_AGAIN)
    if body.network == "":
        raise wire.malformed("the import request has an empty network", wire.WRITE_AGAIN)
    name = key_name(body, public_key)
    job = Job(request, "import", name.text, hashlib.sha256(encoded).digest())
    return KeyImport(job, body, json.loads(encoded), name)


def read_export(request: bytes, body: ExportBody, key_id: str) -> KeyExport:
    """The export with this body. Raises ``malformed``, ``version``, ``usage``."""
    check_id(key_id, "key")
    encoded = _encoded(body, "the export request")
    # The identity, which everybody can decrypt for, is not a key.
    EncryptionKey.parse(base64_text(body.encryption_key))
    job = Job(request, "export", key_id, hashlib.sha256(encoded).digest())
    return KeyExport(job, json.loads(encoded), key_id)


def _encoded(body: ImportBody | ExportBody, subject: str) -> bytes:
    """The JSON of a body. The SDK signs one text and sends another beyond ASCII."""
    encoded = wire.encode(body)
    if not encoded.isascii():
        raise CeremonyError(
            Failure.USAGE,
            f"{subject} has characters beyond ASCII in it",
            hint="build it again with a name in plain ASCII: Dfns' SDK cannot sign others",
        )
    return encoded
