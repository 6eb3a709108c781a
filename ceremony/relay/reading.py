"""A journal as it can be read: of a broken, running or older relay, without changing it.

The file is read into memory, and SQLite works on that copy: it takes no lock, waits for
none, and needs no space on the disk. If a relay died in the middle of a write, SQLite's
own rollback file lies beside the journal: then both are copied to a folder of their own,
where SQLite rolls back. Files with answers that the journal did not take count too.
"""

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import read_file
from ceremony.relay.keeping import leftovers
from ceremony.relay.schema import APPLICATION_ID, Job, Judged

MAX_JOURNAL = 1024 * 1024 * 1024
"""Bytes of a journal that is read."""

MEMORY = "/dev/shm"  # noqa: S108 -- of Linux: a folder in memory, for a full disk
ROLLBACK = "-journal"

CONTROLS_SINCE = 2
"""Journals of a later version have controls."""
UNREADABLE = (sqlite3.Error, ValueError, OverflowError)
"""What sqlite3 raises about a damaged file: names of columns that are not UTF-8, too."""

ROW = 8
"""Bytes that a row takes at least, whatever is in it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that was received. ``what`` says of which post or message it is."""

    what: str
    answer: bytes
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """One row of the posts. Times in seconds since 1970, by the clock of that machine."""

    job: Job
    state: str
    attempts: int
    posted_at: float
    ended_at: float | None
    error: str
    sealed: bool
    answers: tuple[Kept, ...]


@dataclass(slots=True)
class Contents:
    """Everything that could be read; ``troubles`` says what could not.

    ``controls`` are by the digest of the request; those of a whole run by an empty one.
    """

    belongs: str = "nothing that can be read"
    version: int = 0
    posts: list[Posted] = field(default_factory=list)
    messages: list[Kept] = field(default_factory=list)
    beside: list[Kept] = field(default_factory=list)
    controls: dict[bytes, list[Judged]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    def kept(self) -> list[Kept]:
        """All that can be written out, in the order in which it is listed and numbered."""
        of_posts = [kept for post in self.posts for kept in post.answers]
        return [*of_posts, *self.messages, *self.beside]


def read_contents(path: str) -> Contents:
    """Raises ``file`` if there is no such file and none beside it, or it cannot be read."""
    contents = Contents()
    beside = leftovers(path)
    try:
        data = read_file(path, "the journal", MAX_JOURNAL)
    except CeremonyError as error:
        if not beside:
            raise
        contents.troubles.append(error.message)
    else:
        try:
            if not data:
                raise sqlite3.DatabaseError("it is empty")
            with _copy(path, data) as database:
                _read(database, contents)
        except CeremonyError as error:
            contents.troubles.append(error.message)
        except (*UNREADABLE, OSError) as error:
            contents.troubles.append(f"the journal is damaged: {_why(error)}")
    marks = {post.job.mark: f"{post.job.action} of {post.job.subject}" for post in contents.posts}
    for file in beside:
        of = marks.get(file.mark, "a post that the journal does not list")
        contents.beside.append(Kept(f"file {file.path}: {of}", file.answer))
    return contents


@contextmanager
def _copy(path: str, data: bytes) -> Iterator[sqlite3.Connection]:
    rollback = Path(path + ROLLBACK)
    if not rollback.is_file() or rollback.stat().st_size == 0:
        with _closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(data)
            yield database
        return
    where = MEMORY if Path(MEMORY).is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        copy = Path(folder) / "copy"
        copy.write_bytes(data)
        before = read_file(str(rollback), "the journal's rollback file", MAX_JOURNAL)
        Path(str(copy) + ROLLBACK).write_bytes(before)
        with _closing(sqlite3.connect(copy)) as database:
            yield database


@contextmanager
def _closing(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    database.text_factory = lambda value: value.decode("utf-8", "replace")
    try:
        yield database
    finally:
        database.close()


def _read(database: sqlite3.Connection, contents: Contents) -> None:
    if database.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise sqlite3.DatabaseError("this is not a ceremony journal")
    contents.version = int(database.execute("PRAGMA user_version").fetchone()[0])
    for row in _rows(database, "belongs", contents):
        named = (row.get("organisation"), row.get("environment"), row.get("api_url"))
        contents.belongs = ", ".join(str(part) for part in named if part)
    answers: dict[tuple[Any, ...], list[Kept]] = {}
    for row in _rows(database, "answers", contents):
        what = f"{row.get('action')} of {row.get('subject')}"
        kept = Kept(what, _bytes(row.get("answer")), _number(row.get("at")))
        answers.setdefault(_key(row), []).append(kept)
    for row in _rows(database, "posts", contents):
        found = answers.pop(_key(row), [])
        contents.posts.append(_posted(row, found))
    for lost in answers.values():
        contents.messages += lost  # their post cannot be read
    for row in _rows(database, "messages", contents):
        if row.get("answer"):
            what = f"message {row.get('sequence')} of ceremony {_bytes(row.get('ceremony')).hex()}"
            answer, at = _bytes(row.get("answer")), _number(row.get("at"))
            contents.messages.append(Kept(what, answer, at))
    for row in _rows(database, "controls", contents) if contents.version > CONTROLS_SINCE else ():
        refused = row.get("refused")
        judged = Judged(
            str(row.get("control")),
            str(row.get("subject")),
            None if refused is None else str(refused),
        )
        contents.controls.setdefault(_bytes(row.get("request")), []).append(judged)


def _rows(database: sqlite3.Connection, table: str, contents: Contents) -> Iterator[dict[str, Any]]:
    """The rows up to the first one that cannot be read; columns as that version had them.

    A file can hold a query in the place of a table, or pages that lead to each other: what
    comes out is never more than the pages hold.
    """
    left = _size(database)
    try:
        _check_table(database, table)
        cursor = database.execute(f"SELECT * FROM {table}")  # noqa: S608 -- a name from above
        names = [column[0] for column in cursor.description]
        for row in cursor:
            left -= ROW + sum(len(value) for value in row if isinstance(value, str | bytes))
            if left < 0:
                raise sqlite3.DatabaseError("it gives more than it holds")
            yield dict(zip(names, row, strict=True))
    except UNREADABLE as error:
        older = contents.version == 1 and table == "answers"
        if not older:
            contents.troubles.append(f"not all {table} can be read: {_why(error)}")


def _size(database: sqlite3.Connection) -> int:
    ((pages,),) = database.execute("PRAGMA page_count")
    ((size,),) = database.execute("PRAGMA page_size")
    return int(pages) * int(size)


def _check_table(database: sqlite3.Connection, table: str) -> None:
    """A table of columns that are stored, and nothing that is computed."""
    made = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,))
    kind, text = made.fetchone() or ("table", "")
    columns = database.execute(f"PRAGMA table_xinfo({table})").fetchall()
    computed = any(column[-1] for column in columns)  # hidden, virtual or generated
    if kind != "table" or not str(text or "CREATE TABLE").startswith("CREATE TABLE") or computed:
        raise sqlite3.DatabaseError("it computes what a journal keeps")


