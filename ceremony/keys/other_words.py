"""Which kind of words a mnemonic is made of, where they are not BIP-39's in English.

Only names are given here. Kinds that are read have parsers of their own.
"""

import hashlib
import hmac
import unicodedata
import zlib
from collections.abc import Sequence

from mnemonic import Mnemonic

from ceremony.addresses.base import sha512_256
from ceremony.keys.source import MAX_SOURCE_SIZE
from ceremony.keys.word_lists import (
    electrum_old_words,
    english,
    other_languages,
    slip39_words,
    word_indices,
)
from ceremony.secret import Secret

ELECTRUM_TYPES = {"01": "standard", "100": "segwit", "101": "2fa", "102": "2fa_segwit"}
"""Electrum Seed Version System: how the hash of a seed begins, in hex."""

TWO_FACTORS = ("2fa", "2fa_segwit")

TON_ROUNDS = 100_000 // 256
"""tonlib/keys/Mnemonic.cpp, is_basic_seed."""

AEZEED_SIZE, AEZEED_CHECKSUM = 33, 4
"""lnd, aezeed/README.md: bytes of an enciphered seed, the last of them a CRC-32C."""

UNSURE = "if they are BIP-39 words all the same, one is wrong or two were swapped"

Found = tuple[str, str]
"""What the words are, and the hint that goes with it."""


def plain_words(source: Secret) -> list[str] | None:
    """The words in NFKD and small letters; None when the source is not UTF-8."""
    try:
        text = source.reveal()[:MAX_SOURCE_SIZE].decode("utf-8")
    except UnicodeDecodeError:
        return None
    words = unicodedata.normalize("NFKD", text).lower().split()
    # Chinese mnemonics are often written without spaces, one sign to the word.
    if len(words) == 1 and 12 <= len(words[0]) <= 24 and all(c >= "\u2e80" for c in words[0]):
        return list(words[0])
    return words


def recognised(words: Sequence[str]) -> Found | None:
    """What these words are, where it can be told, with a hint; None where it cannot.

    Words of TON and Electrum are told by one byte or two of a hash: other words pass
    for them once in 256 times, and the hint says so.
    """
    for kind in (_aezeed, _algorand, _monero, _slip39, _bip39, _electrum_old, _ton, _electrum):
        if found := kind(words):
            return found
    return None


def electrum_type(words: Sequence[str]) -> str | None:
    """The type of a seed of Electrum since version 2; None when these words are none."""
    digest = hmac.digest(b"Seed version", " ".join(words).encode(), hashlib.sha512).hex()
    return next((kind for start, kind in ELECTRUM_TYPES.items() if digest.startswith(start)), None)


def ton_entropy(words: Sequence[str], passphrase: str) -> bytes:
    """tonlib, to_entropy: HMAC-SHA512, the words as its key."""
    return hmac.digest(" ".join(words).encode(), passphrase.encode(), hashlib.sha512)


def ton_basic(words: Sequence[str], passphrase: str) -> bool:
    """tonlib, is_basic_seed: whether words and passphrase are as TON's wallets make them."""
    entropy = ton_entropy(words, passphrase)
    return hashlib.pbkdf2_hmac("sha512", entropy, b"TON seed version", TON_ROUNDS)[0] == 0


def ton_with_passphrase(words: Sequence[str]) -> bool:
    """Whether TON's wallets make such words together with a passphrase, and only then."""
    entropy = ton_entropy(words, "")
    locked = hashlib.pbkdf2_hmac("sha512", entropy, b"TON fast seed version", 1)[0] == 1
    return locked and not ton_basic(words, "")


def _aezeed(words: Sequence[str]) -> Found | None:
    if len(words) != 24 or not _all_english(words):
        return None
    value = 0
    for word in words:
        value = value << 11 | word_indices()[word]
    content = value.to_bytes(AEZEED_SIZE, "big")
    checksum = int.from_bytes(content[-AEZEED_CHECKSUM:], "big")
    if content[0] != 0 or _crc32c(content[:-AEZEED_CHECKSUM]) != checksum:
        return None
    return "the 24 words of an lnd node (aezeed)", (
        "aezeed is not read here: send the funds with lnd, or take the extended key "
        "that lnd's tools give"
    )


