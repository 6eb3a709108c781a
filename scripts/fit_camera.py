"""Prints the figures of a real camera from a recording, and the nearest simulated class."""

import argparse
import sys
from pathlib import Path

import cv2

from ceremony.errors import CeremonyError
from ceremony.optics.picture import Picture
from ceremony.optics.simulated.conditions import CLASSES
from ceremony.optics.simulated.fit import fit

MAX_PICTURES = 90
"""Three seconds of most cameras; more tell no more and take memory."""


def pictures_of(path: Path) -> tuple[list[Picture], list[float]]:
    """The grey pictures of a folder, by name, or of a video with their times in seconds."""
    if path.is_dir():
        read = (cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) for file in sorted(path.iterdir()))
        return [picture for picture in read if picture is not None][:MAX_PICTURES], []
    video = cv2.VideoCapture(str(path))
    pictures, times = [], []
    while len(pictures) < MAX_PICTURES:
        came, picture = video.read()
        if not came:
            break
        times.append(video.get(cv2.CAP_PROP_POS_MSEC) / 1000)
        pictures.append(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))
    return pictures, times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", type=Path, help="a video, or a folder of pictures")
    recording = parser.parse_args().recording
    try:
        found = fit(*pictures_of(recording))
    except CeremonyError as error:
        print(f"fit-camera: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return 1
    near = CLASSES[found.nearest]
    print(f"{'':12}{'this camera':>12}{found.nearest:>18}")
    for name in ("blur", "noise", "black", "white"):
        print(f"{name:12}{getattr(found, name):12.1f}{getattr(near, name):18.1f}")
    if found.intervals is not None:
        shortest, median, longest = (1000 * one for one in found.intervals)
        print(
            f"milliseconds between pictures: {shortest:.0f}, {median:.0f}, {longest:.0f}", end=" "
        )
        print("(shortest, median, longest)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
