"""Passphrases at the keyboard: asked for when they are needed, by the name of what they open."""

from pathlib import Path

import pytest

from ceremony.offline.source_options import KIT
from tests.support.invoking import Ceremony
from tests.support.key_commands import prepare
from tests.support.key_samples import SAMPLES, SOL_WALLET
from tests.support.keyboards import Keyboard
from tests.support.kit_files import archive_of, kit_named


def without_file(options: tuple[str, ...]) -> tuple[str, ...]:
    at = options.index("--passphrase-file")
    return options[:at] + options[at + 2 :]


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("keystore-v3", "passphrase of the key: "),
        ("pem", "passphrase of the key: "),
        (KIT, "passphrase of the workspace's owner: "),
    ],
)
def test_asked_for(ceremony: Ceremony, keyboard: Keyboard, name: str, prompt: str) -> None:
    sample = SAMPLES[name]
    given = without_file(prepare(sample))
    typed = next(content for file, content in sample.files.items() if file != "rsa.pem").decode()
    keyboard.answers = [typed]
    outcome = ceremony.does("inspect", "--format", name, *given, "--network", sample.network)
    assert keyboard.prompts == [prompt]
    assert sample.address in outcome.out
    assert typed not in outcome.shown
    keyboard.answers = [typed + " "]
    ceremony.refuses("inspect", "--format", name, *given)


@pytest.mark.parametrize("name", ["bip39", "der", "hex", "slip39-key"])
def test_not_asked_for(ceremony: Ceremony, keyboard: Keyboard, name: str) -> None:
    given = prepare(SAMPLES[name])
    given = without_file(given) if "--passphrase-file" in given else given
    ceremony.does("inspect", "--format", name, *given)
    assert keyboard.prompts == []


@pytest.mark.parametrize(
    ("case", "prompts"),
    [
        (
            "RSA key with a passphrase",
            {"passphrase of the RSA key: ": "rsa_key_passphrase",
             "passphrase of the workspace's owner: ": "mobile_passphrase"},
        ),
        ("mobile share under an RSA key", {}),
    ],
)  # fmt: skip
def test_of_the_kits_rsa_keys(
    ceremony: Ceremony, keyboard: Keyboard, case: str, prompts: dict[str, str]
) -> None:
    kit = kit_named(case)
    Path("kit.zip").write_bytes(archive_of(kit))
    Path("rsa.pem").write_text(kit["rsa_key_pem"])
    given = ["--key-file", "kit.zip", "--rsa-key", "rsa.pem", "--curve", "ed25519"]
    if kit["mobile_rsa_key_pem"]:
        Path("second.pem").write_text(kit["mobile_rsa_key_pem"])
        given += ["--mobile-rsa-key", "second.pem"]
    keyboard.answers = [kit[field] for field in prompts.values()]
    outcome = ceremony.does("inspect", "--format", KIT, *given, "--path", SOL_WALLET)
    assert keyboard.prompts == list(prompts)
    (key,) = [key for key in kit["keys"] if key["curve"] == "ed25519"]
    (wallet,) = [wallet for wallet in key["derived"] if wallet["path"] == SOL_WALLET]
    assert f"public key  {wallet['public_key']}\n" in outcome.out


@pytest.mark.parametrize("name", ["keystore-v3", "bip38", "openssh"])
def test_not_asked_for_where_the_curve_is_impossible(
    ceremony: Ceremony, keyboard: Keyboard, name: str
) -> None:
    other = "secp256k1" if SAMPLES[name].curve == "ed25519" else "ed25519"
    given = without_file(prepare(SAMPLES[name]))
    outcome = ceremony.refuses("inspect", "--format", name, *given, "--curve", other)
    assert f"is never one of {other}" in outcome.err
    assert keyboard.prompts == []
