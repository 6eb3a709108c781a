"""The text of a key as somebody entered it: cleaned at the ends, refused inside."""

import base64
import binascii

import base58

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.refusals import checksum_error, key_error
from ceremony.secret import Secret

MAX_SOURCE_SIZE = 64 * 1024
"""Bytes of the longest source that is looked at. A long keystore has about 1,000."""

MAX_WORD_SIZE = 512
"""Characters of the longest key written as one word; an xprv has 111."""

BITCOIN_ALPHABET = base58.BITCOIN_ALPHABET
XRP_ALPHABET = base58.XRP_ALPHABET


def ascii_text(source: Secret, what: str) -> str:
    """The source as text, white space around it dropped. ``what`` names it in errors.

    Raises ``key`` for an empty source and for characters outside ASCII (look-alikes,
    invisible marks), and ``oversized``. An error says where, never what.
    """
    if len(source) > MAX_SOURCE_SIZE:
        raise CeremonyError(
            Failure.OVERSIZED,
            f"the {what} has {len(source)} bytes; no key has more than {MAX_SOURCE_SIZE}",
            hint="this is probably another file",
        )
    try:
        text = source.reveal().decode().strip(" \t\r\n")
    except UnicodeDecodeError:
        raise CeremonyError(
            Failure.KEY,
            f"the {what} is not plain text",
            hint="this is another file, or one saved as UTF-16: save it as plain text",
        ) from None
    if not text:
        raise key_error(f"the {what} is empty")
    for position, character in enumerate(text, 1):
        if not character.isascii():
            raise CeremonyError(
                Failure.KEY,
                f"character {position} of the {what} is not plain ASCII",
                hint="a look-alike letter or an invisible mark from copying: type it by hand",
            )
    return text


def one_word(source: Secret, what: str) -> str:
    """As ``ascii_text``, for keys without white space in them. Raises ``key``."""
    text = ascii_text(source, what)
    for position, character in enumerate(text, 1):
        if character.isspace() or not character.isprintable():
            raise CeremonyError(
                Failure.KEY,
                f"there is white space inside the {what}, at character {position}",
                hint="enter it as one word: no space, no line break, no second key after it",
            )
    if len(text) > MAX_WORD_SIZE:
        raise key_error(f"the {what} is too long: {len(text)} characters")
    return text


def from_base58(text: str, what: str, alphabet: bytes = BITCOIN_ALPHABET) -> bytes:
    """The bytes of base58 text that ``one_word`` gave. Raises ``key``."""
    for position, character in enumerate(text, 1):
        if ord(character) not in alphabet:
            raise CeremonyError(
                Failure.KEY,
                f"character {position} of the {what} does not occur in base58",
                hint="base58 has no 0 (zero), O (capital o), I (capital i) and l (small L)",
            )
    return base58.b58decode(text, alphabet)


def from_base58check(text: str, what: str, alphabet: bytes = BITCOIN_ALPHABET) -> bytes:
    """The bytes of base58 text with Bitcoin's checksum. Raises ``key``, ``checksum``."""
    from_base58(text, what, alphabet)
    try:
        return base58.b58decode_check(text, alphabet)
    except ValueError:
        raise checksum_error(what) from None


def from_hex(digits: str, size: int, what: str) -> Secret:
    """Exactly ``size`` bytes in hex digits, without a prefix. Raises ``key``."""
    if any(c not in "0123456789abcdefABCDEF" for c in digits):
        raise key_error(f"the {what} is not hex")
    if len(digits) != 2 * size:
        raise key_error(f"the {what} has {2 * size} hex digits, this one {len(digits)}")
    return Secret(bytes.fromhex(digits))


def from_base64(text: str, what: str) -> Secret:
    """The bytes of base64 text with its padding, RFC 4648, section 4. Raises ``key``."""
    try:
        return Secret(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise key_error(f"the {what} is not base64") from None
