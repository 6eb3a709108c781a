"""What the journal holds: its tables, and their rows as values."""

import hashlib
from dataclasses import dataclass
from typing import Literal

APPLICATION_ID = 0x44434A31
"""In the file's header (SQLite, "Database file format"): this is a journal of ours."""

SCHEMA_VERSION = 3
"""Version 1 had one answer for each post, and no organisation; version 2 no controls."""

SCHEMA = """
CREATE TABLE belongs (
    environment TEXT NOT NULL, api_url TEXT NOT NULL, organisation TEXT NOT NULL
) STRICT;
CREATE TABLE posts (
    request BLOB NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL, posted_at REAL NOT NULL, ended_at REAL,
    user_action BLOB, answer INTEGER, error TEXT, PRIMARY KEY (request, action, subject, body)
) STRICT;
CREATE TABLE answers (
    id INTEGER PRIMARY KEY, request BLOB NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
    body BLOB NOT NULL, at REAL NOT NULL, answer BLOB NOT NULL
) STRICT;
CREATE TABLE messages (
    ceremony BLOB NOT NULL, sequence INTEGER NOT NULL, digest BLOB NOT NULL, at REAL NOT NULL,
    answer BLOB, PRIMARY KEY (ceremony, digest)
) STRICT;
CREATE TABLE controls (
    request BLOB NOT NULL, control TEXT NOT NULL, subject TEXT NOT NULL, at REAL NOT NULL,
    refused TEXT
) STRICT;
CREATE TABLE closed (ceremony BLOB NOT NULL PRIMARY KEY, at REAL NOT NULL) STRICT;
"""

Action = Literal["import", "export", "wallet"]

State = Literal["posting", "kept", "done", "pending", "mismatch", "refused"]
"""posting: sent, and nothing known of the answer. kept: something came, which is not (or not
yet) known to be the whole answer. done: made, and the answer kept. pending: Dfns waits for an
approval. mismatch: made, but of another key. refused: not made."""


@dataclass(frozen=True, slots=True)
class Job:
    """One change. ``request`` is the digest that people confirmed, ``subject`` the key's
    name, ``body`` the SHA-256 of the body alone."""

    request: bytes
    action: Action
    subject: str
    body: bytes

    @property
    def mark(self) -> str:
        """16 hex digits that name this job, for the names of files."""
        text = f"{self.request.hex()} {self.action} {self.subject} {self.body.hex()}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Post:
    """What the journal knows of a job.

    ``posted_at`` is in seconds since 1970 by the clock of this machine. It is shown and
    decides nothing. ``answer`` is the one that the state is about, empty if there is none.
    """

    state: State
    posted_at: float
    user_action: bytes | None
    answer: bytes
    error: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a ceremony; ``answer`` is there if this side said it."""

    sequence: int
    digest: bytes
    answer: bytes | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A control by its id, for this ``subject``; ``refused`` says why, None where it passed."""

    control: str
    subject: str
    refused: str | None
