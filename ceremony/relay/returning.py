"""`ceremony-relay run --resume`: what the laptop said before its power went is brought back.

Its messages are in the folder ``crossed``, byte for byte as they came by light; the journal
knows which of them this relay took, and what it answered. Nothing here is a secret, and
nothing is asked of Dfns: the laptop says the request again, and then the journal decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ceremony.desk.port import Choice
from ceremony.errors import CeremonyError, Failure
from ceremony.message import (
    ExportRequest,
    ImportRequest,
    Returned,
    decode_message,
    digest,
    digest_words,
)
from ceremony.message.kinds import HeaderFields
from ceremony.relay.room import RelayRoom
from ceremony.relay.schema import Heard

SHOWN_WORDS = 6
"""Of a request's digest, by which people tell one from another."""


@dataclass(frozen=True, slots=True)
class Before:
    """A request that crossed, the message that it answers (empty for an import), and what
    the journal knows of the ceremony."""

    request: bytes
    number: int
    state: bytes
    journal: Sequence[Heard]

    @property
    def heard(self) -> set[bytes]:
        return {one.digest for one in self.journal}

    @property
    def answer(self) -> bytes | None:
        """What this relay answered last, if that was final."""
        answers = [one.answer for one in self.journal if one.answer is not None]
        return answers[-1] if answers else None

    def message(self, header: HeaderFields) -> Returned:
        said = [h.digest for h in self.journal if h.answer is None and h.sequence > self.number]
        return Returned(**header, request=self.request, state=self.state, said=tuple(said))


def find_attempt(room: RelayRoom, crossed: Sequence[bytes]) -> Before:
    """The request of this plan that is not closed; people choose, where there are several.

    Raises ``ceremony`` where there is none, or the state that it answers is not there.
    """
    there = {digest(data): data for data in crossed}
    closed = set(room.journal.closed())
    found = [(data, request) for data in there.values() if (request := _of_plan(room, data))]
    if not found:
        raise CeremonyError(
            Failure.CEREMONY,
            "no request of this plan has crossed to this relay: there is nothing to take up",
            hint="name the folder --files of the first attempt; if this is it, nothing was asked "
            "of Dfns: start `import` or `export` on the laptop again, and this relay without "
            "--resume",
        )
    found = [(data, request) for data, request in found if digest(data) not in closed]
    if not found:
        raise CeremonyError(
            Failure.CEREMONY,
            "the ceremony of this plan was closed: the laptop had come to its end",
            hint="its transcript and its encrypted keys are in the folder of files; what Dfns "
            "answered is in the journal: `ceremony-relay journal show`",
        )
    data, request = found[0] if len(found) == 1 else _chosen(room, found)
    state = b""
    if isinstance(request, ExportRequest):
        if request.answers not in there:
            raise CeremonyError(
                Failure.CEREMONY,
                "the message with the sealed state of this request is not in the folder of files",
                hint="`ceremony api recombine` takes the state's file, and the answer that "
                "`ceremony-relay journal recover` writes (docs/keys-out.md)",
            )
        state = there[request.answers]
    return Before(data, request.sequence, state, room.journal.heard(request.ceremony))


def _of_plan(room: RelayRoom, data: bytes) -> ImportRequest | ExportRequest | None:
    """The request in ``data``, if it is one of the plan and the environment here."""
    try:
        message = decode_message(data)
    except CeremonyError:
        return None
    if not isinstance(message, ImportRequest | ExportRequest) or room.plan is None:
        return None
    here = (room.plan.digest, room.configuration.environment)
    return message if (message.plan, message.environment) == here else None


def _chosen(
    room: RelayRoom, found: Sequence[tuple[bytes, ImportRequest | ExportRequest]]
) -> tuple[bytes, ImportRequest | ExportRequest]:
    """The laptop takes none but that of the paper; so the paper says which it is."""
    choices = [
        Choice(
            str(number), f"its words begin: {' '.join(digest_words(digest(data))[:SHOWN_WORDS])}"
        )
        for number, (data, _) in enumerate(found, 1)
    ]
    answer = room.desk.choose(
        "several requests of this plan have come: which is on the paper?", choices
    )
    return found[int(answer) - 1]
