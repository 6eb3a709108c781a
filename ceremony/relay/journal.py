"""What the relay posted and what came back: written before and after every post.

SQLite with a rollback journal: there is one writer and little to write, and the file is
whole by itself whenever nobody has it open. ``synchronous=EXTRA`` is FULL and also makes
the end of each transaction survive a power cut. The lock is held as long as the process
lives, so a second relay on the same file is refused; a kill frees it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import time
from types import TracebackType
from typing import Any, Self

from ceremony.errors import CeremonyError, Control, printable
from ceremony.message import Environment
from ceremony.relay.journal_file import not_ours, prepare_file
from ceremony.relay.schema import (
    APPLICATION_ID,
    SCHEMA,
    SCHEMA_VERSION,
    Heard,
    Job,
    Judged,
    Post,
    State,
)


class Journal:
    """The open journal. Every method is durable when it returns. Raises ``journal``."""

    def __init__(
        self,
        path: str,
        environment: Environment,
        api_url: str,
        organisation: str,
        clock: Callable[[], float] = time,
    ) -> None:
        self.path = path
        self._path = printable(path)
        self._clock = clock
        prepare_file(path)
        # A path from the root: SQLite has names, such as :memory:, that are not files.
        self._database = sqlite3.connect(Path(path).absolute(), timeout=0, isolation_level=None)
        try:
            self._claim()
            self._check_belongs(environment, api_url, organisation)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def post(self, job: Job) -> Post | None:
        rows = self._run(
            "SELECT state, posted_at, user_action, coalesce((SELECT a.answer FROM answers AS a"
            " WHERE a.id = posts.answer), x''), coalesce(error, ''), attempts"
            " FROM posts WHERE request = ? AND action = ? AND subject = ? AND body = ?",
            _key(job),
        )
        return Post(*rows[0]) if rows else None

    def answers(self, job: Job) -> list[bytes]:
        """Everything that ever came for this job, in its order."""
        rows = self._run(
            "SELECT answer FROM answers WHERE request = ? AND action = ? AND subject = ?"
            " AND body = ? ORDER BY id",
            _key(job),
        )
        return [bytes(row[0]) for row in rows]

    def other(self, job: Job) -> bytes | None:
        """The digest of the request that posted this key otherwise, or this body as another key's.

        It may be the same request: a message can have a key twice. Posts that Dfns
        refused do not count. An export's body may serve several keys.
        """
        rows = self._run(
            "SELECT request FROM posts WHERE action = ? AND state <> 'refused'"
            " AND (subject = ? OR (body = ? AND action = 'import'))"
            " AND NOT (request = ? AND subject = ? AND body = ?)",
            (job.action, job.subject, job.body, job.request, job.subject, job.body),
        )
        return bytes(rows[0][0]) if rows else None

    def begin(self, job: Job, user_action: bytes | None) -> None:
        """Before a post leaves. ``user_action`` is sealed."""
        self._run(
            "INSERT INTO posts (request, action, subject, body, state, attempts, posted_at,"
            " user_action) VALUES (?, ?, ?, ?, 'posting', 1, ?, ?)"
            " ON CONFLICT DO UPDATE SET state = 'posting', attempts = attempts + 1,"
            " posted_at = excluded.posted_at, user_action = excluded.user_action,"
            " ended_at = NULL, error = NULL",
            (*_key(job), self._clock(), user_action),
        )

    def finish(
        self,
        job: Job,
        state: State,
        *,
        answer: bytes | None,
        error: str = "",
        passed: tuple[Control, ...] = (),
    ) -> None:
        """After it, whatever came of it; the user action is of no more use.

        Answers are only ever added: a later one does not replace an earlier one. ``passed``
        are the controls that the answer has passed.
        """
        with self._transaction():
            number = None if answer is None else self._number(job, answer)
            self._run(
                "UPDATE posts SET state = ?, answer = ?, error = ?, ended_at = ?,"
                " user_action = NULL"
                " WHERE request = ? AND action = ? AND subject = ? AND body = ?",
                (state, number, error, self._clock(), *_key(job)),
            )
            self._judge(job.request, passed, job.subject)

    def passed(self, request: bytes, *controls: Control, subject: str = "") -> None:
        """These controls have just passed, for a request; of this run where that is empty."""
        with self._transaction():
            self._judge(request, controls, subject)

    def refused(self, request: bytes, error: CeremonyError) -> None:
        """A named control has refused this message; an error without one is not kept."""
        if error.control is not None:
            self._judge(request, (error.control,), "", error.message)

    def controls(self, request: bytes) -> list[Judged]:
        """What was kept of this request, in its order."""
        rows = self._run(
            "SELECT control, subject, refused FROM controls WHERE request = ? ORDER BY rowid",
            (request,),
        )
        return [Judged(*row) for row in rows]

    def _judge(
        self,
        request: bytes,
        controls: Sequence[Control],
        subject: str,
        refused: str | None = None,
    ) -> None:
        for control in controls:
            values = (request, control.id, subject, self._clock(), refused)
            self._run("INSERT INTO controls VALUES (?, ?, ?, ?, ?)", values)

    def _number(self, job: Job, answer: bytes) -> int:
        """The number of this answer of the job, which is added if it is new."""
        rows = self._run(
            "SELECT id FROM answers WHERE request = ? AND action = ? AND subject = ?"
            " AND body = ? AND answer = ?",
            (*_key(job), answer),
        )
        if not rows:
            rows = self._run(
                "INSERT INTO answers (request, action, subject, body, at, answer)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                (*_key(job), self._clock(), answer),
            )
        return int(rows[0][0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            # After some errors, a full disk among them, SQLite has rolled back by itself.
            if self._database.in_transaction:
                self._database.rollback()
            raise

    def heard(self, ceremony: bytes) -> list[Heard]:
        """The messages of a ceremony in their order; those without one are the signers."""
        rows = self._run(
            "SELECT sequence, digest, answer FROM messages WHERE ceremony = ? ORDER BY sequence",
            (ceremony,),
        )
        return [Heard(*row) for row in rows]

    def hear(self, ceremony: bytes, message: Heard) -> None:
        self._run(
            "INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?)",
            (ceremony, message.sequence, message.digest, self._clock(), message.answer),
        )

    def close(self, ceremony: bytes) -> None:
        """The ceremony is over: its messages are never awaited again."""
        self._run("INSERT OR IGNORE INTO closed VALUES (?, ?)", (ceremony, self._clock()))

    def closed(self) -> list[bytes]:
        """The digests of the messages of ceremonies that are over."""
        rows = self._run(
            "SELECT digest FROM messages WHERE ceremony IN (SELECT ceremony FROM closed)"
        )
        return [bytes(row[0]) for row in rows]

    def passed_over(self) -> list[bytes]:
        """The digests of messages that are not awaited: those of ceremonies that are over, and
        of the others all that a later one followed."""
        rows = self._run(
            "SELECT digest FROM messages AS m WHERE ceremony IN (SELECT ceremony FROM closed)"
            " OR (ceremony <> x'' AND answer IS NULL AND EXISTS (SELECT 1 FROM messages AS n"
            " WHERE n.ceremony = m.ceremony AND n.answer IS NULL AND n.sequence > m.sequence))"
        )
        return [bytes(row[0]) for row in rows]

    def _claim(self) -> None:
        """The lock, and the tables if the file is new."""
        self._run("PRAGMA locking_mode = EXCLUSIVE")
        self._run("PRAGMA journal_mode = DELETE")
        self._run("PRAGMA synchronous = EXTRA")
        self._run("BEGIN EXCLUSIVE")
        application = self._run("PRAGMA application_id")[0][0]
        if self._run("SELECT count(*) FROM sqlite_master")[0][0] == 0 and application == 0:
            for statement in SCHEMA.split(";"):
                self._run(statement)
            self._run(f"PRAGMA application_id = {APPLICATION_ID}")
            self._run(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif application != APPLICATION_ID:
            raise not_ours(f"{self._path} is not a ceremony journal", "name another file")
        made = "SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')"
        if self._run(made)[0][0]:
            raise not_ours(
                f"the journal {self._path} does something by itself, which no relay made",
                "find out who changed it; ceremony-relay journal show reads it",
            )
        self._run("COMMIT")
        if (version := self._run("PRAGMA user_version")[0][0]) != SCHEMA_VERSION:
            raise not_ours(
                f"the journal {self._path} has version {version}, this program {SCHEMA_VERSION}",
                "finish its posts with the release that wrote it, then take a new journal; "
                "ceremony-relay journal show reads it",
            )

    def _check_belongs(self, environment: Environment, api_url: str, organisation: str) -> None:
        """RLY-JOURNAL: a journal is of one environment, host and organisation for ever."""
        rows = self._run("SELECT environment, api_url, organisation FROM belongs")
        if not rows:
            values = (environment, api_url, organisation)
            self._run("INSERT INTO belongs VALUES (?, ?, ?)", values)
            return
        if rows[0] != (environment, api_url, organisation):
            raise not_ours(
                f"the journal {self._path} belongs to {_whose(*rows[0])},"
                f" this is {_whose(environment, api_url, organisation)}",
                "name the journal of this organisation and host, or a new file",
            )

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                raise not_ours(
                    f"the journal {self._path} is in use by another relay",
                    "wait until it has ended, or end it; never use a copy of its journal",
                ) from None
            if code == sqlite3.SQLITE_NOTADB:
                raise not_ours(
                    f"{self._path} is not a ceremony journal", "name another file"
                ) from None
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            raise self._unusable(name) from None
        except (ValueError, OverflowError) as error:
            # Of a damaged file: names and texts that are not UTF-8, numbers beyond all.
            raise self._unusable(type(error).__name__) from None

    def _unusable(self, why: str) -> CeremonyError:
        return not_ours(
            f"the journal {self._path} cannot be used: {why}",
            "check the disk; nothing is posted without a journal",
        )


def _whose(environment: str, api_url: str, organisation: str) -> str:
    whose = f"organisation {printable(organisation)}" if organisation else "no named organisation"
    return f"{whose}, {printable(environment)} at {printable(api_url)}"


def _key(job: Job) -> tuple[bytes, str, str, bytes]:
    return job.request, job.action, job.subject, job.body
