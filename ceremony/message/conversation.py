"""Who may say what next: the order of messages in one ceremony, as a value.

Each check has its name and its class; whoever receives keeps the old value when one
refuses, so nothing is lost and the operator scans again.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from ceremony.errors import CeremonyError, Failure
from ceremony.message.codec import decode_message, digest, kind_of
from ceremony.message.kinds import Environment, Header, HeaderFields, Signers

M = TypeVar("M", bound=Header)


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

    def accept(self, data: bytes, kind: type[M]) -> tuple[M, "Conversation"]:
        """The message of that kind and the conversation after it, if it may come now.

        Raises what ``decode_message`` raises, then, in this order: ``kind``,
        ``environment``, ``replay``, ``ceremony``, ``sequence``, ``answer``.
        """
        message = check_kind(decode_message(data), kind)
        check_environment(message, self.environment)
        check_replay(data, self.seen)
        check_ceremony(message, self.ceremony)
        check_sequence(message, self.sequence)
        check_answer(message, self.last)
        return message, self._after(data, message.sequence)

    def _after(self, data: bytes, sequence: int) -> "Conversation":
        last = digest(data)
        return replace(self, sequence=sequence, last=last, seen=self.seen | {last})


def check_kind(message: Header, kind: type[M]) -> M:
    """MSG-KIND: this kind is awaited now."""
    if not isinstance(message, kind):
        raise _refused(
            Failure.KIND,
            f"this is a message of the kind {kind_of(message)}, awaited was {kind_of(kind)}",
            "go to the right step on the other side, then scan again",
        )
    return message


def check_environment(message: Header, environment: Environment) -> None:
    """MSG-ENVIRONMENT: a rehearsal's message is nothing in production, and the reverse."""
    if message.environment != environment:
        raise _refused(
            Failure.ENVIRONMENT,
            f"this message belongs to {message.environment}, this is {environment}",
            "stop, and find out which of the two programs was started wrongly",
        )


def check_replay(data: bytes, seen: frozenset[bytes]) -> None:
    """MSG-REPLAY: this very message was not taken before."""
    if digest(data) in seen:
        raise _refused(
            Failure.REPLAY,
            "this message was taken before",
            "let the other side show its newest message, then scan again",
        )


def check_ceremony(message: Header, ceremony: bytes) -> None:
    """MSG-CEREMONY: the message belongs to this ceremony, or to none yet (signers)."""
    if message.ceremony not in (ceremony, b""):
        raise _refused(
            Failure.CEREMONY,
            f"this message belongs to ceremony {message.ceremony.hex()}, this is {ceremony.hex()}",
            "the other side shows another ceremony: start it again there",
        )


def check_sequence(message: Header, last: int) -> None:
    """MSG-SEQUENCE: none is missing, none comes late; signers come before all others."""
    expected = 0 if isinstance(message, Signers) and last == 0 else last + 1
    if message.sequence != expected or (isinstance(message, Signers) and last > 0):
        raise _refused(
            Failure.SEQUENCE,
            f"this is message {message.sequence} of the ceremony, awaited was {expected}",
            "let the other side show the awaited message, then scan again",
        )


def check_answer(message: Header, last: bytes) -> None:
    """MSG-ANSWER: the message answers the one that was said last."""
    awaited = b"" if isinstance(message, Signers) else last
    if message.answers != awaited:
        raise _refused(
            Failure.ANSWER,
            "this message answers another one than the last one here",
            "the other side has not seen the newest message: show it again",
        )


def _refused(failure: Failure, message: str, hint: str) -> CeremonyError:
    return CeremonyError(failure, message, hint=hint)
