"""What a QR code is that is not of this ceremony: said in words, and never shown.

It may be a secret that somebody holds up by mistake, so nothing of it is repeated.
"""

import re

from ceremony.errors import Failure
from ceremony.link.progress import Unreadable

_COVER = "cover this code now: a camera sees it; nothing of it was kept or shown"
_AWAY = "take it out of the camera's view; scanning goes on"

_WORDS = re.compile(r"[a-z]{3,8}([ ,]+[a-z]{3,8}){11,23}")
"""12 to 24 short words: how BIP-39 phrases are written (BIP-39's words have 3 to 8 letters)."""

_SEED_DIGITS = re.compile(r"(\d{4}){12}|(\d{4}){15}|(\d{4}){18}|(\d{4}){21}|(\d{4}){24}")
"""A phrase as SeedQR has it: four digits a word."""

_KINDS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (_WORDS, "looks like a seed phrase", _COVER),
    (_SEED_DIGITS, "looks like a seed phrase in digits", _COVER),
    (re.compile(r"(?i)(xprv|yprv|zprv|tprv)[0-9a-z]{50,}"), "looks like a private key", _COVER),
    (re.compile(r"[5KL9c][1-9A-HJ-NP-Za-km-z]{50,51}"), "looks like a private key", _COVER),
    (re.compile(r"(0x)?[0-9a-fA-F]{64}"), "looks like a key or a digest", _COVER),
    (re.compile(r"(?i)ur:crypto-(seed|hdkey|bip39)/.*"), "looks like a wallet's key", _COVER),
    (re.compile(r"(?i)ur:[a-z0-9-]+/.*"), "is of another wallet's animated code", _AWAY),
    (re.compile(r"(?i)B\$[0-9a-z]{6}.*"), "is of another wallet's animated code", _AWAY),
    (re.compile(r"(?i)(https?://|www\.).*"), "is a web address", _AWAY),
    (re.compile(r"(?i)(otpauth)://.*"), "is a second factor's secret", _COVER),
    (re.compile(r"(?i)wifi:.*"), "is the access to a wireless network", _AWAY),
    (re.compile(r"(?i)(bitcoin|ethereum|solana|litecoin|lightning):.*"), "is a payment", _AWAY),
    (re.compile(r"(?i)(bc1|tb1)[02-9ac-hj-np-z]{20,}|0x[0-9a-fA-F]{40}"), "is an address", _AWAY),
    (
        re.compile(r"(?i)(mailto|tel|sms|geo):.*|BEGIN:V(CARD|EVENT|CALENDAR).*"),
        "is a contact",
        _AWAY,
    ),
)


def other_code(text: str) -> Unreadable:
    """What a code says that is not a frame, in words for people; nothing of the text itself."""
    for pattern, what, todo in _KINDS:
        if re.fullmatch(pattern, text.strip().replace("\n", " ")):
            return Unreadable(
                Failure.TYPE, f"this QR code {what}, and is not of the ceremony", todo
            )
    return Unreadable(Failure.MALFORMED, "this QR code is not of the ceremony", _AWAY)
