"""A computer of QEMU that starts an image: its serial line, its keys, its screen.

Software emulation only (``-accel tcg``): it needs no right that a test machine may lack.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
from console import Font, text
from numpy.typing import NDArray

PATIENCE = 600.0
"""Seconds for a step of a start, on a busy machine with two processors."""

OVMF = Path("/usr/share/OVMF")

SHIFTED = dict(zip('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./", strict=True))
NAMES = {
    " ": "spc", "\n": "ret", "-": "minus", "=": "equal", "[": "bracket_left",
    "]": "bracket_right", "\\": "backslash", ";": "semicolon", "'": "apostrophe",
    ",": "comma", ".": "dot", "/": "slash", "`": "grave_accent", "\t": "tab",
}  # fmt: skip


def secure_boot(folder: Path) -> list[str]:
    """UEFI firmware that has Microsoft's keys and refuses what is not signed."""
    variables = folder / "variables.fd"
    shutil.copyfile(OVMF / "OVMF_VARS_4M.ms.fd", variables)
    return [
        "-machine", "q35,smm=on",
        "-global", "driver=cfi.pflash01,property=secure,value=on",
        "-drive", f"if=pflash,format=raw,readonly=on,file={OVMF}/OVMF_CODE_4M.secboot.fd",
        "-drive", f"if=pflash,format=raw,file={variables}",
    ]  # fmt: skip


def cd(image: Path) -> list[str]:
    return ["-cdrom", str(image), "-boot", "d"]


def stick(image: Path, name: str, *, readonly: bool = False, boot: int | None = None) -> list[str]:
    """A USB stick with this content; ``boot`` is its place in the firmware's order."""
    drive = f"if=none,id={name},format=raw,file={image},readonly={'on' if readonly else 'off'}"
    order = "" if boot is None else f",bootindex={boot}"
    return ["-drive", drive, "-device", f"usb-storage,drive={name},bus=usb.0{order}"]


class Machine:
    """QEMU with these arguments, from ``with`` on. ``folder`` gets its serial line's text and
    its screens; ``font`` is that of the image's kernel.
    """

    def __init__(
        self, folder: Path, font: Font, arguments: Sequence[str], memory: int = 1536
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._font = folder, font
        self.serial = folder / "serial.txt"
        self._socket = folder / "qmp"
        self._asking = Lock()
        base = [] if "-machine" in arguments else ["-machine", "q35"]
        self._command = [
            "qemu-system-x86_64", *base, "-cpu", "max", "-accel", "tcg,thread=multi",
            "-smp", "2", "-m", str(memory), "-display", "none", "-nodefaults", "-vga", "std",
            "-device", "qemu-xhci,id=usb", "-no-reboot",
            "-serial", f"file:{self.serial}", "-qmp", f"unix:{self._socket},server=on,wait=off",
            *arguments,
        ]  # fmt: skip

    def __enter__(self) -> Self:
        with (self._folder / "qemu.txt").open("wb") as said:
            self.process = subprocess.Popen(self._command, stdout=said, stderr=said)
        deadline = time.monotonic() + PATIENCE
        self._qmp = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self._qmp.connect(str(self._socket))
                break
            except OSError:
                assert self.process.poll() is None, (self._folder / "qemu.txt").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
        self._answers = self._qmp.makefile("r")
        self._answers.readline()
        self.ask("qmp_capabilities")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and self.process.poll() is None:
            self.screen("failed")
        self._answers.close()
        self._qmp.close()
        self.process.kill()
        self.process.wait()

    def ask(self, command: str, **arguments: Any) -> Any:
        """A command of QEMU's machine protocol, and its answer."""
        with self._asking:
            self._qmp.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
            while True:
                answer = json.loads(self._answers.readline())
                if "return" in answer:
                    return answer["return"]
                assert "error" not in answer, answer

    def said(self) -> str:
        """What the serial line said until now."""
        return self.serial.read_text(errors="replace") if self.serial.exists() else ""

    def wait_for(self, *wanted: str, patience: float = PATIENCE) -> str:
        """Wait until the serial line says one of these; returns which."""
        deadline = time.monotonic() + patience
        while True:
            said = self.said()
            for one in wanted:
                if one in said:
                    return one
            assert self.process.poll() is None, f"the machine is off: {said[-2000:]}"
            assert "Kernel panic" not in said, said[-2000:]
            assert time.monotonic() < deadline, f"not said in time: {wanted}; {said[-2000:]}"
            time.sleep(0.3)

    def wait_to_see(self, *wanted: str, patience: float = PATIENCE) -> list[str]:
        """Wait until the screen has all of these, in whatever lines; returns its lines."""
        deadline = time.monotonic() + patience
        while True:
            lines = self.lines()
            if all(any(one in line for line in lines) for one in wanted):
                return lines
            assert self.process.poll() is None, "the machine is off"
            shown = "\n".join(lines)
            assert time.monotonic() < deadline, f"not seen in time: {wanted};\n{shown}"
            time.sleep(0.5)

    def lines(self) -> list[str]:
        """The screen's text, line by line."""
        return text(self.screen("latest"), self._font)

    def wait_off(self, patience: float = PATIENCE) -> None:
        """Wait until the machine has switched itself off."""
        self.process.wait(patience)

    def type(self, text: str, pause: float = 0.12) -> None:
        """Press keys on an American keyboard."""
        for letter in text:
            plain = SHIFTED.get(letter, letter.lower())
            shift = plain != letter
            self.press(*(["shift"] if shift else []), NAMES.get(plain, plain))
            time.sleep(pause)

    def press(self, *keys: str) -> None:
        """Press these keys of QEMU's names at once."""
        self.ask("send-key", keys=[{"type": "qcode", "data": key} for key in keys])

    def look(self) -> NDArray[np.uint8]:
        """The screen, in colours; one thread at a time. Nothing is kept."""
        return self._dumped("look.ppm", "ppm")

    def read(self, picture: NDArray[np.uint8]) -> str:
        """The text of a picture of the screen."""
        return "\n".join(text(picture, self._font))

    def screen(self, name: str) -> NDArray[np.uint8]:
        """The screen, in colours; it is kept as a PNG in the folder."""
        return self._dumped(f"{name}.png", "png")

    def _dumped(self, name: str, form: str) -> NDArray[np.uint8]:
        path = self._folder / name
        self.ask("screendump", filename=str(path), format=form)
        picture = cv2.imread(str(path))
        assert picture is not None
        return np.asarray(picture, np.uint8)
