"""Plans of one key, for ceremonies that meet trouble."""

from ceremony.keys.formats import read_key
from ceremony.secret import Secret
from tests.support.ceremony_world import CeremonyWorld
from tests.support.whole_day import PHRASE

KEY = "1f" * 32

PUBLIC_KEY = read_key("hex", Secret(KEY.encode()), curve="secp256k1")[0].public_key

IMPORT = f"""
[[sources]]
name = "hex"
format = "hex"

[[keys]]
label = "one"
source = "hex"
network = "Ethereum"
expect = "{PUBLIC_KEY.hex()}"
"""


def plan_one_import(world: CeremonyWorld) -> None:
    """One wallet, of a key in hex that a custodian types."""
    world.write_plan("import-wallets", IMPORT)
    world.answers |= {
        "hex of source hex:": KEY,
        "? type wait or later:": "wait",
        "? type again or later:": "again",
    }


def plan_one_export(world: CeremonyWorld) -> None:
    """The key of that wallet, which is imported first, as hex."""
    plan_one_import(world)
    relay, laptop = world.relay(), world.laptop("import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    (wallet,) = world.get("/wallets")["items"]
    world.write_plan(
        "export-keys",
        f"""
[[keys]]
label = "one"
wallet = "{wallet["id"]}"
public_key = "{PUBLIC_KEY.hex()}"
form = "hex"
to = ["one.txt"]
""",
    )
    world.answers |= {
        "? type made or chosen:": "chosen",
        "new passphrase for": PHRASE,
        "the same again:": PHRASE,
        "passphrase of the sealed state": PHRASE,
        "? type open:": "open",
    }
