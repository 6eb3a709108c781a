"""What wheels say of their files (PyPA, "Recording installed projects"), and one digest of it."""

import base64
import csv
import hashlib
import re
from collections.abc import Iterable, Iterator

HASH = "sha256="
"""How a hash of a RECORD begins; urlsafe base64 without padding follows."""

INSTALLER = re.compile(
    r"(\.\.|/).*|[^/]+\.data/.*|[^/]+\.dist-info/(INSTALLER|REQUESTED|direct_url\.json)"
)
"""Files of which the installer decides whether and where they are."""


def read_record(text: str) -> Iterator[tuple[str, str]]:
    """Each file's path from the folder of the packages, and its hash: ``sha256=...`` or nothing.

    Raises ``ValueError`` for a text that is not a RECORD.
    """
    try:
        for row in csv.reader(text.splitlines(), strict=True):
            path, digest, _ = row
            if digest and not digest.startswith(HASH):
                raise ValueError("a hash other than SHA-256")
            yield path, digest
    except csv.Error as error:
        raise ValueError(str(error)) from None


def recorded_hash(digest: bytes) -> str:
    """A SHA-256 as a RECORD writes it."""
    return HASH + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def records_digest(rows: Iterable[tuple[str, str]]) -> bytes:
    """SHA-256 of all recorded files and their hashes: a line each, ``path,hash``, sorted.

    The same for one set of wheels, whoever installed them where: without the files that
    belong to the installation, and those that have no hash.
    """
    lines = sorted(f"{path},{digest}\n" for path, digest in rows if digest)
    kept = (line for line in lines if not INSTALLER.fullmatch(line.rpartition(",")[0]))
    return hashlib.sha256("".join(kept).encode()).digest()


def normal(name: str) -> str:
    """A package's name as they are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
