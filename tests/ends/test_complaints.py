"""docs/complaints.md names, for each complaint, the tests that show what is done about it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ROWS = [
    re.split(r" *\| *", line.strip("| \n"))
    for line in (ROOT / "docs" / "complaints.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d", line)
]


def test_there_are_ten() -> None:
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_has_tests_that_exist(row: list[str]) -> None:
    named = re.findall(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`", row[3])
    assert len(named) >= 2
    assert len(named) == row[3].count("`") // 2, "something that is not a test's name"
    for path, name in named:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), f"{path} has no {name}"
