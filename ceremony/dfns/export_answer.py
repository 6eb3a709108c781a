"""The answer of an export call, read so that no part of it can spoil another.

Nothing in it is authenticated, and Dfns may have retired the key with it: so whatever can
be read is read, and everything else is told. Python's own JSON reader is used here and
nowhere else, because it takes numbers of any size and shows every field that stands twice.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ceremony.dfns.wire import malformed, undocumented
from ceremony.ecies import EPHEMERAL_KEY_SIZE, TAG_SIZE
from ceremony.errors import CeremonyError, Failure, printable

MAX_ANSWER = 8 * 1024 * 1024
"""The largest answer that is read, bytes: twenty shares are 12 KB, a message holds no more."""

MAX_JUNK = 1000
"""Entries without a share that are kept to be named; more of them are counted."""

SMALLEST = TAG_SIZE + EPHEMERAL_KEY_SIZE
"""Bytes of a ciphertext that could open."""

FIELDS = ("publicKey", "protocol", "curve", "minSigners")
"""What the answer says of itself."""

SHARES, SIGNER_ID, SHARE = "encryptedKeyShares", "signerId", "encryptedKeyShare"

SHARE_TEXT = re.compile(r'"encryptedKeyShare\\*"\s*:\s*\\*"([A-Za-z0-9+/=_\\-]+)"')
"""A share in a text that is not an answer as a whole; in a text of JSON within JSON, too."""

TAKE_AGAIN = (
    "an export is given once: ask the relay for its bytes as they came (ceremony-relay journal "
    "recover), and keep the state"
)

Fields = tuple[tuple[str, object], ...]
"""A JSON object: every field, repeated ones too. A JSON array is a list."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with an answer although its key could be had."""

    failure: Failure
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of the list of shares. ``ciphertext`` is None where there is none.

    ``signer_id`` is what it claims, for comparing only; ``name`` is for people: the id,
    or the position (from 1) where the id is not text that can be shown as it is.
    """

    position: int
    signer_id: object
    name: str
    ciphertext: bytes | None


@dataclass(frozen=True, slots=True)
class ExportAnswer:
    """``said`` holds the values of FIELDS that are there, of whatever type.

    ``count`` is the number of all entries, those included that were not kept.
    """

    said: dict[str, object]
    entries: tuple[Entry, ...]
    count: int
    remarks: tuple[Remark, ...]


def read_export_answer(response: bytes) -> ExportAnswer:
    """Everything in the answer that can be read, entry by entry.

    An answer that is cut, or is not JSON for another reason, still gives the shares
    that stand in it whole. Raises ``malformed`` if there is no list of shares at all,
    or if the answer is larger than MAX_ANSWER.
    """
    if len(response) > MAX_ANSWER:
        raise malformed(f"the export response is larger than {MAX_ANSWER} bytes", TAKE_AGAIN)
    text = response.decode(json.detect_encoding(response), errors="replace").lstrip("\ufeff")
    try:
        read = json.loads(text, object_pairs_hook=tuple, parse_int=_number)
    except (ValueError, RecursionError):
        return _salvage(text, response)
    fields: Fields = read if isinstance(read, tuple) else ()
    lists = [value for name, value in fields if name == SHARES and isinstance(value, list)]
    if not lists:
        return _salvage(text, response)
    said = {name: value for name, value in reversed(fields) if name in FIELDS}
    doubled = {name for name in (*FIELDS, SHARES) if sum(name == n for n, _ in fields) > 1}
    remarks = [
        Remark(Failure.DUPLICATE, f"the response has the field {name} more than once")
        for name in sorted(doubled)
    ]
    pairs = (pair for one in lists for element in one for pair in _read(element))
    return _answer(said, pairs, remarks)


def _salvage(text: str, response: bytes) -> ExportAnswer:
    """The shares of a text that is not an answer as a whole, wherever they stand in it."""
    shares = SHARE_TEXT.findall(text)
    if not shares:
        raise _not_documented(response)
    pairs = ((None, share.replace("\\", "")) for share in shares)
    why = f"the response is cut, or not as Dfns writes it: {len(shares)} shares are in its text"
    return _answer({}, pairs, [Remark(Failure.MALFORMED, why)])


def _read(element: object) -> Iterator[tuple[object, object]]:
    """The (signer id, share) pairs of one element; a field that stands twice gives two."""
    fields: Fields = element if isinstance(element, tuple) else ()
    ids = [value for name, value in fields if name == SIGNER_ID] or [None]
    shares = [value for name, value in fields if name == SHARE] or [None]
    for share in shares:
        yield ids[0], share


def _answer(
    said: dict[str, object], pairs: Iterable[tuple[object, object]], remarks: list[Remark]
) -> ExportAnswer:
    entries, junk, position = [], 0, 0
    for position, (signer_id, share) in enumerate(pairs, 1):
        ciphertext = _ciphertext(share)
        junk += ciphertext is None or len(ciphertext) < SMALLEST
        if junk <= MAX_JUNK or (ciphertext is not None and len(ciphertext) >= SMALLEST):
            entries.append(Entry(position, signer_id, _name(signer_id, position), ciphertext))
    if junk > MAX_JUNK:
        why = f"{junk - MAX_JUNK:,} more entries hold no share"
        remarks = [*remarks, Remark(Failure.MALFORMED, why)]
    return ExportAnswer(said, tuple(entries), position, tuple(remarks))


def _name(signer_id: object, position: int) -> str:
    if not isinstance(signer_id, str) or not signer_id.strip():
        return f"entry {position}"
    shown = printable(signer_id)
    return shown if shown == signer_id else f"entry {position} ({printable(signer_id, 40)})"


def _ciphertext(share: object) -> bytes | None:
    """base64 of any dialect: what opens with the decryption key was read rightly."""
    if not isinstance(share, str):
        return None
    digits = re.sub(r"[\s=]", "", share).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _number(digits: str) -> object:
    return int(digits) if len(digits) < 10 else digits


def _not_documented(response: bytes) -> CeremonyError:
    return undocumented(response, "the export response", TAKE_AGAIN, of_dfns=True)
