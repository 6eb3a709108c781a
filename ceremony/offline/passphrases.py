"""Passphrases of a ceremony: made here, or typed twice and judged."""

from ceremony.desk.passphrase import judged_twice, make_passphrase
from ceremony.desk.port import Choice
from ceremony.errors import CeremonyError, Failure
from ceremony.offline.room import Room
from ceremony.passphrases import PASSPHRASE
from ceremony.secret import Secret


def new_passphrase_at(room: Room, purpose: str) -> Secret:
    """A new passphrase: generated and written down, or chosen and strong enough.

    It is typed once more before it is used; asked again until it is. Raises ``cancelled``.
    """
    how = room.desk.choose(
        f"passphrase for {purpose}: made by this laptop, or chosen by a custodian?",
        [
            Choice("made", "words from a list, shown once, to be written on paper"),
            Choice("chosen", "typed by a custodian; weak ones are refused"),
        ],
    )
    made = None
    if how == "made":
        made = make_passphrase(room.random)
    while True:
        if made is not None:
            # Shown again after each mistake: the paper may be wrong, and is corrected then.
            room.desk.reveal(f"write this passphrase on paper; it is for {purpose}:", made)
        try:
            passphrase = _typed(room, purpose, made)
        except CeremonyError as error:
            if error.failure is Failure.CANCELLED:
                raise
            room.desk.error(error)
            room.record.refused(error)
        else:
            room.record.passed(PASSPHRASE, subject=purpose)
            return passphrase


def _typed(room: Room, purpose: str, made: Secret | None) -> Secret:
    if made is not None:
        hint = "compare the paper with what was shown"
        return judged_twice(made, lambda: room.desk.secret("type it from the paper:"), hint)
    first = room.desk.secret(f"new passphrase for {purpose}:")
    return judged_twice(first, lambda: room.desk.secret("the same again:"), "type it twice")
