"""Passphrases of a ceremony: made here, or typed twice and judged."""

from ceremony.desk.passphrase import make_passphrase
from ceremony.desk.port import Choice
from ceremony.errors import CeremonyError, Failure
from ceremony.offline.room import Room
from ceremony.passphrases import check_new_passphrase
from ceremony.secret import Secret


def new_passphrase_at(room: Room, purpose: str) -> Secret:
    """A new passphrase: generated and written down, or chosen and strong enough.

    It is typed once more before it is used: what cannot be typed again protects nothing.
    """
    how = room.desk.choose(
        f"passphrase for {purpose}: made by this laptop, or chosen by a custodian?",
        [
            Choice("made", "words from a list, shown once, to be written on paper"),
            Choice("chosen", "typed by a custodian; weak ones are refused"),
        ],
    )
    if how == "chosen":
        return _typed(room, purpose)
    made = make_passphrase(room.random)
    room.desk.reveal(f"write this passphrase on paper; it is for {purpose}:", made)
    while not made.matches(room.desk.secret("type it from the paper:")):
        room.desk.error(_differs("compare the paper with what was shown"))
    return made


def _typed(room: Room, purpose: str) -> Secret:
    while True:
        first = room.desk.secret(f"new passphrase for {purpose}:")
        try:
            check_new_passphrase(first)
            if first.matches(room.desk.secret("the same again:")):
                return first
            raise _differs("type it twice")
        except CeremonyError as error:
            if error.failure is Failure.CANCELLED:
                raise
            room.desk.error(error)


def _differs(hint: str) -> CeremonyError:
    return CeremonyError(Failure.PASSPHRASE, "what was typed is another passphrase", hint=hint)
