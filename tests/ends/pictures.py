"""Pictures of a whole import and a whole export by light, and a recording of the import.

    python -m tests.ends.pictures FOLDER [--docs]

writes what both people see at each step into FOLDER, as PNG, and both terminals as text; and
``recording.gif``, which shows both screens beside each other. With --docs the recording and
the pictures that README and docs/ceremony.md show are written to docs/pictures.
"""

import re
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from ceremony.optics.picture import Picture
from tests.ends.recording import Recorder
from tests.support.by_light import whole_export, whole_import
from tests.support.two_laptops import TwoLaptops, two_laptops

DOCS = Path(__file__).parents[2] / "docs" / "pictures"

SHOWN = {
    "import: the laptop's people compare": "comparing.png",
    "import: the laptop shows the request": "light.png",
    "export: a passphrase is copied for the sealed state": "passphrase.png",
}
"""The steps that the documents show, with the names of their pictures."""

SMALL = (960, 540)


class Album:
    """Writes what both sides see at each step; ``operation`` is a part of the names."""

    def __init__(self, folder: Path, both: TwoLaptops) -> None:
        self._folder, self._both = folder, both
        self.operation, self._number = "", 0
        self.docs = False

    def __call__(self, name: str) -> None:
        self._number += 1
        step = f"{self.operation}: {name}"
        stem = f"{self._number:02}-" + re.sub("[^a-z0-9]+", "-", step.lower())
        print(stem, flush=True)  # noqa: T201
        for side in self._both.sides:
            picture = side.look()
            cv2.imwrite(str(self._folder / f"{stem}-{side.name}.png"), picture)
            (self._folder / f"{stem}-{side.name}.txt").write_text(side.at.screen + "\n")
            if self.docs and side.name == "laptop" and step in SHOWN:
                cv2.imwrite(str(DOCS / SHOWN[step]), small(picture), PNG)


PNG = (cv2.IMWRITE_PNG_COMPRESSION, 9)


def small(picture: Picture) -> Picture:
    """For a page: half the colours, and a size that fits."""
    shrunk = cv2.resize(picture, SMALL, interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk // 32 * 36, dtype=np.uint8)


def main(folder: Path, docs: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as world, two_laptops(Path(world)) as both:
        album = both.album = Album(folder, both)
        album.docs = docs
        with Recorder(*(side.look for side in both.sides)) as recorder:
            album.operation = "import"
            whole_import(both)
        album.operation = "export"
        whole_export(both)
    recording = recorder.gif()
    (folder / "recording.gif").write_bytes(recording)
    if docs:
        (DOCS / "import.gif").write_bytes(recording)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--docs" in sys.argv[2:])
