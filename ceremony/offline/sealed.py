"""The sealed state at the desk: that of an earlier attempt is opened with its passphrase."""

from ceremony.desk.port import Choice
from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError, Failure
from ceremony.offline.room import Room
from ceremony.offline.state import open_state
from ceremony.secret import Secret


def state_of_before(room: Room) -> tuple[DecryptionKey, Secret]:
    """The key of a state that is there before a request has left, and its passphrase.

    People say whether it is used. Raises ``cancelled``, ``state``.
    """
    name = room.plan.state
    room.desk.show(
        f"the sealed state {name} is there already; if it is of another ceremony, type stop,",
        "move it away, and start again",
    )
    room.desk.choose(
        f"did an earlier attempt of this ceremony make {name}?",
        [Choice("open", "yes: it is opened with its passphrase, and used")],
    )
    return open_state_at(room)


def open_state_at(room: Room, sealed: bytes | None = None) -> tuple[DecryptionKey, Secret]:
    """The state's key and its passphrase, asked for until it fits; of ``sealed``, or of the
    plan's file without it. Raises ``cancelled``, ``state``."""
    if sealed is None:
        sealed = room.read(room.plan.state).reveal()
    while True:
        passphrase = room.desk.secret(f"passphrase of the sealed state {room.plan.state}:")
        try:
            return open_state(sealed, passphrase, room.work), passphrase
        except CeremonyError as error:
            if error.failure is not Failure.PASSPHRASE:
                raise
            room.desk.error(error)
            room.record.refused(error)
