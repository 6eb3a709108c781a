"""Electrum's seeds since version 2: words with a version in their hash, and BIP-32 below.

The format is Electrum's own: https://electrum.readthedocs.io, "Electrum Seed Version System".
"""

import hashlib
import unicodedata
from collections.abc import Sequence

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.derivation import HARDENED, derive, master_key, parse_path
from ceremony.keys.material import KeyMaterial, scalar_key
from ceremony.keys.other_words import electrum_type
from ceremony.keys.word_lists import english
from ceremony.keys.words import mnemonic_words, passphrase_text
from ceremony.secret import Secret

COUNTS = tuple(range(12, 26))
"""12 words are usual, and versions before 2.7 made 13; the version alone is checked."""

ROUNDS = 2048
EAST_ASIA = (
    *((0x1100, 0x11FF), (0x2E80, 0x2FDF), (0x2FF0, 0x2FFF), (0x3040, 0x312F), (0x3190, 0x31FF)),
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4FF), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),
    *((0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x16F00, 0x16F9F), (0x1B000, 0x1B0FF)),
    *((0x20000, 0x2A6DF), (0x2A700, 0x2B81F), (0x2F800, 0x2FA1D), (0xE0100, 0xE01EF)),
)
"""Blocks of letters between which Electrum drops white space: electrum/mnemonic.py."""

FIRST_LEVELS = {"standard": (), "segwit": (HARDENED,)}
"""Where Electrum keeps the two chains of a wallet: below m, or below m/0'."""


def parse_electrum(
    source: Secret, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The secp256k1 keys at ``paths`` of a standard seed (m/0/0) or a segwit one (m/0'/0/0).

    Raises ``key``, ``type`` for a seed with two factors and for words of another kind,
    ``checksum`` where the words have no version, ``path``, ``passphrase``.
    """
    levels = [parse_path(path) for path in paths]
    words = mnemonic_words(source, "Electrum seed", COUNTS)
    kind = electrum_type(words)
    if kind is None:
        raise CeremonyError(
            Failure.CHECKSUM,
            "these words have no version of Electrum in their hash",
            hint="a word is wrong or two were swapped; or these are BIP-39 words: Electrum can "
            "be told to read such, and then they are in the format bip39",
        )
    if kind not in FIRST_LEVELS:
        raise CeremonyError(
            Failure.TYPE,
            f"this is an Electrum seed of the type {kind}, whose wallet needs a second signer",
            hint="no single key holds such funds: send them with Electrum instead",
        )
    salt = b"electrum" + _normal(passphrase_text(passphrase)).encode()
    text = " ".join(words).encode()
    master = master_key(Secret(hashlib.pbkdf2_hmac("sha512", text, salt, ROUNDS)))
    warnings = _warnings(words)
    return tuple(
        scalar_key(
            "secp256k1",
            derive(master, path).secret_scalar,
            path=shown,
            warnings=warnings + _path_warnings(kind, path),
        )
        for path, shown in zip(levels, paths, strict=True)
    )


def _warnings(words: list[str]) -> tuple[str, ...]:
    if not english().check(" ".join(words)):
        return ()
    return ("these words are BIP-39 words too, which give other keys: compare the address",)


def _path_warnings(kind: str, path: tuple[int, ...]) -> tuple[str, ...]:
    first = FIRST_LEVELS[kind]
    if path[: len(first)] == first and len(path) == len(first) + 2 and max(path[-2:]) < HARDENED:
        return ()
    usual = "m/0'/0/0" if first else "m/0/0"
    return (f"Electrum keeps the first key of a {kind} seed at {usual}, not at this path",)


def _normal(passphrase: str) -> str:
    """Electrum's normalisation of texts: NFKD, small letters, no accents, single spaces,
    and none between two letters of East Asia.
    """
    small = unicodedata.normalize("NFKD", passphrase).lower()
    plain = " ".join("".join(c for c in small if not unicodedata.combining(c)).split())
    return "".join(
        c
        for place, c in enumerate(plain)
        if c != " " or not (_east_asian(plain[place - 1]) and _east_asian(plain[place + 1]))
    )


def _east_asian(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in EAST_ASIA)
