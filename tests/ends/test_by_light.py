"""Whole ceremonies by light, as people hold them: two programs, two screens, two cameras.

`python -m tests.ends.pictures FOLDER` runs the same and writes a picture of each step.
"""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import qrcode

from ceremony.optics.picture import Picture
from ceremony.record.transcript import verify_transcript
from tests.support.by_light import (
    begin,
    close,
    enter_the_words,
    made_passphrase,
    plan_the_export,
    plan_the_import,
    request_crosses,
    signers_cross,
)
from tests.support.ceremony_page import IMPORT
from tests.support.two_laptops import PATIENCE, Side, TwoLaptops, two_laptops
from tests.support.whole_day import ETHEREUM, WORDS


@pytest.fixture
def both(tmp_path: Path) -> Iterator[TwoLaptops]:
    with two_laptops(tmp_path) as made:
        yield made


def child(side: Side, module: str, besides: int = 0) -> int:
    """The process of the program at this side that runs a module, another than ``besides``;
    waited for."""
    end = time.monotonic() + PATIENCE
    tasks = Path(f"/proc/{side.at.process.pid}/task")
    while True:
        children = [pid for task in tasks.iterdir() for pid in read(task / "children").split()]
        for pid in children:
            if module in read(Path(f"/proc/{pid}/cmdline")).split("\0") and int(pid) != besides:
                return int(pid)
        assert time.monotonic() < end, f"no {module} at the {side.name}"
        time.sleep(0.05)


def read(path: Path) -> str:
    """Nothing, where the process has ended meanwhile."""
    try:
        return path.read_text()
    except OSError:
        return ""


def test_a_whole_import(both: TwoLaptops) -> None:
    """No key is pressed between the signers and the receipt but the confirmations."""
    plan_the_import(both)
    begin(both, "import")
    signers_cross(both)
    # Somebody stands before the relay's camera: else the request may have crossed by then, and
    # is not shown any more.
    both.relay.poster = np.zeros((720, 1280, 3), np.uint8)
    enter_the_words(both)
    both.laptop.presses("minus", "s")
    frames = both.world.folder / "laptop"
    both.laptop.until(lambda _: any(frames.glob("frames-*.pdf")), "pictures of the codes in files")
    both.relay.poster = None
    request_crosses(both)
    both.laptop.sees("treasury hot: done: wallet wa-", ETHEREUM)
    close(both)
    (wallet,) = both.world.get("/wallets")["items"]
    assert wallet["address"] == ETHEREUM
    folder = both.world.folder
    lines, fingerprint = verify_transcript((folder / "import-1.jsonl").read_bytes())
    assert lines[-1].event == "ends"
    delivered = (folder / "relay" / "transcript.jsonl").read_bytes()
    assert verify_transcript(delivered)[1] == fingerprint
    # Pictures in a folder, and the pages for paper beside it.
    written = {path.suffix: path.is_dir() for path in frames.glob("frames-*")}
    assert written == {"": True, ".pdf": False}
    for side in both.sides:
        assert WORDS.split()[0].encode() not in side.at.raw


def test_a_whole_export_while_processes_are_killed(both: TwoLaptops) -> None:
    """The screen and the reader of pictures end by SIGKILL; the ceremony does not notice."""
    world = both.world
    world.write_plan("import-wallets", IMPORT)
    world.answers["bip39 of source words:"] = WORDS
    relay, laptop = world.relay(), world.laptop("import")
    assert (laptop.finish(), relay.finish()) == (0, 0), laptop.text + relay.text
    plan_the_export(both)
    begin(both, "export")
    made_passphrase(both, "sealed state")
    both.laptop.confirms()
    both.laptop.shows_codes()
    for side, module in (
        (both.laptop, "ceremony.optics.screen"),
        (both.relay, "ceremony.optics.worker"),
    ):
        killed = child(side, module)
        os.kill(killed, signal.SIGKILL)
        assert child(side, module, besides=killed)
    request_crosses(both)
    made_passphrase(both, "keystore-v3 of treasury hot")
    both.laptop.sees("treasury hot: done: keystore-v3: treasury-hot.json")
    close(both)
    written = json.loads((world.folder / "laptop" / "treasury-hot.json").read_bytes())
    assert written["address"] == ETHEREUM.removeprefix("0x").lower()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://example.org/pay", "a web address"),
        (WORDS, "seed phrase"),
    ],
)
def test_a_code_that_is_something_else_and_a_way_out(
    both: TwoLaptops, text: str, told: str
) -> None:
    """It is told what it is, looking goes on, and Escape in the picture ends it."""
    both.world.write_plan("import-wallets", IMPORT)
    laptop = both.laptop
    both.start_laptop("import")
    laptop.words("the plan's digest", both.read_aloud("the plan's digest"))
    laptop.sees("is everybody of the plan present?")
    laptop.types("1\r")
    laptop.sees("waiting for signers")
    both.relay.poster = poster(text)
    laptop.sees(told)
    assert "abandon" not in laptop.at.screen
    laptop.presses("Escape")
    laptop.sees("It ends here:", "was stopped", "no request has left")
    laptop.types("\r")
    assert laptop.at.ends() == 1
    assert b"abandon" not in laptop.at.raw
    lines, _ = verify_transcript((both.world.folder / "import-1.jsonl").read_bytes())
    assert lines[-1].event == "refused"


def poster(text: str) -> Picture:
    """A code on a white sheet of 1280x720 pixels, in three channels."""
    drawn = qrcode.QRCode(border=4)
    drawn.add_data(text)
    sheet = np.full((720, 1280), 255, np.uint8)
    code = np.kron(drawn.get_matrix(), np.ones((8, 8))) < 1
    sheet[100 : 100 + code.shape[0], 400 : 400 + code.shape[1]] = 255 * code
    return np.dstack([sheet] * 3)
