"""What an export's answer is, judged from bytes that are kept whatever the judgement says."""

import re

from ceremony.curves import CURVES
from ceremony.dfns import wire
from ceremony.dfns.bodies import ExportAnswer, Key
from ceremony.errors import CeremonyError
from ceremony.text import parse_hex_bytes

SHARES = b'"encryptedKeyShares"'

TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
"""A text of JSON, with its quotation marks."""


def has_shares(answer: bytes) -> bool:
    """It speaks of shares, and is not cut: every brace and bracket that opens is closed.

    Deliberately no parser. Whether the JSON is good is for the offline side to say, which
    has the key: what this side does not understand may hold the shares all the same.
    """
    text = answer.strip()
    # What stands in a text does not count: a brace in an odd id does not mean that it was cut.
    bare = TEXT.sub(b"", text)
    return (
        SHARES in text
        and b'"' not in bare
        and text.startswith(b"{")
        and text.endswith(b"}")
        and bare.count(b"{") == bare.count(b"}")
        and bare.count(b"[") == bare.count(b"]")
    )


def is_pending(answer: bytes) -> bool:
    """Dfns waits for an approval, as far as its answer can be recognised."""
    return SHARES not in answer and (b'"approvalId"' in answer or b'"Pending"' in answer)


def names_key(answer: bytes, key: Key) -> bool:
    """The answer is about the key that Dfns lists; False if it cannot be read."""
    try:
        response = wire.decode(answer, ExportAnswer, "the export response")
    except CeremonyError:
        return False
    try:
        parse = CURVES[response.curve].parse_public_key
        named, listed = (
            parse(parse_hex_bytes(text, "a public key"))
            for text in (response.public_key, key.public_key)
        )
    except (CeremonyError, KeyError):
        return response.public_key.lower() == key.public_key.lower()
    return response.curve == key.curve and named == listed
