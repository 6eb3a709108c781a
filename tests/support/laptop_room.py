"""The laptop's side of a ceremony in one process: a plain desk and messages from a list."""

import io
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ceremony.desk.again import PUT_RIGHT
from ceremony.desk.plain import PlainDesk
from ceremony.desk.words import WORDS_ASKED
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.media.port import Tell
from ceremony.message import digest_words
from ceremony.offline.room import Room
from ceremony.record.plan import Plan
from ceremony.record.transcript import Record
from ceremony.secret import Secret
from tests.support.papers import picked
from tests.support.self_tests import LITTLE, QUICK


class Administrator(io.TextIOBase):
    """Answers the last question; ``digests`` are those on the paper, by what they are called."""

    def __init__(self, out: io.StringIO, digests: dict[str, bytes]) -> None:
        self._out, self._digests = out, digests

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        questions = [line for line in self._out.getvalue().split("\n") if line.startswith("? ")]
        assert len(questions) < 100, f"asked again and again: {questions[-1]}"
        question = questions[-1].removeprefix("? ")
        if found := WORDS_ASKED.fullmatch(question):
            words = digest_words(self._digests[found[2]])
            return picked(words, found[1]) + "\n"
        if question == PUT_RIGHT:
            return "stop\n"
        return "all\n" if question.startswith("type all or missing") else "later\n"


@dataclass
class Messages:
    """A medium that brings these messages, and then nothing more."""

    coming: list[bytes]
    sent: list[bytes] = field(default_factory=list)

    def send(self, message: bytes, tell: Tell) -> None:
        self.sent.append(message)

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        if not self.coming:
            raise CeremonyError(Failure.CANCELLED, "nothing more comes", hint="stop")
        return self.coming.pop(0)


@dataclass
class LaptopRoom:
    """``screen`` and ``transcript`` are all that the laptop wrote; ``files`` what it would."""

    room: Room
    screen: io.StringIO
    transcript: list[bytes]
    files: dict[str, Secret]

    @classmethod
    def make(
        cls, plan: Plan, messages: Sequence[bytes], digests: dict[str, bytes] | None = None
    ) -> "LaptopRoom":
        screen, transcript = io.StringIO(), list[bytes]()
        files: dict[str, Secret] = {}
        room = Room(
            desk=PlainDesk(Administrator(screen, digests or {}), screen),
            medium=Messages([*messages]),
            plan=plan,
            machine=lambda: (),
            random=system_random,
            record=Record(transcript.append, lambda: datetime(2026, 1, 1, tzinfo=UTC)),
            enter=lambda *_: (),
            write=lambda pairs, _: files.update(pairs),
            read=lambda name: files[name],
            exists=lambda name: name in files,
            scan=lambda prompt: Secret(b""),
            self_tests=QUICK,
            work=LITTLE,
        )
        return cls(room, screen, transcript, files)

    def run(self, script: Callable[[Room], object]) -> str:
        """The script to its end or refusal; everything that was written."""
        try:
            script(self.room)
        except CeremonyError as error:
            self.screen.write(f"ceremony: error: {error.message}\nceremony: hint: {error.hint}\n")
        return self.screen.getvalue()

    def written(self) -> str:
        return b"".join(self.transcript).decode()
