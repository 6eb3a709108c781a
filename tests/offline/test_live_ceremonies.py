"""Ceremonies from the live image's menu: by light when it is sealed, by stick when it is not."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ceremony.dfns.signers import parse_signers
from ceremony.files import write_file
from ceremony.media.folder import Folder
from ceremony.message import Returned, decode_message, digest, encode_message
from ceremony.message.codec import kind_of
from ceremony.offline.live_init import Init
from ceremony.relay.cli import build_parser
from tests.support.laptop import (
    SECRET,
    Laptop,
    importing,
    plan_text,
    receipt_reply,
    signers_reply,
)
from tests.support.live_image import ROOT_SHA256, LiveImage
from tests.support.live_people import OPENED, POWER_OFF, LivePeople
from tests.support.live_relay import CarriedStick, PlayedLight, plan_reply
from tests.support.walks import EXPORTED

TYPED = ("all", SECRET, "same")
"""People are there, the key is typed, the table is the same."""


def laptop_and_plan(environment: str = "rehearsal") -> tuple[Laptop, bytes]:
    laptop = importing(environment=environment)
    pin = parse_signers(laptop.answer).fingerprint().hex()
    return laptop, plan_text(pin, environment=environment).encode()


def papers(laptop: Laptop) -> dict[str, bytes]:
    return {
        "the plan's digest": laptop.plan.digest,
        "the signers' fingerprint": laptop.signers.fingerprint(),
    }


def light(laptop: Laptop, plan: bytes) -> PlayedLight:
    environment = laptop.plan.environment
    return PlayedLight([plan_reply(plan, environment), signers_reply(laptop), receipt_reply()])


def test_an_import_in_the_sealed_image(tmp_path: Path) -> None:
    """The plan, the signers and the receipt come by light; request, transcript and closing go."""
    laptop, plan = laptop_and_plan()
    played = light(laptop, plan)
    people = LivePeople(LiveImage(tmp_path), papers(laptop), medium=played)
    with people.image:
        assert people.run(*OPENED, "import", *TYPED, *POWER_OFF) == [], people.shown
    assert "import: came to its end" in people.shown, people.shown
    kinds = [kind_of(decode_message(data)) for data in played.said]
    assert kinds == ["import-request", "deliver", "closing"]
    (transcript,) = people.image.home.glob("import-*.jsonl")
    lines = [json.loads(line) for line in transcript.read_text().splitlines()]
    (image,) = [line for line in lines if line["event"] == "image"]
    assert image["facts"]["root"] == ROOT_SHA256
    assert image["facts"]["flavour"] == "sealed"
    assert people.image.asked == [], "nothing is mounted"
    assert SECRET not in people.shown


@pytest.mark.parametrize("entry", ["rehearse", "import"])
def test_production_without_the_paper_is_refused(tmp_path: Path, entry: str) -> None:
    """ENV-IMAGE: nothing but the plan has crossed, and nobody typed anything."""
    laptop, plan = laptop_and_plan("production")
    played = light(laptop, plan)
    people = LivePeople(LiveImage(tmp_path), papers(laptop), medium=played)
    chosen = (entry, "import") if entry == "rehearse" else (entry,)
    with people.image:
        assert people.run("none", *OPENED[1:], *chosen, *POWER_OFF) == []
    assert f"{entry}: it ended with this" in people.shown
    assert "ERROR ENV-IMAGE: this is a plan for production" in people.shown
    assert played.said == []
    assert "NOT compared with a paper" in people.shown


def test_a_rehearsal_takes_no_plan_for_production(tmp_path: Path) -> None:
    laptop, plan = laptop_and_plan("production")
    played = light(laptop, plan)
    people = LivePeople(LiveImage(tmp_path), papers(laptop), medium=played)
    with people.image:
        assert people.run(*OPENED, "rehearse", "import", *POWER_OFF) == []
    assert "ERROR this is a plan for production, and a rehearsal was chosen" in people.shown
    assert played.said == []


def test_a_rehearsal_in_the_sealed_image(tmp_path: Path) -> None:
    laptop, plan = laptop_and_plan()
    people = LivePeople(LiveImage(tmp_path), papers(laptop), medium=light(laptop, plan))
    with people.image:
        assert people.run("none", *OPENED[1:], "rehearse", "import", *TYPED, *POWER_OFF) == []
    assert "rehearse: came to its end" in people.shown


def test_a_plan_of_another_kind_comes_back_to_the_menu(tmp_path: Path) -> None:
    laptop, plan = laptop_and_plan()
    people = LivePeople(LiveImage(tmp_path), papers(laptop), medium=light(laptop, plan))
    with people.image:
        assert people.run(*OPENED, "export", *POWER_OFF) == []
    assert "ERROR this is a plan for import-wallets" in people.shown


def test_a_key_in_the_clear_does_not_leave_the_sealed_image(tmp_path: Path) -> None:
    head = plan_text("00" * 32, operation="export-keys", environment="rehearsal")
    plan = (head.split("[[sources]]")[0] + EXPORTED).encode()
    played = PlayedLight([plan_reply(plan)])
    people = LivePeople(LiveImage(tmp_path), medium=played)
    with people.image:
        assert people.run(*OPENED, "export", *POWER_OFF) == []
    assert "ERROR ENV-SEALED: the sealed image has no storage" in people.shown
    assert "its transcript, if it began, is in this laptop's memory" in people.shown
    assert played.said == []


def test_an_import_by_stick(tmp_path: Path) -> None:
    """One stick has the plan and is only read; the other is carried, and mounted each time."""
    laptop, plan = laptop_and_plan()
    image = LiveImage(tmp_path, "media")
    (image.sticks["sda1"] / "plan.toml").write_bytes(plan)
    (image.sticks["sda1"] / "notes.txt").write_text("of the day")
    stick = CarriedStick(image.sticks["sdb"], [signers_reply(laptop), receipt_reply()])
    image.on_away = stick.carry
    people = LivePeople(image, papers(laptop))
    asked = ("import", "stick", "sda1", "1", "sdb", "all", "sdb", SECRET, "same", "sdb")
    with image:
        assert people.run(*OPENED, *asked, *POWER_OFF) == [], people.shown
    assert "import: came to its end" in people.shown, people.shown
    assert image.asked == ["in sda1", "out sdb", "away", "out sdb", "away", "out sdb", "away"]
    assert sorted(path.name for path in image.sticks["sda1"].iterdir()) == [
        "notes.txt",
        "plan.toml",
    ]
    names = sorted(path.name for path in image.sticks["sdb"].iterdir())
    assert names[0].endswith("relay-signers.ceremony")
    assert names[-1].startswith("import-2020")
    assert len(names) == 6


def test_sticks_of_a_program_that_died_are_put_away(tmp_path: Path) -> None:
    image = LiveImage(tmp_path, "media")
    with image:
        Init(tmp_path).ask("in", "sda1")
        Init(tmp_path).ask("out", "sdb")
        assert LivePeople(image).run(*OPENED, *POWER_OFF) == []
    assert image.asked == ["in sda1", "out sdb", "away"]


@pytest.mark.parametrize("carried", [False, True])
def test_a_transcript_in_memory_is_verified(tmp_path: Path, carried: bool) -> None:
    """Of an import by stick that people stopped: it is on the stick too, if that is there."""
    laptop, plan = laptop_and_plan()
    image = LiveImage(tmp_path, "media")
    (image.sticks["sda1"] / "plan.toml").write_bytes(plan)
    people = LivePeople(image, papers(laptop))
    stops = ("all", "stop") if carried else ("stop",)
    asked = ("import", "stick", "sda1", "1", "sdb", *stops, "verify", "here", "1", "")
    with image:
        assert people.run(*OPENED, *asked, *POWER_OFF) == [], people.shown
    assert "ERROR the ceremony was stopped by the people in the room" in people.shown
    assert "is in this laptop's memory until the power goes" in people.shown
    assert "verify: came to its end" in people.shown
    (here,) = image.home.glob("import-*.jsonl")
    assert b"the ceremony was stopped" in here.read_bytes()
    kept = [path.read_bytes() for path in image.sticks["sdb"].iterdir()]
    assert kept == ([] if carried else [here.read_bytes()])


def test_a_stick_that_cannot_be_mounted_is_asked_for_again(tmp_path: Path) -> None:
    image = LiveImage(tmp_path, "media")
    image.says = lambda question: "no it has ntfs" if question == "in sda1" else None
    people = LivePeople(image)
    with image:
        asked = ("verify", "stick", "look", "nvme0n1", "sda1", "stop")
        assert people.run(*OPENED, *asked, *POWER_OFF) == []
    assert "it refuses: it has ntfs" in people.shown
    assert "that is not one of the answers" in people.shown, "a disk is not a stick"
    assert "sda1: Plain Stick, 8.0 GB" in people.shown
    assert "in nvme0n1" not in image.asked


@pytest.mark.parametrize("options", ["rw,nosuid,nodev,noexec", "ro,nosuid,nodev", "ro"])
def test_a_stick_that_is_not_mounted_as_it_has_to_be_is_put_away(
    tmp_path: Path, options: str
) -> None:
    image = LiveImage(tmp_path, "media")

    def says(question: str) -> str | None:
        if question == "in sda1":
            line = f"/dev/sda1 /media/in vfat {options} 0 0\n"
            (tmp_path / "proc/self/mounts").write_text(line)
            return "ok"
        return None

    image.says = says
    people = LivePeople(image)
    with image:
        assert people.run(*OPENED, "verify", "stick", "sda1", "stop", *POWER_OFF) == []
    assert "the stick sda1 is not mounted as it has to be, and was put away" in people.shown
    assert image.asked[:2] == ["in sda1", "away"]


def test_a_key_in_the_clear_is_not_written_to_the_carried_stick(tmp_path: Path) -> None:
    head = plan_text("00" * 32, operation="export-keys", environment="rehearsal")
    image = LiveImage(tmp_path, "media")
    (image.sticks["sda1"] / "p.toml").write_text(head.split("[[sources]]")[0] + EXPORTED)
    people = LivePeople(image)
    with image:
        asked = ("export", "stick", "sda1", "1", "sdb")
        assert people.run(*OPENED, *asked, *POWER_OFF) == []
    assert "one comes out as hex, and the stick that it would be written to" in people.shown
    assert list(image.sticks["sdb"].iterdir()) == []


def test_a_transcript_is_verified_from_a_stick(tmp_path: Path) -> None:
    laptop, _ = laptop_and_plan()
    from ceremony.offline.import_ceremony import import_ceremony

    import_ceremony(laptop.room)
    image = LiveImage(tmp_path, "media")
    write_file(str(image.sticks["sda1"] / "t.jsonl"), laptop.record.serialize(), "it")
    (image.sticks["sda1"] / "bad.jsonl").write_bytes(laptop.record.serialize()[:-9])
    people = LivePeople(image)
    with image:
        asked = ("verify", "stick", "sda1", "2", "", "verify", "stick", "sda1", "1")
        assert people.run(*OPENED, *asked, *POWER_OFF) == [], people.shown
    assert "verify: came to its end" in people.shown
    assert "each follows from the one before it" in people.shown
    assert "verify: it ended with this" in people.shown


@pytest.mark.parametrize("flavour", ["sealed", "media"])
def test_a_key_is_inspected_and_never_shown(tmp_path: Path, flavour: str) -> None:
    image = LiveImage(tmp_path, flavour)
    people = LivePeople(image)
    where = ("typed",) if flavour == "media" else ()
    asked = ("inspect", "hexx", "hex", *where, "secp256k1", "Ethereum", "", "", "no", SECRET, "")
    with image:
        assert people.run(*OPENED, *asked, *POWER_OFF) == [], people.shown
    assert "ERROR there is no format hexx" in people.shown
    assert "hint: near are: hex" in people.shown
    assert "0xA88B710FAfFF68e3D7BB4B3DD72c358B5bDb9a18" in people.shown
    assert SECRET not in people.shown


def test_a_key_on_a_stick_is_inspected(tmp_path: Path) -> None:
    image = LiveImage(tmp_path, "media")
    (image.sticks["sda1"] / "key").write_text(SECRET)
    people = LivePeople(image)
    asked = ("inspect", "hex", "stick", "sda1", "1", "secp256k1", "Bitcoin", "", "", "no", "")
    with image:
        assert people.run(*OPENED, *asked, *POWER_OFF) == [], people.shown
    assert "secp256k1" in people.shown.split("inspect, in")[1]
    assert image.asked == ["in sda1", "away"]
    assert SECRET not in people.shown


def test_a_program_that_died_is_taken_up_in_the_same_boot(tmp_path: Path) -> None:
    """The first process starts it again, and the files in memory are there still."""
    laptop, plan = laptop_and_plan()
    played = light(laptop, plan)
    receipt = played.replies.pop()
    image = LiveImage(tmp_path)
    with image:
        before = LivePeople(image, papers(laptop), medium=played)
        assert before.run(*OPENED, "import", *TYPED, *POWER_OFF) == []
        assert "import: it ended with this" in before.shown
        assert [kind_of(decode_message(data)) for data in played.said] == ["import-request"]
        # As real light keeps what crossed; the relay shows its receipt by now, and no plan.
        (image.home / "crossed").mkdir()
        Folder(str(image.home / "crossed"), "relay").send(played.replies[0]([]), lambda _: None)
        played.replies[:] = [receipt]
        words = {**papers(laptop), "the request's digest": digest(played.said[0])}
        after = LivePeople(image, words, medium=played)
        assert after.run(*OPENED, "resume", "no", "all", *POWER_OFF) == [], after.shown
    assert "resume: came to its end" in after.shown
    kinds = [kind_of(decode_message(data)) for data in played.said]
    assert kinds == ["import-request", "deliver", "closing"]


def test_what_the_relay_has_to_run_is_a_command_of_the_relay(tmp_path: Path) -> None:
    """It stands on the screen and in the documents, and the relay's program takes it."""
    people = LivePeople(LiveImage(tmp_path))
    with people.image:
        assert people.run(*OPENED, "resume", "", *POWER_OFF) == []
    command = next(line for line in people.shown.split("\n") if "run --resume" in line).strip()
    assert command in (Path(__file__).parents[2] / "docs/live.md").read_text()
    options = build_parser().parse_args(command.split()[1:])
    assert options.resume
    assert options.by == "light"


