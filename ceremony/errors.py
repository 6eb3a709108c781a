"""What can go wrong, as classes that tests and auditors tell apart.

There is one exception. Its ``failure`` names the class, its text is the sentence
for people (stage and subject, never the content of a secret) and its ``hint`` says
what to do next.
"""

import re
import unicodedata
from dataclasses import dataclass
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
    PLAN = "plan"
    MACHINE = "machine"
    CANCELLED = "cancelled"
    RECEIPT = "receipt"
    JOURNAL = "journal"
    CONNECTION = "connection"
    REFUSED = "refused"
    UNKNOWN_OUTCOME = "unknown-outcome"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class Control:
    """A check that always runs, by its name in code, errors, transcript and documents.

    ``claim`` says what holds after it has passed. docs/controls.md lists all of them.
    """

    id: str
    claim: str

    def refusal(self, failure: Failure, message: str, *, hint: str) -> "CeremonyError":
        """The error that this control raises."""
        return CeremonyError(failure, message, hint=hint, control=self)


class CeremonyError(Exception):
    """A refusal that people are meant to read, the only exception the programs show.

    ``message`` is one line: lower case, no full stop, naming the stage and the
    subject. ``hint`` is the next step for the person who reads it. Neither ever
    holds a secret. TXT-OUTSIDE: both are made printable here, one line of at most
    ``MAX_SENTENCE`` characters, whatever was put into them.
    ``control`` is the control that refused, where a named one did.
    """

    def __init__(
        self, failure: Failure, message: str, *, hint: str, control: Control | None = None
    ) -> None:
        self.failure = failure
        self.message = printable(message, MAX_SENTENCE)
        self.hint = printable(hint, MAX_SENTENCE)
        super().__init__(self.message)
        self.control = control

    @property
    def named(self) -> str:
        """The message as people are shown it: behind the control's id, where one refused."""
        return f"{self.control.id}: {self.message}" if self.control else self.message


OUTSIDE = Control(
    "TXT-OUTSIDE",
    "text from outside is shown, recorded and logged as one bounded line that cannot deceive",
)

MAX_SHOWN = 80
"""Characters of one text from outside that are shown, where nothing else is said."""

MAX_SENTENCE = 1000
"""Characters of an error's message, of its hint, and of any other line that is shown."""

CUT = "\N{HORIZONTAL ELLIPSIS}"
"""What ends a text that was longer."""

INVISIBLE_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters by their category that draw nothing."""


def printable(text: str, limit: int = MAX_SHOWN) -> str:
    """TXT-OUTSIDE: text as it may be shown anywhere: one line, nothing that deceives.

    Everything that was not written in this program's source passes here on its way to a
    screen, a file or a log. ASCII stays, and letters and digits of other scripts that are
    written from left to right. Everything else (controls, escapes, marks, invisible and
    right-to-left characters) is shown as its code point, ``<U+202E>``. Runs of spaces, which
    could push a line to where another one is expected, become one space. At most ``limit``
    characters, then an ellipsis. What is printable stays as it is.
    """
    shown = re.sub(" {2,}", " ", "".join(map(_shown, text[: limit + 1])))
    cut = max(len(text), len(shown)) > limit
    return shown[:limit] + CUT if cut else shown


def printable_values(value: object, limit: int = MAX_SENTENCE) -> object:
    """``value`` with every text in it made printable: in lists and tables, and their names."""
    match value:
        case str():
            return printable(value, limit)
        case dict():
            return {
                printable(str(name), limit): printable_values(one, limit)
                for name, one in value.items()
            }
        case list() | tuple():
            return [printable_values(one, limit) for one in value]
        case _:
            return value


def counted(number: int, noun: str) -> str:
    """``1 key``, ``2 keys``: for sentences."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(character: str) -> str:
    if " " <= character <= "~" or character == CUT:
        return character
    plain = unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Nd")
    to_the_right = unicodedata.bidirectional(character) in ("L", "EN")
    if plain and to_the_right and character not in INVISIBLE_LETTERS:
        return character
    return f"<U+{ord(character):04X}>"
