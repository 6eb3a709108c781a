"""`--rehearsal`: production plans on the real machines, with fresh keys against a sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.record.transcript import verify_transcript
from tests.support.ceremony_world import CeremonyWorld
from tests.support.people import Killer, Person
from tests.support.rehearsal_plans import EXPORT, HEAD, IMPORT

ONE_EXPORT = (
    HEAD.format(operation="export-keys")
    + """
[[keys]]
label = "one"
key = "key-1"
public_key = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
form = "hex"
to = ["one.txt"]
"""
)

TABLE = ("--rehearsal", "sandbox.toml")
PLAN = ("--plan", "plan.toml", *TABLE)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CeremonyWorld]:
    made = CeremonyWorld.make(tmp_path, "--plan-table", str(tmp_path / "sandbox.toml"))
    yield made
    made.sandbox.stop()


def write(world: CeremonyWorld, plan: str) -> None:
    world.plan = plan
    (world.folder / "plan.toml").write_text(plan)


def test_an_import_asks_for_no_source_and_is_marked(world: CeremonyWorld) -> None:
    write(world, IMPORT)
    relay, laptop = world.relay(*PLAN), world.laptop("import", options=TABLE)
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    for person in (laptop, relay):
        assert "THIS IS A REHEARSAL" in person.text
        steps = [line for line in person.lines if "Step " in line and " of " in line]
        assert steps
        assert all(line.startswith("*** REHEARSAL *** ") for line in steps)
    assert "*** REHEARSAL *** REHEARSAL, fresh keys: Three curves" in laptop.text
    assert "source words: not asked for, 2 fresh keys instead" in laptop.text
    assert "master, Ethereum: done: wallet wa-" in laptop.text
    assert len(world.get("/keys")["items"]) >= 4
    assert "0x9858EfFD232B4033E47d90003D41EC34EcaEda94" not in laptop.text, "a real address"
    lines, _ = verify_transcript((world.folder / "transcript-1.jsonl").read_bytes())
    assert lines[0].facts["environment"] == "rehearsal"
    assert lines[0].facts["title"].startswith("REHEARSAL")


def test_an_export_imports_fresh_keys_first(world: CeremonyWorld) -> None:
    write(world, EXPORT)
    for folder in ("a", "b", "c"):
        (world.folder / "laptop/media" / folder).mkdir(parents=True)
    made = PassphraseOnPaper()
    world.answers |= {"? press Enter when": "", "? share ": ""}
    relay, laptop = world.relay(*PLAN), world.laptop("export", made, TABLE)
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert "first the import of one fresh key for each key of the plan" in laptop.text
    written = {str(p.relative_to(world.folder)) for p in world.folder.rglob("rehearsal-*")}
    assert written == {
        "laptop/rehearsal-by-wallet.json", "laptop/rehearsal-stark.txt",
        "laptop/rehearsal-export.state", "relay/rehearsal-export.state",
        *(f"laptop/media/{folder}/rehearsal-share" for folder in "abc"),
    }  # fmt: skip
    for name, operation in (
        ("before-transcript-1", "import-keys"),
        ("transcript-1", "export-keys"),
    ):
        lines, _ = verify_transcript((world.folder / f"{name}.jsonl").read_bytes())
        assert lines[0].facts["operation"] == operation
        assert lines[-1].event == "ends"


@pytest.mark.parametrize("moment", ["the request has 4 keys", "eth: done"])
def test_a_rehearsal_is_taken_up_again_with_the_keys_of_its_request(
    world: CeremonyWorld, moment: str
) -> None:
    write(world, IMPORT)
    victims: list[Person] = []
    relay = world.relay(*PLAN)
    victims.append(world.laptop("import", Killer(moment, victims), TABLE))
    assert victims[0].finish() == -9, victims[0].text
    sent = bool(world.messages("import-request"))
    laptop = world.laptop("resume" if sent else "import", options=TABLE)
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert "master, Ethereum: done: wallet wa-" in laptop.text


@pytest.mark.parametrize("moment", ["return Journal.close 1", "return answer_exports 1"])
def test_a_rehearsed_export_whose_relay_dies(world: CeremonyWorld, moment: str) -> None:
    """Between its two ceremonies, and in the second one: the next relay ends with the export."""
    write(world, ONE_EXPORT)
    world.answers["? press Enter when"] = ""
    laptop = world.laptop("export", PassphraseOnPaper(), TABLE)
    dying = world.relay(*PLAN, dies=moment)
    assert dying.finish() == -9, dying.text
    relay = world.relay(*PLAN)
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert (world.folder / "laptop/rehearsal-one.txt").exists()


def test_a_plan_s_place_is_no_sandbox(world: CeremonyWorld) -> None:
    """Somebody names the production plan itself, which has a [dfns] too."""
    write(world, IMPORT)
    wrong = ("--rehearsal", "plan.toml")
    for person in (
        world.laptop("import", options=wrong),
        world.relay("--plan", "plan.toml", *wrong),
    ):
        assert person.finish() == 1
        assert "https://api.dfns.io is not a sandbox on this machine" in person.text
    assert world.messages("") == []


def test_a_relay_without_the_option_refuses_the_plan(world: CeremonyWorld) -> None:
    write(world, IMPORT)
    relay = world.relay("--plan", "plan.toml")
    assert relay.finish() == 1
    assert "this relay speaks to" in relay.text
    assert world.messages("") == []


def test_a_relay_rehearses_no_unnamed_plan(world: CeremonyWorld) -> None:
    relay = world.relay(*TABLE)
    assert relay.finish() == 2
    assert "--rehearsal needs a --plan" in relay.text


class PassphraseOnPaper:
    """A custodian who copies what the laptop shows, and types it from there."""

    def __init__(self) -> None:
        self._next, self._paper = False, ""

    def __call__(self, line: str) -> str | None:
        if self._next:
            self._paper, self._next = line.strip(), False
        if line.startswith("write this passphrase on paper"):
            self._next = True
        return {
            "? type made or chosen:": "made",
            "type it from the paper:": self._paper,
        }.get(line)