def test_a_sealed_image_asks_the_relay_again_where_its_own_memory_is_of_no_use(
    tmp_path: Path,
) -> None:
    """A plan has come in this boot, and people say that the request is of one before it."""
    laptop, plan = laptop_and_plan()
    played = light(laptop, plan)
    image = LiveImage(tmp_path)
    with image:
        assert (
            LivePeople(image, papers(laptop), medium=played).run(
                *OPENED, "import", *TYPED, *POWER_OFF
            )
            == []
        )
        (request, *_) = played.said
        (image.home / "crossed").mkdir()
        Folder(str(image.home / "crossed"), "relay").send(played.replies[0]([]), lambda _: None)
        back = Returned(
            environment="rehearsal", ceremony=b"", sequence=0, answers=b"",
            request=request, state=b"", said=tuple(map(digest, played.said[1:2])),
        )  # fmt: skip
        replies = [plan_reply(plan), lambda _: encode_message(back), receipt_reply()]
        again = PlayedLight(replies)
        words = {**papers(laptop), "the request's digest": digest(request)}
        image.offset += timedelta(seconds=1)
        after = LivePeople(image, words, medium=again)
        assert after.run(*OPENED, "resume", "yes", "", "all", *POWER_OFF) == [], after.shown
    assert "resume: came to its end" in after.shown, after.shown
    assert [kind_of(decode_message(data)) for data in again.said] == [
        "import-request",
        "deliver",
        "closing",
    ]
    assert [decode_message(data).sequence for data in again.said] == [1, 4, 5], "after what it has"
    (folder,) = image.home.glob("returned-*")
    assert list(folder.iterdir()) == [], "an import writes no file"
