"""Addresses: published vectors, and what other implementations make of the same keys."""

from typing import Any

import pytest

from ceremony.addresses import NETWORKS, addresses, every_address, network_named
from ceremony.addresses.cashaddr import cashaddr
from ceremony.addresses.evm import checksummed
from ceremony.addresses.tagged import ss58
from ceremony.addresses.ton import friendly
from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Failure
from ceremony.secret import Secret
from tests.support.vector_files import cases

FILES = {
    "published": 45, "evm": 15, "bitcoin": 60, "cashaddr": 12, "bech32": 20, "ton": 70,
    "move": 20, "base32": 20, "plain": 21, "tagged": 60,
}  # fmt: skip
ONE = Secret((1).to_bytes(32, "big"))
KEYS = {name: curve.base_multiply(ONE).compressed for name, curve in CURVES.items()}


VECTORS = [c for name, least in FILES.items() for c in cases(f"addresses/{name}.json", least)]


@pytest.mark.parametrize("case", VECTORS)
def test_address_is_what_others_make_of_the_key(case: dict[str, Any]) -> None:
    found = addresses(case["curve"], bytes.fromhex(case["public_key"]), case["network"])
    assert {a.type: a.text for a in found}[case["type"]] == case["address"]


@pytest.mark.parametrize("case", cases("addresses/texts.json", 15))
def test_checksummed_text_is_the_published_one(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case["input"])
    made = {
        "eip55": lambda: checksummed(data),
        "cashaddr": lambda: cashaddr(case["prefix"], case["version"], data),
        "ss58": lambda: ss58(case["prefix"], data),
        "ton": lambda: friendly(data, case["flags"]),
    }[case["kind"]]()
    assert made == case["text"]


def test_every_type_of_every_family_has_a_vector() -> None:
    seen = {
        (NETWORKS[c["network"]].derive, c["curve"], c["type"])
        for c in (parameters.values[0] for parameters in VECTORS)
    }
    # The same code with other parameters counts once.
    seen_code = {(derive.__qualname__, curve, kind) for derive, curve, kind in seen}
    missing = [
        (networks[0].name, curve, address.type)
        for curve, key in KEYS.items()
        for networks, found in every_address(curve, key)
        for address in found
        if networks[0].has_address
        and (networks[0].derive.__qualname__, curve, address.type) not in seen_code
    ]
    # Texts of these are hex that another type's vector covers, or a key in base58.
    assert missing == [
        ("Xdc", "secp256k1", "EVM"),
        ("BitcoinCash", "secp256k1", "P2PKH of the uncompressed key, CashAddr"),
        ("BitcoinCash", "secp256k1", "P2PKH of the uncompressed key, legacy"),
        ("SeiPacific1", "secp256k1", "EVM"),
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_gives_different_addresses_on_each_of_its_curves(name: str) -> None:
    for curve in NETWORKS[name].curves:
        found = addresses(curve, KEYS[curve], name)
        assert found
        assert len({a.type for a in found}) == len({a.text for a in found}) == len(found)


@pytest.mark.parametrize("name", NETWORKS)
def test_key_on_another_curve_is_refused(name: str) -> None:
    for curve in set(CURVES) - set(NETWORKS[name].curves):
        with pytest.raises(CeremonyError) as error:
            addresses(curve, KEYS[curve], name)
        assert error.value.failure == Failure.NETWORK
        assert curve in error.value.message


@pytest.mark.parametrize(
    ("network", "hint"),
    [("ethereum", "Ethereum"), ("Bitcoin Testnet", "Bitcoin"), ("Solan", "Solana"), ("", "API")],
)
def test_unknown_network_is_refused_with_the_nearest_name(network: str, hint: str) -> None:
    with pytest.raises(CeremonyError) as error:
        network_named(network)
    assert error.value.failure == Failure.NETWORK
    assert hint in error.value.hint


@pytest.mark.parametrize(
    ("curve", "key"),
    [
        ("secp256k1", b""),
        ("secp256k1", KEYS["ed25519"]),
        ("secp256k1", b"\x02" + bytes(32)),
        ("secp256k1", KEYS["secp256k1"] + b"\x00"),
        ("secp256k1", b"\x06" + KEYS["secp256k1"][1:]),
        ("ed25519", KEYS["secp256k1"]),
        ("ed25519", bytes(32)),
        ("ed25519", b"\x01" + bytes(31)),
        ("stark", KEYS["secp256k1"]),
    ],
)
def test_bytes_that_are_no_public_key_are_refused(curve: str, key: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        every_address(curve, key)
    assert error.value.failure == Failure.MALFORMED


def test_uncompressed_key_has_the_same_addresses() -> None:
    full = CURVES["secp256k1"].base_multiply(ONE).encoded
    assert addresses("secp256k1", full, "Bitcoin") == addresses(
        "secp256k1", KEYS["secp256k1"], "Bitcoin"
    )


def test_dfns_choice_comes_first() -> None:
    key = KEYS["secp256k1"]
    assert addresses("secp256k1", key, "Bitcoin")[0].type == "P2WPKH"
    assert addresses("secp256k1", key, "Bitcoin", scheme="Schnorr")[0].type == "P2TR"
    assert addresses("ed25519", KEYS["ed25519"], "Ton")[0].type.startswith("v4R2")
    assert addresses("ed25519", KEYS["ed25519"], "Cardano")[0].type == "Enterprise"


def test_every_network_stands_in_exactly_one_group_of_each_of_its_curves() -> None:
    for curve, key in KEYS.items():
        names = [n.name for networks, _ in every_address(curve, key) for n in networks]
        assert sorted(names) == sorted(n for n, v in NETWORKS.items() if curve in v.curves)


def test_networks_are_those_of_dfns() -> None:
    """The SDK's own list, read from its types: nothing of it may be missing."""
    from typing import get_args, get_type_hints

    from dfns_sdk.generated.wallets.types import CreateWalletRequest

    assert set(get_args(get_type_hints(CreateWalletRequest)["network"])) <= set(NETWORKS)
