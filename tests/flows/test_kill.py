"""Either side is killed at every step and started again: the end is that of one quiet run.

In each test one ceremony is killed at all of these moments, one after the other: every run
goes a little further than the one before it.
"""

import pytest
from shamir_mnemonic import combine_mnemonics

from ceremony.keys.formats import read_key
from ceremony.keys.material import scalar_key
from ceremony.record.transcript import verify_transcript
from ceremony.secret import Secret
from tests.support.ceremony_world import CeremonyWorld, MakeWorld
from tests.support.people import Person
from tests.support.whole_day import MASTER, MASTER_KEY, PHRASE, derived_address, mnemonic

KILLED = -9

CHILD = derived_address(MASTER, "m/0/1")

MASTER_WITH_A_WALLET = f"""
[[sources]]
name = "cold"
format = "hex"

[[keys]]
label = "master"
source = "cold"
curve = "secp256k1"
expect = "{MASTER_KEY.public_key.hex()}"
master_key = true

[[keys.wallets]]
network = "Ethereum"
path = "m/0/1"
expect = "{CHILD}"
"""

NEW_KEYS = """
[[sources]]
name = "new"
format = "new"

[[keys]]
label = "first"
source = "new"
curve = "secp256k1"

[[keys]]
label = "second"
source = "new"
curve = "ed25519"
"""


def plan_an_import(world: CeremonyWorld) -> None:
    world.write_plan("import-keys", MASTER_WITH_A_WALLET)
    world.answers["hex of source cold:"] = MASTER


