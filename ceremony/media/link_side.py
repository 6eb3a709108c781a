"""One side of a link test: what it shows at which pace, and how it reads the other screen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from ceremony.desk.port import Awaiting, Progress, Working
from ceremony.errors import CeremonyError, Failure
from ceremony.link import Complete
from ceremony.link.feedback import encode_feedback, is_feedback, parse_feedback
from ceremony.link.frame import largest_symbol
from ceremony.link.meter import Meter, Trials
from ceremony.link.pace import Pace, Pacer
from ceremony.link.presets import START
from ceremony.link.probe import LARGE, Kind, Probe, Result, probe_digest
from ceremony.link.progress import Receiving, Unreadable
from ceremony.link.receiver import Receiver
from ceremony.media.hints import PATIENCE, hint_for
from ceremony.media.pacing import describe
from ceremony.optics.eye import Glance, Source
from ceremony.optics.matrix import capacity
from ceremony.optics.screen_messages import Key, Mark, Present, Status
from ceremony.optics.screen_process import Screen
from ceremony.secret import Random

MEASURED = 20.0
"""Seconds for which each side's codes are read: some ten steps to the best pace."""

ABSENT = 180.0
"""Seconds without any code of a test: nobody is there."""

REFRESH = 0.08
"""Seconds between two pictures of the panel."""

LINGER, AT_MOST = 1.5, 8.0
"""Seconds for which the last feedback stands, and the last message without one."""

ANSWERED = 3.0
"""Seconds since a code of an answer, for which nothing is shown: who answers has read us, and
our feedback alone can be larger."""

LONG = 1_000_000
"""Bytes of the message for which the pace is sought: long enough that a denser one pays."""


@dataclass(frozen=True, slots=True)
class Ends:
    """One side's camera, screen, keys and randomness; ``seconds`` are measured."""

    source: Source
    screen: Screen
    keys: Callable[[], str]
    random: Random
    tell: Callable[[Progress], None]
    clock: Callable[[], float] = monotonic
    seconds: float = MEASURED


@dataclass(frozen=True, slots=True)
class Read:
    """A test message that was read, and how its codes were."""

    data: bytes
    probe: Probe
    result: Result


Judge = Callable[[bytes], Probe]
"""The test message, if it is the one that is awaited now. Raises why it is not."""


@dataclass(slots=True)
class _Shown:
    """What is shown, and what sets its pace."""

    data: bytes
    pacer: Pacer
    trials: Trials
    presented: Pace | None = None


