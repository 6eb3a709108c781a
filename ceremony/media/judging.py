"""Which whole messages are the awaited one, and why another one is not.

The ceremony judges a message for itself; this is what can be told while the camera goes on.
"""

from collections.abc import Collection, Sequence

from ceremony.errors import CeremonyError, Failure
from ceremony.link.probe import MAGIC
from ceremony.link.progress import Unreadable
from ceremony.message import Message, decode_message, digest
from ceremony.message.codec import kind_of
from ceremony.message.kinds import Environment
from ceremony.optics.confine import CONFINED


def why_not(
    data: bytes, kinds: Collection[str], environment: Environment | None, ours: Collection[bytes]
) -> Unreadable | None:
    """Why this is not what is awaited; None if it is.

    ``ours`` are ceremony ids, empty for any; so is an environment of None.
    """
    if data.startswith(MAGIC):
        return Unreadable(
            Failure.KIND,
            "this is a message of a link test, and not of a ceremony",
            "end `check` at the other side: nothing of it is taken, and scanning goes on",
        )
    try:
        message = decode_message(data)
    except CeremonyError as error:
        return Unreadable(error.failure, error.message, error.hint)
    kind = kind_of(message)
    if environment is not None and message.environment != environment:
        return Unreadable(
            Failure.ENVIRONMENT,
            f"this {kind} is of the environment {message.environment}, and here is {environment}",
            "STOP if nobody knows why; else find the right screen: scanning goes on",
        )
    if message.ceremony and ours and message.ceremony not in ours:
        return Unreadable(
            Failure.CEREMONY,
            f"this {kind} belongs to another ceremony",
            "find the screen of this ceremony's relay: scanning goes on",
        )
    if kind not in kinds:
        return Unreadable(
            Failure.KIND,
            f"read and kept for later: {kind}; still awaited: {' or '.join(kinds)}",
            "nothing is lost: press Enter at the other side if it still shows this one",
        )
    return None


def check_confined(environment: Environment | None, confined: bool) -> None:
    """ENV-OPTICS: raises ``machine`` where it is not a rehearsal, and nobody confines."""
    if environment != "rehearsal" and not confined:
        raise CONFINED.refusal(
            Failure.MACHINE,
            "the kernel does not confine the processes of camera and screen",
            hint="install libseccomp2, or use the live image: pictures come from outside",
        )


def is_early(reason: Unreadable, data: bytes) -> bool:
    """Whether a message is only not awaited yet, or any more: nothing is wrong."""
    return reason.failure is Failure.KIND and not data.startswith(MAGIC) and _is_message(data)


def _is_message(data: bytes) -> bool:
    try:
        decode_message(data)
    except CeremonyError:
        return False
    return True


def rivals_of(found: Sequence[bytes]) -> list[bytes]:
    """Those that claim the first one's place in the ceremony, itself included.

    More than one: which of them is meant is not for a program to guess.
    """
    places = [_place(decode_message(data)) for data in found]
    return [data for data, place in zip(found, places, strict=True) if place == places[0]]


def two_messages(rivals: Sequence[bytes]) -> Unreadable:
    """What people are told of two of them."""
    names = " and ".join(digest(data).hex()[:16] for data in rivals[:2])
    return Unreadable(
        Failure.AMBIGUOUS,
        f"two whole messages of one kind are in view, and neither is taken: SHA-256 {names}",
        "let the camera see one screen only, and compare its digest",
    )


def _place(message: Message) -> tuple[str, bytes, int]:
    return kind_of(message), message.ceremony, message.sequence
