"""`ceremony inspect` and `ceremony address`: what a key is, for people and for scripts."""

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from ceremony.addresses import NETWORKS, addresses, every_address
from ceremony.curves import CURVES
from ceremony.keys.format_table import FORMATS
from ceremony.offline.source_options import KIT
from ceremony.secret import Secret
from tests.support.invoking import Ceremony, contents
from tests.support.key_commands import prepare
from tests.support.key_samples import SAMPLES

ONE = Secret((1).to_bytes(32, "big"))
KEYS = {name: curve.base_multiply(ONE) for name, curve in CURVES.items()}


@pytest.mark.parametrize("name", [*FORMATS, KIT])
@pytest.mark.parametrize("network", [True, False])
def test_inspect_says_what_a_key_is(ceremony: Ceremony, name: str, network: bool) -> None:
    sample = SAMPLES[name]
    given = ("inspect", "--format", name, *prepare(sample))
    if network:
        given += ("--network", sample.network)
    before = contents()
    text, found = ceremony.does(*given), ceremony.does(*given, "--json")
    assert contents() == before
    assert text.err == found.err == ""
    for shown in (text.out.lower(), found.out.lower()):
        assert not [secret for secret in sample.hidden if secret in shown]
    assert f"curve       {sample.curve}\npublic key  {sample.public_key}\n" in text.out
    assert f"            {sample.address}  " in text.out
    document = json.loads(found.out)
    assert list(document) == ["format", "keys"]
    assert document["format"] == name
    (key,) = document["keys"]
    assert list(key) == ["curve", "path", "publicKey", "addresses", "expected", "warnings"]
    assert (key["curve"], key["publicKey"]) == (sample.curve, sample.public_key)
    assert (key["expected"] is not None) is sample.needs_expected
    assert key["path"] in (*sample.options, None)
    assert all(f"warning     {warning}\n" in text.out for warning in key["warnings"])
    (group,) = [group for group in key["addresses"] if sample.network in group["networks"]]
    assert sample.address in [address["address"] for address in group["addresses"]]
    assert all(list(g) == ["networks", "hasAddress", "addresses"] for g in key["addresses"])
    named = sorted(name for group in key["addresses"] for name in group["networks"])
    everywhere = sorted(n for n, row in NETWORKS.items() if sample.curve in row.curves)
    assert named == ([sample.network] if network else everywhere)


def test_inspect_shows_each_path_and_a_line_between(ceremony: Ceremony) -> None:
    sample = SAMPLES["bip39"]
    given = (*prepare(sample), "--network", "Bitcoin", "--path", "m/84'/0'/0'/0/1")
    outcome = ceremony.does("inspect", "--format", "bip39", *given)
    first, second = outcome.out.split("\n\n")
    assert first.startswith("path        m/84'/0'/0'/0/0\n")
    assert sample.address in first
    assert second.startswith("path        m/84'/0'/0'/0/1\n")
    # BIP-84: the second receiving address.
    assert "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g  P2WPKH" in second


@pytest.mark.parametrize("name", [name for name in [*FORMATS, KIT] if name != "der"])
def test_inspect_without_a_format_offers_those_that_fit(ceremony: Ceremony, name: str) -> None:
    prepare(SAMPLES[name])
    outcome = ceremony.refuses("inspect", "--key-file", "source")
    assert "the format of the key is not named" in outcome.err
    offered = outcome.err.splitlines()[1].partition("the file has the shape of: ")[2].split(", ")
    assert name in offered
    assert outcome.status == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the key file is empty"),
        (b" \n", "the key file is empty"),
        (b"\x00\x01\x02\xff", "has the shape of no format"),
        (b"the key is in the safe", "has the shape of no format"),
        (b"0 of 5 keys are here", "has the shape of no format"),
        (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nxVgE", "the key file is an OpenPGP file"),
        (b"0x58A57ed9d8d624cBD12e2C467D34787555bB1b25", "the key file is an address of 20 bytes"),
    ],
)
def test_inspect_without_a_format_of_what_is_no_key(
    ceremony: Ceremony, content: bytes, said: str
) -> None:
    Path("source").write_bytes(content)
    assert said in ceremony.refuses("inspect", "--key-file", "source").err


def test_inspect_reads_standard_input(ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = SAMPLES["wif"]
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(sample.source)))
    outcome = ceremony.does("inspect", "--format", "wif", "--key-file", "-")
    assert sample.address in outcome.out


