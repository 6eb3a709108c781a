"""The flavour `media`: a plan comes on one stick, transcripts go to others, for production."""

import json
import re
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from conftest import Images
from machine import Machine, cd, stick
from menu import ask, choose

from ceremony.desk.words import WORDS_ASKED
from ceremony.message.words import digest_words
from ceremony.record.plan_file import parse_plan
from tests.support.laptop import plan_text
from tests.support.papers import picked

SECTOR = 512
FIRST = 2048
"""Sector where the partition begins."""
FAT, EXFAT = 0x0C, 0x07
"""What a partition holds, as its table says it."""

NOTE = b"of the day before\n"


def a_stick(path: Path, size: int, *, parted: bool) -> str:
    """A file as a stick with FAT: with a table of one partition, or without. Gives its place for
    mtools.
    """
    with path.open("wb") as file:
        file.truncate(size)
        if parted:
            file.write(table(size, FAT))
    offset = ["--offset", str(FIRST)] if parted else []
    blocks = str((size - (FIRST * SECTOR if parted else 0)) // 1024)
    command: list[str | Path] = ["mkfs.vfat", "-F", "32", *offset, path, blocks]
    subprocess.run(command, check=True, capture_output=True)
    return f"{path}@@{FIRST * SECTOR}" if parted else str(path)


def a_stick_with_exfat(path: Path, size: int) -> None:
    """A file as a stick that is new from the shop: one partition, with exFAT."""
    with path.open("wb") as file:
        file.truncate(size - FIRST * SECTOR)
    subprocess.run(["mkfs.exfat", path], check=True, capture_output=True)
    path.write_bytes(table(size, EXFAT).ljust(FIRST * SECTOR, b"\0") + path.read_bytes())


def table(size: int, kind: int) -> bytes:
    """The first sector of a stick with one partition."""
    place = struct.pack("<II", FIRST, size // SECTOR - FIRST)
    entry = struct.pack("<B3sB3s", 0, b"\xfe\xff\xff", kind, b"\xfe\xff\xff") + place
    return (bytes(446) + entry).ljust(510, b"\0") + b"\x55\xaa"


def put(place: str, name: str, content: bytes) -> None:
    subprocess.run(["mcopy", "-i", place, "-", f"::{name}"], input=content, check=True)


def content(place: str) -> dict[str, bytes]:
    """The files of a stick, by name."""
    listed = subprocess.run(
        ["mdir", "-b", "-i", place, "::"], check=True, capture_output=True, text=True
    ).stdout.split()
    return {
        name.removeprefix("::/"): subprocess.run(
            ["mtype", "-i", place, name], check=True, capture_output=True
        ).stdout
        for name in listed
    }


def content_of_exfat(path: Path) -> dict[str, bytes]:
    """The files of a stick that ``a_stick_with_exfat`` made, by name."""
    where = ["-f", "exfat", "-o", str(FIRST), path]
    listed = subprocess.run(["fls", *where], check=True, capture_output=True, text=True).stdout
    files = re.findall(r"^r/r (\S+):\t([^$\n].*)$", listed, re.MULTILINE)
    return {
        name: subprocess.run(["icat", *where, inode], check=True, capture_output=True).stdout
        for inode, name in files
    }


def begin_import(computer: Machine, carried: str) -> str:
    """Until the words of the plan are asked for; the places of those that are."""
    choose(computer, "what is to be done?", "import: ")
    choose(computer, "how do messages cross", "stick: ")
    choose(computer, "which stick is the one with the plan", r"sd\w+: .*0\.1 GB")
    choose(computer, "the plan", r".*plan\.toml")
    choose(computer, "which stick is carried", carried)
    lines = computer.wait_to_see("of the plan's digest, as the paper has them")
    asked = WORDS_ASKED.search(" ".join(line.split("│")[-1].strip() for line in lines))
    assert asked is not None
    return asked[1]


def leave_import(computer: Machine) -> None:
    """What was held until here goes to the stick."""
    computer.press("esc")
    choose(computer, "Leave the ceremony?", "leave: ")
    computer.wait_to_see("import: it ended with this")


def test_a_plan_comes_from_a_stick_and_transcripts_go_to_others(
    machine: Callable[[Sequence[str]], Machine], images: Images, tmp_path: Path
) -> None:
    plan = plan_text("11" * 32).encode()
    paper = digest_words(parse_plan(plan).digest)
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    one = a_stick(first, 100_000_000, parted=False)
    other = a_stick(second, 300_000_000, parted=True)
    put(one, "plan.toml", plan)
    put(other, "note.txt", NOTE)
    a_stick_with_exfat(third, 500_000_000)
    before = first.read_bytes()
    arguments = [*cd(images.media), *stick(first, "first"), *stick(second, "second")]
    arguments += stick(third, "third")
    with machine(arguments) as computer:
        computer.wait_for("network interfaces: lo, flavour media")
        choose(computer, "are these the words on the paper", "same: ")
        # A German keyboard has y and z the other way round.
        ask(computer, "keyboard layout, by its name", "de")
        ask(computer, "try it here", "yz")
        computer.wait_to_see("typed: zy")
        choose(computer, "did each key give its sign", "again: ")
        ask(computer, "keyboard layout, by its name", "us")
        computer.wait_to_see("keyboard layout: us")
        ask(computer, "try it here", "yz")
        computer.wait_to_see("typed: yz")
        choose(computer, "did each key give its sign", "right: ")
        choose(computer, "is this the time", "wrong: ")
        ask(computer, "the time in UTC", "2031-02-03 04:05")
        computer.wait_to_see("Monday 2031-02-03 04:05")
        choose(computer, "is this the time", "right: ")
        choose(computer, "go on to the menu?", "menu: ")
        places = begin_import(computer, r"sd\w+: .*0\.3 GB")
        computer.type(picked(paper, places) + "\n")
        computer.wait_to_see("is everybody of the plan present?")
        computer.screen("production")
        leave_import(computer)
        begin_import(computer, r"sd\w+: .*0\.5 GB")
        leave_import(computer)
        choose(computer, "what is to be done?", "off: ")
        choose(computer, "power off? this laptop keeps nothing", "off: ")
        computer.wait_for("ceremony: memory wiped, power off")
        computer.wait_off()
    assert first.read_bytes() == before, "the stick that is read is not written, not by a bit"
    found = content(other)
    assert found.pop("note.txt") == NOTE
    ((name, transcript),) = found.items()
    assert re.fullmatch(r"import-20310203-\d{6}\.jsonl", name)
    records = [json.loads(line) for line in transcript.decode().splitlines()]
    passed = {
        control
        for record in records
        if record["event"] == "controls"
        for control in record["facts"]["passed"]
    }
    assert {"ENV-GATE", "PLN-WORDS"} <= passed, "the image is fit for production"
    (image,) = [record for record in records if record["event"] == "image"]
    assert image["facts"]["root"] == images.root("media")
    assert image["facts"]["flavour"] == "media"
    ((name, transcript),) = content_of_exfat(third).items()
    assert re.fullmatch(r"import-20310203-\d{6}\.jsonl", name)
    assert [json.loads(line)["event"] for line in transcript.splitlines()].count("image") == 1
