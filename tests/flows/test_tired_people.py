"""What tired people do: each mistake is one clear line, loses nothing, and posts nothing twice."""

import shutil
from collections.abc import Callable

import pytest

from ceremony.message import digest
from ceremony.rehearsal.people import words_for
from tests.support.ceremony_world import CeremonyWorld, MakeWorld
from tests.support.one_key import KEY, plan_one_export, plan_one_import
from tests.support.people import Interrupter, Person

INTERRUPTED = 130

NOT_LEFT = "no request has left this laptop: start the ceremony again"
LEFT = "the request has left this laptop, and may be carried out: `ceremony resume` goes on"


def ended_well(world: CeremonyWorld, laptop: Person, relay: Person) -> None:
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    assert len(world.get("/wallets")["items"]) == 1


def interrupted(start: Callable[[Interrupter], Person], question: str) -> Person:
    """Somebody types Ctrl-C at this question: the program ends at once, in two lines."""
    answer = Interrupter(question)
    answer.person = start(answer)
    assert answer.person.finish() == INTERRUPTED, f"{question}: {answer.person.text}"
    assert "Traceback" not in answer.person.text
    assert ": error: interrupted" in answer.person.lines[-2]
    return answer.person


LAPTOP_IMPORT = (
    ("import", "? words", NOT_LEFT),
    ("import", "? type all or missing:", NOT_LEFT),
    ("import", "hex of source hex:", NOT_LEFT),
    ("import", "? compare with the paper", NOT_LEFT),
    ("import", "  ... waiting for import-receipt", LEFT),
    ("resume", "  ... waiting for import-receipt", LEFT),
)


def test_ctrl_c_at_each_question_of_the_laptop(world: CeremonyWorld) -> None:
    """Its hint says whether the request has left, and it is right each time."""
    plan_one_import(world)
    signers = world.relay(answer=lambda line: "stop" if line.startswith("? compare") else None)
    for command, question, hint in LAPTOP_IMPORT:
        laptop = interrupted(lambda a, command=command: world.laptop(command, a), question)
        assert laptop.lines[-1] == f"ceremony: hint: {hint}"
    assert signers.finish() == 1
    ended_well(world, world.laptop("resume"), world.relay())


LAPTOP_EXPORT = (
    ("export", "? type made or chosen:", NOT_LEFT),
    ("export", "new passphrase for", NOT_LEFT),
    ("export", "the same again:", NOT_LEFT),
    ("export", "? compare with the paper", NOT_LEFT),
    ("export", "? type open:", NOT_LEFT),
    ("export", "passphrase of the sealed state", NOT_LEFT),
    ("export", "  ... waiting for export-response", LEFT),
    ("resume", "passphrase of the sealed state", LEFT),
)


def test_ctrl_c_at_each_question_of_an_export(world: CeremonyWorld) -> None:
    plan_one_export(world)
    signers = world.relay(answer=lambda line: "stop" if line.startswith("? compare") else None)
    for command, question, hint in LAPTOP_EXPORT:
        laptop = interrupted(lambda a, command=command: world.laptop(command, a), question)
        assert laptop.lines[-1] == f"ceremony: hint: {hint}"
    assert signers.finish() == 1
    ended_well(world, world.laptop("resume"), world.relay())
    assert (world.folder / "laptop/one.txt").read_text().strip() == KEY


def test_ctrl_c_at_each_question_of_the_relay(world: CeremonyWorld) -> None:
    plan_one_import(world)
    laptop = world.laptop("import")
    for question in ("? compare with", "? words"):
        relay = interrupted(lambda a: world.relay(answer=a), question)
        assert "the journal" in relay.lines[-1]
        assert world.get("/wallets")["items"] == []
    ended_well(world, laptop, world.relay())


def test_the_relay_has_another_plan(world: CeremonyWorld) -> None:
    """RLY-PLAN: nothing is posted; the same relay with the right plan goes on."""
    plan_one_import(world)
    other = world.plan.replace("A test", "Another test")
    (world.folder / "other.toml").write_text(other)
    relay, laptop = world.relay("--plan", "other.toml"), world.laptop("import")
    relay.wait_for("both sides take the same file")
    assert relay.text.count("ERROR") == 1
    assert "RLY-PLAN" in relay.text
    relay.end()
    assert world.get("/wallets")["items"] == []
    ended_well(world, laptop, world.relay("--plan", "plan.toml"))


def test_the_stick_of_another_ceremony(world: CeremonyWorld, make_world: MakeWorld) -> None:
    """Its messages are told, a line each; this ceremony goes on beside them."""
    other = make_world()
    plan_one_import(other)
    ended_well(other, other.laptop("import"), other.relay())
    shutil.copytree(other.folder / "stick", world.folder / "stick", dirs_exist_ok=True)
    plan_one_import(world)
    laptop = world.laptop("import")
    assert laptop.finish() == 1
    assert "SIG-PLACE" in laptop.lines[-2] or "the plan is for" in laptop.lines[-2]
    assert "hex of source" not in laptop.text, "no key was asked for"
    relay = world.relay()
    relay.wait_for("Step 2")
    ended_well(world, world.laptop("import"), relay)
    assert relay.text.count("ERROR") == 3, "the other request, transcript and closing"


