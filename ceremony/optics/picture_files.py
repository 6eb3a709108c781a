"""The QR codes in files from outside, by the process that reads pictures.

This side opens files, hands them over, and says what came of it under their names.
"""

import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import assert_never

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.optics.worker_messages import (
    Blank,
    Codes,
    End,
    Look,
    Next,
    Opened,
    Ready,
    Reason,
    Refused,
    Seen,
)
from ceremony.optics.worker_process import Lost, WorkerProcess

MAX_FILES = 100_000
"""Files of one folder, and pictures written at once."""


def codes_in(
    path: Path, worker: WorkerProcess, on_lost: Callable[[CeremonyError], None]
) -> Iterator[tuple[str, ...]]:
    """The texts of the codes in each picture of a file, or of the files of a folder.

    Raises ``file``, ``type`` and ``oversized``; for a folder only when no file of it is
    read. What the process did not survive goes to ``on_lost``, and raises nothing.
    """
    try:
        if not path.is_dir():
            yield from _of_file(path, worker, on_lost)
            return
        files = sorted(islice((e for e in path.iterdir() if e.is_file()), MAX_FILES + 1))
    except OSError as error:
        raise file_error(f"{shown_name(path)} cannot be read: {error.strerror}") from None
    if len(files) > MAX_FILES:
        raise _oversized(f"the folder {shown_name(path)} holds more than {MAX_FILES} files")
    refused: CeremonyError | None = None
    accepted = 0
    for file in files:
        try:
            yield from _of_file(file, worker, on_lost)
            accepted += 1
        except CeremonyError as error:
            if error.failure is Failure.CONFIGURATION:
                raise
            refused = error
    if not accepted:
        raise refused or file_error(f"the folder {shown_name(path)} is empty")


def _of_file(
    path: Path, worker: WorkerProcess, on_lost: Callable[[CeremonyError], None]
) -> Iterator[tuple[str, ...]]:
    if not path.is_file():
        raise file_error(f"{shown_name(path)} is not a file or a folder, or does not exist")
    try:
        with path.open("rb") as file:
            answer = worker.ask(Look(), file)
    except OSError as error:
        raise file_error(f"{shown_name(path)} cannot be read: {error.strerror}") from None
    while True:
        match answer:
            case Opened():
                pass
            case Codes(texts):
                yield texts
            case End():
                return
            case Refused():
                raise _refused(answer, shown_name(path))
            case Lost(why):
                on_lost(_lost(why, shown_name(path)))
                return
            # Said by another process than one that was asked about a file.
            case Ready() | Seen() | Blank():
                worker.end()
                on_lost(_lost("ended", shown_name(path)))
                return
            case _:
                assert_never(answer)
        answer = worker.ask(Next())


def _refused(answer: Refused, name: str) -> CeremonyError:
    match answer.reason:
        case Reason.KIND:
            return CeremonyError(
                Failure.TYPE,
                f"{name} is not a PNG or JPEG picture, nor a video",
                hint="pictures are PNG or JPEG; videos are MP4, MOV, MKV, WebM or AVI",
            )
        case Reason.DAMAGED:
            return file_error(f"{name} is damaged, or of a kind that is not supported")
        case Reason.OTHER_SIZE:
            return file_error(f"{name} is not as large as it says")
        case Reason.PIXELS:
            return _oversized(f"{name} has {answer.width} by {answer.height} pixels")
        case Reason.BYTES | Reason.FRAMES:
            return _oversized(f"{name} has too many {answer.reason}")
        case _:
            assert_never(answer.reason)


def _lost(why: str, name: str) -> CeremonyError:
    did = "made" if why == "hung" else "broke"
    hang = " hang" if why == "hung" else ""
    return CeremonyError(
        Failure.FILE,
        f"{name} {did} the process that reads pictures{hang}, and is passed over",
        hint="nothing else is lost; ask where this file comes from",
    )


def shown_name(path: Path) -> str:
    """The last part of a path, as it may be shown."""
    return printable(os.fsdecode(path.name) or str(path))


def file_error(message: str, hint: str = "check the path and try again") -> CeremonyError:
    return CeremonyError(Failure.FILE, message, hint=hint)


def _oversized(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.OVERSIZED,
        f"{message}, which is more than is read",
        hint="use smaller pictures: a code needs about 1,000 by 1,000 pixels",
    )
