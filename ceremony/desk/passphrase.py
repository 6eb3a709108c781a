"""Passphrases: from a file for scripts, else typed where nobody sees them."""

import sys
from collections.abc import Callable

from ceremony.desk.secrets import at_keyboard, passphrase_from, type_hidden
from ceremony.errors import CeremonyError, Failure
from ceremony.message.words import digest_words
from ceremony.passphrases import PASSPHRASE, check_new_passphrase
from ceremony.secret import Random, Secret, draw

OPTION = "--passphrase-file"
"""How the commands name the file with a passphrase, where they have one of them."""

WORDS = 10
"""Words of a passphrase that is made here. Each says one byte, by PGP's lists: 80 bits,
which 256 MiB and 3 passes of Argon2id put beyond guessing. Not BIP-39's words: nothing that
looks like a wallet's words is to be read aloud or written down beside them."""


def new_passphrase(file: str | None, purpose: str, random: Random, option: str = OPTION) -> Secret:
    """One that is chosen now: from the file, or typed twice, or made where nothing is typed.

    EXP-PASSPHRASE: one that is guessed at once is refused (``check_new_passphrase``).
    ``option`` names the file in its place. Raises ``passphrase``, ``file``, ``malformed``.
    """
    if file is not None and not at_keyboard(file):
        passphrase = passphrase_from(file)
        check_new_passphrase(passphrase)
        return passphrase
    first = _type(f"new passphrase for {purpose} (empty: one is made for you): ", option)
    if not len(first):
        first = make_passphrase(random)
        sys.stderr.write(
            f"a new passphrase, {WORDS * 8} random bits, small letters and single spaces;"
            " write it down, and keep it apart from the file:\n"
            f"    {first.reveal().decode()}\n"
        )
        sys.stderr.flush()
    return judged_twice(first, lambda: _type("same again: ", option), "start the command again")


def judged_twice(first: Secret, again: Callable[[], Secret], hint: str) -> Secret:
    """EXP-PASSPHRASE: ``first``, if it is strong enough and typed once more just so.

    What cannot be typed again protects nothing. Raises ``passphrase``.
    """
    check_new_passphrase(first)
    if not first.matches(again()):
        raise PASSPHRASE.refusal(Failure.PASSPHRASE, "the two passphrases differ", hint=hint)
    return first


def known_passphrase(file: str | None, purpose: str, option: str = OPTION) -> Secret:
    """One that was chosen before: typed once. Raises ``passphrase``, ``file``, ``malformed``."""
    if file is not None and not at_keyboard(file):
        return passphrase_from(file)
    return _type(f"passphrase of {purpose}: ", option)


def make_passphrase(random: Random) -> Secret:
    """WORDS random words with single spaces between them, in small letters."""
    return Secret(" ".join(digest_words(draw(random, WORDS).reveal())).lower().encode())


def _type(prompt: str, option: str) -> Secret:
    if not sys.stdin.isatty():
        asked = prompt.removesuffix(": ").partition(" (")[0]
        raise CeremonyError(
            Failure.PASSPHRASE,
            f"there is no terminal to type the {asked} into",
            hint=f"name a file with it: {option} FILE",
        )
    return type_hidden(prompt, "the passphrase", f"name a file with it: {option} FILE")
