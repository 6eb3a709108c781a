"""One looking for messages: what came of each code, and how far the nearest message is."""

from collections import deque
from collections.abc import Callable, Collection

from ceremony.errors import Failure
from ceremony.link import Complete, Foreign, Forged, Progress, Receiver, Receiving, Repeated
from ceremony.link.progress import Unreadable
from ceremony.media.hints import PATIENCE, hint_for
from ceremony.media.other_codes import other_code
from ceremony.media.pacing import Pacing
from ceremony.optics.eye import Glance
from ceremony.optics.screen_messages import Mark

REMEMBERED = 20.0
"""Seconds of which the speed is measured for the time that is left."""

FADES = 0.7
"""Seconds for which a mark stands without another code."""


class Scan:
    """Frames of whatever is in view, until messages are whole. ``known`` ones do not count.

    ``tell`` hears of every code. A glance without a picture, a foreign code or a reader that
    was started again takes nothing away.
    """

    def __init__(
        self,
        known: Collection[bytes],
        pacing: Pacing,
        tell: Callable[[Progress], None],
        clock: Callable[[], float],
    ) -> None:
        self.receiver = Receiver(known)
        self._pacing, self._tell, self._clock = pacing, tell, clock
        self._news: deque[float] = deque()
        self._began = self._read_at = self._marked_at = clock()
        self._mark = Mark.NONE
        self._note = ""
        self._hint = ""
        self.done = self.of = 0

    def take(self, glance: Glance) -> list[Complete]:
        """The messages that this glance completed."""
        now = self._clock()
        self._hint = glance.trouble
        complete: list[Complete] = []
        if glance.seen is None:
            return complete
        for text in glance.seen.texts:
            if not self._pacing.heard(text, now):
                complete += self._code(text, now)
        self._pacing.looked(len(glance.seen.texts), glance.seen.torn)
        if glance.seen.texts:
            self._read_at = now
        elif now - self._read_at > PATIENCE:
            self._hint = hint_for(glance.seen)
            if glance.seen.torn:
                self._show(Mark.UNREADABLE, now)
        return complete

    def _code(self, text: str, now: float) -> list[Complete]:
        progress = self.receiver.add(text)
        if isinstance(progress, Unreadable) and progress.failure is Failure.MALFORMED:
            progress = other_code(text)
        self._tell(progress)
        match progress:
            case Receiving(received, needed):
                self._pacing.here(None)
                self.done, self.of = received, needed
                self._news.append(now)
                self._show(Mark.NEW, now)
            case Repeated(received, needed):
                self.done, self.of = received, needed
                self._show(Mark.REPEATED, now)
            case Complete(digest=digest):
                self.receiver.go_on()
                self._pacing.here(digest)
                self._show(Mark.COMPLETE, now)
                return [progress]
            case Foreign(message_id=message_id, known=True):
                self._pacing.here(message_id)
                # The other side still shows what is here: no reason to alarm anybody.
                self._show(Mark.REPEATED, now)
            case Foreign():
                self._show(Mark.FOREIGN, now, "frames of another message are in view too")
            case Unreadable(reason=reason, hint=hint):
                self._show(Mark.FOREIGN, now, f"{reason}: {hint}")
            case Forged():
                self._show(Mark.FOREIGN, now, "somebody shows forged frames: nothing is lost")
            case _:
                pass
        return []

    def mark(self) -> Mark:
        """What the last code was, while it is news."""
        now = self._clock()
        return self._mark if now - self._marked_at < FADES else Mark.NONE

    @property
    def quiet_for(self) -> float:
        """Seconds since a code was read."""
        return self._clock() - self._read_at

    def lines(self) -> tuple[str, ...]:
        """Hints, and the time left."""
        return tuple(line for line in (self._left(), self._note, self._hint) if line)

    def _show(self, mark: Mark, now: float, note: str = "") -> None:
        self._mark, self._marked_at, self._note = mark, now, note

    def _left(self) -> str:
        now = self._clock()
        while self._news and now - self._news[0] > REMEMBERED:
            self._news.popleft()
        if len(self._news) < 3 or not self.of:
            return ""
        speed = len(self._news) / max(now - self._news[0], 0.1)
        seconds = round((self.of - self.done) / speed)
        return f"about {seconds} s left" if seconds < 120 else f"about {seconds // 60} min left"
