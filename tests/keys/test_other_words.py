"""Words that are not BIP-39's in English are named, and mistyped BIP-39 words are not."""

import json

import pytest
from mnemonic import Mnemonic

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.formats import read_key
from ceremony.keys.other_words import plain_words, recognised
from ceremony.secret import Secret
from tests.support.vector_files import cases

BIP39 = "legal winner thank year wave sausage worth useful legal winner thank yellow"
BIP39_24 = (
    "void come effort suffer camp survey warrior heavy shoot primary clutch crush "
    "open amazing screen patrol group space point ten exist slush involve unfold"
)
OTHERS = cases("keys/other-words.json", 24)


def named(text: str) -> str | None:
    found = recognised(plain_words(Secret(text.encode())) or ())
    return None if found is None else found[0]


def swapped(text: str, place: int) -> str:
    words = text.split()
    words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)


@pytest.mark.parametrize("case", OTHERS)
def test_words_of_other_kinds_are_named(case: dict) -> None:
    assert case["says"] in (named(case["text"]) or "")


@pytest.mark.parametrize("case", OTHERS)
def test_words_of_other_kinds_are_named_where_bip39_was_asked_for(case: dict) -> None:
    with pytest.raises(CeremonyError) as error:
        read_key("bip39", Secret(case["text"].encode()), curve="secp256k1", paths=("m/0",))
    assert error.value.failure is Failure.TYPE
    assert case["says"] in error.value.message
    assert error.value.__suppress_context__ or error.value.__context__ is None


def test_bip39_words_are_offered_the_formats_of_wallets_too() -> None:
    assert named(BIP39) == "12 words of BIP-39"


@pytest.mark.parametrize(
    "text",
    [
        swapped(BIP39, 0),
        swapped(BIP39_24, 0),
        BIP39.replace("sausage", "sausgae"),
        BIP39.rsplit(" ", 1)[0],
        BIP39 + " zoo",
        "the key is in the safe",
        "",
        "abandon " * 25,
        "abandon " * 24,
        "academic " * 19,
    ],
)
def test_what_is_of_no_kind_is_not_named(text: str) -> None:
    assert named(text) is None


def test_of_mistyped_words_few_pass_for_another_kind() -> None:
    """By one byte of a hash: 24 words as TON's twice in 256, 12 as Electrum's once."""
    wrong = [
        Mnemonic("english").to_mnemonic(bytes([i]) * size) for size in (16, 32) for i in range(100)
    ]
    wrong = [swapped(text, len(text.split()) - 2) for text in wrong]
    told = [name for name in map(named, wrong) if name and "BIP-39" not in name]
    assert len(told) <= 6


def test_what_is_not_utf_8_has_no_words() -> None:
    assert plain_words(Secret(b"\xff\xfe")) is None


def test_each_hint_about_a_guess_says_that_it_is_one() -> None:
    for param in OTHERS:
        case = param.values[0]
        found = recognised(plain_words(Secret(case["text"].encode())) or ())
        assert found is not None
        guess = ("Electrum" in found[0] and "old" not in found[0]) or "of TON" in found[0]
        assert ("if they are BIP-39 words all the same" in found[1]) == guess, json.dumps(found)
