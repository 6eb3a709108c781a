"""A sealed laptop whose power goes, and the relay opposite to it, each in a thread.

Both are the real ones: `ceremony live` in an image without storage, and the relay at a
sandbox. What is shown is seen at once; a boot knows nothing of the boot before.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from ceremony.desk.words import WORDS_ASKED
from ceremony.errors import CeremonyError, Failure
from ceremony.media.port import Tell
from ceremony.message import decode_message, digest, digest_words
from ceremony.message.codec import kind_of
from ceremony.record.plan import Plan
from ceremony.record.plan_file import parse_plan
from tests.support.live_image import LiveImage
from tests.support.live_people import OPENED, LivePeople
from tests.support.papers import picked
from tests.support.relay_world import Run, World

LONG = 120.0
"""Seconds in which the other side says something, on a busy machine."""


class PowerLost(BaseException):
    """The laptop is off: nothing of its program runs any more, and nothing is tidied up."""


@dataclass
class Screen:
    """What one side shows. A side that was started again shows nothing of before."""

    shown: list[bytes] = field(default_factory=list)
    dark: threading.Event = field(default_factory=threading.Event)


@dataclass
class Side(AbstractContextManager["Side"]):
    """The light of one side, as its ceremony has it. ``before`` is called with what it is about
    to show, ``seen`` with what it takes."""

    ours: Screen
    theirs: Callable[[], Screen]
    news: threading.Condition
    newest_first: bool
    before: Callable[[bytes], None] = lambda _: None
    seen: Callable[[bytes], None] = lambda _: None
    after: Callable[[bytes], None] = lambda _: None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def send(self, message: bytes, tell: Tell) -> None:
        self.before(message)
        with self.news:
            self.ours.shown.append(message)
            self.news.notify_all()
        self.after(message)

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        with self.news:
            while not self.ours.dark.is_set():
                there = self.theirs().shown
                for data in there[::-1] if self.newest_first else there:
                    if kind_of(decode_message(data)) in kinds and digest(data) not in known:
                        self.seen(data)
                        return data
                if not self.news.wait(LONG):
                    raise AssertionError(f"nothing comes: {kinds}")
        raise CeremonyError(Failure.CANCELLED, "the people stopped it", hint="as the test says")

    def sent(self) -> list[bytes]:
        return self.ours.shown

    def received(self) -> list[bytes]:
        return []


@dataclass
class SealedRoom:
    """``plan`` is for this world's sandbox. ``crossed`` is what the relay's camera ever read, in
    its folder; ``change`` is what whoever controls the relay makes of it. Without people,
    not ``attended``, it waits at each question."""

    world: World
    plan: bytes
    folder: Path
    crossed: list[bytes] = field(default_factory=list)
    change: Callable[[bytes], bytes] = lambda data: data
    boots: int = 0
    attended: bool = True

    def __post_init__(self) -> None:
        self.news = threading.Condition()
        self.laptop, self.relay = Screen(), Screen()
        self.papers = {"the plan's digest": digest(self.plan)}
        self._thread: threading.Thread | None = None
        self.run = self._run()
        self.failed: BaseException | None = None

    @property
    def parsed(self) -> Plan:
        return parse_plan(self.plan)

    @property
    def kept(self) -> Path:
        """What the laptop delivered."""
        return self.world.folder / "files"

    @property
    def exports(self) -> list[str]:
        return [post for post in self.world.wire.posts() if post.endswith("/export")]

    def _run(self) -> Run:
        self.relay = Screen()
        side = Side(self.relay, lambda: self.laptop, self.news, newest_first=False, seen=self._read)
        run = Run(side, {"compare": "same"})
        run.desk.answer = lambda question: self._operator(run, question)
        return run

    def _read(self, data: bytes) -> None:
        if data not in self.crossed:
            self.crossed.append(data)
            self.news.notify_all()

    def _operator(self, run: Run, question: str) -> str:
        if not self.attended:
            self.relay.dark.wait(LONG)
            raise CeremonyError(Failure.CANCELLED, "the people stopped it", hint="as the test says")
        if found := WORDS_ASKED.fullmatch(question):
            words = digest_words(self.papers[found[2]])
            return picked(words, found[1])
        for start, text in run.typed.items():
            if question.startswith(start):
                return text
        raise AssertionError(f"nobody answers: {question}")

    def start_relay(self, *, resume: bool = False, **typed: str) -> None:
        """`ceremony-relay run`, until its ceremony closes or ``stop_relay``."""
        self.run = self._run()
        self.run.typed |= typed
        self.failed = None

        def hold() -> None:
            try:
                self.world.ceremony(
                    plan=(self.parsed, self.plan),
                    run=self.run,
                    crossed=self._brought if resume else None,
                )
            except BaseException as error:
                self.failed = error
            with self.news:
                self.news.notify_all()

        self._thread = threading.Thread(target=hold, daemon=True)
        self._thread.start()

    def _brought(self) -> Sequence[bytes]:
        return [self.change(data) for data in self.crossed]

    def end_relay(self) -> None:
        """Its ceremony has closed, or it has refused."""
        assert self._thread is not None
        self._thread.join(LONG)
        assert not self._thread.is_alive(), "the relay is still waiting"

    def stop_relay(self) -> None:
        """Somebody presses Escape."""
        with self.news:
            self.relay.dark.set()
            self.news.notify_all()
        self.end_relay()

    def boot(
        self,
        *answers: str,
        off_before: str = "",
        off_after: str = "",
    ) -> LivePeople:
        """One boot, to the end of these answers, or until its power goes.

        ``off_before`` and ``off_after`` are kinds, of a message that is about to be shown, or
        was; the relay has read all that was shown by then.
        """
        self.boots += 1
        self.laptop = Screen()
        root = self.folder / f"boot-{self.boots}"
        root.mkdir()

        screen = self.laptop

        def off() -> None:
            self.until(lambda: all(data in self.crossed for data in screen.shown))
            raise PowerLost

        def shown(data: bytes) -> None:
            if named(data) == off_before:
                off()
            if "request" in named(data):
                # On paper since it was shown first.
                self.papers.setdefault("the request's digest", digest(data))

        def after(data: bytes) -> None:
            if named(data) == off_after:
                off()

        side = Side(
            self.laptop, lambda: self.relay, self.news, newest_first=True, before=shown, after=after
        )
        people = LivePeople(LiveImage(root), self.papers, medium=side)
        with people.image:
            try:
                left = people.run(*OPENED, *answers)
            except PowerLost:
                people.out.write("\nthe power is gone\n")
            else:
                assert left == [], (left, people.shown)
        return people

    def until(self, true: Callable[[], bool]) -> None:
        """Waits for the other side."""
        with self.news:
            assert self.news.wait_for(true, LONG), "it never came"


def named(data: bytes) -> str:
    """The kind of a message, with the type of the file in a ``deliver``."""
    message = decode_message(data)
    return f"deliver {message.type}" if hasattr(message, "type") else kind_of(message)
