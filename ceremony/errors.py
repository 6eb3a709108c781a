"""What can go wrong, as classes that tests and auditors tell apart.

There is one exception. Its ``failure`` names the class, its text is the sentence
for people (stage and subject, never the content of a secret) and its ``hint`` says
what to do next.
"""

from enum import StrEnum


class Failure(StrEnum):
    """The class of a failure. The values stand in the vectors and in transcripts."""

    # Dfns' formats (the classes of tests/vectors/dfns).
    VERSION = "version"
    MALFORMED = "malformed"
    DECRYPT = "decrypt"
    CURVE = "curve"
    SCHEME = "scheme"
    THRESHOLD = "threshold"
    SIGNERS = "signers"
    DUPLICATE = "duplicate"
    CLUSTER = "cluster"
    ENCRYPTION_KEY = "encryption-key"
    KEY = "key"
    SHARE = "share"
    PUBLIC_SHARES = "public-shares"
    INDEX = "index"
    INCONSISTENT = "inconsistent"
    NOT_ENOUGH_SHARES = "not-enough-shares"
    PUBLIC_KEY = "public-key"

    # Messages and the link between the two programs.
    OVERSIZED = "oversized"
    FORMAT_VERSION = "format-version"
    KIND = "kind"
    ENVIRONMENT = "environment"
    CEREMONY = "ceremony"
    SEQUENCE = "sequence"
    REPLAY = "replay"
    ANSWER = "answer"
    DIGEST = "digest"
    INCOMPLETE = "incomplete"

    # Formats of keys and addresses.
    CHECKSUM = "checksum"
    TYPE = "type"
    NETWORK = "network"
    PATH = "path"
    PASSPHRASE = "passphrase"
    ADDRESS = "address"
    SHARES = "shares"
    AMBIGUOUS = "ambiguous"

    # The programs and what is around them.
    RANDOMNESS = "randomness"
    FILE = "file"
    STATE = "state"
    CONFIGURATION = "configuration"
    CONFIRMATION = "confirmation"
    JOURNAL = "journal"
    CONNECTION = "connection"
    REFUSED = "refused"
    UNKNOWN_OUTCOME = "unknown-outcome"
    USAGE = "usage"


class CeremonyError(Exception):
    """A refusal that people are meant to read, the only exception the programs show.

    ``message`` is one line: lower case, no full stop, naming the stage and the
    subject. ``hint`` is the next step for the person who reads it. Neither ever
    holds a secret, nor text from outside that was not made printable first.
    """

    def __init__(self, failure: Failure, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message
        self.hint = hint


def printable(text: str, limit: int = 80) -> str:
    """Text from outside, safe for a terminal: no controls, no escapes, not long."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:limit])
    return shown + "…" if len(text) > limit else shown
