"""The live image in a folder: what it says of itself, its sticks, and its first process, played."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT_SHA256 = bytes(range(32)).hex()
COMMIT = "c0ffee" * 6 + "c0ff"
KEYMAPS = ("de", "de-latin1", "dvorak", "fr", "uk", "us")
BOOTED = datetime(2020, 1, 1, tzinfo=UTC)
"""What the clock of a laptop with an empty battery says."""

STICKS = {"sda1": ("Plain", "Stick"), "sdb": ("Other", "Stick"), "nvme0n1": ("An", "SSD")}

Says = Callable[[str], str | None]
"""The answer of the first process to a question; None for the usual one."""


def write_image(root: Path, **changes: object) -> Path:
    """/run/ceremony/image.json below ``root``."""
    path = root / "run/ceremony/image.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {"version": "0.1.0", "commit": COMMIT, "flavour": "sealed", "root_sha256": ROOT_SHA256}
    path.write_text(json.dumps(values | changes))
    return path


@dataclass
class LiveImage:
    """``asked`` is what the first process was asked; ``says`` answers in its place.

    ``sticks`` are the folders of what is on them, by the names of their devices.
    """

    root: Path
    flavour: str = "sealed"
    says: Says = lambda _: None
    on_away: Callable[[], None] = lambda: None
    asked: list[str] = field(default_factory=list)
    sticks: dict[str, Path] = field(default_factory=dict)
    offset: timedelta = timedelta()

    def __post_init__(self) -> None:
        write_image(self.root, flavour=self.flavour)
        for name in ("ask", "answer"):
            os.mkfifo(self.root / "run/ceremony" / name)
        for folder in ("usr/share/ceremony", "media", "home", "proc/self", "sys/class/block"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "usr/share/ceremony/keymaps").write_text("\n".join(KEYMAPS) + "\n")
        self.mounts: dict[str, str] = {}
        self._mount()
        for name in ("in", "out"):
            (self.root / "media" / name).mkdir()
        for name, (vendor, model) in STICKS.items():
            self._plug(name, vendor, model)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def home(self) -> Path:
        return self.root / "home"

    def now(self) -> datetime:
        return BOOTED + self.offset

    def __enter__(self) -> "LiveImage":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            (self.root / "run/ceremony/ask").write_text("end\n")
            self._thread.join(10)

    def _plug(self, name: str, vendor: str, model: str) -> None:
        folder = self.root / "sys/class/block"
        for device in {name, name.rstrip("0123456789") if name.startswith("sd") else name}:
            (folder / device / "device").mkdir(parents=True)
            (folder / device / "size").write_text("15625000\n")
            (folder / device / "device/vendor").write_text(f"{vendor}\n")
            (folder / device / "device/model").write_text(f"{model}  \n")
        self.sticks[name] = self.root / "sticks" / name
        self.sticks[name].mkdir(parents=True)

    def _serve(self) -> None:
        """As a shell does: each question and each answer opens its FIFO again."""
        while True:
            with (self.root / "run/ceremony/ask").open() as questions:
                line = questions.readline().strip()
            if line == "end":
                return
            if not line:
                continue
            self.asked.append(line)
            answer = self.says(line)
            if answer is None:
                answer = self._do(*line.split(" "))
            if answer != "silence":
                with (self.root / "run/ceremony/answer").open("w") as answers:
                    answers.write(f"{answer}\n")

    def _do(self, verb: str, *words: str) -> str:
        match verb, words:
            case "keymap", (name,) if name in KEYMAPS:
                return "ok"
            case "clock", (text,):
                wanted = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
                self.offset = wanted - BOOTED
                return "ok"
            case "in" | "out", (device,) if device in self.sticks:
                if verb in self.mounts:
                    return "no a stick is already there"
                point = self.root / "media" / verb
                point.rmdir()
                point.symlink_to(self.sticks[device])
                self.mounts[verb] = device
                self._mount()
                return "ok"
            case "away", ():
                if self._open_files():
                    return "no a file on the stick is still open"
                for way in ("in", "out"):
                    self._put_away(way)
                self._mount()
                self.on_away()
                return "ok"
            case _:
                return "no not a question"

    def _open_files(self) -> list[str]:
        """Of this process, on a stick: the kernel unmounts nothing that is in use."""
        found = []
        for descriptor in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                target = os.readlink(descriptor)
                if target.startswith(str(self.root / "sticks")):
                    found.append(target)
        return found

    def _put_away(self, way: str) -> None:
        point = self.root / "media" / way
        if point.is_symlink():
            point.unlink()
            point.mkdir()
        self.mounts.pop(way, None)

    def _mount(self) -> None:
        options = {"in": "ro", "out": "rw"}
        lines = ["overlay / squashfs ro 0 0"]
        for way, device in self.mounts.items():
            lines.append(
                f"/dev/{device} /media/{way} vfat {options[way]},nosuid,nodev,noexec,relatime 0 0"
            )
        (self.root / "proc/self/mounts").write_text("\n".join(lines) + "\n")

    def empty(self, device: str) -> None:
        shutil.rmtree(self.sticks[device])
        self.sticks[device].mkdir()
