"""`ceremony qr encode` and `ceremony qr decode`: a file as pictures, and back."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from ceremony.desk.digests import digest_lines
from ceremony.errors import CeremonyError
from ceremony.files import check_absent, read_file, write_file
from ceremony.link import Foreign, Forged, Progress, Unreadable, describe
from ceremony.message import MAX_MESSAGE, digest
from ceremony.offline.report import report
from ceremony.optics.pictures import decode_pictures, encode_to_folder
from ceremony.optics.worker_process import WorkerProcess


def encode(options: argparse.Namespace) -> None:
    """A folder of pictures; any sufficiently large part of them gives the file again."""
    data = read_file(options.file, "the file", MAX_MESSAGE)
    written = encode_to_folder(
        data, Path(options.out), version=options.version, frames=options.frames
    )
    report("pictures", f"{written} in {options.out}")
    report("digest", *digest_lines(digest(data)))


def decode(options: argparse.Namespace) -> None:
    """The file in the pictures, whole and with the digest that its frames named."""
    check_absent(options.out, "the file")
    passed_over: Counter[str] = Counter()

    def tell_lost(error: CeremonyError) -> None:
        passed_over[error.message] += 1

    def tell(progress: Progress) -> None:
        if isinstance(progress, Foreign | Forged | Unreadable):
            passed_over[describe(progress)] += 1
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{describe(progress)}\r")

    try:
        with WorkerProcess() as worker:
            data = decode_pictures(list(map(Path, options.paths)), tell, tell_lost, worker)
    finally:
        for text, count in passed_over.items():
            report("passed over", f"{count}: {text}", to=sys.stderr)
    write_file(options.out, data, "the file")
    report("file", f"{options.out}, {len(data)} bytes")
    report("digest", *digest_lines(digest(data)))
