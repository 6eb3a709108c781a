"""The worker with a reader of QR codes that a picture can break, by its width in pixels.

Started by tests instead of ``python -m ceremony.optics.worker``; everything else is that.
"""

import os
import socket
import sys
import time
from pathlib import Path

from ceremony.optics.decode import Found, find_codes
from ceremony.optics.picture import Picture
from ceremony.optics.worker import main

ROOT = Path(__file__).parents[2]
ODD = (
    sys.executable,
    "-c",
    f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    "from tests.support.odd_worker import main, odd\n"
    "sys.exit(main([], odd))",
)
"""The command that starts it."""

HANGS, ABORTS, SWALLOWS, WRITES, OPENS, LIES, SHOUTS, RAISES, DAWDLES = range(41, 50)
"""Widths of pictures, and what reading one of them does."""


def odd(picture: Picture) -> Found:
    match picture.shape[1]:
        case 41:
            time.sleep(3600)
        case 42:
            os.abort()
        case 43:
            return Found([str(len(bytearray(8 << 30)))])
        case 44:
            os.write(os.memfd_create("something"), b"something")
        case 45:
            return Found([str(os.open("/dev/null", os.O_RDONLY))])
        case 46:
            socket.socket(fileno=os.dup(0)).sendall(b"\x00\x00\x00\x04junk")
        case 47:
            return Found(["\x1b[2J" * 10_000] * 1000)
        case 48:
            raise RuntimeError("a bug")
        case 49:
            time.sleep(1)
    return find_codes(picture)


if __name__ == "__main__":
    sys.exit(main([], odd))
