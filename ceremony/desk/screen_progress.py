"""How far long work is, as text: a bar that every console font can draw, and the time left."""

from dataclasses import dataclass

from ceremony.desk.port import Progress, Working
from ceremony.desk.screen_view import progress_line
from ceremony.link.progress import Receiving, Repeated

MIN_SECONDS = 2.0
"""Before that, and before ``MIN_PARTS``, an estimate would only jump."""

MIN_PARTS = 3


def measure(progress: Progress | None) -> tuple[int, int]:
    """Parts that are done, of how many; 0 of 0 where nobody knows."""
    match progress:
        case Working(_, done, of) | Receiving(done, of) | Repeated(done, of):
            return done, of
        case _:
            return 0, 0


def bar(done: int, of: int, width: int) -> str:
    """``[####....]``, ``width`` cells; full only when all is done."""
    inner = width - 2
    filled = inner * min(done, of) // of if of else 0
    return f"[{'#' * filled}{'.' * (inner - filled)}]"


def clock(seconds: float) -> str:
    """Minutes and seconds, 1:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@dataclass(slots=True)
class Pace:
    """How fast one piece of work goes. ``now`` is a clock's reading in seconds, any origin."""

    work: str = ""
    began: float = 0.0
    first: int = 0

    def lines(self, progress: Progress | None, now: float, width: int) -> list[str]:
        """What is shown of it: a sentence, and a bar where its end is known."""
        if progress is None:
            return ["at work"]
        done, of = measure(progress)
        sentence = progress_line(progress)
        work = f"frames of {of}" if isinstance(progress, Receiving | Repeated) else sentence
        if work != self.work:
            self.work, self.began, self.first = work, now, done
        elapsed = now - self.began
        if not of:
            return [f"{sentence} ({clock(elapsed)})"]
        counted = f"{100 * min(done, of) // of} %, {done} of {of}"
        return [sentence, bar(done, of, width), counted + self._left(done, of, elapsed)]

    def _left(self, done: int, of: int, elapsed: float) -> str:
        parts = done - self.first
        if parts < MIN_PARTS or elapsed < MIN_SECONDS or done >= of:
            return ""
        return f", about {clock(elapsed / parts * (of - done))} left"
