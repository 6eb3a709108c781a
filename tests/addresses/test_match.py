"""The expected address: what matches, what does not, and what people are told then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.addresses import NETWORKS, addresses
from ceremony.addresses.match import match_expected
from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Failure
from ceremony.secret import Secret

ONE = Secret((1).to_bytes(32, "big"))
POINTS = {name: curve.base_multiply(ONE) for name, curve in CURVES.items()}
KEYS = {name: point.compressed for name, point in POINTS.items()}
K1, ED = KEYS["secp256k1"], KEYS["ed25519"]

EVM = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
TESTNET = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"
CASH = "bitcoincash:qp63uahgrxged4z5jswyt5dn5v3lzsem6cy4spdc2h"
TON = "EQCEZf2pgK-dSNeHcnXXhYgjvttbXBbqTjpnu_vrF57SGp9K"


@pytest.mark.parametrize("name", NETWORKS)
def test_every_address_of_every_network_matches_and_is_named(name: str) -> None:
    for curve in NETWORKS[name].curves:
        for address in addresses(curve, KEYS[curve], name):
            for network in (name, None):
                match = match_expected(address.text, curve, KEYS[curve], network)
                whole = match.type.startswith("Public key")
                assert whole or match.type == address.type or network is None
                assert whole or name in match.networks


@pytest.mark.parametrize(
    ("expected", "curve", "network", "named"),
    [
        (EVM.lower(), "secp256k1", "Base", "EVM on Base"),
        ("0x" + EVM[2:].upper(), "secp256k1", "Base", "EVM on Base"),
        (f"  {EVM}\n", "secp256k1", "Base", "EVM on Base"),
        (SEGWIT.upper(), "secp256k1", "Bitcoin", "P2WPKH on Bitcoin"),
        (SEGWIT, "secp256k1", None, "P2WPKH on Bitcoin"),
        (CASH.partition(":")[2], "secp256k1", "BitcoinCash", "P2PKH, CashAddr on BitcoinCash"),
        (CASH.upper(), "secp256k1", "BitcoinCash", "P2PKH, CashAddr on BitcoinCash"),
        (TON.replace("-", "+").replace("_", "/"), "ed25519", "Ton", "v4R2 bounceable on Ton"),
        (K1.hex(), "secp256k1", "Bitcoin", "Public key"),
        ("0x" + K1.hex().upper(), "secp256k1", None, "Public key"),
        (POINTS["secp256k1"].encoded.hex(), "secp256k1", "Ethereum", "Public key"),
        (K1[1:].hex(), "secp256k1", "Bitcoin", "Public key, x coordinate alone"),
        ("0x" + KEYS["stark"][1:].hex(), "stark", "Starknet", "Public key, x coordinate alone"),
        ("0x" + KEYS["stark"][1:].hex().lstrip("0"), "stark", "Starknet", "Public key on Starknet"),
        (POINTS["stark"].encoded.hex(), "stark", None, "Public key"),
        (ED.hex(), "ed25519", None, "Public key"),
    ],
)
def test_other_ways_to_write_it_match(
    expected: str, curve: str, network: str | None, named: str
) -> None:
    assert str(match_expected(expected, curve, KEYS[curve], network)) == named


@pytest.mark.parametrize(
    ("expected", "curve", "network", "failure", "told"),
    [
        # one letter's case changed: what EIP-55 is for
        (EVM.replace("E5F", "e5F"), "secp256k1", "Ethereum", Failure.CHECKSUM, EVM),
        (EVM.swapcase().replace("0X", "0x"), "secp256k1", "Ethereum", Failure.CHECKSUM, EVM),
        (EVM[:-1] + "0", "secp256k1", "Ethereum", Failure.ADDRESS, "nearly"),
        (EVM[2:], "secp256k1", "Ethereum", Failure.ADDRESS, EVM),
        (EVM[:-2], "secp256k1", "Ethereum", Failure.ADDRESS, "nearly"),
        (SEGWIT[:10] + SEGWIT[10].upper() + SEGWIT[11:], "secp256k1", "Bitcoin",
         Failure.ADDRESS, "nearly"),
        (SEGWIT[:20] + SEGWIT[21] + SEGWIT[20] + SEGWIT[22:], "secp256k1", "Bitcoin",
         Failure.ADDRESS, "nearly"),
        (SEGWIT[:-1] + "q", "secp256k1", "Bitcoin", Failure.ADDRESS, "nearly"),
        (TESTNET, "secp256k1", "Bitcoin", Failure.ADDRESS, "BitcoinTestnet4"),
        (SEGWIT, "secp256k1", "Ethereum", Failure.ADDRESS, "P2WPKH on Bitcoin"),
        (SEGWIT, "ed25519", "Solana", Failure.ADDRESS, "Solana"),
        (SEGWIT, "ed25519", None, Failure.ADDRESS, "name the network"),
        (TON, "ed25519", "TonTestnet", Failure.ADDRESS, "v4R2 bounceable on Ton"),
        (SEGWIT.replace("o", "0").replace("q", "\u0563", 1), "secp256k1", "Bitcoin",
         Failure.ADDRESS, "look-alike"),
        (SEGWIT[:20] + " " + SEGWIT[20:], "secp256k1", "Bitcoin", Failure.ADDRESS, "look-alike"),
        (SEGWIT + "\u200b", "secp256k1", "Bitcoin", Failure.ADDRESS, "look-alike"),
        ("\u0430" + EVM[1:], "secp256k1", "Ethereum", Failure.ADDRESS, "look-alike"),
        ("", "secp256k1", "Bitcoin", Failure.ADDRESS, "again"),
        ("   ", "secp256k1", "Bitcoin", Failure.ADDRESS, "again"),
        ("q" * 300, "secp256k1", "Bitcoin", Failure.ADDRESS, "again"),
        ("03" + K1.hex()[2:], "secp256k1", "Bitcoin",
         Failure.ADDRESS, SEGWIT),
        ("06" + POINTS["secp256k1"].encoded.hex()[2:], "secp256k1", "Bitcoin",
         Failure.ADDRESS, SEGWIT),
        ("04" + "ff" * 64, "stark", "Starknet", Failure.ADDRESS, "0x01ef"),
        (K1.hex()[:-1], "secp256k1", "Bitcoin", Failure.ADDRESS, SEGWIT),
        (SEGWIT, "secp256k1", "bitcoin", Failure.NETWORK, "Bitcoin"),
        (SEGWIT, "ed25519", "Bitcoin", Failure.NETWORK, "curve"),
        (SEGWIT, "p256", None, Failure.SCHEME, "secp256k1"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_a_person_needs(
    expected: str, curve: str, network: str | None, failure: Failure, told: str
) -> None:
    with pytest.raises(CeremonyError) as error:
        match_expected(expected, curve, KEYS.get(curve, K1), network)
    assert error.value.failure == failure
    assert told in error.value.hint


def test_a_private_key_given_by_mistake_is_not_shown() -> None:
    for text in ("5" * 64, "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"):
        with pytest.raises(CeremonyError) as error:
            match_expected(text, "secp256k1", K1, "Bitcoin")
        assert text[:20] not in error.value.message + error.value.hint


@given(st.text(max_size=80), st.sampled_from(list(CURVES)), st.booleans())
def test_any_text_matches_or_is_refused(text: str, curve: str, named: bool) -> None:
    network = next(n for n, v in NETWORKS.items() if curve in v.curves) if named else None
    with pytest.raises(CeremonyError) as error:
        match_expected(text, curve, KEYS[curve], network)
    assert error.value.failure == Failure.ADDRESS


@given(st.integers(0, 41), st.characters(codec="ascii", categories=["L", "N"]))
def test_one_changed_character_never_matches(position: int, character: str) -> None:
    changed = SEGWIT[:position] + character + SEGWIT[position + 1 :]
    if changed != SEGWIT:
        with pytest.raises(CeremonyError):
            match_expected(changed, "secp256k1", K1, None)
