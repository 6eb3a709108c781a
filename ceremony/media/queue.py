"""What this side still has to show, and what stands below it on the screen."""

from ceremony.errors import CeremonyError
from ceremony.link.pace import Pace
from ceremony.link.sender import frames_needed
from ceremony.media.pacing import describe
from ceremony.message import decode_message, digest, digest_words
from ceremony.message.codec import kind_of
from ceremony.message.kinds import Environment
from ceremony.optics.matrix import capacity

WORDS_A_LINE = 8


class Outgoing:
    """Messages in the order in which they are shown, each until it is across."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    @property
    def front(self) -> bytes | None:
        """The message to show now."""
        return self._waiting[0] if self._waiting else None

    @property
    def waiting(self) -> int:
        """How many come after it."""
        return max(0, len(self._waiting) - 1)

    def add(self, data: bytes) -> None:
        """A message to show; it takes the place of one that said the same, earlier."""
        place = _place(data)
        self._waiting = [old for old in self._waiting if _place(old) != place]
        self._waiting.append(data)

    def across(self, data: bytes) -> None:
        """The other side has this message, and so all before it."""
        if data in self._waiting:
            self._waiting = self._waiting[self._waiting.index(data) + 1 :]


def captions(data: bytes | None, pace: Pace, note: str = "") -> tuple[str, ...]:
    """Kind, size and pace of a message, and the words of its digest, eight a line."""
    if data is None:
        return ()
    words = digest_words(digest(data))
    lines = [
        f"{at + 1:2}-{at + WORDS_A_LINE}: {' '.join(words[at : at + WORDS_A_LINE])}"
        for at in range(0, len(words), WORDS_A_LINE)
    ]
    one = frames_needed(len(data), capacity(pace.version)) == 1
    still = f"one code of version {pace.version}, which stands still"
    first = f"{_kind(data)}, {len(data)} bytes; {still if one else describe(pace)}"
    return (first, *lines, *((f"pictures: {note}",) if note else ()))


def marks(environment: Environment | None) -> tuple[str, ...]:
    """What tells a rehearsal's picture from one of production, in letters."""
    return ("/// REHEARSAL ///",) if environment == "rehearsal" else ()


def key_lines(outgoing: Outgoing, *, again: bool) -> tuple[str, ...]:
    """The keys that work while looking; ``again`` where a message was sent before."""
    if outgoing.front is None:
        return ("Esc: stop   m: show the last message again",) if again else ("Esc: stop",)
    return (
        "Enter: the other side has it",
        "Esc: stop",
        "> <: faster, slower   - +: larger, smaller codes",
        "s: write the frames as pictures, and for paper",
        *((f"{outgoing.waiting} more to show after this one",) if outgoing.waiting else ()),
    )


def _kind(data: bytes) -> str:
    return kind_of(decode_message(data))


def _place(data: bytes) -> tuple[str, bytes, int]:
    """Where a message stands in its ceremony: a newer one of the same place replaces it."""
    try:
        message = decode_message(data)
    except CeremonyError:
        return "", digest(data), 0
    return kind_of(message), message.ceremony, message.sequence
