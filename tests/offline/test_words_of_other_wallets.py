"""Words of wallets whose derivation is their own: named, and never followed in silence."""

from pathlib import Path

import pytest

from ceremony.keys.formats import read_key
from ceremony.secret import Secret
from tests.support.invoking import Ceremony
from tests.support.vector_files import cases

OTHERS = cases("keys/other-words.json", 24)
WORDS = b"legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.mark.parametrize("case", OTHERS)
def test_words_of_other_kinds_are_named_where_no_format_is(case: dict, ceremony: Ceremony) -> None:
    Path("words").write_text(case["text"] + "\n", encoding="utf-8")
    outcome = ceremony.refuses("inspect", "--key-file", "words")
    assert case["says"] in outcome.err
    assert "shape of no format" not in outcome.err


BIP39 = ("--format", "bip39", "--curve", "ed25519", "--key-file", "words")
CARDANO = ("--network", "Cardano", "--path", "m/1852'/1815'/0'/0'/0'")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (CARDANO, "the wallets of Cardano derive by BIP32-Ed25519"),
        (("--network", "Polkadot", "--path", "m/44'/354'/0'/0'/0'"), "substrate-bip39"),
        (("--network", "Ton", "--path", "m/44'/607'/0'"), "words of their own"),
        (("--network", "Canton", "--path", "m/44'/6767'/0'"), "is not known here"),
        (("--path", "m/44'/1815'/0'"), "the wallets of Cardano"),
    ],
)
def test_a_path_of_slip10_is_not_followed_in_silence(
    ceremony: Ceremony, given: tuple[str, ...], said: str
) -> None:
    """IMP-ADDRESS: where a network's wallets derive otherwise, only --expect lets a key pass."""
    Path("words").write_bytes(WORDS)
    outcome = ceremony.refuses("inspect", *BIP39, *given)
    assert "no address is expected" in outcome.err
    assert "give --expect" in outcome.err
    assert said in outcome.err


def test_with_the_right_expectation_it_is_followed(ceremony: Ceremony) -> None:
    Path("words").write_bytes(WORDS)
    key = read_key("bip39", Secret(WORDS), curve="ed25519", paths=(CARDANO[-1],))[0]
    given = (*BIP39, *CARDANO, "--expect")
    outcome = ceremony.does("inspect", *given, key.public_key.hex())
    assert "the wallets of Cardano derive by BIP32-Ed25519" in outcome.out
    outcome = ceremony.refuses("inspect", *given, "00" * 32)
    assert "is not an address of this key" in outcome.err


def test_cardano_words_in_their_own_format_need_none(ceremony: Ceremony) -> None:
    Path("words").write_bytes(WORDS)
    given = ("--format", "cardano", "--key-file", "words", "--network", "Cardano")
    outcome = ceremony.does("inspect", *given, "--path", "m/1852'/1815'/0'/0/0")
    assert "addr1" in outcome.out


@pytest.mark.parametrize("name", ["substrate", "bip39"])
def test_sr25519_is_named(ceremony: Ceremony, name: str) -> None:
    Path("words").write_bytes(WORDS)
    given = ("--format", name, "--key-file", "words", "--path", "//0", "--curve", "sr25519")
    assert "sr25519 is not a curve that Dfns has" in ceremony.refuses("inspect", *given).err


def test_other_words_are_named_where_another_format_was(ceremony: Ceremony) -> None:
    Path("words").write_text(OTHERS[-1].values[0]["text"], encoding="utf-8")
    given = ("--format", "hex", "--curve", "secp256k1", "--key-file", "words")
    assert "12 words of BIP-39 in Chinese" in ceremony.refuses("inspect", *given).err
