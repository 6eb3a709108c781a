"""`ceremony formats`, `networks` and `transcript verify`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ceremony.addresses import NETWORKS
from ceremony.desk.digests import numbered_digest
from ceremony.keys.format_table import FORMATS
from ceremony.keys.forms import FORMS
from ceremony.offline.sent import ADDRESS
from ceremony.offline.source_options import KIT
from ceremony.record.transcript import Record
from tests.support.invoking import Ceremony

Change = Callable[[list[bytes]], list[bytes]]


def test_formats(ceremony: Ceremony) -> None:
    found = json.loads(ceremony.does("formats", "--json").out)
    assert [row["name"] for row in found["in"]] == [*FORMATS, KIT]
    assert [row["name"] for row in found["out"]] == [*FORMS]
    text = ceremony.does("formats").out
    read, written = text.split("\nkeys out")
    for name, row in FORMATS.items():
        (line,) = [line for line in read.splitlines() if line.split(" ")[0] == name]
        assert line.endswith(row.description)
        assert ", ".join(row.curves) in line
    assert all(f"\n{name} " in written for name in FORMS)


def test_networks(ceremony: Ceremony) -> None:
    found = json.loads(ceremony.does("networks", "--json").out)
    assert [row["name"] for row in found] == [*NETWORKS]
    assert all(row["curves"] == [*NETWORKS[row["name"]].curves] for row in found)
    lines = ceremony.does("networks").out.splitlines()
    assert [line.split()[0] for line in lines] == [*NETWORKS]
    without = {line.split()[0] for line in lines if "no address follows" in line}
    assert without == {name for name, network in NETWORKS.items() if not network.has_address}


@pytest.fixture
def record() -> Record:
    """A transcript that was written to the file ``transcript``."""
    lines: list[bytes] = []
    made = Record(lines.append, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    made.happened("begins", plan="ab" * 32, title="\x1b[2Jcold\u202e")
    made.passed(ADDRESS, subject="source words, 3 keys")
    made.happened("ends", outcome="completed")
    Path("transcript").write_bytes(b"".join(lines))
    return made


def test_a_transcript_is_shown_with_its_fingerprint(ceremony: Ceremony, record: Record) -> None:
    Path("transcript").write_bytes(record.serialize())
    out = ceremony.does("transcript", "verify", "transcript").out
    assert "   2  2026-01-01T00:00:00+00:00  controls  passed=IMP-ADDRESS" in out
    assert "lines       3, each follows from the one before it\n" in out
    assert all(line in out for line in numbered_digest(record.fingerprint()))
    assert "\x1b" not in out
    assert "\u202e" not in out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [lines[0], lines[2]], "line 2 of the transcript does not follow"),
        (lambda lines: lines[1:], "line 1 of the transcript does not follow"),
        (lambda lines: [lines[0].replace(b"ab", b"ac"), *lines[1:]], "line 2"),
        (lambda lines: [*lines[:2], b"{}"], "line 3 of the transcript is not a line"),
        (lambda lines: [b"a key"], "line 1 of the transcript is not a line"),
    ],
)
def test_a_transcript_that_was_changed_is_refused(
    ceremony: Ceremony, record: Record, change: Change, said: str
) -> None:
    Path("transcript").write_bytes(b"\n".join(change(record.lines)) + b"\n")
    assert said in ceremony.refuses("transcript", "verify", "transcript").err