def test_two_laptops_with_one_plan(world: CeremonyWorld) -> None:
    """The second request is refused by what Dfns holds, and its people are told so."""
    plan_one_import(world)
    world.relay(dies="return Folder.send 1").finish()
    first, second = world.laptop("import"), world.laptop("import")
    for laptop in (first, second):
        laptop.wait_for("waiting for import-receipt")
    asked, _ = world.messages("import-request")
    on_screen = {"the request's digest": lambda: digest(asked.read_bytes())}

    def operator(line: str) -> str | None:
        return words_for(line.removeprefix("? "), on_screen)

    for _ in range(2):  # until each of them has closed
        relay = world.relay(answer=operator)
        assert relay.finish() == 0, relay.text
    statuses = {laptop.finish() for laptop in (first, second)}
    assert statuses == {0, 1}, first.text + second.text + relay.text
    refused = second if "one: refused" in second.text else first
    assert "already" in refused.text
    assert len(world.get("/wallets")["items"]) == 1


def test_the_journal_is_missing(world: CeremonyWorld) -> None:
    """MSG-SIGNERS: a relay with a new journal posts nothing that it did not begin."""
    plan_one_import(world)
    laptop = world.laptop("import")
    relay = world.relay(dies="return Folder.receive 1")
    relay.finish()
    (world.folder / "journal.sqlite").rename(world.folder / "journal of before")
    stranger = world.relay()
    stranger.wait_for("is --journal the file that this ceremony began with?")
    assert "MSG-SIGNERS" in stranger.text
    stranger.end()
    assert world.get("/wallets")["items"] == []
    (world.folder / "journal.sqlite").unlink()
    (world.folder / "journal of before").rename(world.folder / "journal.sqlite")
    ended_well(world, laptop, world.relay())


@pytest.mark.parametrize("side", ["laptop", "relay"])
def test_the_stick_is_out_when_a_message_leaves(world: CeremonyWorld, side: str) -> None:
    """It is put in, Enter is pressed, and nothing was lost."""
    plan_one_import(world)
    stick, pocket = world.folder / "stick", world.folder / "pocket"

    def carried(line: str) -> str | None:
        if "of the request's digest" in line and side == "relay":
            words = words_for(line.removeprefix("? "), world.digests())
            stick.rename(pocket)
            stick.mkdir()  # as the folder is there where a stick was mounted
            return words
        if line.startswith("? compare with") and side == "laptop":
            stick.rename(pocket)
        elif line.startswith("? put this right"):
            if side == "relay":
                stick.rmdir()
            pocket.rename(stick)
            return ""
        return None

    answers = {"laptop": lambda _: None, "relay": lambda _: None, side: carried}
    relay = world.relay(answer=answers["relay"])
    relay.wait_for("waiting for")
    laptop = world.laptop("import", answers["laptop"])
    ended_well(world, laptop, relay)
    hurt = laptop if side == "laptop" else relay
    assert hurt.text.count("? put this right, then press Enter") == 1


def test_resumed_after_it_was_over(world: CeremonyWorld) -> None:
    """Twice: it says again what became of each key, and nothing leaves."""
    plan_one_import(world)
    ended_well(world, world.laptop("import"), world.relay())
    before = world.messages("")
    for _ in range(2):
        laptop = world.laptop("resume")
        assert laptop.finish() == 0
        assert "one: done: wallet wa-" in laptop.text
        assert "this ceremony was closed before: nothing is sent" in laptop.text
    assert world.messages("") == before


def test_a_file_is_in_the_way_of_an_exported_key(world: CeremonyWorld) -> None:
    """Before the request it ends the export; afterwards it is not taken for the key."""
    plan_one_export(world)
    place = world.folder / "laptop/one.txt"
    place.write_text("2f" * 32)
    laptop = world.laptop("export")
    assert laptop.finish() == 1
    assert "one.txt exists already, and an exported key is to be written there" in laptop.text
    assert world.messages("export-request") == []
    place.unlink()
    laptop = world.laptop("export", dies="return Folder.send 2")
    laptop.finish()
    place.write_text("2f" * 32)

    def moved(line: str) -> str | None:
        if line.startswith("? put this right"):
            place.rename(world.folder / "laptop/foreign.txt")
            return ""
        return None

    relay, laptop = world.relay(), world.laptop("resume", moved)
    ended_well(world, laptop, relay)
    assert "it is not shown that the key is in it" in laptop.text
    assert place.read_text().strip() == KEY


def test_stopped_while_the_key_comes_back(world: CeremonyWorld) -> None:
    """Stop is not a verdict on the key: the ceremony stays open, and resume obtains it."""
    plan_one_export(world)
    plan = world.plan.replace('form = "hex"\n', 'form = "keystore-v3"\n')
    world.plan = plan
    (world.folder / "plan.toml").write_text(plan)

    def stop(line: str) -> str | None:
        came = bool(world.messages("export-response"))
        return "stop" if came and line.startswith("? type made") else None

    relay, laptop = world.relay(), world.laptop("export", stop)
    assert laptop.finish() == 1
    assert laptop.lines[-1] == f"ceremony: hint: {LEFT}"
    assert "mismatch" not in laptop.text
    ended_well(world, world.laptop("resume"), relay)
    assert (world.folder / "laptop/one.txt").exists()
