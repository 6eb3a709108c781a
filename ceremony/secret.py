"""The one type that holds secret bytes."""

import hmac
from collections.abc import Callable
from typing import NoReturn, Self, final

from ceremony.errors import CeremonyError, Failure

UNTRUSTED = "stop: nothing that this machine makes can be trusted; use another one"
"""What people do when randomness repeats or runs dry."""

type_error = "secrets are compared with .matches() and shown to nobody"

Random = Callable[[int], bytes]
"""A source of randomness: the number of bytes wanted gives that many bytes.

It is an argument of every function that needs it. The programs pass
``ceremony.entropy.system_random``; nothing below them has a generator of its own.
"""


@final
class Secret:
    """Bytes that cannot be printed, compared with ``==``, hashed, copied or pickled.

    ``reveal`` is the only way out: each call of it is a place for the auditor to
    read, and a test counts them. Python cannot promise that the bytes are erased
    from memory; the defence is the procedure, a machine without swap or network
    that is switched off afterwards (docs/threat-model.md).
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)

    def reveal(self) -> bytes:
        return self._value

    def matches(self, other: Self) -> bool:
        """Compare in time that does not depend on the bytes."""
        return hmac.compare_digest(self._value, other._value)

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return "Secret(...)"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(type_error)

    def __hash__(self) -> NoReturn:
        raise TypeError(type_error)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(type_error)


def draw(random: Random, size: int) -> Secret:
    """``size`` bytes from ``random``; refuses a source that is visibly broken.

    Raises ``randomness`` when the source gives too few bytes or one byte repeated.
    """
    value = random(size)
    if len(value) != size or (size >= 16 and value.count(value[:1]) == size):
        raise CeremonyError(
            Failure.RANDOMNESS,
            "the source of randomness is broken: it gave too little, or one byte over and over",
            hint=UNTRUSTED,
        )
    return Secret(value)
