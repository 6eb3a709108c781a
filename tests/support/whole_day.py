"""A day's work: a plan with every kind of source, and the export of two of its keys."""

import hashlib
import hmac
from pathlib import Path
from typing import Any

from ceremony.addresses import addresses
from ceremony.curves import CURVES
from ceremony.keys.formats import read_key
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Secret
from tests.support.ceremony_world import CeremonyWorld
from tests.support.kit_files import archive_of, kit_named

WORDS = "abandon " * 11 + "about"
"""BIP-39's own example, whose addresses every wallet knows."""

MASTER = "1f" * 32
STARK = "0x0" + "5a" * 31 + "5"

KIT = kit_named("CMP keys")

ETHEREUM = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
"""The first address of the example's words on Ethereum, as MetaMask shows it."""

PHRASE = "correct horse battery staple"
"""What a custodian chooses where a passphrase may be chosen."""


def of_words(path: str, curve: str) -> KeyMaterial:
    return read_key("bip39", Secret(WORDS.encode()), curve=curve, paths=(path,))[0]


def address_of(key: KeyMaterial, network: str) -> str:
    return addresses(key.curve, key.public_key, network)[0].text


def derived_address(secret: str, path: str) -> str:
    """The Ethereum address of a child, by BIP-32 with the sandbox's chain code."""
    scalar, order = int(secret, 16), CURVES["secp256k1"].order
    public_key = read_key("hex", Secret(secret.encode()), curve="secp256k1")[0].public_key
    chain_code = hashlib.sha256(b"ceremony-sandbox chain code" + public_key).digest()
    for level in path.split("/")[1:]:
        data = public_key + int(level).to_bytes(4, "big")
        digest = hmac.digest(chain_code, data, hashlib.sha512)
        scalar, chain_code = (scalar + int.from_bytes(digest[:32], "big")) % order, digest[32:]
        child = Secret(scalar.to_bytes(32, "big"))
        public_key = CURVES["secp256k1"].base_multiply(child).compressed
    return addresses("secp256k1", public_key, "Ethereum")[0].text


def key_of_kit(curve: str) -> dict[str, Any]:
    """Path and public key of the first key that the kit's own vectors have on this curve."""
    row = next(k for k in KIT["keys"] if k["algorithm"].lower().endswith(curve))
    return dict(row["derived"][0])


SOL = of_words("m/44'/501'/0'/0'", "ed25519")
MASTER_KEY = read_key("hex", Secret(MASTER.encode()), curve="secp256k1")[0]
STARK_KEY = read_key("stark", Secret(STARK.encode()))[0]

BITCOIN = address_of(of_words("m/84'/0'/0'/0/0", "secp256k1"), "Bitcoin")
SOLANA = address_of(SOL, "Solana")

WALLETS = {
    "treasury, Ethereum": ETHEREUM,
    "savings, Bitcoin": BITCOIN,
    "staking, Solana": SOLANA,
    "master, Ethereum": derived_address(MASTER, "m/0/1"),
}
"""The wallets of the day and their addresses, by what the receipt calls them."""

KEYS = {
    "treasury": of_words("m/44'/60'/0'/0/0", "secp256k1").public_key,
    "savings": of_words("m/84'/0'/0'/0/0", "secp256k1").public_key,
    "staking": SOL.public_key,
    "of the kit": bytes.fromhex(key_of_kit("secp256k1")["public_key"]),
    "kit on ed25519": bytes.fromhex(key_of_kit("ed25519")["public_key"]),
    "master": MASTER_KEY.public_key,
    "on stark": STARK_KEY.public_key,
    "made here": b"",
}
"""The keys of the day by their labels; of the one that is made here nothing is expected."""

