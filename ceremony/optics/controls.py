"""One setting of a camera, which the program makes and gives back: a rate that light cannot lower.

In the dark most webcams halve their rate to expose for longer, and then almost no code is
seen whole. ``exposure_dynamic_framerate`` forbids that where a driver has it (kernel
documentation, "Camera Control Reference"). The camera keeps settings when it is closed, so
the old value is written back. OpenCV has no name for this control.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from fcntl import ioctl
from struct import Struct

_CONTROL = Struct("=Ii")
"""struct v4l2_control: id and value."""

GET, SET = 0xC008561B, 0xC008561C
"""VIDIOC_G_CTRL and VIDIOC_S_CTRL (linux/videodev2.h)."""

DYNAMIC_RATE = 0x009A0903
"""V4L2_CID_EXPOSURE_AUTO_PRIORITY (linux/v4l2-controls.h)."""

Ioctl = Callable[[int, int, bytes], bytes]


@contextlib.contextmanager
def steady_rate(path: str, call: Ioctl = ioctl) -> Iterator[bool]:
    """While it lasts, the camera keeps its rate; whether it does so by our setting.

    A camera without this control, or that is gone, is left as it is.
    """
    old = _value(path, call)
    changed = bool(old) and _set(path, 0, call)
    try:
        yield changed
    finally:
        if changed and old is not None:
            _set(path, old, call)


def _value(path: str, call: Ioctl) -> int | None:
    with contextlib.suppress(OSError), _opened(path) as device:
        answer = call(device, GET, _CONTROL.pack(DYNAMIC_RATE, 0))
        return int(_CONTROL.unpack(answer)[1])
    return None


def _set(path: str, value: int, call: Ioctl) -> bool:
    with contextlib.suppress(OSError), _opened(path) as device:
        call(device, SET, _CONTROL.pack(DYNAMIC_RATE, value))
        return True
    return False


@contextlib.contextmanager
def _opened(path: str) -> Iterator[int]:
    device = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield device
    finally:
        os.close(device)
