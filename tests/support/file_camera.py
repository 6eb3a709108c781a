"""A camera whose pictures are the files of a folder, for the process that reads pictures.

The folder is the device: a camera without pictures is silent, a file ``denied`` forbids it.
"""

import time
from pathlib import Path

import cv2
import numpy as np

from ceremony.optics.picture import Picture
from ceremony.optics.watching import Read
from ceremony.optics.worker_messages import Eye

PERIOD = 0.1
"""Seconds between two pictures: as a slow camera gives them, so that none is dropped."""


def opened(path: str) -> tuple[Read | None, Eye]:
    folder = Path(path)
    if not folder.exists():
        return None, Eye.ABSENT
    if (folder / "denied").exists():
        return None, Eye.DENIED
    # All at once: nothing can be opened later.
    pictures = [
        np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
        for file in sorted(folder.iterdir())
    ]
    if not pictures:
        return None, Eye.SILENT

    def read() -> Picture | None:
        time.sleep(PERIOD)
        return pictures.pop(0) if pictures else None

    return read, Eye.OPEN
