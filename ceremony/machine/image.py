"""What the live image says of itself, if this machine runs it (docs/live.md).

The image's first process writes the file before any other program starts; the ceremony's user
cannot write there. An image that lies about its hash is not found out here: the hash is
compared when the image is written to its medium.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

IMAGE_FILE = "run/ceremony/image.json"
"""Below the root of the file system."""

MAX_IMAGE = 4096
"""Bytes; what the image writes has about 200."""

Flavour = Literal["sealed", "media"]

FIELDS = {
    "version": re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}"),
    "commit": re.compile(r"[0-9a-f]{40}"),
    "flavour": re.compile(r"sealed|media"),
    "root_sha256": re.compile(r"[0-9a-f]{64}"),
}
"""What the file says, each a text of this form, and nothing else."""

DISKS = "sys/block"
IN_MEMORY = re.compile(r"(loop|ram|zram)\d+")
"""Block devices that are no medium: the image's root itself is one of them."""


@dataclass(frozen=True, slots=True)
class Image:
    """The live image that this machine runs. ``root_sha256`` is that of its root file system.

    ``sealed`` has no driver for any storage; ``media`` has those of USB storage.
    """

    version: str
    commit: str
    flavour: Flavour
    root_sha256: str

    @property
    def is_sealed(self) -> bool:
        return self.flavour == "sealed"

    @property
    def digest(self) -> bytes:
        """``root_sha256`` as bytes, for its words."""
        return bytes.fromhex(self.root_sha256)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """There is a file, and it says nothing that can be believed."""

    path: str


def machine_image(root: Path = Path("/")) -> Image | Unreadable | None:
    """The image, from ``IMAGE_FILE`` below ``root``; None on any other machine. Never raises."""
    try:
        with (root / IMAGE_FILE).open("rb") as file:
            data = file.read(MAX_IMAGE + 1)
    except FileNotFoundError:
        return None
    except OSError:
        return Unreadable(f"/{IMAGE_FILE}")
    return _parsed(data) or Unreadable(f"/{IMAGE_FILE}")


def _parsed(data: bytes) -> Image | None:
    if len(data) > MAX_IMAGE:
        return None
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.keys() != FIELDS.keys():
        return None
    if not all(isinstance(v, str) and FIELDS[n].fullmatch(v) for n, v in said.items()):
        return None
    return Image(**said)


def disks_of(root: Path = Path("/")) -> tuple[str, ...]:
    """The names of all block devices that are not memory, from ``sys/block`` below ``root``."""
    try:
        names = sorted(path.name for path in (root / DISKS).iterdir())
    except OSError:
        return ()
    return tuple(name for name in names if not IN_MEMORY.fullmatch(name))
