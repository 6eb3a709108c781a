"""Strict readings of base64 and hex: one value, one text."""

import base64
import binascii
import re

from ceremony.errors import CeremonyError, Failure


def parse_base64(text: str, subject: str) -> bytes:
    """Bytes from standard, padded, canonical base64 (RFC 4648, section 4).

    No white space, no URL alphabet, no stray bits in the last digit. Raises
    ``malformed``, naming ``subject``.
    """
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed(f"{subject} is not base64") from None
    if base64_text(value) != text:
        raise _malformed(f"{subject} is not canonical base64")
    return value


def base64_text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def parse_hex_bytes(text: str, subject: str) -> bytes:
    """Bytes from hex digits of either case, with or without 0x. Raises ``malformed``."""
    return parse_hex_digits(text.removeprefix("0x"), subject)


def parse_hex_digits(digits: str, subject: str) -> bytes:
    """As ``parse_hex_bytes``, with no 0x before them."""
    if not re.fullmatch(r"[0-9a-fA-F]*", digits):
        raise _malformed(f"{subject} is not hex")
    if len(digits) % 2:
        raise _malformed(f"{subject} has {len(digits)} hex digits, an odd number")
    return bytes.fromhex(digits)


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED, message, hint="the value was cut, changed or copied from elsewhere"
    )
