"""The laptop's people, played: they answer the ceremony from what is on paper and on screens."""

import re
from collections.abc import Mapping, Sequence

from ceremony.desk.port import Progress
from ceremony.desk.scripted import ScriptedDesk
from ceremony.errors import CeremonyError, Failure
from ceremony.link import Receiving
from ceremony.message import parse_digest
from ceremony.rehearsal.people import words_for
from ceremony.rehearsal.stage import Stage
from ceremony.secret import Random, Secret

ANSWERS = {
    "is everybody of the plan present?": "all",
    "passphrase for ": "made",
    "share ": "",
    "some keys are pending or unknown": "wait",
}
"""What people answer, by how the question begins."""

NUMBERED = re.compile(r" ?\d{1,2} ([A-Za-z]+)")

WORD_ROWS = 8
"""Rows of the words of a digest on a screen."""


def people_at(stage: Stage, paper: Mapping[str, bytes], random: Random) -> ScriptedDesk:
    """A desk with people who have these digests on paper. ``random`` is that of their dice."""

    def answer(question: str) -> str:
        on_paper = {name: (lambda value=value: value) for name, value in paper.items()}
        if (words := words_for(question, on_paper)) is not None:
            return words
        for start, text in ANSWERS.items():
            if question.startswith(start):
                return text
        raise CeremonyError(
            Failure.USAGE,
            f"no rehearsal answers the question: {question}",
            hint="this is a mistake in the rehearsal, not in the plan: report it",
        )

    def enter(prompt: str) -> Secret:
        if "characters of dice" in prompt or prompt.endswith(", again:"):
            return Secret(random(32).hex().encode())
        return [*desk.revealed.values()][-1]

    def progress(progress: Progress) -> None:
        if isinstance(progress, Receiving):
            stage.moving(progress.received, progress.needed)

    desk = ScriptedDesk(answer, enter, progress, lambda step: stage.begins_step(step.title))
    return desk


def digest_on_screen(shown: Sequence[str]) -> bytes:
    """The digest whose words the laptop's screen shows last, as the relay's operator reads it."""
    rows: list[str] = []
    for line in reversed(shown):
        words = NUMBERED.findall(line)
        if len(words) == 4:
            rows = [" ".join(words), *rows]
        if len(rows) == WORD_ROWS:
            break
    return parse_digest(" ".join(rows))
