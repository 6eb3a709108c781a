"""Which passphrases are taken for something new: those that a person can defend.

Whoever has the file can guess as long as he likes. What people make up and machines guess
first is refused; that what is left is good, no rule can tell. A generated one is.
"""

from ceremony.errors import CeremonyError, Failure
from ceremony.secret import Secret

LEAST_CHARACTERS = 12
LEAST_DIFFERENT = 5
LEAST_DIGITS = 20
"""Of digits alone: twenty random ones have 66 bits."""

HINT = "take six random words or more, or have one made, where that is offered"


def check_new_passphrase(passphrase: Secret) -> None:
    """Raises ``passphrase``: 12 characters, 5 different ones, 20 if all are digits.

    Blanks at both ends count for nothing here. Not for one that was chosen before, which
    is what it is.
    """
    try:
        text = passphrase.reveal().decode().strip()
    except UnicodeDecodeError:
        raise _refused("is not UTF-8") from None
    if not text:
        raise _refused("is empty: it protects nothing")
    if len(text) < LEAST_CHARACTERS:
        raise _refused(f"has fewer than {LEAST_CHARACTERS} characters: a machine tries them all")
    if len(set(text)) < LEAST_DIFFERENT:
        raise _refused(f"has fewer than {LEAST_DIFFERENT} different characters: it is guessed")
    if text.isdigit() and len(text) < LEAST_DIGITS:
        raise _refused(f"is a number of fewer than {LEAST_DIGITS} digits: a machine tries them all")


def _refused(why: str) -> CeremonyError:
    return CeremonyError(Failure.PASSPHRASE, f"the new passphrase {why}", hint=HINT)
