"""What fails because of a file or a medium is tried again, as often as people want."""

from collections.abc import Callable
from typing import TypeVar

from ceremony.desk.port import Desk
from ceremony.errors import CeremonyError, Failure

T = TypeVar("T")

PUT_RIGHT = "put this right, then press Enter to try again:"
"""The question after a file or a message that could not be written."""


def until_it_works(desk: Desk, action: Callable[[], T]) -> T:
    """What ``action`` gives. A full stick, or one that is not there, costs nothing that way.

    Raises ``cancelled`` when people stop, and whatever else ``action`` raises.
    """
    while True:
        try:
            return action()
        except CeremonyError as error:
            if error.failure is not Failure.FILE:
                raise
            desk.error(error)
            desk.ask(PUT_RIGHT, str)
