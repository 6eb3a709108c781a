"""Dfns' limit of requests: waits after a 429, and a slower pace from then on.

Dfns gives an organisation 100 requests a minute on trial and 1,000 otherwise, shared by all
its clients, and advises exponential backoff. Which limit is in force is told by nothing but a
429. So calls are not spaced before the first one, and always after it: most organisations never
see a delay, and a small one sees its limit once.
"""

from collections.abc import Callable
from time import monotonic, sleep

Sleep = Callable[[float], None]

WAITS = (2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before each repetition of a call that got a 429; together they are two of the minutes
that Dfns counts. There is no jitter: one relay is one client."""

SPACING = 0.65
"""Seconds between the starts of two calls after the first 429: 92 in a minute, of 100."""


class Pace:
    """The rhythm of one session's calls."""

    def __init__(self, pause: Sleep = sleep, clock: Callable[[], float] = monotonic) -> None:
        self._pause = pause
        self._clock = clock
        self._spaced = False
        self._next = 0.0

    def step(self) -> None:
        """Before each call; waits only after the first 429."""
        if not self._spaced:
            return
        if (left := self._next - self._clock()) > 0:
            self._pause(left)
        self._next = self._clock() + SPACING

    def back_off(self, seconds: float) -> None:
        """After a 429."""
        self._spaced = True
        self._pause(seconds)
