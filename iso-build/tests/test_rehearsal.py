"""A whole rehearsal in the booted image: an import, and the export of what it brought, by light.

The shipped first program starts the shipped ceremony. The relay is the real one, on this machine,
with its sandbox. Its camera sees the guest's screen, as QEMU has it, without a lens; the guest's
camera is vivid, and sees the relay's screen in black and white, without a lens.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from conftest import Images
from guest_camera import SIZE, GuestCamera, started
from guest_laptop import guest_side
from machine import PATIENCE, Machine
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
from tests.support.whole_day import ETHEREUM
from tests.support.x_screen import Feeder, virtual_screen

BETWEEN = 0.3
"""Seconds between two pictures of the relay's camera."""

PAUSE = 10.0
"""Seconds for a key to have its effect in the guest."""


def to_the_menu(computer: Machine) -> None:
    choose(computer, "are these the words on the paper", "same: ")
    ask(computer, "keyboard layout, by its name", "us")
    ask(computer, "try it here", "zy")
    choose(computer, "did each key give its sign", "right: ")
    choose(computer, "is this the time", "right: ")
    choose(computer, "go on to the menu?", "menu: ")


def begin(both: TwoLaptops, computer: Machine, what: str) -> None:
    """The relay has the plan, and the laptop gets it from there."""
    both.start_relay()
    choose(computer, "what is to be done?", "rehearse: ")
    choose(computer, "what is rehearsed?", f"{what}: ")
    plan_comes(both)


def rehearse_the_import(both: TwoLaptops, computer: Machine) -> None:
    begin(both, computer, "import")
    signers_cross(both)
    enter_the_words(both)
    request_crosses(both)
    both.laptop.sees("treasury hot: done: wallet wa-", ETHEREUM)
    back_to_the_menu(both, PAUSE)


def rehearse_the_export(both: TwoLaptops, computer: Machine) -> None:
    begin(both, computer, "export")
    made_passphrase(both, "sealed state")
    both.laptop.sees("page 1 of")
    both.laptop.confirms()
    request_crosses(both)
    made_passphrase(both, "keystore-v3 of treasury hot")
    both.relay.sees("kept the encrypted key from the laptop: treasury-hot.json")
    back_to_the_menu(both, PAUSE)


@contextmanager
def facing(computer: Machine, line: Path, folder: Path) -> Iterator[TwoLaptops]:
    """The guest and a relay, and the pictures between them."""
    began = time.monotonic()

    def album(name: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s: {name}", flush=True)
        computer.screen(name.replace(" ", "-").replace("'", ""))

    with ExitStack() as stack:
        (folder / "relay-screen").mkdir()
        screen = stack.enter_context(virtual_screen(folder / "relay-screen", *SIZE))
        laptop = guest_side(computer, folder / "laptop.feed")
        relay = Side("relay", screen, folder / "relay.feed", patience=PATIENCE)
        both = TwoLaptops(CeremonyWorld.make(folder), laptop, relay, album)
        stack.callback(both.close)
        stack.enter_context(GuestCamera(line, screen.grey))
        stack.enter_context(Feeder(laptop.feed, laptop.screen.grey, period=BETWEEN))
        yield both


def test_an_import_and_an_export_in_the_image(
    machine: Callable[[Sequence[str]], Machine],
    images: Images,
    parts: Path,
    appended: Path,
    tmp_path: Path,
) -> None:
    line, kept = tmp_path / "line", tmp_path / "relay"
    with machine(started(parts / "vmlinuz", appended, line)) as computer:
        with facing(computer, line, tmp_path) as both:
            plan_the_import(both)
            computer.wait_for("network interfaces: lo, flavour sealed")
            to_the_menu(computer)
            both.album("the menu")
            rehearse_the_import(both, computer)
            both.album("the import is over")
            (kept / "transcript.jsonl").rename(kept / "import.jsonl")
            plan_the_export(both)
            rehearse_the_export(both, computer)
            both.album("the export is over")
        choose(computer, "what is to be done?", "off: ")
        choose(computer, "power off? this laptop keeps nothing", "off: ")
        computer.wait_for("ceremony: memory wiped, power off")
        computer.wait_off()
    written = json.loads((kept / "treasury-hot.json").read_bytes())
    assert written["address"] == ETHEREUM.removeprefix("0x").lower()
    for name in ("import", "transcript"):
        lines, _ = verify_transcript((kept / f"{name}.jsonl").read_bytes())
        (facts,) = [one.facts for one in lines if one.event == "image"]
        assert (facts["flavour"], facts["root"]) == ("sealed", images.root("sealed"))
    assert (kept / "export.state").exists()
    assert "test: shows 640 by 480" in computer.said(), "the guest had a camera"
