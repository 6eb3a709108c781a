"""A day in the sealed live image: everything crosses by light, and nothing is kept on it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
from tests.support.live_image import ROOT_SHA256, LiveImage
from tests.support.terminals import Terminal
from tests.support.two_laptops import WIDE, TwoLaptops, two_laptops
from tests.support.whole_day import ETHEREUM, WORDS

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[TwoLaptops]:
    (tmp_path / "root").mkdir()
    with two_laptops(tmp_path) as made:
        yield made


def boot(both: TwoLaptops, root: Path) -> None:
    """To the menu."""
    laptop = both.laptop
    module = ["-m", "tests.support.live_program"]
    seen = [str(root), f"feed:{both.relay.feed}", "window"]
    env = {"DISPLAY": laptop.screen.name, "HOME": str(root / "home")}
    laptop.terminal = Terminal([sys.executable, *module, *seen], PROJECT, WIDE, env)
    for asked, keys in (
        ("are these the words", "2\r"),
        ("keyboard layout, by its name", "\r"),
        ("try it here", "zy\r"),
        ("did each key give its sign?", "2\r"),
        ("is this the time", "3\r"),
        ("go on to the menu?", "2\r"),
    ):
        laptop.sees(asked)
        laptop.types(keys)


def begin(both: TwoLaptops, number: int) -> None:
    """The relay sends the plan; its words are confirmed from paper."""
    both.start_relay()
    both.laptop.sees("what is to be done?")
    both.laptop.types(f"{number}\r")
    plan_comes(both)


def test_an_import_and_an_export_without_any_storage(both: TwoLaptops, tmp_path: Path) -> None:
    laptop, relay = both.sides
    kept = both.world.folder / "relay"
    with LiveImage(tmp_path / "root") as image:
        plan_the_import(both)
        boot(both, image.root)
        begin(both, 2)
        signers_cross(both)
        enter_the_words(both)
        request_crosses(both)
        laptop.sees("treasury hot: done: wallet wa-", ETHEREUM)
        back_to_the_menu(both)
        assert b'"flavour":"sealed"' in (kept / "transcript.jsonl").read_bytes()

        (kept / "transcript.jsonl").rename(kept / "import.jsonl")
        plan_the_export(both)
        begin(both, 3)
        made_passphrase(both, "sealed state")
        laptop.sees("page 1 of")
        laptop.confirms()
        request_crosses(both)
        made_passphrase(both, "keystore-v3 of treasury hot")
        relay.sees("kept the encrypted key from the laptop: treasury-hot.json")
        back_to_the_menu(both)
        laptop.types("8\r")
        laptop.sees("power off? this laptop")
        laptop.types("2\r")
        assert laptop.at.process.wait(60) == 0
    assert image.asked == []
    written = json.loads((kept / "treasury-hot.json").read_bytes())
    assert written["address"] == ETHEREUM.removeprefix("0x").lower()
    lines, _ = verify_transcript((kept / "transcript.jsonl").read_bytes())
    (facts,) = [line.facts for line in lines if line.event == "image"]
    assert facts["root"] == ROOT_SHA256
    assert (kept / "export.state").exists()
    assert WORDS.split()[0].encode() not in laptop.at.raw


def test_the_power_goes_after_the_request_and_the_relay_brings_it_back(
    both: TwoLaptops, tmp_path: Path
) -> None:
    """With real codes: the plan, what the laptop lost, and the receipt, one after the other."""
    laptop, relay = both.sides
    (tmp_path / "second").mkdir()
    with LiveImage(tmp_path / "root") as image:
        plan_the_import(both)
        boot(both, image.root)
        begin(both, 2)
        signers_cross(both)
        enter_the_words(both)
        words = laptop.read_digest()
        laptop.shows_codes()
        relay.sees("page 1 of")
        laptop.at.process.kill()
        laptop.at.process.wait(10)
    laptop.at.close()
    both.start_relay("--resume")
    with LiveImage(tmp_path / "second") as image:
        boot(both, image.root)
        laptop.sees("what is to be done?")
        laptop.types("4\r")
        laptop.sees("press Enter when the relay runs so")
        laptop.types("\r")
        plan_comes(both)
        laptop.words("the request's digest", words)
        relay.sees("page 1 of")
        relay.confirms()
        relay.words("the request's digest", words)
        laptop.sees("treasury hot: done: wallet wa-", ETHEREUM)
        back_to_the_menu(both)
    assert len(both.world.get("/wallets")["items"]) == 1
