"""Imports by a plan, with the installed programs on plain desks, across a folder."""

from ceremony.addresses import addresses
from ceremony.keys.formats import read_key
from ceremony.keys.material import KeyMaterial
from ceremony.record.transcript import verify_transcript
from ceremony.secret import Secret
from tests.support.ceremony_world import CeremonyWorld

WORDS = "abandon " * 11 + "about"


def key(path: str, curve: str) -> KeyMaterial:
    return read_key("bip39", Secret(WORDS.encode()), curve=curve, paths=(path,))[0]


def planned(label: str, path: str, curve: str, network: str) -> str:
    address = addresses(curve, key(path, curve).public_key, network)[0].text
    return (
        f'[[keys]]\nlabel = "{label}"\nsource = "words"\npath = "{path}"\n'
        f'network = "{network}"\nexpect = "{address}"\n'
    )


THREE = (
    ("eth", "m/44'/60'/0'/0/0", "secp256k1", "Ethereum"),
    ("btc", "m/84'/0'/0'/0/0", "secp256k1", "Bitcoin"),
    ("sol", "m/44'/501'/0'/0'", "ed25519", "Solana"),
)
SOURCE = '[[sources]]\nname = "words"\nformat = "bip39"\n'


def test_a_mnemonic_of_three_wallets(world: CeremonyWorld) -> None:
    world.write_plan("import-wallets", SOURCE + "".join(planned(*row) for row in THREE))
    world.answers["bip39 of source words:"] = WORDS
    relay = world.relay("--plan", "plan.toml")
    laptop = world.laptop("import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    for label, path, curve, network in THREE:
        address = addresses(curve, key(path, curve).public_key, network)[0].text
        assert f"{label}: done: wallet wa-" in laptop.text
        assert address in laptop.text
    wallets = world.get("/wallets")["items"]
    assert {wallet["network"] for wallet in wallets} == {"Ethereum", "Bitcoin", "Solana"}
    lines, fingerprint = verify_transcript((world.folder / "transcript-1.jsonl").read_bytes())
    assert lines[-1].event == "ends"
    delivered = (world.folder / "relay" / "transcript.jsonl").read_bytes()
    assert verify_transcript(delivered)[1] == fingerprint
    assert WORDS not in laptop.text + relay.text + delivered.decode()
