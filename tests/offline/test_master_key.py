"""`ceremony api encrypt --master-key`: what it becomes, and of which curves."""

import json
from pathlib import Path

import pytest

from tests.support.fake_cluster import Cluster
from tests.support.invoking import Ceremony
from tests.support.key_commands import NoRandomness, encrypting, prepare
from tests.support.key_samples import SAMPLES


def test_its_output_is_short_and_says_what_becomes_of_addresses(ceremony: Ceremony) -> None:
    given = (*encrypting(Cluster()), *prepare(SAMPLES["hex"], expect=True), "--master-key")
    out = ceremony.does(*given).out
    assert json.loads(Path("request.json").read_text())["masterKey"] is True
    assert "network  " not in out
    assert "they have other addresses than any wallet had that was derived from this key" in out
    assert len(out.splitlines()) < 30


@pytest.mark.parametrize("name", ["stark", "stellar", "ed25519-scalar"])
def test_only_secp256k1_has_master_keys(ceremony: Ceremony, name: str) -> None:
    """Where the format alone says the curve, too; before a share exists."""
    ceremony.random = NoRandomness()
    given = ("--format", name, *prepare(SAMPLES[name], expect=True), "--master-key")
    error, hint = ceremony.refuses(*encrypting(Cluster()), *given).err.splitlines()
    assert "cannot be a master key: Dfns derives on secp256k1 only" in error
    assert "leave out --master-key" in hint


@pytest.mark.parametrize("curve", ["ed25519", "stark"])
def test_nor_is_a_new_one_made(ceremony: Ceremony, curve: str) -> None:
    given = ("--format", "new", "--curve", curve, "--master-key")
    assert "cannot be a master key" in ceremony.refuses(*encrypting(Cluster()), *given).err


def test_a_wallet_is_not_a_master_key(ceremony: Ceremony) -> None:
    given = (*prepare(SAMPLES["hex"], expect=True), "--network", "Ethereum", "--master-key")
    error = ceremony.refuses(*encrypting(Cluster()), *given).err
    assert "a wallet cannot be a master key" in error