@dataclass
class Side:
    """One side of a link test: it shows, reads, and says in its feedback how it reads."""

    ends: Ends
    receiver: Receiver = field(default_factory=Receiver)
    meter: Meter = field(default_factory=Meter)
    known: list[bytes] = field(default_factory=list)
    shown: _Shown | None = None
    told: set[str] = field(default_factory=set)
    measuring: bool = True
    updated: float = -REFRESH
    read_at: float = 0.0
    answered_at: float = -ANSWERED
    hint: str = ""

    def noise(self) -> bytes:
        return self.ends.random(LARGE)

    def show(self, data: bytes) -> None:
        """From the next look on; what we show ourselves is nothing to read."""
        digest = probe_digest(data)
        self.known.append(digest)
        pacer = Pacer(digest, _frames, start=START, now=self.ends.clock())
        self.shown = _Shown(data, pacer, Trials(digest, _content))
        self.answered_at = -ANSWERED

    def show_nothing(self) -> None:
        self.ends.screen.present(Present(b"", START.version))

    def best(self) -> Pace | None:
        return self.shown.trials.best() if self.shown else None

    def read(self, judge: Judge) -> Read:
        """The next message that is awaited. Raises ``incomplete`` when nobody is there."""
        self.receiver, self.meter, self.measuring = Receiver(self.known), Meter(), True
        self.read_at = self.ends.clock()
        self.ends.tell(Awaiting("the other side's link test"))
        while True:
            for data in self._look("link test"):
                self.known.append(probe_digest(data))
                try:
                    probe = judge(data)
                except CeremonyError as error:
                    self._tell(error)
                    self.receiver.go_on()
                    continue
                self._measure(probe)
                return Read(data, probe, self.meter.result())
            if self._quiet() > ABSENT:
                raise CeremonyError(
                    Failure.INCOMPLETE,
                    f"no link test was seen for {ABSENT:.0f} seconds",
                    hint="start ceremony check and ceremony-relay check --link, screens facing "
                    "each other, and look at the preview",
                )

    def leave(self) -> None:
        """Says what is complete for a little longer, and shows until the other side has it."""
        self.measuring = False
        began = self.ends.clock()
        while True:
            self._look("link test: complete")
            took = self.ends.clock() - began
            has = self.shown is None or self.shown.pacer.complete
            if took >= AT_MOST or (took >= LINGER and (has or self._quiet() >= LINGER)):
                return

    def _measure(self, probe: Probe) -> None:
        """Looks on until its codes were read for as long as is measured."""
        clock, seconds = self.ends.clock, self.ends.seconds
        began = self.meter.began if self.meter.began is not None else clock()
        while probe.kind is not Kind.LAST and clock() - began < seconds:
            done = min(int(clock() - began), int(seconds))
            self.ends.tell(Working("measuring how the other screen is read", done, int(seconds)))
            self._look("link test: measuring")

    def _tell(self, error: CeremonyError) -> None:
        self.hint = f"{error.message}: {error.hint}"
        if error.message not in self.told:
            self.told.add(error.message)
            self.ends.tell(Unreadable(error.failure, error.message, error.hint))

    def _look(self, title: str) -> list[bytes]:
        """One glance; the messages that it completed."""
        self._present()
        glance = self.ends.source.look()
        if glance.over:
            raise CeremonyError(
                Failure.INCOMPLETE,
                "the pictures ended before the link test did",
                hint="point a camera at the other screen",
            )
        complete = self._take(glance)
        self._update(title, glance)
        if self.ends.keys() == Key.ESCAPE:
            raise _stopped()
        return complete

    def _take(self, glance: Glance) -> list[bytes]:
        now = self.ends.clock()
        if glance.seen is None:
            return []
        frames, complete = [], []
        was = isinstance(self.receiver.progress, Complete)
        for text in glance.seen.texts:
            if is_feedback(text):
                self._heard(text, now)
                continue
            frames.append(text)
            progress = self.receiver.add(text)
            if isinstance(progress, Complete) and not was:
                complete.append(progress.message)
                was = True
            if self.measuring and isinstance(progress, Receiving | Complete):
                self.answered_at = now
        self.meter.looked(frames, glance.seen.torn, self.receiver, now)
        if frames:
            self.read_at = now
        return complete

    def _heard(self, text: str, now: float) -> None:
        if self.shown is None or self.shown.presented is None:
            return
        try:
            feedback = parse_feedback(text)
        except CeremonyError:
            return
        self.shown.trials.heard(self.shown.presented, feedback, now)
        self.shown.pacer.heard(feedback, now)

    def _present(self) -> None:
        """What has to be shown, at its pace now; nothing while the other side answers."""
        shown, now = self.shown, self.ends.clock()
        if shown is None:
            return
        pace = None if now - self.answered_at < ANSWERED else shown.pacer.at(now)
        if pace == shown.presented:
            return
        shown.presented = pace
        if pace is None:
            self.show_nothing()
            return
        captions = ("link test: nothing of a ceremony is shown", describe(pace))
        self.ends.screen.present(
            Present(shown.data, pace.version, *pace.grid, pace.dwell, captions)
        )

    def _update(self, title: str, glance: Glance) -> None:
        now = self.ends.clock()
        if now - self.updated < REFRESH:
            return
        self.updated = now
        seen = glance.seen
        state = self.receiver.state()
        mark = Mark.NEW if self._quiet() < REFRESH * 2 and self.meter.began else Mark.NONE
        blind = self._quiet() > PATIENCE and seen is not None
        hint = hint_for(seen) if blind and seen is not None else self.hint
        lines = tuple(line[:400] for line in (glance.trouble, hint, "Esc: stop") if line)
        shown = self.ends.screen.update(
            Status(
                mark=Mark.COMPLETE if state.complete else mark,
                title=title,
                done=state.held,
                of=state.needed,
                lines=lines,
                feedback=encode_feedback(
                    self.meter.feedback(self.receiver, measuring=self.measuring)
                ),
                preview=seen.preview if seen else None,
                outlines=seen.outlines if seen else (),
            )
        )
        for key in shown.keys:
            if key == Key.ESCAPE:
                raise _stopped()
            if self.shown is not None:
                self.shown.pacer.key(key)

    def _quiet(self) -> float:
        return self.ends.clock() - self.read_at


def _frames(version: int) -> int | None:
    size = _content(version)
    return -(-LONG // size) if size else None


def _content(version: int) -> int:
    """Bytes of content in a code, as of a long message."""
    try:
        return largest_symbol(capacity(version), LONG)
    except CeremonyError:
        return 0


def _stopped() -> CeremonyError:
    return CeremonyError(
        Failure.CANCELLED,
        "the link test was stopped",
        hint="start it again on both sides; nothing else was lost",
    )
