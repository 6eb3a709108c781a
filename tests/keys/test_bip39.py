"""BIP-39 against Trezor's vectors; what is said about words that are none."""

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.bip39 import mnemonic_seed, parse_bip39
from ceremony.keys.derivation import master_key
from ceremony.keys.extended import parse_extended_key
from ceremony.keys.formats import read_key
from ceremony.keys.usual_paths import USUAL_PATHS, usual_paths
from ceremony.keys.word_lists import english
from ceremony.secret import Secret
from tests.support.vector_files import cases

WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def refused(text: str, **options: object) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        parse_bip39(Secret(text.encode()), "secp256k1", ["m"], **options)  # type: ignore[arg-type]
    return error.value


@pytest.mark.parametrize("case", cases("keys/bip39.json", 24))
def test_trezors_vectors(case: dict) -> None:
    words = Secret(case["mnemonic"].encode())
    seed = mnemonic_seed(words, Secret(case["passphrase"].encode()))
    assert seed.reveal().hex() == case["seed"]
    master = master_key(seed)
    published, _ = parse_extended_key(Secret(case["master"].encode()))
    assert master.secret_scalar.matches(published.secret_scalar)
    assert master.chain_code.matches(published.chain_code)


def test_texts_are_normalised_before_use() -> None:
    # Passphrases of one meaning: composed, decomposed, and full width letters.
    seeds = [
        mnemonic_seed(Secret(WORDS.encode()), Secret(passphrase.encode()))
        for passphrase in ("\u00e9A", "e\u0301A", "e\u0301\uff21")
    ]
    assert seeds[0].matches(seeds[1])
    assert seeds[0].matches(seeds[2])
    plain = mnemonic_seed(Secret(WORDS.encode()))
    for spaced in (WORDS.upper(), WORDS.replace(" ", "\u3000"), "\n" + WORDS.replace(" ", "\n\t")):
        assert mnemonic_seed(Secret(spaced.encode())).matches(plain)
    assert not plain.matches(mnemonic_seed(Secret(WORDS.encode()), Secret(b" ")))


def test_many_paths_give_many_keys() -> None:
    paths = [f"m/44'/60'/0'/0/{i}" for i in range(3)]
    keys = parse_bip39(Secret(WORDS.encode()), "secp256k1", paths)
    assert [key.path for key in keys] == paths
    assert len({key.public_key for key in keys}) == 3


def test_an_unknown_word_is_named_by_its_place_and_others_are_suggested() -> None:
    error = refused(WORDS.replace("sausage", "sausgae"))
    assert error.failure is Failure.KEY
    assert error.message == "not in BIP-39's English list: word 6 of the mnemonic"
    assert "sausage" in error.hint
    assert "sausgae" not in error.hint + error.message


def test_four_letters_stand_for_their_word() -> None:
    """Steel plates keep the first four letters, which no two words of the list share."""
    plate = " ".join(word[:4] for word in WORDS.split())
    assert plate != WORDS
    assert mnemonic_seed(Secret(plate.encode())).matches(mnemonic_seed(Secret(WORDS.encode())))
    upper = mnemonic_seed(Secret(plate.upper().encode()))
    assert upper.matches(mnemonic_seed(Secret(WORDS.encode())))
    beginnings = {word[:4] for word in english().wordlist}
    assert len(beginnings) == len(english().wordlist) == 2048


@pytest.mark.parametrize("word", ["yel", "yello", "yelx", "yellowish"])
def test_other_beginnings_stand_for_nothing_and_suggest_the_word(word: str) -> None:
    error = refused(WORDS.replace("yellow", word))
    assert error.failure is Failure.KEY
    assert "word 12" in error.message


def test_five_letters_suggest_the_word() -> None:
    assert "yellow" in refused(WORDS.replace("yellow", "yello")).hint


def test_many_unknown_words_suggest_nothing() -> None:
    error = refused("abandom abilitie abel abowt abov absemt absorbb abstrack absurb abus axe atid")
    assert error.failure is Failure.KEY
    assert "1, 2, 3" in error.message
    assert "ab" not in error.hint.replace("probably", "")


def test_a_passphrase_in_another_encoding_is_refused() -> None:
    assert refused(WORDS, passphrase=Secret(b"\xe9")).failure is Failure.PASSPHRASE


def test_the_usual_paths_are_offered_and_none_is_taken() -> None:
    with pytest.raises(CeremonyError) as error:
        read_key("bip39", Secret(WORDS.encode()), curve="ed25519", network="SolanaDevnet")
    assert error.value.failure is Failure.PATH
    assert "m/44'/501'/0'/0' (Phantom" in error.value.hint
    for network in ("Bitcoin", "Cardano", "Kusama", "TonTestnet"):
        with pytest.raises(CeremonyError) as error:
            read_key("bip39", Secret(WORDS.encode()), curve="ed25519", network=network)
        assert "m/" not in error.value.hint


def test_usual_paths_can_all_be_taken() -> None:
    for network, offered in USUAL_PATHS.items():
        assert usual_paths(network) == offered
        for usual in offered:
            if usual.curve != "stark":
                (key,) = parse_bip39(Secret(WORDS.encode()), usual.curve, [usual.path])
                assert key.curve == usual.curve
    assert usual_paths("SolanaDevnet") == usual_paths("Solana") != ()
    assert usual_paths("EthereumSepolia") == usual_paths("Ethereum")
    assert usual_paths("Polygon") == usual_paths("BaseSepolia") == usual_paths("Ethereum")
    assert {usual.curve for usual in usual_paths("Sui", "ed25519")} == {"ed25519"}
    assert usual_paths("LitecoinTestnet")[0].path == "m/84'/1'/0'/0/0"
    assert usual_paths("Nowhere") == usual_paths("Testnet") == ()
