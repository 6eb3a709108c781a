"""Ceremonies that are killed, or end with something unclear, and are taken up again.

The programs themselves, killed at what they say; test_kill.py has every step.
"""

import pytest

from tests.support.ceremony_world import CeremonyWorld, MakeWorld
from tests.support.one_key import KEY, plan_one_export, plan_one_import
from tests.support.people import Killer, Person

LAPTOP_MOMENTS = ("? compare with ", "the request has 1 key;", "the fingerprint of the transcript")

RELAY_MOMENTS = ("keys that go into", "one: done", "kept the transcript")


@pytest.mark.parametrize("moment", LAPTOP_MOMENTS)
def test_the_laptop_is_killed_and_goes_on(world: CeremonyWorld, moment: str) -> None:
    plan_one_import(world)
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
    plan_one_import(world)
    victims: list[Person] = []
    victims.append(world.relay(answer=Killer(moment, victims)))
    laptop = world.laptop("import")
    assert victims[0].finish() == -9, victims[0].text
    relay = world.relay()
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert len(world.get("/wallets")["items"]) == 1


EXPORT_MOMENTS = ("export.state: written", "the request is for 1 key;", "one: this file is the key")


@pytest.mark.parametrize("moment", EXPORT_MOMENTS)
def test_the_laptop_of_an_export_is_killed_and_goes_on(world: CeremonyWorld, moment: str) -> None:
    plan_one_export(world)
    victims: list[Person] = []
    relay = world.relay("--plan", "plan.toml")
    victims.append(world.laptop("export", Killer(moment, victims)))
    assert victims[0].finish() == -9, victims[0].text
    sent = bool(world.messages("export-request"))
    laptop = world.laptop("resume" if sent else "export")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert (world.folder / "laptop/one.txt").read_text().strip() == KEY


@pytest.mark.parametrize(
    ("fault", "told"),
    [("pending=3@import", "one: pending"), ("finishes-late=3@import", "one: unknown")],
)
def test_what_is_unclear_becomes_clear(make_world: MakeWorld, fault: str, told: str) -> None:
    world = make_world("--fault", fault)
    plan_one_import(world)

    def when_it_is_told(line: str) -> None:
        """A folder has the newest answer only: Dfns is asked again once this one was read."""
        if line.startswith("? type again"):
            laptop.wait_for(told)

    relay = world.relay(answer=when_it_is_told)
    laptop = world.laptop("import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert told in laptop.text
    assert "one: done: wallet wa-" in laptop.text
    assert len(world.get("/wallets")["items"]) == 1


def test_nothing_to_resume(world: CeremonyWorld) -> None:
    plan_one_import(world)
    laptop = world.laptop("resume")
    assert laptop.finish() == 1
    assert "no request of this plan has left this laptop" in laptop.text


def test_a_closed_ceremony_is_not_taken_for_a_new_one(world: CeremonyWorld) -> None:
    """The stick still has the messages of yesterday's ceremony."""
    plan_one_import(world)
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
    plan_one_import(world)
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
