"""Digests confirmed by people: words at places that the program picks.

Nobody can answer by habit, and nobody can read the answer from the same screen: the
digest is on paper, or on the screen of the other side.
"""

import re

from ceremony.desk.port import Desk
from ceremony.errors import CeremonyError, Control, Failure, counted
from ceremony.message import digest_words
from ceremony.secret import UNTRUSTED, Random

WORDS_ASKED = re.compile(r"words ([\d, ]+) of (.+), as (.+) has them, from 1 to 32:")
"""The question, for whoever answers it by a program: places, subject, where the words are."""

PLACES = 4
"""Words that are asked for: 32 bits, at places that nobody knew before."""

MANY = 1000
"""Bytes that are drawn for the places: a good generator needs more than 50 once in 10^30 times."""

ATTEMPTS = 3
"""Times that a person may mistype; each time other places are asked for."""


def confirm_words(
    desk: Desk, control: Control, value: bytes, subject: str, where: str, random: Random
) -> None:
    """The digest that people have at ``where`` is ``value``, as far as the words asked for tell.

    Raises ``confirmation`` in the name of ``control`` after ``ATTEMPTS`` wrong answers.
    """
    words = digest_words(value)
    for attempt in range(1, ATTEMPTS + 1):
        places = pick_places(len(words), random)
        named = ", ".join(str(place + 1) for place in places)
        answer = desk.ask(
            f"words {named} of {subject}, as {where} has them, from 1 to {len(words)}:",
            _words_typed,
        )
        if [word.lower() for word in answer.split()] == [words[p].lower() for p in places]:
            return
        if attempt < ATTEMPTS:
            hint = "look there again: words at other places are asked for now"
            desk.error(_refusal(control, subject, where, hint))
    raise _refusal(control, subject, where, "STOP: what is here is not what is confirmed there")


def pick_places(count: int, random: Random) -> list[int]:
    """``PLACES`` different places below ``count``, in rising order. Raises ``randomness``."""
    places: set[int] = set()
    for _ in range(MANY):
        # 256 is a multiple of 32, the number of words of a SHA-256: every place is as likely.
        places.add(random(1)[0] % count)
        if len(places) == PLACES:
            return sorted(places)
    raise CeremonyError(
        Failure.RANDOMNESS,
        "the source of randomness gives the same few bytes again and again",
        hint=UNTRUSTED,
    )


def _words_typed(text: str) -> str:
    typed = text.replace(",", " ").split()
    if len(typed) != PLACES:
        raise CeremonyError(
            Failure.CONFIRMATION,
            f"{counted(len(typed), 'word')} typed, and {PLACES} are asked for",
            hint="type the words at the places that are named, in this order, with spaces between",
        )
    return " ".join(typed)


def _refusal(control: Control, subject: str, where: str, hint: str) -> CeremonyError:
    return control.refusal(
        Failure.CONFIRMATION, f"the words typed are not those of {subject} ({where})", hint=hint
    )
