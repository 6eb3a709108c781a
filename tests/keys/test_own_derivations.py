"""Networks whose wallets have other keys than BIP-32 and SLIP-10 give: never in silence."""

import pytest

from ceremony.addresses.networks import NETWORKS
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.bip32_ed25519 import (
    derive_ed25519,
    dfns_scalar,
    icarus_master,
    ledger_master,
    trezor_master,
)
from ceremony.keys.derivation import HARDENED
from ceremony.keys.formats import FORMATS, read_key
from ceremony.keys.own_derivations import OWN_DERIVATIONS, doubt, own_derivation, own_hint
from ceremony.keys.usual_paths import FORMAT_PATHS, usual_paths
from ceremony.keys.words import bip39_words
from ceremony.secret import Secret

WORDS = Secret(b"legal winner thank year wave sausage worth useful legal winner thank yellow")
OWN = [(row, network) for row in OWN_DERIVATIONS for network in row.networks]


def read(curve: str, path: str, network: str | None) -> tuple[bool, tuple[str, ...]]:
    (key,) = read_key("bip39", WORDS, curve=curve, paths=(path,), network=network)
    return key.needs_expected, key.warnings


@pytest.mark.parametrize(("row", "network"), OWN)
def test_the_rows_name_networks_curves_and_formats_that_exist(row: object, network: str) -> None:
    assert network in NETWORKS
    found = own_derivation(network, None)
    assert found is row
    assert set(found.curves) <= set(NETWORKS[network].curves)
    assert set(found.formats) <= set(FORMATS)


@pytest.mark.parametrize(("row", "network"), OWN)
def test_bip39_words_for_such_a_network_need_an_expectation(row: object, network: str) -> None:
    found = own_derivation(network, None)
    assert found is not None
    for curve in found.curves:
        path = f"m/44'/{found.coins[0]}'/0'/0'/0'"
        needs, warnings = read(curve, path, network)
        assert needs
        assert network in warnings[0]
        # The coin in the path tells it too, where no network is named.
        assert read(curve, path, None)[0]


@pytest.mark.parametrize(
    ("curve", "path", "network"),
    [
        ("ed25519", "m/44'/501'/0'/0'", "Solana"),
        ("ed25519", "m/44'/148'/0'", "StellarTestnet"),
        ("ed25519", "m/44'/397'/0'", "Near"),
        ("ed25519", "m/44'/637'/0'/0'/0'", "Aptos"),
        ("ed25519", "m/44'/784'/0'/0'/0'", "Sui"),
        ("ed25519", "m/44'/4218'/0'/0'/0'", "Iota"),
        ("ed25519", "m/44'/1729'/0'/0'", "Tezos"),
        ("secp256k1", "m/44'/144'/0'/0/0", "XrpLedger"),
        ("secp256k1", "m/44'/223'/0'/0/0", "InternetComputer"),
        ("secp256k1", "m/44'/3030'/0'/0/0", "Hedera"),
        ("secp256k1", "m/44'/60'/0'/0/0", "Ethereum"),
        ("ed25519", "m", None),
        ("ed25519", "m/44'/501'/0'/0'", None),
    ],
)
def test_where_wallets_go_by_bip32_and_slip10_nothing_is_asked_for(
    curve: str, path: str, network: str | None
) -> None:
    assert read(curve, path, network) == (False, ())


@pytest.mark.parametrize("network", ["Canton", "Concordium", "Movement", "Areum"])
def test_where_the_derivation_is_not_known_an_expectation_is_needed(network: str) -> None:
    needs, warnings = read("ed25519", "m/44'/0'/0'", network)
    assert needs
    assert "is not known here" in warnings[0]


@pytest.mark.parametrize("network", [n for n, row in NETWORKS.items() if "ed25519" in row.curves])
def test_on_each_network_of_ed25519_a_path_is_known_or_doubted(network: str) -> None:
    """The class: no network where BIP-39 words give a key that nothing speaks for."""
    known = bool(usual_paths(network, "ed25519"))
    assert known or doubt("bip39", "ed25519", network, "m/0'")


def test_the_seed_of_slip39_shares_is_doubted_too_and_a_format_of_its_own_never() -> None:
    path = "m/1852'/1815'/0'/0'/0'"
    assert doubt("slip39-seed", "ed25519", "Cardano", path)
    for name in ("cardano", "hex", "substrate", "ton", "slip39-key"):
        assert doubt(name, "ed25519", "Cardano", path) is None
    assert doubt("bip39", "secp256k1", None, "no path") is None


@pytest.mark.parametrize(
    ("network", "format_name"),
    [
        ("Cardano", "cardano or cardano-trezor or cardano-ledger"),
        ("CardanoPreprod", "cardano"),
        ("Polkadot", "substrate or substrate-ledger"),
        ("PolymeshTestnet", "substrate"),
        ("Ton", "ton"),
        ("AlgorandTestnet", "algorand"),
    ],
)
def test_the_hint_names_the_format_in_the_place_of_a_path(network: str, format_name: str) -> None:
    with pytest.raises(CeremonyError) as error:
        read_key("bip39", WORDS, curve="ed25519", network=network)
    assert error.value.failure is Failure.PATH
    assert f"name the format {format_name}" in error.value.hint
    assert "m/" not in error.value.hint
    assert own_hint("Solana", "ed25519") is None
    assert own_hint("Hedera", "ed25519") is None


def test_each_format_with_a_network_of_its_own_offers_its_paths() -> None:
    for name, offered in FORMAT_PATHS.items():
        with pytest.raises(CeremonyError) as error:
            read_key(name, WORDS)
        assert error.value.failure is Failure.PATH
        for usual in offered:
            assert usual.path in error.value.hint
            assert usual.curve in FORMATS[name].curves


def test_cip_1852_paths_do_not_go_through_slip10() -> None:
    with pytest.raises(CeremonyError) as error:
        read_key("bip39", WORDS, curve="ed25519", paths=("m/1852'/1815'/0'/0/0",))
    assert error.value.failure is Failure.PATH
    assert "cardano" in error.value.hint
    assert "501" not in error.value.hint


def test_the_three_beginnings_of_cardano_give_three_keys() -> None:
    words = bip39_words(Secret(b"abandon " * 23 + b"art"))
    masters = [make(words, None) for make in (icarus_master, trezor_master, ledger_master)]
    assert len({dfns_scalar(master).reveal() for master in masters}) == 3
    few = bip39_words(WORDS)
    assert icarus_master(few, None).left.matches(trezor_master(few, None).left)


def test_a_scalar_deep_below_its_master_still_fits() -> None:
    """kL grows by less than 2^227 a level: after 255 of them it is below 2^255 still."""
    key = derive_ed25519(ledger_master(bip39_words(WORDS), None), (HARDENED, 7) * 127)
    assert int.from_bytes(key.left.reveal(), "little") < 1 << 255
    assert int.from_bytes(key.left.reveal(), "little") % 8 == 0