def plan_an_export(world: CeremonyWorld) -> None:
    """Of two keys that were made and imported before."""
    world.write_plan("import-keys", NEW_KEYS)
    relay, laptop = world.relay(), world.laptop("import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    keys = {key["name"]: key for key in world.get("/keys")["items"]}
    for name in "abc":
        (world.folder / "laptop" / name).mkdir()
    world.answers |= {
        "? type made or chosen:": "chosen",
        "new passphrase for": PHRASE,
        "the same again:": PHRASE,
        "passphrase of": PHRASE,
        "? type open:": "open",
        "? share ": "",
    }
    world.write_plan(
        "export-keys",
        f"""
[[keys]]
label = "first"
key = "{keys["first"]["id"]}"
public_key = "{keys["first"]["publicKey"]}"
form = "hex"
to = ["first.txt"]

[[keys]]
label = "second"
key = "{keys["second"]["id"]}"
public_key = "{keys["second"]["publicKey"]}"
form = "slip39"
threshold = 2
to = ["a/share", "b/share", "c/share"]
""",
    )


def the_import_is_whole(world: CeremonyWorld, laptop: Person) -> None:
    """One master key, one wallet of it, and the laptop knows both."""
    (wallet,) = world.get("/wallets")["items"]
    assert wallet["address"] == CHILD
    assert [key.get("name") for key in world.get("/keys")["items"]].count("master") == 1
    assert f"master, Ethereum: done: wallet {wallet['id']} {CHILD}" in laptop.text
    posts = world.program("ceremony-relay", "journal", "show", "--journal", "journal.sqlite")
    assert posts.count("import of ") == 1
    assert posts.count("wallet of ") == 1
    lines, _ = verify_transcript((world.folder / f"transcript-{world.runs}.jsonl").read_bytes())
    assert lines[-1].event == "ends"


def the_export_is_whole(world: CeremonyWorld, laptop: Person) -> None:
    """Both keys are in their files, and Dfns was asked once for each."""
    assert "first: done: " in laptop.text
    assert "second: done: " in laptop.text
    secret = Secret((world.folder / "laptop/first.txt").read_bytes().strip())
    first = read_key("hex", secret, curve="secp256k1")[0]
    keys = {key["name"]: key for key in world.get("/keys")["items"]}
    assert first.public_key.hex() == keys["first"]["publicKey"]
    shares = [(world.folder / "laptop" / name / "share").read_text() for name in "bc"]
    second = Secret(combine_mnemonics(map(mnemonic, shares)))
    assert scalar_key("ed25519", second).public_key.hex() == keys["second"]["publicKey"]
    posts = world.program("ceremony-relay", "journal", "show", "--journal", "journal.sqlite")
    exports = posts.split("export of ")[1:]
    assert len(exports) == 2
    assert all(": done\n" in one and ", 1 times;" in one for one in exports), posts
    assert not list(world.folder.glob("journal.sqlite.answer-*"))


LAPTOP_IMPORTS = (
    ("import", "return Folder.receive 1"),
    ("import", "return enter_all 1"),
    ("import", "return build_import_request 1"),
    ("import", "call Folder.send 1"),
    ("import", "return Folder.send 1"),
    ("resume", "return last_request 1"),
    ("resume", "return Folder.receive 1"),
    ("resume", "return Folder.send 1"),
    ("resume", "return Folder.send 2"),
)
"""Up to the request, the receipt, the transcript on the stick, the closing on the stick."""


def test_the_laptop_at_every_step_of_an_import(world: CeremonyWorld) -> None:
    plan_an_import(world)
    relay = world.relay("--plan", "plan.toml")
    for command, moment in LAPTOP_IMPORTS:
        laptop = world.laptop(command, dies=moment)
        assert laptop.finish() == KILLED, f"{moment}: {laptop.text}"
        assert len(world.messages("import-request")) == (
            command == "resume" or moment == "return Folder.send 1"
        )
    laptop = world.laptop("resume")
    assert laptop.finish() == 0, laptop.text
    assert relay.finish() == 0, relay.text
    assert "this ceremony was closed before" in laptop.text
    the_import_is_whole(world, laptop)


LAPTOP_EXPORTS = (
    ("export", "return write_files 1"),
    ("export", "return Folder.send 1"),
    ("export", "call Folder.send 2"),
    ("export", "return Folder.send 2"),
    ("resume", "return Folder.receive 1"),
    ("resume", "return recover_secret_scalar 1"),
    ("resume", "return write_files 1"),
    ("resume", "return write_files 1"),
    ("resume", "return write_files 3"),
    ("resume", "return Folder.send 1"),
    ("resume", "return Folder.send 2"),
)
"""The state; its copy and the request on the stick; the response; the first key's file; one
share of the second key; all of them; the transcript and the closing on the stick."""


def test_the_laptop_at_every_step_of_an_export(make_world: MakeWorld) -> None:
    world = make_world("--fault", "refuse-reexport:always")
    plan_an_export(world)
    relay = world.relay("--plan", "plan.toml")

    def custodian(line: str) -> str | None:
        """Moves shares of an unfinished split away, when that is asked for."""
        if line.startswith("? put this right"):
            (world.folder / "laptop/a/share").rename(world.folder / "laptop/a/of before")
            return ""
        return None

    for command, moment in LAPTOP_EXPORTS:
        laptop = world.laptop(command, custodian, dies=moment)
        assert laptop.finish() == KILLED, f"{moment}: {laptop.text}{relay.text}"
        assert len(world.messages("export-request")) == (
            command == "resume" or moment == "return Folder.send 2"
        )
    assert (world.folder / "laptop/a/of before").exists()
    laptop = world.laptop("resume")
    assert laptop.finish() == 0, laptop.text
    assert relay.finish() == 0, relay.text
    the_export_is_whole(world, laptop)


RELAY_IMPORTS = (
    "call Folder.send 1",
    "return Folder.send 2",
    "return confirm_words 1",
    "call DfnsApi.import_body 1",
    "return DfnsApi.import_body 1",
    "call DfnsApi.create_wallet 1",
    "return DfnsApi.create_wallet 1",
    "call Folder.send 3",
    "return Folder.send 3",
    "return keep 1",
    "return Journal.close 1",
)
"""The signers on the stick; people's yes, the posts of the key and
of its wallet; the receipt on the stick; the transcript; the end."""


def test_the_relay_at_every_step_of_an_import(world: CeremonyWorld) -> None:
    plan_an_import(world)
    laptop = world.laptop("import")
    for moment in RELAY_IMPORTS:
        relay = world.relay("--plan", "plan.toml", dies=moment)
        assert relay.finish() == KILLED, f"{moment}: {relay.text}"
        assert "MSG-REPLAY" not in relay.text
    assert laptop.finish() == 0, laptop.text
    the_import_is_whole(world, laptop)


RELAY_EXPORTS = (
    "return keep 1",
    "return confirm_words 1",
    "call DfnsApi.export_key 1",
    "return Keeping.keep 1",
    "return DfnsApi.export_key 1",
    "call Folder.send 3",
    "return Folder.send 3",
    "return Journal.close 1",
)
"""The state's copy; people's yes; the post; the first bytes of the first key's
answer on the disk; all of the second's; the response on the stick; the end."""


def test_the_relay_at_every_step_of_an_export(make_world: MakeWorld) -> None:
    world = make_world("--fault", "refuse-reexport:always")
    plan_an_export(world)
    laptop = world.laptop("export")
    for moment in RELAY_EXPORTS:
        relay = world.relay("--plan", "plan.toml", dies=moment)
        assert relay.finish() == KILLED, f"{moment}: {relay.text}"
        assert "MSG-REPLAY" not in relay.text
        assert "SECOND EXPORT" not in relay.text
    assert laptop.finish() == 0, laptop.text
    the_export_is_whole(world, laptop)


@pytest.mark.parametrize("command", ["import", "export"])
def test_both_sides_at_once(make_world: MakeWorld, command: str) -> None:
    """A power cut of the whole room, after the request left and before the answer came."""
    world = make_world("--fault", "refuse-reexport:always")
    importing = command == "import"
    (plan_an_import if importing else plan_an_export)(world)
    call = "import_body" if importing else "export_key"
    relay = world.relay("--plan", "plan.toml", dies=f"return DfnsApi.{call} 1")
    laptop = world.laptop(command)
    assert relay.finish() == KILLED, relay.text
    laptop.kill()
    assert len(world.messages(f"{command}-request")) == 1
    assert world.messages("response") == []
    relay, laptop = world.relay("--plan", "plan.toml"), world.laptop("resume")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    (the_import_is_whole if importing else the_export_is_whole)(world, laptop)