def _posted(row: dict[str, Any], answers: list[Kept]) -> Posted:
    job = Job(*_key(row))
    if not answers and isinstance(row.get("answer"), bytes):
        # Version 1: the answer itself, where there is a number now.
        answers = [Kept(f"{job.action} of {job.subject}", row["answer"])]
    return Posted(
        job,
        str(row.get("state")),
        int(_number(row.get("attempts")) or 0),
        _number(row.get("posted_at")) or 0.0,
        _number(row.get("ended_at")),
        str(row.get("error") or ""),
        row.get("user_action") is not None,
        tuple(answers),
    )


def _key(row: dict[str, Any]) -> tuple[bytes, Any, str, bytes]:
    return (
        _bytes(row.get("request")),
        row.get("action"),
        str(row.get("subject")),
        _bytes(row.get("body")),
    )


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value or "").encode()


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _why(error: Exception) -> str:
    return printable(getattr(error, "sqlite_errorname", None) or str(error))


def choose(contents: Contents, number: int | None) -> tuple[int, Kept]:
    """The kept answer with this number, or the only one. Raises ``usage``, ``journal``."""
    kept = contents.kept()
    if not kept:
        raise CeremonyError(
            Failure.JOURNAL,
            "no answer is kept in this journal, nor beside it",
            hint="ceremony-relay journal show lists what is known of each post",
        )
    if number is None and len({hashlib.sha256(one.answer).digest() for one in kept}) == 1:
        return 1, kept[0]
    if number is None or not 1 <= number <= len(kept):
        raise CeremonyError(
            Failure.USAGE,
            f"{len(kept)} answers are kept, and --entry names none of them",
            hint="ceremony-relay journal show numbers them; give --entry N",
        )
    return number, kept[number - 1]
