"""The flavour `media`: a plan comes on one stick, a transcript goes to another, for production."""

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

SECTOR = 512
FIRST = 2048
"""Sector where the partition begins."""

NOTE = b"of the day before\n"


def a_stick(path: Path, size: int, *, parted: bool) -> str:
    """A file as a stick with FAT: with a table of one partition, or without. Gives its place for
    mtools.
    """
    with path.open("wb") as file:
        file.truncate(size)
        if parted:
            entry = struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", 0x0C, b"\xfe\xff\xff", FIRST,
                                size // SECTOR - FIRST)  # fmt: skip
            file.seek(446)
            file.write(entry.ljust(64, b"\0") + b"\x55\xaa")
    offset = ["--offset", str(FIRST)] if parted else []
    blocks = str((size - (FIRST * SECTOR if parted else 0)) // 1024)
    command: list[str | Path] = ["mkfs.vfat", "-F", "32", *offset, path, blocks]
    subprocess.run(command, check=True, capture_output=True)
    return f"{path}@@{FIRST * SECTOR}" if parted else str(path)


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


def test_a_plan_comes_from_a_stick_and_a_transcript_goes_to_another(
    machine: Callable[[Sequence[str]], Machine], images: Images, tmp_path: Path
) -> None:
    plan = plan_text("11" * 32).encode()
    paper = digest_words(parse_plan(plan).digest)
    first, second = tmp_path / "first", tmp_path / "second"
    one = a_stick(first, 100_000_000, parted=False)
    other = a_stick(second, 300_000_000, parted=True)
    put(one, "plan.toml", plan)
    put(other, "note.txt", NOTE)
    before = first.read_bytes()
    arguments = [*cd(images.media), *stick(first, "first"), *stick(second, "second")]
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
        choose(computer, "what is to be done?", "import: ")
        choose(computer, "how do messages cross", "stick: ")
        choose(computer, "which stick is the one with the plan", r"sd\w+: .*0\.1 GB")
        choose(computer, "the plan", r".*plan\.toml")
        choose(computer, "which stick is carried", r"sd\w+: .*0\.3 GB")
        lines = computer.wait_to_see("of the plan's digest, as the paper has them")
        asked = WORDS_ASKED.search(" ".join(line.split("│")[-1].strip() for line in lines))
        assert asked is not None
        computer.type(" ".join(paper[int(place) - 1] for place in asked[1].split(", ")) + "\n")
        # What was held until here goes to the stick when people leave.
        computer.wait_to_see("is everybody of the plan present?")
        computer.screen("production")
        computer.press("esc")
        choose(computer, "Leave the ceremony?", "leave: ")
        computer.wait_to_see("import: it ended with this")
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
