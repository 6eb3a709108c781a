"""Imports by a plan, with the installed programs on plain desks, across a folder."""

import hashlib
import hmac
from pathlib import Path

from ceremony.addresses import addresses
from ceremony.curves import CURVES
from ceremony.keys.formats import read_key
from ceremony.keys.material import KeyMaterial
from ceremony.record.transcript import verify_transcript
from ceremony.secret import Secret
from tests.support.ceremony_world import CeremonyWorld
from tests.support.kit_files import archive_of, kit_named

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
MASTER = b"1f" * 32
STARK = b"0x0" + b"5a" * 31 + b"5"

SOURCE = '[[sources]]\nname = "words"\nformat = "bip39"\n'


def derived_address(secret: bytes, path: str) -> str:
    """The Ethereum address of a child, by BIP-32 with the sandbox's chain code."""
    scalar, order = int(secret, 16), CURVES["secp256k1"].order
    public_key = read_key("hex", Secret(secret), curve="secp256k1")[0].public_key
    chain_code = hashlib.sha256(b"ceremony-sandbox chain code" + public_key).digest()
    for level in path.split("/")[1:]:
        data = public_key + int(level).to_bytes(4, "big")
        digest = hmac.digest(chain_code, data, hashlib.sha512)
        scalar, chain_code = (scalar + int.from_bytes(digest[:32], "big")) % order, digest[32:]
        child = Secret(scalar.to_bytes(32, "big"))
        public_key = CURVES["secp256k1"].base_multiply(child).compressed
    return addresses("secp256k1", public_key, "Ethereum")[0].text


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


def test_three_curves_a_kit_and_a_master_key_with_a_derived_wallet(world: CeremonyWorld) -> None:
    kit = kit_named("CMP keys")
    (world.folder / "kit.zip").write_bytes(archive_of(kit))
    (world.folder / "rsa.pem").write_text(kit["rsa_key_pem"])
    derived = next(k for k in kit["keys"] if k["algorithm"].endswith("SECP256K1"))["derived"][0]
    master = read_key("hex", Secret(MASTER), curve="secp256k1")[0]
    child = derived_address(MASTER, "m/0/1")
    world.write_plan(
        "import-keys",
        f"""
[[sources]]
name = "kit"
format = "fireblocks-kit"
file = "kit.zip"
rsa_key = "rsa.pem"

[[sources]]
name = "hex"
format = "hex"

[[sources]]
name = "stark"
format = "stark"

[[sources]]
name = "made here"
format = "new"

[[keys]]
label = "of the kit"
source = "kit"
curve = "secp256k1"
path = "{derived["path"]}"
expect = "{derived["public_key"]}"

[[keys]]
label = "master"
source = "hex"
curve = "secp256k1"
expect = "{master.public_key.hex()}"
master_key = true

[[keys.wallets]]
network = "Ethereum"
path = "m/0/1"
expect = "{child}"
name = "the first derived"

[[keys]]
label = "on stark"
source = "stark"
expect = "{read_key("stark", Secret(STARK))[0].public_key.hex()}"

[[keys]]
label = "on ed25519"
source = "made here"
curve = "ed25519"
""",
    )
    world.answers |= {
        "? file with": "",
        "passphrase of the RSA key:": kit["rsa_key_passphrase"] or "",
        "passphrase of the workspace's owner:": kit["mobile_passphrase"],
        "hex of source hex:": MASTER.decode(),
        "stark of source stark:": STARK.decode(),
    }
    relay, laptop = world.relay("--plan", "plan.toml"), world.laptop("import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert "master, Ethereum: done: wallet wa-" in laptop.text
    assert child in laptop.text
    assert len(world.get("/keys")["items"]) >= 4
    assert [wallet["address"] for wallet in world.get("/wallets")["items"]] == [child]


def test_a_master_key_of_another_chain_code_stops_loudly(tmp_path: Path) -> None:
    world = CeremonyWorld.make(tmp_path, "--fault", "another-chain-code")
    master = read_key("hex", Secret(MASTER), curve="secp256k1")[0]
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
expect = "{master.public_key.hex()}"
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
    world.answers["hex of source hex:"] = MASTER.decode()
    relay, laptop = world.relay(), world.laptop("import")
    assert laptop.finish() == 1, laptop.text + relay.text
    relay.finish()
    assert "master, Ethereum: mismatch: Dfns made the address" in laptop.text
    assert "STOP: send nothing to it" in laptop.text
    assert len(world.get("/wallets")["items"]) == 1, "no second wallet after a wrong first one"
    world.end()
