"""Ceremonies that are killed, or end with something unclear, and are taken up again."""

from pathlib import Path

import pytest

from tests.support.ceremony_world import CeremonyWorld
from tests.support.people import Killer, Person

KEY = "1f" * 32
ADDRESS = "0x"

PLAN = """
[[sources]]
name = "hex"
format = "hex"

[[keys]]
label = "one"
source = "hex"
network = "Ethereum"
expect = "{expect}"
"""


def one_key(world: CeremonyWorld) -> None:
    from ceremony.keys.formats import read_key
    from ceremony.secret import Secret

    key = read_key("hex", Secret(KEY.encode()), curve="secp256k1")[0]
    world.write_plan("import-wallets", PLAN.format(expect=key.public_key.hex()))
    world.answers |= {
        "hex of source hex:": KEY,
        "? type wait or later:": "wait",
        "? type again or later:": "again",
    }


LAPTOP_MOMENTS = (
    "*** REHEARSAL *** Step 1",
    "*** REHEARSAL *** Step 3",
    "hex of source hex:",
    "? compare with ",
    "the request has 1 key;",
    "*** REHEARSAL *** Step 6",
    "one: done",
    "the fingerprint of the transcript",
)

RELAY_MOMENTS = (
    "cluster cl-",
    "*** REHEARSAL *** Step 2",
    "1 import:",
    "? words",
    "kept a transcript",
)


@pytest.mark.parametrize("moment", LAPTOP_MOMENTS)
def test_the_laptop_is_killed_and_goes_on(world: CeremonyWorld, moment: str) -> None:
    one_key(world)
    victims: list[Person] = []
    relay = world.relay("--plan", "plan.toml")
    victims.append(world.laptop("import", Killer(moment, victims)))
    assert victims[0].finish() == -9, victims[0].text
    sent = bool(world.messages("import-request"))
    laptop = world.laptop("resume" if sent else "import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert len(world.get("/wallets")["items"]) == 1
    assert "one: done: wallet wa-" in laptop.text


@pytest.mark.parametrize("moment", RELAY_MOMENTS)
def test_the_relay_is_killed_and_goes_on(world: CeremonyWorld, moment: str) -> None:
    one_key(world)
    victims: list[Person] = []
    victims.append(world.relay(answer=Killer(moment, victims)))
    laptop = world.laptop("import")
    assert victims[0].finish() == -9, victims[0].text
    relay = world.relay()
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert len(world.get("/wallets")["items"]) == 1


@pytest.mark.parametrize("fault", ["pending=3@import", "finishes-late=2@import"])
def test_what_is_unclear_becomes_clear(tmp_path: Path, fault: str) -> None:
    world = CeremonyWorld.make(tmp_path, "--fault", fault)
    one_key(world)
    relay, laptop = world.relay(), world.laptop("import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert "one: pending" in laptop.text or "one: unknown" in laptop.text, laptop.text
    assert "one: done: wallet wa-" in laptop.text
    assert len(world.get("/wallets")["items"]) == 1
    world.end()


def test_nothing_to_resume(world: CeremonyWorld) -> None:
    one_key(world)
    laptop = world.laptop("resume")
    assert laptop.finish() == 1
    assert "no request of this plan has left this laptop" in laptop.text


def test_a_closed_ceremony_is_not_taken_for_a_new_one(world: CeremonyWorld) -> None:
    """The stick still has the messages of yesterday's ceremony."""
    one_key(world)
    relay, laptop = world.relay(), world.laptop("import")
    assert laptop.finish() == 0, laptop.text
    assert relay.finish() == 0, relay.text
    relay, again = world.relay(), world.laptop("import")
    assert again.finish() == 1, again.text
    assert relay.finish() == 0, relay.text
    assert "one: refused:" in again.text
    assert "already" in again.text
    assert len(world.get("/wallets")["items"]) == 1


def test_another_request_than_on_paper_is_not_taken_up(world: CeremonyWorld) -> None:
    """PLN-REQUEST: the stick is not believed; the paper of the first attempt is."""
    one_key(world)
    victims: list[Person] = []
    victims.append(world.laptop("import", Killer("*** REHEARSAL *** Step 6", victims)))
    relay = world.relay()
    assert victims[0].finish() == -9, victims[0].text

    def wrong(line: str) -> str | None:
        return "aardvark adroitness absurd adviser" if "of the request's digest" in line else None

    laptop = world.laptop("resume", wrong)
    assert laptop.finish() == 1
    assert "PLN-REQUEST" in laptop.text
    assert relay.process.poll() is None or relay.finish() == 0
