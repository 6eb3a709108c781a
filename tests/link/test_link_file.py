"""The file with a pace: what it can say, and that it can say nothing else."""

from itertools import product

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.link.link_file import MAX_LINK, link_text, parse_link
from ceremony.link.presets import DWELLS, RUNGS, Pace
from tests.support.hostile_texts import TEXTS

GOOD = "format = 1\nversion = 18\ngrid = [2, 1]\ndwell = 12\n"


def test_every_pace_of_the_presets_comes_back() -> None:
    for (version, grid), dwell in product(RUNGS, DWELLS):
        pace = Pace(version, grid, dwell)
        assert parse_link(link_text(pace, ["measured"]).encode()) == pace


def test_the_file_is_what_it_looks_like() -> None:
    text = link_text(Pace(18, (2, 1), 12), ["codes"])
    head, note, *rest = text.splitlines(keepends=True)
    assert head.startswith("# ")
    assert note == "# codes\n"
    assert "".join(rest) == GOOD


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_note_adds_no_line(text: str) -> None:
    pace = Pace(8, (1, 1), 30)
    assert parse_link(link_text(pace, [text]).encode()) == pace


HOSTILE = {
    "empty": "",
    "no TOML": "version: 18",
    "a key": "1f" * 32,
    "a field more": GOOD + 'camera = "/dev/video1"\n',
    "a table more": GOOD + "[dfns]\napi = 1\n",
    "a field less": GOOD.replace("dwell = 12\n", ""),
    "a field twice": GOOD + "dwell = 2\n",
    "another format": GOOD.replace("format = 1", "format = 2"),
    "format as text": GOOD.replace("format = 1", 'format = "1"'),
    "format true": GOOD.replace("format = 1", "format = true"),
    "version as text": GOOD.replace("18", '"18"'),
    "version as a float": GOOD.replace("18", "18.0"),
    "version without end": GOOD.replace("18", "inf"),
    "version not a number": GOOD.replace("18", "nan"),
    "version true": GOOD.replace("18", "true"),
    "version as a date": GOOD.replace("18", "1979-05-27"),
    "version of no code": GOOD.replace("18", "41"),
    "version of no rung": GOOD.replace("18", "40"),
    "version below": GOOD.replace("18", "-18"),
    "version beyond 64 bits": GOOD.replace("18", str(1 << 70)),
    "version of thousands of digits": GOOD.replace("18", "9" * 3000),
    "grid as a number": GOOD.replace("[2, 1]", "2"),
    "grid as a text": GOOD.replace("[2, 1]", '"21"'),
    "grid as a table": GOOD.replace("[2, 1]", "{across = 2, down = 1}"),
    "grid of one": GOOD.replace("[2, 1]", "[2]"),
    "grid of three": GOOD.replace("[2, 1]", "[2, 1, 1]"),
    "grid of nothing": GOOD.replace("[2, 1]", "[]"),
    "grid of floats": GOOD.replace("[2, 1]", "[2.0, 1.0]"),
    "grid of truths": GOOD.replace("[2, 1]", "[true, true]"),
    "grid of lists": GOOD.replace("[2, 1]", "[[2], [1]]"),
    "grid turned": GOOD.replace("[2, 1]", "[1, 2]"),
    "grid of none": GOOD.replace("[2, 1]", "[0, 0]"),
    "grid of thousands": GOOD.replace("[2, 1]", "[1000, 1000]"),
    "dwell of nothing": GOOD.replace("12", "0"),
    "dwell between": GOOD.replace("12", "13"),
    "dwell of an hour": GOOD.replace("12", "216000"),
    "dwell below": GOOD.replace("12", "-12"),
    "nested": "grid = " + "[" * 1500 + "]" * 1500,
    "dots": ".".join("a" * 1000) + " = 1",
    "huge": GOOD + "#" * MAX_LINK,
    "huge with an end": GOOD + "\n" * (10 * MAX_LINK),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(text: str) -> None:
    refused(text.encode())


@pytest.mark.parametrize("data", [b"\xff", b"\xfe\xff\x00v", GOOD.encode("utf-16"), bytes(64)])
def test_so_are_bytes_that_are_no_text(data: bytes) -> None:
    refused(data)


def refused(data: bytes) -> None:
    with pytest.raises(CeremonyError, match="the link's file cannot be used") as error:
        parse_link(data)
    assert error.value.failure is Failure.CONFIGURATION
    assert "--link" in error.value.hint


def test_names_in_other_spellings_are_the_same() -> None:
    """TOML's own freedom; nothing more can be said by it."""
    assert parse_link(b'"version" = 0x12\nformat = 1\ngrid = [\n2,\n1,\n]\ndwell = 1_2').dwell == 12
