"""One SLIP-39 share as text, checked alone and beside the others of its set.

Encoding and arithmetic are those of shamir-mnemonic, the reference by the standard's
authors. Its errors quote words and its shares print their value, so neither leaves
slip39.py: for people a share is known by its number in the order of entry.

Source: SLIP-0039, https://github.com/satoshilabs/slips/blob/master/slip-0039.md.
"""

from shamir_mnemonic import MnemonicError, Share  # type: ignore[import-untyped]
from shamir_mnemonic.constants import (  # type: ignore[import-untyped]
    BASE_ITERATION_COUNT,
    CUSTOMIZATION_STRING_EXTENDABLE,
    CUSTOMIZATION_STRING_ORIG,
)
from shamir_mnemonic.rs1024 import verify_checksum  # type: ignore[import-untyped]
from shamir_mnemonic.wordlist import WORD_INDEX_MAP  # type: ignore[import-untyped]

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.kdf import check_kdf_cost
from ceremony.keys.refusals import checksum_error, key_error
from ceremony.keys.source import ascii_text
from ceremony.secret import Secret

MIN_WORDS = 20
"""Words of a share of 128 bits, the least there is; 33 words carry 256 bits."""

MAX_WORDS = 59
"""Words of a share of 512 bits, the longest seed that BIP-32 takes."""

MAX_LISTED = 8
"""Unknown words that a message names by their places."""

EXTENDABLE_BIT = 1 << 4
"""In the second word, after the last five bits of the identifier: the extendable flag."""

FIELDS = {
    "identifier": "another backup",
    "extendable": "another backup (only one of them is extendable)",
    "iteration_exponent": "another backup (with another work factor)",
    "group_threshold": "another backup (with another number of groups needed)",
    "group_count": "another backup (with another number of groups)",
}
"""What all shares of a set have in common, and what people are told when one has not."""


def parse_share(text: Secret, what: str) -> Share:
    """The share in a text, its words separated by white space; ``what`` names it.

    Raises ``key`` (not the words of a share), ``checksum``, ``malformed``, and
    ``oversized`` when opening its set costs too much.
    """
    words = ascii_text(text, what).lower().split()
    unknown = [place for place, word in enumerate(words, 1) if word not in WORD_INDEX_MAP]
    if unknown and len(unknown) == len(words):
        raise key_error(f"the {what} has none of SLIP-39's words")
    if unknown:
        places = ", ".join(map(str, unknown[:MAX_LISTED]))
        raise CeremonyError(
            Failure.KEY,
            f"not in SLIP-39's word list: word {places} of the {what}",
            hint="compare these words with the share; the list is not BIP-39's",
        )
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        raise key_error(f"the {what} has {len(words)} words; with 256 bits it has 33, with 128, 20")
    indices = [WORD_INDEX_MAP[word] for word in words]
    extendable = bool(indices[1] & EXTENDABLE_BIT)
    if not verify_checksum(
        indices, CUSTOMIZATION_STRING_EXTENDABLE if extendable else CUSTOMIZATION_STRING_ORIG
    ):
        raise checksum_error(what)
    try:
        share = Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        raise _impossible(what) from None
    if share.group_index >= share.group_count:
        raise _impossible(what)
    check_kdf_cost(what, rounds=BASE_ITERATION_COUNT << share.iteration_exponent)
    return share


def check_together(share: Share, other: Share, number: int, other_number: int) -> None:
    """Two shares, named by their numbers, can be of one set and are not the same.

    Raises ``shares``, ``duplicate`` and ``index``.
    """
    pairs = zip(share.common_parameters(), other.common_parameters(), strict=True)
    for field, (own, common) in zip(FIELDS, pairs, strict=True):
        if own != common:
            raise _other_set(f"share {number} belongs to {FIELDS[field]} than share {other_number}")
    if len(share.value) != len(other.value):
        raise _other_set(f"share {number} is not as long as share {other_number}")
    if share.group_index != other.group_index:
        return
    if share == other:
        raise CeremonyError(
            Failure.DUPLICATE,
            f"share {number} is the same as share {other_number}",
            hint="enter another share",
        )
    if share.member_threshold != other.member_threshold:
        raise _other_set(f"share {number} wants another number of shares than share {other_number}")
    if share.index == other.index:
        raise CeremonyError(
            Failure.INDEX,
            f"share {number} has the index of share {other_number}, and another content",
            hint="one of them is of another backup of the same key, or was changed",
        )


def _other_set(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.SHARES, message, hint="all shares of one set begin with the same two words"
    )


def _impossible(what: str) -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED,
        f"the {what} has a right checksum, but is not one that the standard allows",
        hint="its padding, its length or its group numbers are impossible: who made it?",
    )
