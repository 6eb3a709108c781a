"""A whole day: one import of everything, and the export of two of its keys in two forms."""

import re

from shamir_mnemonic import combine_mnemonics

from ceremony.desk.digests import numbered_digest
from ceremony.keys.forms import OutOptions, Output, read_form
from ceremony.record.transcript import Line, verify_transcript
from ceremony.secret import Secret
from tests.support.ceremony_world import INSTALLED, CeremonyWorld
from tests.support.whole_day import (
    KEYS,
    MASTER,
    PHRASE,
    SECRETS,
    STARK,
    WALLETS,
    WORDS,
    keys_by_name,
    mnemonic,
    of_words,
    plan_the_export,
    plan_the_import,
)


def run(world: CeremonyWorld, command: str) -> tuple[str, str]:
    """A ceremony that ends well: what the laptop said, and what the relay said."""
    relay, laptop = world.relay("--plan", "plan.toml"), world.laptop(command)
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert "ERROR" not in laptop.text + relay.text
    return laptop.text, relay.text


def checked_transcript(world: CeremonyWorld, laptop: str, relay: str) -> list[Line]:
    """The laptop's file, the relay's copy, both screens and the command have one fingerprint."""
    path = world.folder / f"transcript-{world.runs}.jsonl"
    said = world.program("ceremony", "transcript", "verify", path.name)
    lines, fingerprint = verify_transcript(path.read_bytes())
    copies = [copy.read_bytes() for copy in (world.folder / "relay").glob("*transcript.jsonl")]
    assert path.read_bytes() in copies
    words = [line.strip() for line in numbered_digest(fingerprint)]
    for shown in (said.replace("fingerprint", ""), laptop, relay):
        assert [line.strip() for line in shown.strip().splitlines()][-len(words) :] == words
    assert lines[-1].event == "ends"
    return list(lines)


def test_everything_goes_in_and_two_keys_come_out(world: CeremonyWorld) -> None:
    world.installed = INSTALLED
    plan_the_import(world)
    world.program("ceremony", "plan", "check", "plan.toml")
    laptop, relay = run(world, "import")
    for label, address in WALLETS.items():
        assert re.search(rf"^  {label}: done: wallet wa-\S+ {address}$", laptop, re.MULTILINE)
    held = keys_by_name(world)
    assert set(KEYS) == set(held)
    for label, public_key in KEYS.items():
        assert public_key.hex() in (held[label]["publicKey"], "")
        assert f"{label}: done: key {held[label]['id']}" in laptop
        assert f"{label}: done: {held[label]['id']}" in relay
    assert {key["curve"] for key in held.values()} == {"secp256k1", "ed25519", "stark"}
    made = world.get("/wallets")["items"]
    assert sorted(wallet["address"] for wallet in made) == sorted(WALLETS.values())
    assert "Treasury on Ethereum" in [wallet.get("name") for wallet in made]
    lines = checked_transcript(world, laptop, relay)
    outcomes = [line.facts for line in lines if line.event == "outcome"]
    assert {one["label"] for one in outcomes} == {*KEYS, *WALLETS}
    assert {one["status"] for one in outcomes} == {"done"}
    the_same_table(laptop, relay)

    plan_the_export(world)
    laptop, relay = run(world, "export")
    checked_transcript(world, laptop, relay)
    files = world.folder / "laptop"
    treasury = of_words("m/44'/60'/0'/0/0", "secp256k1").secret_scalar
    keystore = Output("treasury.json", Secret((files / "treasury.json").read_bytes()), clear=False)
    phrase = OutOptions(passphrase=Secret(PHRASE.encode()))
    found = read_form("keystore-v3", (keystore,), "secp256k1", phrase)
    assert found.secret_scalar.matches(treasury)
    staking = of_words("m/44'/501'/0'/0'", "ed25519").secret_scalar
    shares = [(files / name / "share").read_text() for name in "ac"]
    # By Trezor's own code, which is not this project's.
    assert Secret(combine_mnemonics(map(mnemonic, shares))).matches(staking)
    sealed = (world.folder / "relay/export.state").read_bytes()
    assert sealed == (files / "export.state").read_bytes()
    exported = [name for name, key in keys_by_name(world).items() if key.get("exported")]
    assert sorted(exported) == ["staking", "treasury"]
    nothing_secret_is_left(world, [treasury, staking])


def the_same_table(laptop: str, relay: str) -> None:
    """What the operator compares with the laptop's screen is the same, to the letter."""

    def rows(text: str) -> list[str]:
        table = text.partition(", page 1 of 1:\n")[2].partition("\n? compare with")[0]
        return table.splitlines()

    assert len(rows(laptop)) == 7 * len(KEYS)
    assert rows(laptop) == rows(relay)


def nothing_secret_is_left(world: CeremonyWorld, scalars: list[Secret]) -> None:
    """On the stick, with the relay, in a transcript, and on a screen."""
    texts = {WORDS, MASTER, STARK[3:], PHRASE, *SECRETS.values()} - {""}
    secrets = [text.encode() for text in texts]
    for scalar in scalars:
        secrets += [scalar.reveal(), scalar.reveal().hex().encode()]
    places = [path for name in ("stick", "relay") for path in (world.folder / name).iterdir()]
    places += [*world.folder.glob("transcript-*"), *world.folder.glob("journal*")]
    contents = [place.read_bytes() for place in places]
    contents += [person.text.encode() for person in world.people]
    assert len(contents) > 15
    assert not any(secret in content for secret in secrets for content in contents)
