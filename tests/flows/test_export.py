"""Exports by a plan, with both programs on plain desks, across a folder."""

from pathlib import Path

from pyrage import decrypt, x25519

from tests.support.ceremony_world import CeremonyWorld

NEW = """
[[sources]]
name = "made here"
format = "new"

[[keys]]
label = "one"
source = "made here"
curve = "secp256k1"

[[keys]]
label = "two"
source = "made here"
curve = "ed25519"
"""


def import_two_keys(world: CeremonyWorld) -> dict[str, dict[str, str]]:
    """Two keys made on the laptop, by their names in Dfns."""
    world.write_plan("import-keys", NEW)
    relay, laptop = world.relay(), world.laptop("import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    return {key["name"]: key for key in world.get("/keys")["items"]}


def passphrase_once(world: CeremonyWorld) -> None:
    """A custodian chooses the passphrase of the state."""
    world.answers |= {
        "? type made or chosen:": "chosen",
        "new passphrase for": "correct horse battery staple",
        "the same again:": "correct horse battery staple",
        "passphrase of the sealed state": "correct horse battery staple",
    }


def test_two_keys_in_two_forms(world: CeremonyWorld) -> None:
    keys = import_two_keys(world)
    identity = x25519.Identity.generate()
    world.write_plan(
        "export-keys",
        f"""
[[keys]]
label = "one"
key = "{keys["one"]["id"]}"
public_key = "{keys["one"]["publicKey"]}"
form = "age"
recipients = ["{identity.to_public()}"]
to = ["one.age"]

[[keys]]
label = "two"
key = "{keys["two"]["id"]}"
public_key = "{keys["two"]["publicKey"]}"
form = "ed25519-scalar"
to = ["two.txt"]
""",
    )
    passphrase_once(world)
    relay, laptop = world.relay("--plan", "plan.toml"), world.laptop("export")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    opened = decrypt((world.folder / "laptop/one.age").read_bytes(), [identity])
    assert len(bytes.fromhex(opened.decode().strip())) == 32
    assert len(bytes.fromhex((world.folder / "laptop/two.txt").read_text().strip())) == 32
    assert (world.folder / "relay/export.state").read_bytes() == (
        world.folder / "laptop/export.state"
    ).read_bytes()
    assert all(
        opened.decode().strip() not in path.read_text(errors="replace")
        for path in Path(world.folder / "relay").iterdir()
    )
