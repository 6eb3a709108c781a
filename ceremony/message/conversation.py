"""Who may say what next: the order of messages in one ceremony, as a value.

Each check has its name and its class; whoever receives keeps the old value when one
refuses, so nothing is lost and the operator scans again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ceremony.errors import OUTSIDE, Control, Failure
from ceremony.message.codec import decode_message, digest, kind_of
from ceremony.message.kinds import BEFORE_ANY, Environment, Header, HeaderFields

M = TypeVar("M", bound=Header)

KIND = Control("MSG-KIND", "a message is of the kind that is awaited")
ENVIRONMENT = Control(
    "MSG-ENVIRONMENT", "a message of a rehearsal is refused in production, and the reverse"
)
REPLAY = Control("MSG-REPLAY", "no message is taken twice")
CEREMONY = Control("MSG-CEREMONY", "a message belongs to this ceremony")
SEQUENCE = Control("MSG-SEQUENCE", "no message is missing, and none comes late")
ANSWER = Control("MSG-ANSWER", "a message answers the one that was sent last")

CONTROLS = (OUTSIDE, KIND, ENVIRONMENT, REPLAY, CEREMONY, SEQUENCE, ANSWER)
"""What ``Conversation.accept`` checks, in this order."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One side's view: the last message's number and digest, and all seen before.

    ``sequence`` 0 and an empty ``last`` mean that nothing was said yet.
    """

    environment: Environment
    ceremony: bytes
    sequence: int = 0
    last: bytes = b""
    seen: frozenset[bytes] = frozenset()

    def header(self) -> HeaderFields:
        """The header of the message that this side says next."""
        return {
            "environment": self.environment,
            "ceremony": self.ceremony,
            "sequence": self.sequence + 1,
            "answers": self.last,
        }

    def sent(self, data: bytes) -> "Conversation":
        """After this side said ``data``, which carries ``header()``."""
        return self._after(data, self.sequence + 1)

    def after(self, said: Sequence[bytes]) -> "Conversation":
        """After this side said these messages, of which only the digests are known."""
        if not said:
            return self
        sequence, seen = self.sequence + len(said), self.seen | frozenset(said)
        return replace(self, sequence=sequence, last=said[-1], seen=seen)

    def knowing(self, seen: frozenset[bytes]) -> "Conversation":
        """The same place in the ceremony, with more messages that are not taken again."""
        return replace(self, seen=self.seen | seen)

    def accept(self, data: bytes, kind: type[M]) -> tuple[M, "Conversation"]:
        """The message of that kind and the conversation after it, if it may come now.

        Raises what ``decode_message`` raises, then, in this order: ``kind``,
        ``environment``, ``replay``, ``ceremony``, ``sequence``, ``answer``.
        """
        return self.admit(decode_message(data), data, kind)

    def admit(self, message: Header, data: bytes, kind: type[M]) -> tuple[M, "Conversation"]:
        """``accept`` for a message that was decoded from ``data`` already."""
        admitted = check_kind(message, kind)
        check_environment(message, self.environment)
        check_replay(data, self.seen)
        check_ceremony(message, self.ceremony)
        check_sequence(message, self.sequence)
        check_answer(message, self.last)
        return admitted, self._after(data, admitted.sequence)

    def _after(self, data: bytes, sequence: int) -> "Conversation":
        last = digest(data)
        return replace(self, sequence=sequence, last=last, seen=self.seen | {last})


def check_kind(message: Header, kind: type[M]) -> M:
    """MSG-KIND. Raises ``kind``."""
    if not isinstance(message, kind):
        raise KIND.refusal(
            Failure.KIND,
            f"this is a message of the kind {kind_of(message)}, awaited is {kind_of(kind)}",
            hint="go to the right step on the other side, then scan again",
        )
    return message


def check_environment(message: Header, environment: Environment) -> None:
    """MSG-ENVIRONMENT. Raises ``environment``."""
    if message.environment != environment:
        raise ENVIRONMENT.refusal(
            Failure.ENVIRONMENT,
            f"this message belongs to a {message.environment}, this is a {environment}",
            hint="stop, and find out which of the two programs was started wrongly",
        )


def check_replay(data: bytes, seen: frozenset[bytes]) -> None:
    """MSG-REPLAY. Raises ``replay``."""
    if digest(data) in seen:
        raise REPLAY.refusal(
            Failure.REPLAY,
            "this message was taken before",
            hint="let the other side show its newest message, then scan again",
        )


def check_ceremony(message: Header, ceremony: bytes) -> None:
    """MSG-CEREMONY: it has this ceremony's id, or none yet (signers). Raises ``ceremony``."""
    if message.ceremony not in (ceremony, b""):
        raise CEREMONY.refusal(
            Failure.CEREMONY,
            f"this message belongs to ceremony {message.ceremony.hex()}, this is {ceremony.hex()}",
            hint="the other side shows another ceremony: start it again there",
        )


def check_sequence(message: Header, last: int) -> None:
    """MSG-SEQUENCE: the number after the last; signers come first. Raises ``sequence``."""
    first = isinstance(message, BEFORE_ANY)
    expected = 0 if first and last == 0 else last + 1
    if message.sequence != expected or (first and last > 0):
        raise SEQUENCE.refusal(
            Failure.SEQUENCE,
            f"this is message {message.sequence} of the ceremony, awaited is {expected}",
            hint="let the other side show the awaited message, then scan again",
        )


def check_answer(message: Header, last: bytes) -> None:
    """MSG-ANSWER: it carries the digest of the last message. Raises ``answer``."""
    awaited = b"" if isinstance(message, BEFORE_ANY) else last
    if message.answers != awaited:
        raise ANSWER.refusal(
            Failure.ANSWER,
            "this message answers another one than the last one here",
            hint="the other side has not seen the newest message: show it again",
        )
