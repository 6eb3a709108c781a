"""Light: what this side says is shown until the other side has it, while its screen is read.

``send`` hands a message over and returns; it is shown from the next ``receive`` on, or in
``finish``, one message after the other in their order. It counts as across when the answer
to it was read, when the other side's feedback says so, or when somebody presses Enter.
``receive`` shows and reads at once. Between the calls the camera is off and the screen is
given back to the terminal.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from time import monotonic

from ceremony.desk.port import Awaiting
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.media.judging import check_confined, is_early, rivals_of, two_messages, why_not
from ceremony.media.pacing import Paced, Pacing
from ceremony.media.port import Tell
from ceremony.media.queue import Outgoing, captions, key_lines, marks
from ceremony.media.scan import Scan
from ceremony.message import decode_message, digest
from ceremony.message.kinds import Environment
from ceremony.optics.eye import Source
from ceremony.optics.screen_messages import Key, Present, Status
from ceremony.optics.screen_process import Screen

REFRESH = 0.08
"""Seconds between two pictures of the panel."""

LINGER, LEAVES, AT_MOST = 0.8, 0.6, 6.0
"""Seconds that a side looks on when a message is whole: at least, so that a second one is
noticed; then until the other side's frames are gone for so long; and never for longer."""

DOUBT = 20.0
"""Seconds after which a message that the other side says it has is shown again."""

AGAIN, SAVE = "m", "s"
"""Keys: show the last message again, and write its frames as pictures."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the light of one side is made of.

    ``keys`` gives the key that was pressed at the desk, "" for none; ``keep`` is told each
    message that was sent (True) or received, ``save`` writes frames as pictures and says where.
    """

    source: Source
    screen: Screen
    keys: Callable[[], str] = lambda: ""
    keep: Callable[[bytes, bool], None] = lambda _data, _sent: None
    save: Callable[[bytes], str] = lambda _: ""
    pacing: Pacing = field(default_factory=Paced)
    clock: Callable[[], float] = monotonic


