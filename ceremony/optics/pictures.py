"""A message as pictures in a folder, and pictures, folders of them and videos as a message."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ceremony.errors import CeremonyError, Failure
from ceremony.link import (
    Complete,
    Foreign,
    Progress,
    Receiver,
    Receiving,
    Repeated,
    Sender,
    Waiting,
)
from ceremony.optics.matrix import DEFAULT_VERSION, capacity, code_matrix
from ceremony.optics.picture_files import MAX_FILES, codes_in, file_error, shown_name
from ceremony.optics.png import png_of
from ceremony.optics.worker_process import WorkerProcess

_SPARE_RATIO = 4
_MIN_SPARE = 2


def encode_to_folder(
    message: bytes,
    folder: Path,
    *,
    version: int | None = None,
    frames: int | None = None,
    scale: int = 8,
) -> int:
    """Write ``message`` as pictures frame-00001.png and so on; returns how many.

    ``version`` sets the codes' size exactly; without it they are as small as the frames
    allow, at most the default. ``frames`` is at least the message's K; without it there
    are a quarter more, and 2. The folder must not exist, or be empty; it is there with
    all pictures, for its owner only, or not at all. Raises ``oversized``, ``usage``, ``file``.
    """
    sender = Sender(message, capacity(version or DEFAULT_VERSION))
    if frames is None:
        frames = sender.needed + sender.needed // _SPARE_RATIO + _MIN_SPARE
    if not sender.needed <= frames <= min(MAX_FILES, sender.distinct):
        raise CeremonyError(
            Failure.USAGE,
            f"the message takes {sender.needed} to {min(MAX_FILES, sender.distinct)} frames, "
            f"not {frames}",
            hint="leave the number of frames out, or use a higher version for fewer",
        )
    try:
        if folder.is_symlink() or (folder.exists() and any(folder.iterdir())):
            raise file_error(
                f"{shown_name(folder)} exists and is not an empty folder",
                "name a new folder: what is in this one is left as it is",
            )
        unfinished = Path(tempfile.mkdtemp(prefix=".frames-", dir=folder.parent))
        try:
            for index in range(frames):
                png = png_of(code_matrix(sender.frame(index), version), scale)
                (unfinished / f"frame-{index + 1:05}.png").write_bytes(png)
            unfinished.rename(folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    except OSError as error:
        raise file_error(f"the pictures cannot be written: {error.strerror}") from None
    return frames


def decode_pictures(
    paths: Sequence[Path],
    on_progress: Callable[[Progress], None],
    on_lost: Callable[[CeremonyError], None],
    worker: WorkerProcess,
) -> bytes:
    """The one message in these pictures, folders of pictures and videos, in their order.

    Files of a folder that are no pictures are passed over; a path that is none is an
    error. A file that breaks the process which reads it, or has it hang, goes to
    ``on_lost``, and the next file is read. Raises ``file`` (cannot be read), ``type`` (of
    another kind), ``oversized``, ``incomplete`` (no code at all, or too few frames) and
    ``ambiguous`` for two whole messages: which of them is meant is not for us to guess.
    """
    receiver = Receiver()
    best: Progress = Waiting()
    found: Complete | None = None
    looked = 0
    for path in paths:
        for codes in codes_in(path, worker, on_lost):
            looked += 1
            for code in codes:
                progress = receiver.add(code)
                if isinstance(progress, Foreign) and progress.known:
                    continue
                on_progress(progress)
                if isinstance(progress, Complete):
                    if found is not None:
                        raise _two(found, progress)
                    found = progress
                    receiver.go_on()
                if isinstance(progress, Receiving | Repeated) or isinstance(best, Waiting):
                    best = progress
    if found is None:
        raise _none(best, looked)
    return found.message


def _two(first: Complete, second: Complete) -> CeremonyError:
    return CeremonyError(
        Failure.AMBIGUOUS,
        "these pictures hold two whole messages, and neither is taken: "
        f"SHA-256 {first.digest.hex()} and {second.digest.hex()}",
        hint="give the pictures of one message only, the one whose digest the other side shows",
    )


def _none(best: Progress, looked: int) -> CeremonyError:
    match best:
        case Receiving(received, needed) | Repeated(received, needed):
            found = f"they hold {received} frames of a message that takes about {needed}"
        case Waiting():
            found = "they show no QR code that can be read"
        case _:
            found = "their QR codes are not frames of the ceremony"
    return CeremonyError(
        Failure.INCOMPLETE,
        f"no message in {looked} pictures: {found}",
        hint="take more pictures, sharper and closer; any frames of the message will do",
    )
