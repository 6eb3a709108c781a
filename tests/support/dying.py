"""A program that dies by SIGKILL at a moment.

A moment is "call" or "return", a function's qualified name, and how often that comes first:
"return Folder.send 2" is when the second message is on the stick. Nothing is patched: a
profiler watches the program and ends it, as a power cut would.
"""

import os
import signal
import sys
from types import FrameType


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