@pytest.mark.parametrize(
    ("given", "said", "advised"),
    [
        (("--format", "new", "--curve", "stark"), "nothing to inspect", "--help"),
        (
            ("--format", "hex", "--curve", "stark", "--key-file", "x", "--network", "Etherium"),
            "there is no network Etherium",
            "did you mean Ethereum",
        ),
    ],
)
def test_inspect_refuses(
    ceremony: Ceremony, given: tuple[str, ...], said: str, advised: str
) -> None:
    outcome = ceremony.refuses("inspect", *given)
    assert said in outcome.err
    assert advised in outcome.err.splitlines()[1]


@pytest.mark.parametrize("curve", CURVES)
def test_address_of_every_network(ceremony: Ceremony, curve: str) -> None:
    key = KEYS[curve].compressed
    given = ("address", key.hex(), "--curve", curve)
    text, document = ceremony.does(*given).out, json.loads(ceremony.does(*given, "--json").out)
    assert list(document) == ["curve", "publicKey", "addresses"]
    assert (document["curve"], document["publicKey"]) == (curve, key.hex())
    shown = [
        (group["networks"], [(a["type"], a["address"]) for a in group["addresses"]])
        for group in document["addresses"]
    ]
    assert shown == [
        ([network.name for network in networks], [(a.type, a.text) for a in found])
        for networks, found in every_address(curve, key)
    ]
    for group in document["addresses"]:
        assert group["hasAddress"] is NETWORKS[group["networks"][0]].has_address
        for address in group["addresses"]:
            assert f"            {address['address']}  {address['type']}\n" in text


@pytest.mark.parametrize("curve", CURVES)
def test_address_of_one_network(ceremony: Ceremony, curve: str) -> None:
    key = KEYS[curve]
    for name, network in NETWORKS.items():
        if curve not in network.curves:
            continue
        for written in (key.compressed.hex(), f"0x{key.encoded.hex().upper()}"):
            found = ceremony.does("address", written, "--curve", curve, "--network", name).out
            first, *lines = found.splitlines()
            assert first.startswith(f"network     {name}")
            assert ("no address follows from a key" in first) is not network.has_address
            expected = addresses(curve, key.compressed, name)
            assert lines == [f"            {a.text}  {a.type}" for a in expected]


def test_the_protocol_decides_which_address_comes_first(ceremony: Ceremony) -> None:
    given = ("address", KEYS["secp256k1"].compressed.hex(), "--curve", "secp256k1")
    for protocol, first in (
        ("CGGMP21", "P2WPKH"),
        ("CGGMP24", "P2WPKH"),
        ("FROST_BITCOIN", "P2TR"),
    ):
        asked = (*given, "--network", "Bitcoin", "--protocol", protocol)
        assert ceremony.does(*asked).out.splitlines()[1].endswith(first)


PUBLIC = KEYS["secp256k1"].compressed.hex()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((PUBLIC,), "the following arguments are required: --curve"),
        (("--curve", "secp256k1"), "the following arguments are required: PUBLIC-KEY"),
        ((PUBLIC, "--curve", "p256"), "the curve p256 is not supported"),
        ((PUBLIC, "--curve", "ed25519"), "not a point of ed25519"),
        ((PUBLIC[2:], "--curve", "secp256k1"), "33 bytes and begins with 02 or 03"),
        ((PUBLIC[:-1], "--curve", "secp256k1"), "the public key has 65 hex digits, an odd number"),
        (("02" + "00" * 32, "--curve", "secp256k1"), "point"),
        (("xyz", "--curve", "secp256k1"), "the public key is not hex"),
        (
            ("0x58A57ed9d8d624cBD12e2C467D34787555bB1b25", "--curve", "secp256k1"),
            "what is given as the public key is an address of 20 bytes",
        ),
        (
            ("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu", "--curve", "secp256k1"),
            "what is given as the public key is an address",
        ),
        (
            ("24PNhTaNtomHhoy3fTRaMhAFCRj4uHqhZEEoWrKDbR5p", "--curve", "ed25519"),
            "looks like an address in base58",
        ),
        (
            (
                "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg",
                "--curve",
                "secp256k1",
            ),
            "what is given as the public key is a Nostr public key",
        ),
        ((PUBLIC, "--curve", "secp256k1", "--network", "bitcoin"), "there is no network bitcoin"),
        ((PUBLIC, "--curve", "secp256k1", "--network", "Solana"), "Solana has no keys on secp"),
        ((PUBLIC, "--curve", "secp256k1", "--protocol", "FROST"), "keys of FROST on secp256k1"),
        ((PUBLIC, "--curve", "secp256k1", "--protocol", "x"), "keys of x on secp256k1"),
    ],
)
def test_address_refuses(ceremony: Ceremony, given: tuple[str, ...], said: str) -> None:
    assert said in ceremony.refuses("address", *given).err.splitlines()[0]
