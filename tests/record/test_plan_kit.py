"""A recovery kit's wallets as plan lines: public keys alone give what the private keys give."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.addresses import addresses
from ceremony.curves import CURVES, scalar_bytes
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.fireblocks.extended import MasterKey, wallet_key
from ceremony.keys.fireblocks.kit import read_kit
from ceremony.keys.fireblocks.metadata import KeyEntry
from ceremony.keys.fireblocks.public import wallet_public_keys
from ceremony.record.plan_example import example_plan
from ceremony.record.plan_kit import KitWallets, kit_lines, parse_range
from ceremony.secret import Secret
from tests.support.kit_files import KITS, archive_of, kit_named, pack, secrets_of, unpack
from tests.support.plans import findings, plan_of

KIT = kit_named("CMP keys")


def derived() -> Iterator[object]:
    """Every wallet of the vectors, with its master key."""
    for kit in KITS:
        case = dict(kit.values[0])  # type: ignore[arg-type, call-overload]
        for key in case.get("keys") or []:
            for wallet in key["derived"]:
                yield pytest.param(key, wallet, id=f"{kit.id}-{key['curve']}-{wallet['path']}")


@pytest.mark.parametrize(("key", "wallet"), [*derived()])
def test_the_wallets_of_the_vectors(key: dict[str, str], wallet: dict[str, str]) -> None:
    """Fireblocks' own tool derived these from the private keys."""
    entry = KeyEntry(
        key["key_id"],
        key["algorithm"],
        key["curve"],
        bytes.fromhex(key["public_key"]),
        Secret(bytes.fromhex(key["chain_code"])),
        None,
    )
    assert wallet_public_keys(entry, [wallet["path"]])[0].hex() == wallet["public_key"]


LEVEL = st.integers(0, 2**31 - 1)


@settings(max_examples=60, deadline=None)
@given(
    curve=st.sampled_from(["secp256k1", "ed25519"]),
    scalar=st.integers(1, 2**252),
    chain_code=st.binary(min_size=32, max_size=32),
    levels=st.tuples(LEVEL, LEVEL, LEVEL, LEVEL),
)
def test_public_and_private_derivation_agree(
    curve: str, scalar: int, chain_code: bytes, levels: tuple[int, ...]
) -> None:
    secret = scalar_bytes(scalar)
    public_key = CURVES[curve].base_multiply(secret).compressed
    path = "m/44/" + "/".join(map(str, levels))
    entry = KeyEntry("id", "algorithm", curve, public_key, Secret(chain_code), None)
    private = wallet_key(MasterKey(curve, secret, public_key, Secret(chain_code)), path)
    assert wallet_public_keys(entry, [path, path]) == (private.public_key,) * 2


def test_a_public_key_that_is_none() -> None:
    entry = KeyEntry("id", "algorithm", "ed25519", bytes(32), Secret(bytes(32)), None)
    with pytest.raises(CeremonyError) as caught:
        wallet_public_keys(entry, ["m/44/0/0/0/0"])
    assert caught.value.failure is Failure.MALFORMED


def lines(networks: tuple[str, ...], case: dict[str, str] = KIT, **more: str) -> str:
    return kit_lines(archive_of(case), KitWallets("vault", networks, **more))  # type: ignore[arg-type]


def test_the_lines_are_a_plan_whose_keys_the_kit_gives() -> None:
    text = example_plan("import-wallets", head_only=True) + lines(
        ("Ethereum", "Bitcoin", "Solana"), accounts="0,7-8", indices="0-1"
    )
    assert findings(text).mistakes == ()
    plan = plan_of(text)
    assert len(plan.imports) == 18
    for curve in ("secp256k1", "ed25519"):
        keys = [key for key in plan.imports if (key.network == "Solana") is (curve == "ed25519")]
        paths = tuple(key.path or "" for key in keys)
        opened = read_kit(archive_of(KIT), secrets_of(KIT), curve=curve, paths=paths)
        for key, material in zip(keys, opened, strict=True):
            network = key.network or ""
            assert key.expect == addresses(curve, material.public_key, network)[0].text
    assert [key.label for key in plan.imports][:3] == [
        "Ethereum 0.0",
        "Ethereum 0.1",
        "Ethereum 7.0",
    ]


def test_no_secret_of_the_kit_is_needed() -> None:
    """Only the metadata: the shares may all be missing."""
    metadata = {"metadata.json": unpack(archive_of(KIT))["metadata.json"]}
    wanted = KitWallets("vault", ("Ethereum", "Solana"))
    assert kit_lines(pack(metadata), wanted) == kit_lines(archive_of(KIT), wanted)


def test_the_lines_hold_public_facts_only() -> None:
    text = lines(("Ethereum", "Solana"), accounts="0-3")
    for key in KIT["keys"]:
        assert key["chain_code"] not in text
        assert key["secret_scalar"] not in text
        assert key["public_key"] not in text
    assert "Nothing in a kit proves a chain code" in text