def _algorand(words: Sequence[str]) -> Found | None:
    if len(words) != 25 or not _all_english(words):
        return None
    *data, checksum = (word_indices()[word] for word in words)
    value = sum(index << 11 * place for place, index in enumerate(data))
    if value >> 256:
        return None
    digest = sha512_256(value.to_bytes(32, "little"))
    if int.from_bytes(digest[:2], "little") % 2048 != checksum:
        return None
    return "the 25 words of Algorand", "name the format algorand"


def _monero(words: Sequence[str]) -> Found | None:
    """Monero repeats one of its words at the end, chosen by a CRC-32 of their beginnings."""
    if len(words) not in (13, 25) or _all_english(words):
        return None
    *data, last = (unicodedata.normalize("NFC", word) for word in words)
    for letters in (3, 4):  # English has three, most other languages four
        place = zlib.crc32("".join(word[:letters] for word in data).encode()) % len(data)
        if data[place][:letters] == last[:letters]:
            return f"the {len(words)} words of a Monero wallet", (
                "Dfns has no Monero, and no other network takes this key"
            )
    return None


def _slip39(words: Sequence[str]) -> Found | None:
    if len(words) < 20 or not slip39_words().issuperset(words):
        return None
    return "the words of SLIP-39 shares", (
        "name the format slip39-seed (a wallet's seed) or slip39-key (one key, as recombine "
        "writes it)"
    )


def _bip39(words: Sequence[str]) -> Found | None:
    if len(words) not in (12, 15, 18, 21, 24):
        return None
    if _all_english(words):
        if not english().check(" ".join(words)):
            return None
        return f"{len(words)} words of BIP-39", (
            "name the format bip39, or the wallet's own: cardano, substrate, solana-keygen"
        )
    named = [name for name, known in other_languages().items() if known.issuperset(words)]
    right = [name for name in named if Mnemonic(name).check(" ".join(words))]
    if not named:
        return None
    language = " or ".join(name.replace("_", " ").title() for name in right or named)
    return f"{len(words)} words of BIP-39 in {language}", (
        "only the English list is read: give the key itself, or the extended private key that "
        "the wallet shows"
    )


def _electrum_old(words: Sequence[str]) -> Found | None:
    if len(words) not in (12, 24) or not electrum_old_words().issuperset(words):
        return None
    if _all_english(words):
        return None
    return "an Electrum seed of the old type (before version 2)", (
        "old seeds are not read here: restore the wallet in Electrum and export its private "
        "keys, which are in the format wif"
    )


def _ton(words: Sequence[str]) -> Found | None:
    if len(words) != 24 or not _all_english(words):
        return None
    if ton_basic(words, ""):
        return "24 words of TON", f"name the format ton; {UNSURE}"
    if ton_with_passphrase(words):
        return "24 words of TON with a passphrase", f"name the format ton; {UNSURE}"
    return None


def _electrum(words: Sequence[str]) -> Found | None:
    kind = electrum_type(words)
    # Seeds of one factor have 12 words, long ago 13; those of two had up to 25.
    if kind is None or not 12 <= len(words) <= (25 if kind in TWO_FACTORS else 13):
        return None
    foreign = sum(word not in word_indices() for word in words)
    if 0 < foreign < len(words) // 2:  # English words, some of them mistyped
        return None
    if foreign:
        return f"an Electrum seed of the type {kind}, in another language than English", (
            "only the English list is read: restore the wallet in Electrum and export its "
            "private keys, which are in the format wif"
        )
    if kind in TWO_FACTORS:
        return f"an Electrum seed of the type {kind}", (
            f"its wallet needs a second signer: send the funds with Electrum; {UNSURE}"
        )
    return f"an Electrum seed of the type {kind}", f"name the format electrum; {UNSURE}"


def _all_english(words: Sequence[str]) -> bool:
    return all(word in word_indices() for word in words)


def _crc32c(content: bytes) -> int:
    """CRC-32C (Castagnoli), RFC 3720, section 12.1."""
    value = 0xFFFFFFFF
    for byte in content:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF
