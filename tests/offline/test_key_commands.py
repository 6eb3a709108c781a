"""`ceremony api encrypt`: every format in, the right key split, nothing of it shown."""

import json
import stat
from pathlib import Path

import base58
import pytest

from ceremony.addresses import NETWORKS, addresses
from ceremony.curves import CURVES
from ceremony.keys.format_table import FORMATS
from ceremony.offline.source_options import KIT, NEW
from ceremony.secret import Secret
from tests.support.fake_cluster import Cluster
from tests.support.invoking import Ceremony, contents
from tests.support.key_commands import NoRandomness, encrypting, prepare, split_key
from tests.support.key_samples import EDDSA, SAMPLES, derived

PATHS = ("m/44/0/0/0/0", "m/44/60/7/0/0", "m/44/501/12/0/0")


def test_there_is_a_sample_of_every_format() -> None:
    assert set(SAMPLES) == {*FORMATS, KIT}


@pytest.mark.parametrize("name", [*FORMATS, KIT])
def test_every_format_gives_its_key_to_the_signers(ceremony: Ceremony, name: str) -> None:
    sample = SAMPLES[name]
    cluster = Cluster()
    given = ("--format", name, *prepare(sample, expect=True), "--network", sample.network)
    outcome = ceremony.does(*encrypting(cluster), *given)
    assert split_key(cluster).matches(sample.scalar)
    body = json.loads(Path("request.json").read_text())
    assert (body["curve"], body["network"]) == (sample.curve, sample.network)
    assert f"public key  {sample.public_key}\n" in outcome.out
    assert sample.address in outcome.out
    assert outcome.err == ""
    assert not [text for text in sample.hidden if text in outcome.shown.lower()]
    assert stat.S_IMODE(Path("request.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", [*FORMATS, KIT])
def test_what_the_owner_expects_is_matched(ceremony: Ceremony, name: str) -> None:
    sample = SAMPLES[name]
    encrypt = encrypting(Cluster())
    given = ("--format", name, *prepare(sample, expect=False))
    given += ("--network", sample.network, "--expect")
    outcome = ceremony.does(*encrypt, *given, f" {sample.address} ")
    end = f"on {sample.network}\n" if sample.network != "Starknet" else ", x coordinate alone\n"
    (line,) = [line for line in outcome.out.splitlines(True) if line.startswith("expected")]
    assert line.startswith("expected    matches: ")
    assert line.endswith(end)
    Path("request.json").unlink()
    outcome = ceremony.does(*encrypt, *given, f"0x{sample.public_key.upper()}")
    assert "expected    matches: Public key\n" in outcome.out


UNTOLD = [name for name, sample in SAMPLES.items() if sample.needs_expected]


@pytest.mark.parametrize("name", UNTOLD)
def test_what_may_be_a_public_key_is_not_taken_without_an_expected_address(
    ceremony: Ceremony, name: str
) -> None:
    """Not shown, either: an address copied from here would prove nothing."""
    sample = SAMPLES[name]
    given = ("--format", name, *prepare(sample, expect=False), "--network", sample.network)
    error, hint = ceremony.refuses("inspect", *given).err.splitlines()
    assert "no address is expected" in error
    assert "--expect" in hint
    assert sample.address not in error + hint


@pytest.mark.parametrize("name", [*FORMATS, KIT])
def test_no_key_but_a_new_one_is_split_without_an_expectation(
    ceremony: Ceremony, name: str
) -> None:
    """IMP-ADDRESS on every path: there is no option that leaves it out."""
    encrypt = encrypting(Cluster())
    ceremony.random = random = NoRandomness()
    given = ("--format", name, *prepare(SAMPLES[name], expect=False))
    outcome = ceremony.refuses(*encrypt, *given)
    assert outcome.status == 2
    assert "--expect is missing, and there is one key" in outcome.err
    assert random.asked == 0


def test_no_key_is_split_for_signers_that_are_not_pinned(ceremony: Ceremony) -> None:
    given = (*prepare(SAMPLES["hex"], expect=True), "--out", "request.json")
    Cluster()
    outcome = ceremony.refuses("api", "encrypt", "--signers", "signers.json", *given)
    assert "arguments are required: --fingerprint" in outcome.err
    other = (*encrypting(Cluster())[:-2], *given)
    Cluster()
    refused = ceremony.refuses(*other).err
    assert "SIG-PIN: these signers are not those that --fingerprint pins" in refused


def test_public_keys_and_addresses_are_refused_whatever_they_are_called(
    ceremony: Ceremony,
) -> None:
    """What was taken with a warning: NEAR's public key and Solana's address as private keys."""
    encrypt = encrypting(Cluster())
    near, solana = SAMPLES["near"], SAMPLES["solana"]
    public = "ed25519:" + base58.b58encode(bytes.fromhex(near.public_key)).decode()
    for text, address, formats in (
        (public, near.address, ("near", "near-seed")),
        (solana.address, solana.address, ("solana", "solana-seed")),
        (solana.public_key, solana.public_key, ("hex", "ed25519-scalar")),
        ("0x" + solana.public_key.upper(), solana.address, ("hex",)),
    ):
        Path("source").write_text(text)
        for name in formats:
            curve = ("--curve", "ed25519") if name == "hex" else ()
            given = ("--format", name, "--key-file", "source", *curve)
            ceremony.refuses("inspect", *given)
            ceremony.refuses(*encrypt, *given, "--expect", address)


@pytest.mark.parametrize("curve", CURVES)
def test_a_new_key_is_split_and_belongs_to_what_is_shown(ceremony: Ceremony, curve: str) -> None:
    cluster = Cluster()
    encrypt = encrypting(cluster)
    shown = [ceremony.does(*encrypt, "--format", NEW, "--curve", curve).out]
    scalar = split_key(cluster)
    public_key = CURVES[curve].base_multiply(scalar).compressed.hex()
    assert f"public key  {public_key}\n" in shown[0]
    assert scalar.reveal().hex() not in shown[0]
    Path("request.json").unlink()
    shown.append(ceremony.does(*encrypt, "--format", NEW, "--curve", curve).out)
    assert public_key not in shown[1]


def test_a_kit_gives_one_request_for_each_wallet(ceremony: Ceremony) -> None:
    cluster = Cluster()
    sample = SAMPLES[KIT]
    given = [*prepare(sample)]
    at = given.index("--path")
    given[at : at + 2] = [word for path in PATHS for word in ("--path", path)]
    scalars = [Secret(bytes.fromhex(derived(EDDSA, path))) for path in PATHS]
    keys = [CURVES["ed25519"].base_multiply(scalar).compressed.hex() for scalar in scalars]
    given += [word for key in keys for word in ("--expect", key)]
    outcome = ceremony.does(
        *encrypting(cluster), "--format", KIT, *given, "--network", "Solana", "--name", "vault"
    )
    requests = sorted(path for path in contents() if path.startswith("request"))
    assert requests == ["request-1.json", "request-2.json", "request-3.json"]
    for number, (path, request) in enumerate(zip(PATHS, requests, strict=True), 1):
        assert split_key(cluster, request).reveal().hex() == derived(EDDSA, path)
        assert json.loads(Path(request).read_text())["name"] == f"vault {number}"
        assert f"request     {request} of {path}, for POST /wallets/import\n" in outcome.out
        assert derived(EDDSA, path) not in outcome.shown


def test_the_key_is_shown_before_it_is_split(ceremony: Ceremony) -> None:
    """Should the splitting fail, the operator has seen what it was about."""
    encrypt = encrypting(Cluster())
    ceremony.random = NoRandomness()
    sample = SAMPLES["hex"]
    outcome = ceremony.run(*encrypt, *prepare(sample, expect=True), "--network", "Ethereum")
    assert outcome.status == 70
    assert sample.address in outcome.out


EVERY_TYPE = [
    pytest.param(curve, name, id=f"{curve} {name}")
    for curve in CURVES
    for name, network in NETWORKS.items()
    if curve in network.curves
]


@pytest.mark.parametrize(("curve", "network"), EVERY_TYPE)
def test_every_address_of_every_network_can_be_expected(
    ceremony: Ceremony, curve: str, network: str
) -> None:
    name = next(name for name, sample in SAMPLES.items() if sample.curve == curve)
    sample = SAMPLES[name]
    given = ("inspect", "--format", name, *prepare(sample), "--network", network, "--json")
    for address in addresses(curve, bytes.fromhex(sample.public_key), network):
        found = json.loads(ceremony.does(*given, "--expect", address.text).out)
        matched = found["keys"][0]["expected"]
        if NETWORKS[network].has_address or not matched["type"].startswith("Public key"):
            assert matched == {"type": address.type, "networks": [network]}


WRONG_EXPECTATIONS = {
    "another address": ("0x0D3eB21b6b21833A4939Cfff4810E9AE0758e12C", "address of this key"),
    "a character changed": ("0xe471a8d4E306eEFA74ba35DF7500a4512AeB542D", "address of this key"),
    "EIP-55 broken": ("0xE471a8d4E306eEFA74ba35DF7500a4512AeB542C", "capital letters"),
    "cut": ("0xe471a8d4E306eEFA74ba35DF7500a4512AeB54", "address of this key"),
    "on another network": ("bc1qcqlz60kj8g8wd9at3fxpuk92lt3y8pd7y9gerq", "address of this key"),
    "another public key": (
        "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "address of this key",
    ),
    "nothing": ("", "the expected address is empty"),
    "look-alike": ("0xe471\u0430", "character 7 of the expected address"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "network"),
    [
        (name, network)
        for name in WRONG_EXPECTATIONS
        for network in (("--network", "Ethereum"), ())
        if network or name != "on another network"  # without one it is this key's address
    ],
)
def test_a_wrong_expectation_stops_before_anything_is_split(
    ceremony: Ceremony, name: str, network: tuple[str, ...]
) -> None:
    expected, said = WRONG_EXPECTATIONS[name]
    encrypt = encrypting(Cluster())
    ceremony.random = random = NoRandomness()
    given = (*prepare(SAMPLES["hex"]), *network, "--expect", expected)
    outcome = ceremony.refuses(*encrypt, *given)
    assert outcome.status == 1
    assert said in outcome.err
    assert random.asked == 0


def test_a_private_key_given_as_expectation_is_not_repeated(ceremony: Ceremony) -> None:
    sample = SAMPLES["hex"]
    given = (*prepare(sample), "--expect", sample.key)
    outcome = ceremony.refuses(*encrypting(Cluster()), *given)
    assert sample.key[:8] not in outcome.err