def test_one_key_for_several_networks_is_imported_once() -> None:
    text = example_plan("import-keys", head_only=True) + lines(
        ("Ethereum", "Polygon", "Solana"), accounts="0-1", operation="import-keys"
    )
    assert findings(text).mistakes == ()
    found = [(key.label, key.curve, len(key.wallets)) for key in plan_of(text).imports]
    assert found == [
        ("coin 60 0", "secp256k1", 2), ("coin 60 1", "secp256k1", 2),
        ("Solana 0", "ed25519", 1), ("Solana 1", "ed25519", 1),
    ]  # fmt: skip
    assert {w.network for w in plan_of(text).imports[0].wallets} == {"Ethereum", "Polygon"}
    with pytest.raises(CeremonyError, match="one key for several networks") as caught:
        lines(("Ethereum", "Polygon"))
    assert caught.value.failure is Failure.USAGE


def test_a_network_of_two_curves_names_one() -> None:
    with pytest.raises(CeremonyError, match="no curve was named") as caught:
        lines(("Tezos",))
    assert caught.value.failure is Failure.AMBIGUOUS
    assert 'curve = "ed25519"' in lines(("Tezos",), curve="ed25519")
    assert 'curve = "secp256k1"' in lines(("XrpLedger",), curve="secp256k1")
    # For a network of one curve it does not count.
    assert "Ethereum 0" in lines(("Ethereum",), curve="ed25519")


def test_a_network_without_an_address_is_expected_by_its_public_key() -> None:
    text = lines(("Hedera",), curve="ed25519")
    (expect,) = [line for line in text.splitlines() if line.startswith("expect")]
    assert len(expect) == len('expect = ""') + 64


def test_the_coin_of_a_path() -> None:
    assert 'path = "m/44/1815/0/0/0"' in lines(("Cardano",))
    assert 'path = "m/44/1/0/0/0"' in lines(("EthereumSepolia:1",))
    assert 'path = "m/44/9001/5/0/0"' in lines(("Base:9001",), accounts="5")
    for network in ("EthereumSepolia", "BitcoinTestnet4"):
        with pytest.raises(CeremonyError, match="is not known here") as caught:
            lines((network,))
        assert caught.value.failure is Failure.PATH
    for coin in ("x", "01", "-1", str(2**31), "6 0"):
        with pytest.raises(CeremonyError, match="is not the number of a coin"):
            lines((f"Ethereum:{coin}",))


def two_keys_of_one_curve() -> tuple[bytes, list[str]]:
    files = unpack(archive_of(KIT))
    metadata = json.loads(files["metadata.json"])
    key = next(k for k in metadata["keys"].values() if k["algo"].endswith("SECP256K1"))
    first = next(name for name, value in metadata["keys"].items() if value is key)
    other = "00000000" + first[8:]
    metadata["keys"][other] = key
    return pack({"metadata.json": json.dumps(metadata).encode()}), [first, other]


def test_several_master_keys_of_a_curve() -> None:
    archive, (first, other) = two_keys_of_one_curve()
    with pytest.raises(CeremonyError, match="2 keys for secp256k1") as caught:
        kit_lines(archive, KitWallets("vault", ("Ethereum",)))
    assert caught.value.failure is Failure.AMBIGUOUS
    assert first in caught.value.hint
    text = kit_lines(archive, KitWallets("vault", ("Ethereum",), key_id=other))
    assert f'key_id = "{other}"' in text


@pytest.mark.parametrize(
    ("networks", "more", "failure"),
    [
        (("Etherium",), {}, Failure.NETWORK),
        (("Starknet:9004",), {}, Failure.CURVE),
        (("Ethereum",), {"key_id": "nothing"}, Failure.KEY),
        (("Ethereum",), {"accounts": "0-1000"}, Failure.USAGE),
        (("Ethereum",), {"accounts": "0-99", "indices": "0-10"}, Failure.USAGE),
        ((), {}, Failure.USAGE),
    ],
)
def test_what_is_refused(networks: tuple[str, ...], more: dict[str, str], failure: Failure) -> None:
    with pytest.raises(CeremonyError) as caught:
        lines(networks, **more)
    assert caught.value.failure is failure


def test_a_kit_without_metadata() -> None:
    with pytest.raises(CeremonyError, match=r"no metadata\.json") as caught:
        kit_lines(archive_of(kit_named("no metadata.json")), KitWallets("v", ("Ethereum",)))
    assert caught.value.failure is Failure.MALFORMED


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0", [0]), ("0-3", [0, 1, 2, 3]), ("1, 3-4,9", [1, 3, 4, 9]), ("2147483647", [2**31 - 1])],
)
def test_ranges(text: str, numbers: list[int]) -> None:
    assert parse_range(text, "accounts") == numbers


@pytest.mark.parametrize("text", ["", "-1", "3-1", "1,1", "2,1", "0-3,3", "a", "1-", "2147483648"])
def test_what_is_not_a_range(text: str) -> None:
    with pytest.raises(CeremonyError, match="are not rising numbers") as caught:
        parse_range(text, "accounts")
    assert caught.value.failure is Failure.USAGE