IMPORT = f"""
[[sources]]
name = "words"
format = "bip39"

[[sources]]
name = "kit"
format = "fireblocks-kit"
file = "kit.zip"
rsa_key = "rsa.pem"

[[sources]]
name = "cold"
format = "hex"

[[sources]]
name = "stark"
format = "stark"

[[sources]]
name = "new"
format = "new"

[[keys]]
label = "treasury"
source = "words"
path = "m/44'/60'/0'/0/0"
curve = "secp256k1"
expect = "{ETHEREUM}"

[[keys.wallets]]
network = "Ethereum"
expect = "{ETHEREUM}"
name = "Treasury on Ethereum"

[[keys]]
label = "savings"
source = "words"
path = "m/84'/0'/0'/0/0"
curve = "secp256k1"
expect = "{BITCOIN}"

[[keys.wallets]]
network = "Bitcoin"
expect = "{BITCOIN}"

[[keys]]
label = "staking"
source = "words"
path = "m/44'/501'/0'/0'"
curve = "ed25519"
expect = "{SOLANA}"

[[keys.wallets]]
network = "Solana"
expect = "{SOLANA}"

[[keys]]
label = "of the kit"
source = "kit"
curve = "secp256k1"
path = "{key_of_kit("secp256k1")["path"]}"
expect = "{KEYS["of the kit"].hex()}"

[[keys]]
label = "kit on ed25519"
source = "kit"
curve = "ed25519"
path = "{key_of_kit("ed25519")["path"]}"
expect = "{KEYS["kit on ed25519"].hex()}"

[[keys]]
label = "master"
source = "cold"
curve = "secp256k1"
expect = "{KEYS["master"].hex()}"
master_key = true

[[keys.wallets]]
network = "Ethereum"
path = "m/0/1"
expect = "{WALLETS["master, Ethereum"]}"

[[keys]]
label = "on stark"
source = "stark"
expect = "{KEYS["on stark"].hex()}"

[[keys]]
label = "made here"
source = "new"
curve = "ed25519"
"""

SECRETS = {
    "bip39 of source words:": WORDS,
    "passphrase of the RSA key:": KIT["rsa_key_passphrase"] or "",
    "passphrase of the workspace's owner:": KIT["mobile_passphrase"],
    "hex of source cold:": MASTER,
    "stark of source stark:": STARK,
}
"""What custodians type, by the question."""


def plan_the_import(world: CeremonyWorld) -> Path:
    """The plan, the kit's files, and the custodians who know the rest."""
    (world.folder / "kit.zip").write_bytes(archive_of(KIT))
    (world.folder / "rsa.pem").write_text(KIT["rsa_key_pem"])
    world.answers |= SECRETS | {"? file with": ""}
    return world.write_plan("import-keys", IMPORT)


def keys_by_name(world: CeremonyWorld) -> dict[str, Any]:
    """What Dfns has of the keys that have a name: one that it derived has none."""
    keys = world.get("/keys?limit=500")["items"]
    return {key["name"]: key for key in keys if "name" in key}


def mnemonic(share: str) -> str:
    """The words in the file of a SLIP-39 share."""
    return " ".join(line for line in share.splitlines() if line[:1].islower())


def plan_the_export(world: CeremonyWorld) -> Path:
    """The treasury's key as a keystore, and the one of Solana as shares of three custodians."""
    keys = keys_by_name(world)
    wallets = {wallet["network"]: wallet for wallet in world.get("/wallets")["items"]}
    for name in "abc":
        (world.folder / "laptop" / name).mkdir(exist_ok=True)
    world.answers |= {
        "? type made or chosen:": "chosen",
        "new passphrase for": PHRASE,
        "the same again:": PHRASE,
        "passphrase of the sealed state": PHRASE,
        "? share ": "",
    }
    return world.write_plan(
        "export-keys",
        f"""
[[keys]]
label = "treasury"
key = "{keys["treasury"]["id"]}"
public_key = "{KEYS["treasury"].hex()}"
form = "keystore-v3"
to = ["treasury.json"]

[[keys]]
label = "staking"
wallet = "{wallets["Solana"]["id"]}"
public_key = "{KEYS["staking"].hex()}"
form = "slip39"
threshold = 2
to = ["a/share", "b/share", "c/share"]
""",
    )
