"""The live image's first process, asked over two FIFOs: keyboard, clock, sticks (docs/live.md).

The ceremony's user may do none of these. A question is one line of words, an answer is ``ok`` or
``no`` and a reason; the first process judges each word again. What can be looked at afterwards
is looked at: an ``ok`` alone is not believed where the machine can tell.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.machine import Image, machine_image

ASK, ANSWER = "run/ceremony/ask", "run/ceremony/answer"
KEYMAPS = "usr/share/ceremony/keymaps"
IN, OUT = "media/in", "media/out"
"""Where sticks are mounted: to be read, and to be written."""

WORD = re.compile(r"[A-Za-z0-9_:-]{1,64}")
"""What a question may be made of."""

PATIENCE = 30.0
"""Seconds for an answer: a slow stick takes some to be mounted."""

LATE = 2.0
"""Seconds that are given to an answer that did not come in time, before the next question."""

POLL = 0.02
MAX_ANSWER = 400
"""Bytes of an answer; a reason is one short line."""


@dataclass
class Init:
    """The first process of the image whose root is ``root``; another one in tests."""

    root: Path = Path("/")
    patience: float = PATIENCE
    _late: bool = field(default=False, init=False)

    def ask(self, *words: str) -> None:
        """Returns when it was done. Raises ``machine`` where it was not, with the reason."""
        if not all(WORD.fullmatch(word) for word in words):
            raise _failed(f"{printable(' '.join(words))} cannot be asked of it")
        try:
            reader = os.open(self.root / ANSWER, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise _failed(f"its answers cannot be read: {error.strerror}") from None
        try:
            if self._late:
                # The answer to the question before: it must not be taken for this one's.
                self._line(reader, LATE)
            until = monotonic() + self.patience
            self._say(" ".join(words), until)
            answer = self._line(reader, until - monotonic())
        finally:
            os.close(reader)
        self._late = answer is None
        if answer is None:
            raise _failed(f"it gave no answer within {self.patience:.0f} seconds")
        verdict, _, reason = answer.partition(" ")
        if verdict == "no":
            raise _failed(f"it refuses: {printable(reason) or 'without a reason'}")
        if answer != "ok":
            raise _failed(f"its answer is not understood: {printable(answer)}")

    def _say(self, question: str, until: float) -> None:
        while True:
            try:
                return self._write(f"{question}\n".encode())
            except OSError as error:
                if monotonic() > until:
                    raise _failed(f"it cannot be asked: {error.strerror}") from None
                sleep(POLL)

    def _write(self, line: bytes) -> None:
        # Without a reader this fails at once, which is better than to wait for ever.
        writer = os.open(self.root / ASK, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.write(writer, line)
        finally:
            os.close(writer)

    def _line(self, reader: int, seconds: float) -> str | None:
        """The next line, without its end; None where none came in time."""
        until, data = monotonic() + seconds, b""
        while b"\n" not in data:
            if monotonic() > until or len(data) > MAX_ANSWER:
                return None
            with suppress(BlockingIOError):
                data += os.read(reader, MAX_ANSWER)
            if b"\n" not in data:
                sleep(POLL)
        return data.partition(b"\n")[0].decode("utf-8", "replace")


def this_image(root: Path = Path("/")) -> Image:
    """The live image that runs here. Raises ``configuration`` on any other machine."""
    image = machine_image(root)
    if isinstance(image, Image):
        return image
    if image is None:
        message = "this is not the live image"
    else:
        message = f"this is not the live image as it was built: {image.path} cannot be understood"
    raise CeremonyError(
        Failure.CONFIGURATION,
        message,
        hint="`ceremony live` is the image's first screen; use `ceremony import`, `ceremony "
        "export` and `ceremony check` on this machine",
    )


def _failed(why: str) -> CeremonyError:
    return CeremonyError(
        Failure.MACHINE,
        f"the live image's first process: {why}",
        hint="try again; if it stays so, power off and boot again: nothing is kept on this laptop",
    )
