"""Pictures that this program has, decoded where all pictures are: in the process for it."""

import socket
from types import TracebackType
from typing import Self

from ceremony.optics.feed import picture_bytes
from ceremony.optics.picture import Picture
from ceremony.optics.worker_messages import Blank, Feed, Next, Opened, Seen
from ceremony.optics.worker_process import WorkerProcess

PATIENCE = 5.0
"""Seconds for one picture to be taken, and to be answered."""

BLANKS = 40
"""Answers that nothing has come, a quarter of a second each, until a picture counts as lost."""


class FedReader:
    """Feeds pictures to a process and gives the texts of their codes.

    A picture that breaks the process, or makes it hang, has no codes; the next one is given
    to another process.
    """

    def __init__(self, worker: WorkerProcess | None = None) -> None:
        self._worker = worker or WorkerProcess(patience=PATIENCE)
        self._feed: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, picture: Picture) -> list[str]:
        """The texts of the codes in one picture. Raises ``configuration`` as the process does."""
        feed = self._opened()
        if feed is None:
            return []
        try:
            feed.sendall(picture_bytes(picture))
        except OSError:
            self.close()
            return []
        for _ in range(BLANKS):
            match self._worker.ask(Next()):
                case Seen(texts=texts):
                    return [*texts]
                case Blank():
                    continue
                case _:
                    break
        self.close()
        return []

    def close(self) -> None:
        """Ends the process; another picture starts it again."""
        if self._feed is not None:
            self._feed.close()
        self._feed = None
        self._worker.end()

    def _opened(self) -> socket.socket | None:
        if self._feed is None:
            ours, theirs = socket.socketpair()
            with theirs:
                if self._worker.ask(Feed(), theirs) != Opened():
                    ours.close()
                    return None
            ours.settimeout(PATIENCE)
            self._feed = ours
        return self._feed