class Light:
    """One side's screen and camera.

    ``newest_first`` is true for the laptop, which awaits one answer; the relay takes messages
    in their order. ``sent`` and ``received`` are what crossed before, in a run that is taken
    up again: the last message of it is shown again, and an answer must be read again.
    ``environment`` is None while nobody knows it; that is as strict as production. Every call
    can be ended with Escape, which raises ``cancelled`` and loses nothing.
    """

    def __init__(
        self,
        parts: Parts,
        environment: Environment | None,
        *,
        newest_first: bool,
        sent: Sequence[bytes] = (),
        received: Sequence[bytes] = (),
    ) -> None:
        self._parts, self._newest_first = parts, newest_first
        self.environment = environment
        self._sent, self._before, self._here = [*sent], [*received], list[bytes]()
        self._outgoing = Outgoing()
        for data in self._sent[-1:]:
            self._outgoing.add(data)
        self._told: set[bytes] = set()
        self._shown: tuple[bytes, object] | None = None
        self._doubt: tuple[float, bytes] | None = None
        self._updated = 0.0
        self._saved = self._note = ""

    def send(self, message: bytes, tell: Tell) -> None:
        """Returns at once: the message is shown from now on, whenever this side looks."""
        self._sent.append(message)
        self._outgoing.add(message)
        self._parts.keep(message, True)

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        """As the port has it. Raises ``cancelled``, ``configuration`` without a camera or screen,
        and ``machine`` (ENV-OPTICS) where production is not confined.
        """
        if found := self._candidates(kinds, known, tell):
            return found[0]
        what = " or ".join(kinds)
        self._note = ""
        tell(Awaiting(what))
        scan = self._scan(known, tell)
        try:
            while True:
                here = len(self._here)
                self._look(scan, f"awaited: {what}" if len(kinds) == 1 else "looking")
                if len(self._here) == here or not self._candidates(kinds, known, tell):
                    continue
                self._linger(scan)
                found = self._candidates(kinds, known, tell)
                rivals = rivals_of(found)
                if len(rivals) == 1:
                    return found[0]
                tell(two_messages(rivals))
                self._here = [data for data in self._here if data not in rivals]
                scan = self._scan(known, tell)
        finally:
            self._rest()

    def finish(self, tell: Tell) -> None:
        """Shows what is not across yet, until it is. Raises as ``receive`` does."""
        scan = self._scan((), tell)
        try:
            while self._outgoing.front is not None:
                self._look(scan, "showing the last messages")
        finally:
            self._rest()

    def close(self) -> None:
        """Ends both processes; nothing is shown any more."""
        self._parts.source.rest()
        self._parts.screen.close()

    def sent(self) -> list[bytes]:
        """The messages of this side, in their order."""
        return [*self._sent]

    def received(self) -> list[bytes]:
        """The messages of the other side that were read, in their order."""
        return [*self._before, *self._here]

    def _scan(self, known: Collection[bytes], tell: Tell) -> Scan:
        return Scan({*known, *map(digest, self._here)}, self._parts.pacing, tell, self._parts.clock)

    def _look(self, scan: Scan, title: str) -> None:
        """One glance at the other screen, one look at the keys, and what follows from them."""
        self._show()
        self._parts.source.start()
        # Before each look: a process may have been started again.
        confined = self._parts.source.confined and self._parts.screen.confined
        check_confined(self.environment, confined)
        glance = self._parts.source.look()
        for one in scan.take(glance):
            self._take(one.message)
        self._believe()
        if self._parts.clock() - self._updated >= REFRESH or glance.trouble:
            self._updated = self._parts.clock()
            seen = glance.seen
            shown = self._parts.screen.update(
                Status(
                    mark=scan.mark(),
                    title=title,
                    done=scan.done,
                    of=scan.of,
                    lines=self._lines(scan),
                    feedback=self._parts.pacing.feedback(scan.receiver),
                    preview=seen.preview if seen else None,
                    outlines=seen.outlines if seen else (),
                )
            )
            for key in shown.keys:
                self._press(key)
        if key := self._parts.keys():
            self._press(key)

    def _believe(self) -> None:
        """What the other side says that it has, is across; until no answer comes for a while.

        Anybody can say so: then it is shown again.
        """
        now, front = self._parts.clock(), self._outgoing.front
        if front is not None and self._parts.pacing.has(front):
            self._outgoing.across(front)
            self._doubt = (now + DOUBT, front)
        elif front is None and self._doubt is not None and now > self._doubt[0]:
            self._outgoing.add(self._doubt[1])
            self._parts.pacing.doubt(now)
            self._doubt = None

    def _take(self, data: bytes) -> None:
        """A message that was read: kept, and what it answers is across."""
        self._doubt = None
        self._here.append(data)
        self._parts.keep(data, False)
        try:
            answers = decode_message(data).answers
        except CeremonyError:
            return
        for sent in self._sent:
            if digest(sent) == answers:
                self._outgoing.across(sent)

    def _candidates(
        self, kinds: Collection[str], known: Collection[bytes], tell: Tell
    ) -> list[bytes]:
        """What is here and awaited; the first one is the one to take."""
        there = [data for data in self._here if digest(data) not in known]
        wanted = [data for data in there if self._wanted(data, kinds, tell)]
        return wanted[::-1] if self._newest_first else wanted

    def _wanted(self, data: bytes, kinds: Collection[str], tell: Tell) -> bool:
        """What is not awaited is kept, and told once; on the screen alone if it is only early."""
        # The laptop began its ceremony itself; the relay takes whatever ceremony comes.
        ours = [decode_message(sent).ceremony for sent in self._sent[-1:]]
        reason = why_not(data, kinds, self.environment, ours if self._newest_first else ())
        if reason is not None and digest(data) not in self._told:
            self._told.add(digest(data))
            if not is_early(reason, data):
                tell(reason)
            else:
                self._note = reason.reason
        return reason is None

    def _linger(self, scan: Scan) -> None:
        """Goes on looking: is there a second message, and has the other side heard of this one?"""
        clock = self._parts.clock
        began = clock()
        talks = bool(self._parts.pacing.feedback(scan.receiver))
        while True:
            self._look(scan, "complete")
            took = clock() - began
            if took >= AT_MOST or (took >= LINGER and (not talks or scan.quiet_for >= LEAVES)):
                return

    def _show(self) -> None:
        """Presents what has to be shown now, unless it is shown already."""
        if self.environment != "rehearsal" and not self._parts.screen.confined:
            # It says so when it has started: before anything of ours is on it.
            self._parts.screen.present(Present(b"", 1))
            check_confined(self.environment, self._parts.screen.confined)
        front, now = self._outgoing.front, self._parts.clock()
        if front is not None:
            self._parts.pacing.begin(front, now)
        pace = self._parts.pacing.pace(now)
        wanted = (front or b"", pace)
        if self._shown == wanted:
            return
        self._shown = wanted
        self._parts.screen.present(
            Present(
                front or b"",
                pace.version,
                *pace.grid,
                pace.dwell,
                captions(front, pace, self._saved),
            )
        )

    def _press(self, key: str) -> None:
        front = self._outgoing.front
        if key == Key.ESCAPE:
            raise CeremonyError(
                Failure.CANCELLED,
                "looking at the other screen was stopped",
                hint="nothing is lost: start it again, or take it up with `ceremony resume`",
            )
        if key == Key.ENTER and front is not None:
            self._outgoing.across(front)
        elif key == AGAIN and self._sent:
            self._outgoing.add(self._sent[-1])
        elif key == SAVE and front is not None:
            self._saved = printable(self._parts.save(front))
            self._shown = None
        else:
            self._parts.pacing.key(key)

    def _lines(self, scan: Scan) -> tuple[str, ...]:
        note = (self._note,) if self._note else ()
        keys = (*note, *key_lines(self._outgoing, again=bool(self._sent)))
        return (*marks(self.environment), *scan.lines(), *keys)

    def _rest(self) -> None:
        self._shown = None
        self._parts.source.rest()
        self._parts.screen.hide()
