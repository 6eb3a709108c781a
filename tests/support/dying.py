"""One of the programs, which dies by SIGKILL at a moment: `dying.py MOMENT PROGRAM ARGUMENTS`.

A moment is "call" or "return", a function's qualified name, and how often that comes first:
"return Folder.send 2" is when the second message is on the stick. Nothing is patched: a
profiler watches the program and ends it, as a power cut would.
"""

import os
import signal
import sys
from importlib import import_module
from types import FrameType

MAINS = {"ceremony": "ceremony.offline.cli", "ceremony-relay": "ceremony.relay.cli"}


def die_at(moment: str) -> None:
    """From now on."""
    event, name, number = moment.split()
    left = int(number)

    def watch(frame: FrameType, what: str, _: object) -> None:
        nonlocal left
        if what == event and frame.f_code.co_qualname == name:
            left -= 1
            if left == 0:
                sys.stdout.flush()
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


def main() -> None:
    _, moment, program, *arguments = sys.argv
    run = import_module(MAINS[program]).main
    die_at(moment)
    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
