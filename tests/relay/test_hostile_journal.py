"""A journal that somebody made to hold whoever looks into it: it costs no more than its size."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.cli import main
from ceremony.relay.journal import Journal
from ceremony.relay.keeping import reserve
from ceremony.relay.reading import MAX_JOURNAL, read_contents
from ceremony.relay.schema import Job

EXPORT = Job(b"s" * 32, "export", "key-1", b"c" * 32)
ANSWER = b'{"encryptedKeyShares":[]}'
COUNTING = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
POSTS = "request, action, subject, body, state, attempts, posted_at, ended_at, user_action, error"


def fill(path: Path) -> None:
    with Journal(str(path), "production", "https://api.dfns.io", "or-1") as journal:
        journal.begin(EXPORT, None)
        journal.finish(EXPORT, "done", answer=ANSWER)


def query_without_end(database: sqlite3.Connection) -> None:
    database.execute("DROP TABLE posts")
    values = "x'00', 'import', 'key', x'00', 'done', 1, 1.0, 1.0, NULL, '', NULL"
    query = f"{COUNTING} SELECT {values} FROM c"  # noqa: S608 -- all of it is from here
    database.execute(f"CREATE VIEW posts ({POSTS}, answer) AS {query}")


def columns_without_bytes(database: sqlite3.Connection) -> None:
    database.execute("DROP TABLE posts")
    database.execute(
        "CREATE TABLE posts (request BLOB, error TEXT AS (hex(zeroblob(1000000))) VIRTUAL)"
    )
    database.executemany("INSERT INTO posts (request) VALUES (?)", [(b"r",)] * 100)


@pytest.mark.parametrize("made", [query_without_end, columns_without_bytes])
def test_what_is_computed_is_not_read(
    tmp_path: Path, made: Callable[[sqlite3.Connection], None], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "journal"
    fill(path)
    with sqlite3.connect(path) as database:
        made(database)
    database.close()
    assert main(["journal", "show", "--journal", str(path)]) == 0
    out, error = capsys.readouterr()
    assert "not all posts can be read: it computes what a journal keeps" in error
    assert "0 posts, 1 kept answers" in out
    # The answer itself is in a table of its own.
    command = ["journal", "recover", "--journal", str(path), "--out", str(tmp_path / "out")]
    assert main(command) == 0
    assert (tmp_path / "out").read_bytes() == ANSWER


def lead_all_to_the_first(path: Path, table: str) -> None:
    """Each child of the table's root page is the first one (SQLite, "B-tree Pages")."""
    with sqlite3.connect(path) as database:
        ((root, size),) = database.execute(
            "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = ?",
            (table,),
        )
    database.close()
    data = bytearray(path.read_bytes())
    start = (root - 1) * size
    assert data[start] == 5, "the root is an interior page of a table"
    cells = [
        start + int.from_bytes(data[at : at + 2], "big")
        for at in range(
            start + 12, start + 12 + 2 * int.from_bytes(data[start + 3 : start + 5], "big"), 2
        )
    ]
    first = bytes(data[cells[0] : cells[0] + 4])
    for cell in cells:
        data[cell : cell + 4] = first
    data[start + 8 : start + 12] = first
    path.write_bytes(data)


def test_pages_that_lead_to_one_another_give_no_more_than_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    fill(path)
    with sqlite3.connect(path) as database:
        row = "INSERT INTO messages VALUES (?, 1, ?, 1.0, ?)"
        database.execute(row, (b"c", b"large", bytes(300_000)))
        for number in range(2000):
            database.execute(row, (b"c", number.to_bytes(32, "big"), bytes(300)))
    database.close()
    lead_all_to_the_first(path, "messages")
    contents = read_contents(str(path))
    assert any("it gives more than it holds" in trouble for trouble in contents.troubles)
    kept = sum(len(one.answer) for one in contents.messages)
    assert 600_000 < kept <= path.stat().st_size


def test_a_rollback_file_without_end(tmp_path: Path) -> None:
    """It was read whole into the memory. The files beside are found all the same."""
    path = tmp_path / "journal"
    fill(path)
    keeping = reserve(str(path), EXPORT)
    keeping.keep(b"beside")
    keeping.settle()
    with Path(f"{path}-journal").open("wb") as file:
        file.truncate(MAX_JOURNAL * 20)
    contents = read_contents(str(path))
    assert any("rollback file" in trouble for trouble in contents.troubles)
    assert [kept.answer for kept in contents.beside] == [b"beside"]


def test_a_rollback_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    fill(path)
    os.mkfifo(f"{path}-journal")
    assert [kept.answer for kept in read_contents(str(path)).kept()] == [ANSWER]


def use(path: Path) -> None:
    """Everything that a relay does with its journal."""
    with Journal(str(path), "production", "https://api.dfns.io", "or-1") as journal:
        journal.post(EXPORT)
        journal.other(EXPORT)
        journal.answers(EXPORT)
        journal.heard(b"")
        journal.closed()
        journal.begin(EXPORT, None)
        journal.finish(EXPORT, "done", answer=b"x")


@pytest.mark.parametrize("value", [0x00, 0xC6])
def test_a_byte_that_changed_on_the_disk(tmp_path: Path, value: int) -> None:
    """The names in a schema are text too: one that is not UTF-8 was a bug in the program."""
    path = tmp_path / "journal"
    fill(path)
    good = path.read_bytes()
    failures = []
    # The first page holds the schema.
    for place in (*range(20, 4096, 67), *range(4096, len(good), 1000)):
        path.write_bytes(good[:place] + bytes([value]) + good[place + 1 :])
        read_contents(str(path))
        try:
            use(path)
        except CeremonyError as error:
            failures.append(error.failure)
    assert set(failures) == {Failure.JOURNAL}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER forget AFTER INSERT ON posts BEGIN DELETE FROM posts; END",
        "CREATE VIEW more AS SELECT 1",
    ],
)
def test_a_journal_that_does_something_by_itself(tmp_path: Path, statement: str) -> None:
    """A note that a trigger takes away again would let a key be posted twice."""
    path = tmp_path / "journal"
    fill(path)
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()
    with pytest.raises(CeremonyError) as error:
        use(path)
    assert error.value.failure is Failure.JOURNAL
    assert "by itself" in error.value.message
