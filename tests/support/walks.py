"""The laptop's paths through a ceremony, each ready to be tampered with, in this process."""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from ceremony.curves import CURVES
from ceremony.ecies import EncryptionKey
from ceremony.errors import CeremonyError
from ceremony.message import (
    ExportOutcome,
    ExportRequest,
    ExportResponse,
    Message,
    Returned,
    decode_message,
    digest,
    encode_message,
)
from ceremony.offline.export_ceremony import export_ceremony
from ceremony.offline.import_ceremony import import_ceremony
from ceremony.offline.resuming import resume_ceremony
from ceremony.offline.returning import resume_returned
from ceremony.offline.room import Outcome, Room
from ceremony.record.plan_file import parse_plan
from ceremony.secret import Secret
from ceremony.text import base64_text
from tests.support.controls import NAME
from tests.support.fake_cluster import answer_for
from tests.support.laptop import (
    SECRET,
    Laptop,
    Reply,
    importing,
    plan_text,
    receipt_reply,
    signers_answer,
)

SCALAR = Secret(bytes.fromhex(SECRET))
PUBLIC_KEY = CURVES["secp256k1"].base_multiply(SCALAR).compressed

EXPORTED = f"""
[[keys]]
label = "one"
key = "key-1"
public_key = "{PUBLIC_KEY.hex()}"
form = "hex"
to = ["one.txt"]
"""


@dataclass
class Walk:
    """A laptop at the beginning of one path; ``said`` is what the stick has of both sides."""

    path: str
    laptop: Laptop
    script: Callable[[Room], Outcome]
    said: tuple[list[bytes], list[bytes]] = field(default_factory=lambda: ([], []))
    outcome: Outcome | None = None
    ended_by: CeremonyError | None = None

    def sent(self) -> list[bytes]:
        return self.said[0]

    def received(self) -> list[bytes]:
        return self.said[1]

    def run(self, **changes: object) -> None:
        """To its end or to its refusal, in a room with these changes."""
        room = dataclasses.replace(self.laptop.room, **changes)  # type: ignore[arg-type]
        try:
            self.outcome = self.script(room)
        except CeremonyError as error:
            self.ended_by = error

    @property
    def complete(self) -> bool:
        return self.outcome is not None and self.outcome.complete

    @property
    def named(self) -> list[str]:
        """The controls that people were told: in an error, at the end, or in a line."""
        ended = [self.ended_by.control.id] if self.ended_by and self.ended_by.control else []
        lines = "\n".join(self.laptop.desk.shown)
        return [*self.laptop.refused_by, *ended, *NAME.findall(lines)]


def an_import() -> Walk:
    return Walk("import", importing(), import_ceremony)


def an_export() -> Walk:
    head = plan_text("00" * 32, operation="export-keys").split("[[sources]]")[0]
    laptop = Laptop(parse_plan((head + EXPORTED).encode()), signers_answer())
    laptop.replies.append(response_reply())
    return Walk("export", laptop, export_ceremony)


def a_resumed_import() -> Walk:
    """The request has left, and the receipt has not come."""
    walk = an_import()
    (signers, _) = walk.laptop.replies
    walk.laptop.replies[:] = [signers]
    walk.run()
    assert walk.laptop.requests, walk.ended_by
    return _resumed(walk, [signers([])], receipt_reply())


def a_resumed_export() -> Walk:
    """The request has left, the state is there, and the response has not come."""
    laptop = an_export().laptop
    sent, files = _begun_export()
    laptop.files |= dict(files)
    laptop.medium.sent += sent
    return _resumed(Walk("export", laptop, export_ceremony), [], response_reply())


def an_import_brought_back() -> Walk:
    """The laptop kept nothing: the relay has the request, and brings it back with the receipt."""
    walk = a_resumed_import()
    (request,) = walk.laptop.requests
    return _brought_back(walk, request, b"")


def an_export_brought_back() -> Walk:
    """The laptop kept nothing; the relay has the message with the sealed state too."""
    walk = a_resumed_export()
    walk.laptop.files.clear()
    state, request = walk.laptop.medium.sent
    return _brought_back(walk, request, state)


def _brought_back(walk: Walk, request: bytes, state: bytes) -> Walk:
    message = Returned(
        environment=walk.laptop.plan.environment, ceremony=b"", sequence=0, answers=b"",
        request=request, state=state, said=(),
    )  # fmt: skip
    walk.laptop.replies.insert(0, lambda _: encode_message(message))
    return Walk("resume", walk.laptop, resume_returned, walk.said)


def _resumed(walk: Walk, received: list[bytes], reply: Reply) -> Walk:
    walk.laptop.desk.errors.clear()
    walk.laptop.replies[:] = [reply]
    again = Walk("resume", walk.laptop, lambda room: resume_ceremony(room, again))
    again.said = ([*walk.laptop.medium.sent], received)
    return again


@lru_cache(maxsize=1)
def _begun_export() -> tuple[tuple[bytes, ...], tuple[tuple[str, Secret], ...]]:
    """What was sent and kept. Once: each state takes Argon2id."""
    walk = an_export()
    walk.laptop.replies.clear()
    walk.run()
    assert walk.laptop.requests, walk.ended_by
    return tuple(walk.laptop.medium.sent), tuple(walk.laptop.files.items())


Begin = Callable[[], Walk]


def response_reply(
    change: Callable[[ExportResponse], Message] = lambda r: r,
    scalar: Secret = SCALAR,
    spoil: int = 0,
) -> Reply:
    """The shares of the key, or what a change makes of them; the same each time it is asked."""
    made: list[bytes] = []

    def reply(sent: list[bytes]) -> bytes:
        messages = [(data, decode_message(data)) for data in sent]
        requests = [(d, m) for d, m in messages if isinstance(m, ExportRequest)]
        if not requests:
            return encode_message(_nothing())
        if not made:
            data, request = requests[-1]
            (key,) = request.keys
            encryption_key = EncryptionKey.parse(base64_text(key.body.encryption_key))
            answer = answer_for(encryption_key, "secp256k1", "CGGMP21", scalar, spoil)
            outcome = ExportOutcome(key.label, "key-1", "done", json.dumps(answer).encode())
            response = ExportResponse(
                environment=request.environment,
                ceremony=request.ceremony,
                sequence=request.sequence + 1,
                answers=digest(data),
                outcomes=(outcome,),
            )
            made.append(encode_message(change(response)))
        return made[0]

    return reply


def _nothing() -> ExportResponse:
    """A response of another ceremony, which a relay may have on its screen still."""
    outcomes = (ExportOutcome("x", "", "refused", error="x"),)
    return ExportResponse(
        environment="production", ceremony=b"o" * 16, sequence=3, answers=b"d" * 32,
        outcomes=outcomes,
    )  # fmt: skip


ALL = (
    an_import,
    an_export,
    a_resumed_import,
    a_resumed_export,
    an_import_brought_back,
    an_export_brought_back,
)
"""Every path of a ceremony on the laptop."""
