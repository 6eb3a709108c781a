"""`ceremony check` and `ceremony-relay check --link`, as people hold them before the day.

Two programs at their full-screen desks, two screens, and each camera sees the other's.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.link.link_file import parse_link
from tests.support.two_laptops import Side, TwoLaptops, two_laptops


@pytest.fixture
def both(tmp_path: Path) -> Iterator[TwoLaptops]:
    with two_laptops(tmp_path) as made:
        yield made


def begin_the_test(side: Side, camera: str) -> None:
    """Answer 2 begins it, where the screen asks."""
    side.sees("the link test, with the camera", camera)
    side.types("2\r")


def ends(side: Side) -> int:
    """Reads to the end, well or not, and closes the screen."""
    side.sees("to their end; press Enter to close this screen")
    side.types("\r")
    return side.at.ends()


def figures(page: str, reads: str) -> str:
    """What a page has of the link in one direction."""
    text = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    found = re.search(rf"{reads} ([\d.]+ kB/s; codes: \d+ % clean, \d+ % torn, \d+ % unread)", text)
    assert found, text
    return found[1]


def test_both_check_the_link_and_keep_a_page_and_a_pace(both: TwoLaptops) -> None:
    both.start_checks()
    begin_the_test(both.laptop, "relay.feed")
    begin_the_test(both.relay, "laptop.feed")
    for side in both.sides:
        side.shows_codes()
    for side in both.sides:
        side.sees("this camera reads the other screen", "the other camera reads this screen")
    pages = []
    for side in both.sides:
        status = ends(side)
        pages.append((both.world.folder / f"{side.name}-check.html").read_text())
        assert status == ("PROBLEM: " in pages[-1])
        assert "1280 x 720 pixels, x11" in pages[-1]
        assert re.search(r"[\d.]+ pictures a second", pages[-1])
        assert "initials" in pages[-1]
        kept = both.world.folder / f"{side.name}-link.toml"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert f"version {parse_link(kept.read_bytes()).version}" in pages[-1]
    # This machine has a network, which is a finding for the laptop.
    assert "PROBLEM: " in pages[0]
    # What one side measured is what the other was told.
    ours, theirs = "this camera reads the other screen", "the other camera reads this screen"
    assert figures(pages[0], ours) == figures(pages[1], theirs)
    assert figures(pages[1], ours) == figures(pages[0], theirs)


def test_escape_in_the_picture_leaves_the_test_and_not_the_check(both: TwoLaptops) -> None:
    both.start_checks()
    laptop = both.laptop
    begin_the_test(laptop, "relay.feed")
    laptop.presses("Escape")
    laptop.sees("stopped by somebody")
    assert ends(laptop) == 1
    assert "stopped by somebody" in (both.world.folder / "laptop-check.html").read_text()
    assert not (both.world.folder / "laptop-link.toml").exists()
