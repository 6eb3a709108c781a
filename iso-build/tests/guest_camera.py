"""A camera for the guest, made of software: vivid of the same kernel, in an appended initrd.

The shipped initrd stays as it is, and its root's hash is checked as ever; what is appended brings
the driver, and a program that draws on the driver's output what comes on the second serial port.
"""

import socket
import struct
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import numpy as np
from numpy.typing import NDArray

from scripts.packing.debs import read_lock

HERE = Path(__file__).resolve().parent
CMDLINE = HERE.parent / "config/cmdline"

SIZE = (640, 480)
"""Of the camera's pictures, in pixels."""

PARAMETERS = (
    "n_devs=1 num_inputs=1 input_types=3 num_outputs=1 output_types=1 node_types=0x101 "
    "ccs_cap_mode=0 ccs_out_mode=0"
)
"""One camera and one output, both HDMI, which vivid can connect; neither can be scaled."""

PERIOD = 0.4
"""Seconds between two pictures at least: the guest's processors are emulated, and have to read
what they show."""

Grey = NDArray[np.uint8]


def with_vivid(shipped: Path, kernel: Path, folder: Path) -> Path:
    """The shipped initrd with a second archive after it; ``kernel`` is Debian's package."""
    unpacked, added = folder / "kernel", folder / "added"
    unpacked.mkdir()
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", kernel], stdout=subprocess.PIPE) as tar:
        subprocess.run(
            ["tar", "-x", "-C", unpacked, "--wildcards", "*/kernel/drivers/media/*",
             "*/kernel/drivers/video/*", "*/modules.builtin", "*/modules.order"],
            stdin=tar.stdout, check=True,
        )  # fmt: skip
    (unpacked / "lib").symlink_to("usr/lib")
    (version,) = (path.name for path in (unpacked / "usr/lib/modules").iterdir())
    subprocess.run(["depmod", "-b", unpacked, version], check=True, capture_output=True)
    shown = subprocess.run(
        ["modprobe", "-d", unpacked, "-S", version, "--show-depends", "vivid"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    test = added / "test"
    test.mkdir(parents=True)
    order = []
    for line in shown.splitlines():
        if line.startswith("insmod "):
            file = Path(line.split()[1])
            module = test / file.name.removesuffix(".xz")
            done = subprocess.run(["xz", "-dc", file], check=True, capture_output=True)
            module.write_bytes(done.stdout)
            order.append(f"{module.name} {PARAMETERS if module.stem == 'vivid' else ''}\n")
    (test / "order").write_text("".join(order))
    for part in (HERE / "guest").iterdir():
        (test / part.name).write_bytes(part.read_bytes())
    (test / "init").chmod(0o755)
    names = "\n".join(str(path.relative_to(added)) for path in sorted(added.rglob("*")))
    archive = subprocess.run(
        ["cpio", "-o", "-H", "newc", "--quiet"], input=names.encode(), cwd=added,
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    initrd, before = folder / "initrd", shipped.read_bytes()
    initrd.write_bytes(before + bytes(-len(before) % 4) + archive)
    return initrd


def kernel_package(locks: Path, cache: Path) -> Path:
    """Debian's package with the image's kernel, as the build has fetched it."""
    (kernel,) = [one for one in read_lock(locks / "kernel.lock") if "linux-image" in one.path]
    return cache / kernel.sha256


def started(kernel: Path, initrd: Path, line: Path, *words: str) -> list[str]:
    """Arguments of QEMU: the shipped command line, without GRUB, and ``line`` as a serial port.

    The framebuffer's mode, which GRUB sets else, is told to the kernel: 800 by 600, of 32 bits.
    """
    shipped = [one for one in CMDLINE.read_text().splitlines() if not one.startswith("#")]
    command = " ".join([*shipped, "vga=0x343", "rdinit=/test/init", *words])
    return [
        "-kernel", str(kernel), "-initrd", str(initrd), "-append", command,
        "-chardev", f"socket,id=eye,path={line},server=on,wait=off", "-serial", "chardev:eye",
    ]  # fmt: skip


class GuestCamera:
    """While entered, the guest's camera sees what ``see`` gives, in black and white.

    ``see`` gives grey pictures of SIZE.
    """

    def __init__(self, line: Path, see: Callable[[], Grey]) -> None:
        self._line, self._see = line, see
        self._ended = Event()
        self._thread = Thread(target=self._serve)

    def __enter__(self) -> "GuestCamera":
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(self._line))
        self._socket.settimeout(0.2)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        last = np.zeros(SIZE[0] * SIZE[1] // 8, np.uint8)
        while self._answered() and not self._ended.wait(PERIOD):
            # The same picture stands on the guest's output until another comes.
            while ((bits := np.packbits(self._see() > 127)) == last).all():
                if self._ended.wait(0.05):
                    return
            # The line is slow: what has not changed is not said again.
            data = zlib.compress((bits ^ last).tobytes(), 9)
            last = bits
            try:
                self._socket.settimeout(60)
                self._socket.sendall(struct.pack(">HHI", *SIZE, len(data)) + data)
                self._socket.settimeout(0.2)
            except OSError:
                return

    def _answered(self) -> bool:
        """Waits until the guest has shown what it got."""
        while not self._ended.is_set():
            try:
                return bool(self._socket.recv(1))
            except TimeoutError:
                time.sleep(0.01)
            except OSError:
                return False
        return False
