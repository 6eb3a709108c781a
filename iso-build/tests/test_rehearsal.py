"""A whole rehearsal in the booted image: an import, and the export of what it brought, by light.

The shipped first program starts the shipped ceremony. The relay is the real one, on this machine,
with its sandbox. Its camera sees the guest's screen, as QEMU has it, without a lens; the guest's
camera is vivid, and sees the relay's screen in black and white, without a lens.
"""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from conftest import Images
from guest_camera import SIZE, GuestCamera, started
from guest_laptop import PATIENCE, guest_side
from machine import Machine
from menu import ask, choose

from ceremony.record.transcript import verify_transcript
from tests.support.by_light import (
    back_to_the_menu,
    enter_the_words,
    made_passphrase,
    plan_comes,
    plan_the_export,
    plan_the_import,
    request_crosses,
    signers_cross,
)
from tests.support.ceremony_world import CeremonyWorld
from tests.support.two_laptops import Side, TwoLaptops
from tests.support.whole_day import ETHEREUM, WORDS
from tests.support.x_screen import Feeder, virtual_screen

BETWEEN = 0.3
"""Seconds between two pictures of the relay's camera."""


def test_an_import_and_an_export_in_the_image(
    machine: Callable[[Sequence[str]], Machine],
    images: Images,
    parts: Path,
    appended: Path,
    tmp_path: Path,
) -> None:
    line, kept = tmp_path / "line", tmp_path / "relay"
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s: {what}", flush=True)

    with ExitStack() as stack:
        (tmp_path / "relay-screen").mkdir()
        screen = stack.enter_context(virtual_screen(tmp_path / "relay-screen", *SIZE))
        computer = stack.enter_context(machine(started(parts / "vmlinuz", appended, line)))
        camera = stack.enter_context(GuestCamera(line, screen.grey))
        laptop = guest_side(computer, tmp_path / "laptop.feed")
        stack.enter_context(Feeder(laptop.feed, laptop.screen.grey, period=BETWEEN))
        relay = Side("relay", screen, tmp_path / "relay.feed", patience=PATIENCE)
        both = TwoLaptops(CeremonyWorld.make(tmp_path), laptop, relay, say)
        stack.callback(both.close)

        plan_the_import(both)
        computer.wait_for("network interfaces: lo, flavour sealed")
        say("the shipped first program has looked")
        choose(computer, "are these the words on the paper", "same: ")
        ask(computer, "keyboard layout, by its name", "us")
        ask(computer, "try it here", "zy")
        choose(computer, "did each key give its sign", "right: ")
        choose(computer, "is this the time", "right: ")
        choose(computer, "go on to the menu?", "menu: ")
        say("the menu")

        both.start_relay()
        choose(computer, "what is to be done?", "rehearse: ")
        choose(computer, "what is rehearsed?", "import: ")
        plan_comes(both)
        signers_cross(both)
        enter_the_words(both)
        request_crosses(both)
        laptop.sees("treasury hot: done: wallet wa-", ETHEREUM)
        back_to_the_menu(both)
        say(f"the import is over; {camera.shown} pictures")
        (kept / "transcript.jsonl").rename(kept / "import.jsonl")

        plan_the_export(both)
        both.start_relay()
        choose(computer, "what is to be done?", "rehearse: ")
        choose(computer, "what is rehearsed?", "export: ")
        plan_comes(both)
        made_passphrase(both, "sealed state")
        laptop.sees("page 1 of")
        laptop.confirms()
        request_crosses(both)
        made_passphrase(both, "keystore-v3 of treasury hot")
        relay.sees("kept the encrypted key from the laptop: treasury-hot.json")
        back_to_the_menu(both)
        say(f"the export is over; {camera.shown} pictures")
        choose(computer, "what is to be done?", "off: ")
        choose(computer, "power off? this laptop keeps nothing", "off: ")
        computer.wait_for("ceremony: memory wiped, power off")
        computer.wait_off()
        say("off")
    written = json.loads((kept / "treasury-hot.json").read_bytes())
    assert written["address"] == ETHEREUM.removeprefix("0x").lower()
    for name in ("import", "transcript"):
        lines, _ = verify_transcript((kept / f"{name}.jsonl").read_bytes())
        (facts,) = [one.facts for one in lines if one.event == "image"]
        assert (facts["flavour"], facts["root"]) == ("sealed", images.root("sealed"))
    assert (kept / "export.state").exists()
    assert WORDS.split()[0] not in computer.said()
