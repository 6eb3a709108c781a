"""A framebuffer that is an ordinary file, and a console that writes down what it is told."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.console import GRAPHICS, TEXT, Console
from ceremony.optics.framebuffer import Framebuffer
from ceremony.optics.screen_messages import Present, Status
from ceremony.optics.screen_process import ScreenProcess
from ceremony.optics.worker_messages import packet, receive_body
from tests.support.framebuffers import HEIGHT, LINE, WIDTH, Kernel

ROOT = Path(__file__).parents[2]


def device(tmp_path: Path) -> Path:
    path = tmp_path / "fb0"
    path.write_bytes(b"\x07" * (LINE * (HEIGHT + 8)))
    return path


@pytest.mark.parametrize(("bits", "size"), [(24, 3), (32, 4)])
def test_every_pixel_is_where_it_belongs(tmp_path: Path, bits: int, size: int) -> None:
    path, kernel = device(tmp_path), Kernel(bits)
    terminal = tmp_path / "tty"
    terminal.touch()
    display = Framebuffer(str(path), Console(str(terminal), kernel), kernel)
    assert display.size == (WIDTH, HEIGHT)
    picture = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
    display.present(picture)
    display.present(None)
    rows = np.fromfile(path, np.uint8).reshape(HEIGHT + 8, LINE)
    seen = rows[8:, : WIDTH * size].reshape(HEIGHT, WIDTH, size)
    for channel in range(size):
        assert np.array_equal(seen[:, :, channel], picture)
    # Nothing outside of the visible part was touched.
    assert set(np.unique(rows[:8])) == {7} == set(np.unique(rows[8:, WIDTH * size :]))
    assert set(kernel.modes) == {GRAPHICS}
    assert kernel.refreshes == 1  # a driver without it is asked once
    display.hide()
    assert set(np.fromfile(path, np.uint8)) == {7}
    assert kernel.modes[-1] == TEXT
    display.close()
    assert kernel.modes[-1] == TEXT
    assert display.keys() == []


@pytest.mark.parametrize("kernel", [Kernel(16), Kernel(8), Kernel(32, 0), Kernel(32, 99999)])
def test_devices_that_cannot_be_drawn_on(tmp_path: Path, kernel: Kernel) -> None:
    with pytest.raises(CeremonyError) as error:
        Framebuffer(str(device(tmp_path)), Console("", kernel), kernel)
    assert error.value.failure is Failure.CONFIGURATION


def test_a_device_that_is_too_short_or_is_none(tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_bytes(bytes(100))
    for path in (short, tmp_path / "missing"):
        with pytest.raises(CeremonyError) as error:
            Framebuffer(str(path), Console("", Kernel(32)), Kernel(32))
        assert error.value.failure is Failure.CONFIGURATION
    with pytest.raises(CeremonyError):
        Framebuffer(str(device(tmp_path)), Console(""))  # the kernel itself: not a framebuffer


def test_a_terminal_that_is_no_console_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in ("", str(tmp_path / "missing"), str(tmp_path / "file")):
        with Console(path) as console:
            console.graphics()


SHOWS = """
import sys
sys.path.insert(0, sys.argv[1])
from ceremony.optics.console import Console
from ceremony.optics.framebuffer import Framebuffer
from ceremony.optics.screen import main
from tests.support.framebuffers import Kernel

log = open(sys.argv[3], "a", buffering=1)


class Logged(Kernel):
    def __call__(self, *call):
        answer = super().__call__(*call)
        while self.modes:
            log.write(f"{self.modes.pop(0)}\\n")
        return answer


def opener(arguments):
    return Framebuffer(arguments[0], Console(arguments[1], Logged(32)), Logged(32))


sys.exit(main([sys.argv[2], "/dev/null"], opener))
"""


@pytest.mark.parametrize("end", ["term", "hangup", "rubbish", "parent"])
def test_the_console_is_given_back_however_it_ends(tmp_path: Path, end: str) -> None:
    """The process is told to end, is left alone, hears rubbish, or loses its parent."""
    log = tmp_path / "log"
    log.touch()
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", SHOWS, str(ROOT), str(device(tmp_path)), str(log)]
    if end == "parent":
        # A parent between that dies: the kernel tells the process (PR_SET_PDEATHSIG).
        between = (
            "import subprocess, sys, time\n"
            "p = subprocess.Popen(sys.argv[1:], stdin=0)\n"
            "print(p.pid, flush=True)\n"
            "time.sleep(3600)"
        )
        command = [sys.executable, "-c", between, *command]
    process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.PIPE)
    theirs.close()
    ours.settimeout(60)
    receive_body(ours.recv)
    ours.sendall(packet(Present(b"a message", 10)))
    receive_body(ours.recv)
    while str(GRAPHICS) not in log.read_text().split():
        time.sleep(0.02)
    match end:
        case "term":
            process.send_signal(signal.SIGTERM)
        case "hangup":
            ours.close()
        case "rubbish":
            ours.sendall(b"\0\0\0\4junk")
        case _:
            process.kill()
    while log.read_text().split()[-1] != str(TEXT):
        time.sleep(0.02)
    ours.close()
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_the_program_keeps_text_off_the_codes(tmp_path: Path) -> None:
    """The kernel takes the console's mode from the session of its terminal, which the process
    that shows is not in: the program sets it, and gives it back, also when that process broke.
    """
    log, terminal, kernel = tmp_path / "log", tmp_path / "tty", Kernel(32)
    terminal.touch()
    framebuffer = str(device(tmp_path))
    command = [sys.executable, "-c", SHOWS, str(ROOT), framebuffer, str(log)]
    screen = ScreenProcess(framebuffer, {}, str(terminal), command, kernel)
    assert kernel.modes == [], "nothing is shown yet"
    screen.present(Present(b"a message", 10))
    screen.update(Status())
    assert set(kernel.modes) == {GRAPHICS}
    screen.hide()
    assert kernel.modes[-1] == TEXT
    screen.present(Present(b"a message", 10))
    assert kernel.modes[-1] == GRAPHICS
    pid = int(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()[-1])
    os.kill(pid, signal.SIGKILL)
    assert screen.update(Status()).needed == 0
    assert kernel.modes[-1] == TEXT, "given back when the process was lost"
    screen.update(Status())
    assert kernel.modes[-1] == GRAPHICS, "another one shows again"
    screen.close()
    assert kernel.modes[-1] == TEXT
