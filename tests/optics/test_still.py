"""A QR picture of a secret: drawn and read back in a process that loads and starts nothing."""

import subprocess
import sys

import cv2
import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.decode import read_codes
from ceremony.optics.matrix import code_matrix, modules
from ceremony.optics.png import grey_pixels, png_of
from ceremony.optics.still import SCALE, check_still, still_png
from ceremony.secret import Secret

TEXT = Secret(bytes(range(32)).hex().upper().encode())
PNG = still_png(TEXT).reveal()


def opencv(png: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def test_others_read_it() -> None:
    assert read_codes(opencv(PNG)) == [TEXT.reveal().decode()]


@pytest.mark.parametrize("version", [1, 4, 17, 40])
@pytest.mark.parametrize("scale", [1, 3, 8])
def test_the_file_is_what_opencv_sees_and_we_read_back(version: int, scale: int) -> None:
    matrix = code_matrix("1234567890ABC", version)
    assert len(matrix) == modules(version)
    png = png_of(matrix, scale)
    seen = opencv(png)
    drawn = np.where(np.array(matrix), 0, 255).repeat(scale, 0).repeat(scale, 1)
    assert np.array_equal(seen, drawn)
    assert np.array_equal(np.asarray(grey_pixels(png)), seen)


DAMAGED = [
    PNG[:-1],
    PNG + b"\0",
    PNG[:60] + bytes([PNG[60] ^ 1]) + PNG[61:],
    png_of(code_matrix("ANOTHER"), SCALE),
    png_of(code_matrix(TEXT.reveal().decode() + "0"), SCALE),
    png_of(tuple(tuple(not dark for dark in row) for row in code_matrix("A")), SCALE),
    cv2.imencode(".png", opencv(PNG))[1].tobytes(),
    b"",
]


@pytest.mark.parametrize("png", DAMAGED)
def test_a_picture_that_does_not_give_the_text_is_refused(png: bytes) -> None:
    check_still(PNG, TEXT)
    with pytest.raises(CeremonyError) as error:
        check_still(png, TEXT)
    assert error.value.failure is Failure.INCONSISTENT


WATCHED = """
import sys

seen = []

def watch(event, arguments):
    if event in ("subprocess.Popen", "os.fork", "os.exec", "os.posix_spawn", "os.system"):
        seen.append(event)
    if event == "import" and arguments[0].split(".")[0] in ("cv2", "pyzbar", "numpy"):
        seen.append(arguments[0])

sys.addaudithook(watch)
from ceremony.offline import cli, exporting
from ceremony.optics.still import still_png
from ceremony.secret import Secret

still_png(Secret(b"00FF" * 16))
maps = open("/proc/self/maps").read()
print(seen, [name for name in ("cv2", "zbar", "openblas") if name in maps])
"""


def test_nothing_is_loaded_and_nothing_is_started() -> None:
    """OpenCV was loaded into the process that holds the key, and ldconfig was started."""
    finished = subprocess.run(
        [sys.executable, "-c", WATCHED], capture_output=True, text=True, check=True
    )
    assert finished.stdout == "[] []\n"
