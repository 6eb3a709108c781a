"""Which passphrases are taken for something new, and what a guess of one costs.

Whoever has the file can guess as long as he likes. What people make up and machines guess
first is refused; that what is left is good, no rule can tell. A generated one is.
"""

from dataclasses import dataclass

from ceremony.errors import CeremonyError, Control, Failure
from ceremony.secret import Secret

PASSPHRASE = Control("EXP-PASSPHRASE", "a new passphrase is not one that is guessed at once")

LEAST_CHARACTERS = 12
LEAST_DIFFERENT = 5
LEAST_DIGITS = 20
"""Of digits alone: twenty random ones have 66 bits."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one guess costs whoever has a file that was written here.

    The state's belongs to the version of the file, so that no file can ask for another.
    """

    argon2_passes: int = 3
    argon2_memory: int = 256 * 1024 * 1024
    """Bytes. libsodium's MODERATE: under a second, a quarter of the laptop's least memory."""

    scrypt_n: int = 1 << 18
    """geth, accounts/keystore/passphrase.go: StandardScryptN."""

    pbkdf2_rounds: int = 1_000_000
    """The 210,000 that OWASP asks for with SHA-512 (Password Storage Cheat Sheet), five times
    over: opening takes about a second. scrypt would be better against guessing, but OpenSSL's
    tools stop at 32 MiB unless told otherwise."""


WORK = Work()

HINT = "take six random words or more, or have one made, where that is offered"


def check_new_passphrase(passphrase: Secret) -> None:
    """EXP-PASSPHRASE. Raises ``passphrase``: 12 characters, 5 different ones, 20 if all are digits.

    Spaces at both ends count for nothing here. Not for one that was chosen before, which
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
    return PASSPHRASE.refusal(Failure.PASSPHRASE, f"the new passphrase {why}", hint=HINT)
