"""Imports by a plan, with both programs on plain desks, across a folder."""

from ceremony.addresses import addresses
from ceremony.keys.material import scalar_key
from ceremony.optics.still import still_png
from ceremony.record.transcript import verify_transcript
from ceremony.secret import Secret
from tests.support.ceremony_world import CeremonyWorld, MakeWorld
from tests.support.whole_day import MASTER, MASTER_KEY, WORDS, derived_address, of_words

SCANNED = b"3a" * 32


def planned(label: str, path: str, curve: str, network: str) -> str:
    address = addresses(curve, of_words(path, curve).public_key, network)[0].text
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
        address = addresses(curve, of_words(path, curve).public_key, network)[0].text
        assert f"{label}: done: wallet wa-" in laptop.text
        assert address in laptop.text
    wallets = world.get("/wallets")["items"]
    assert {wallet["network"] for wallet in wallets} == {"Ethereum", "Bitcoin", "Solana"}
    lines, fingerprint = verify_transcript((world.folder / "transcript-1.jsonl").read_bytes())
    assert lines[-1].event == "ends"
    delivered = (world.folder / "relay" / "transcript.jsonl").read_bytes()
    assert verify_transcript(delivered)[1] == fingerprint
    assert WORDS not in laptop.text + relay.text + delivered.decode()


def test_a_master_key_of_another_chain_code_stops_loudly(make_world: MakeWorld) -> None:
    world = make_world("--fault", "another-chain-code")
    child = derived_address(MASTER, "m/0/1")
    world.write_plan(
        "import-keys",
        f"""
[[sources]]
name = "hex"
format = "hex"

[[keys]]
label = "master"
source = "hex"
curve = "secp256k1"
expect = "{MASTER_KEY.public_key.hex()}"
master_key = true

[[keys.wallets]]
network = "Ethereum"
path = "m/0/1"
expect = "{child}"

[[keys.wallets]]
network = "Ethereum"
path = "m/0/2"
expect = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
""",
    )
    world.answers["hex of source hex:"] = MASTER
    relay, laptop = world.relay(), world.laptop("import")
    assert laptop.finish() == 1, laptop.text + relay.text
    relay.finish()
    assert "master, Ethereum: mismatch: RLY-WALLET-ADDRESS: Dfns made the address" in laptop.text
    assert "STOP: send nothing to it" in laptop.text
    assert len(world.get("/wallets")["items"]) == 1, "no second wallet after a wrong first one"


def test_a_key_is_scanned_from_its_code(world: CeremonyWorld) -> None:
    """A picture takes the place of the camera, and the programs say so."""
    (world.folder / "code.png").write_bytes(still_png(Secret(SCANNED.upper())).reveal())
    key = scalar_key("secp256k1", Secret(bytes.fromhex(SCANNED.decode())))
    address = addresses("secp256k1", key.public_key, "Ethereum")[0].text
    world.write_plan(
        "import-wallets",
        '[[sources]]\nname = "paper"\nformat = "hex"\nentry = "scanned"\n\n[[keys]]\n'
        'label = "cold"\nsource = "paper"\ncurve = "secp256k1"\nnetwork = "Ethereum"\n'
        f'expect = "{address}"\n',
    )
    hold = "hex of source paper: hold its QR code before the camera, then press Enter:"
    world.answers[f"? {hold}"] = ""
    relay = world.relay("--plan", "plan.toml")
    laptop = world.laptop("import", options=("--camera", "code.png"))
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert "pictures are read instead of a camera: code.png" in laptop.text
    assert "cold: done: wallet wa-" in laptop.text
    assert SCANNED.decode() not in (laptop.text + relay.text).lower()
