"""The camera: the shipped kernel and root, and a camera of software beside them."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import zxingcpp
from guest_camera import SIZE, Grey, GuestCamera, started
from machine import Machine

from ceremony.link.sender import Sender
from ceremony.optics.draw import draw_frames
from ceremony.optics.matrix import capacity

VERSION = 10
MESSAGE = b"".join(hashlib.sha256(bytes([i])).digest() for i in range(40))


def frames() -> Iterator[Grey]:
    sender = Sender(MESSAGE, capacity(VERSION))
    for index in count():
        yield draw_frames([sender.frame(index)], *SIZE)


def test_a_message_comes_over_a_camera_and_a_code_is_on_the_screen(
    machine: Callable[[Sequence[str]], Machine], parts: Path, appended: Path, tmp_path: Path
) -> None:
    """By the shipped root's own code: frame by frame from the camera, and a code that is read
    from a picture of the screen.
    """
    line, shown = tmp_path / "line", frames()
    arguments = started(parts / "vmlinuz", appended, line, "test=loop")
    with machine(arguments) as computer, GuestCamera(line, lambda: next(shown)):
        over = computer.wait_for("test: on the screen of", "test: over", "no message")
        said = computer.said()
        assert over == "test: on the screen of", said[-3000:]
        assert f"test: message {hashlib.sha256(MESSAGE).hexdigest()}" in said, said[-3000:]
        assert "confined True" in said
        (digest,) = re.findall(r"on the screen of .*: ([0-9a-f]{64})", said)
        codes = zxingcpp.read_barcodes(computer.screen("code"))
        assert [hashlib.sha256(code.text.encode()).hexdigest() for code in codes] == [digest]
