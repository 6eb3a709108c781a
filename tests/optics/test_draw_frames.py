"""The picture of a whole screen: what stands where, to the pixel, without any display."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from pyzbar import pyzbar
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Sender
from ceremony.link.feedback import Feedback, encode_feedback
from ceremony.optics.decode import read_codes
from ceremony.optics.draw import Layout, Wall, capacity, code_picture, draw_frames, smallest_version

GOLDEN = Path(__file__).parent / "golden"
MESSAGE = hashlib.shake_128(b"a wall of codes").digest(6000)
SENDER = Sender(MESSAGE, capacity(12))
TEXTS = [SENDER.frame(index) for index in range(8)]
FEEDBACK = encode_feedback(Feedback(SENDER.digest[:8], 3, 30, 12, 1, 0, complete=False))
CAPTIONS = ("import request: adroitness adviser", "6,000 bytes, 24 frames a round")

PICTURES = {
    "two codes": lambda: draw_frames(TEXTS[:2], 480, 270, captions=CAPTIONS),
    "eight codes": lambda: draw_frames(TEXTS, 640, 360, grid=(4, 2)),
    "feedback beside": lambda: draw_frames(
        TEXTS[:1], 480, 270, captions=CAPTIONS[:1], feedback=FEEDBACK
    ),
    "feedback alone": lambda: draw_frames([FEEDBACK], 320, 180, captions=("scan this",)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_golden_pictures(name: str) -> None:
    """Drawn once by this code and looked at; a library that draws otherwise is seen here."""
    golden = cv2.imread(str(GOLDEN / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    assert golden is not None
    assert np.array_equal(PICTURES[name](), golden)


@pytest.mark.parametrize(
    ("width", "height"), [(1920, 1080), (1366, 768), (1280, 1024), (2560, 1600)]
)
@pytest.mark.parametrize("grid", [(1, 1), (2, 1), (3, 2), (4, 2)])
def test_all_codes_are_read_and_nothing_is_near_them(
    width: int, height: int, grid: tuple[int, int]
) -> None:
    texts = TEXTS[: grid[0] * grid[1]]
    picture = draw_frames(texts, width, height, grid=grid, captions=CAPTIONS, feedback=FEEDBACK)
    assert picture.shape == (height, width)
    assert set(np.unique(picture)) == {0, 255}
    assert sorted(read_codes(picture)) == sorted([*texts, FEEDBACK])
    room = height - 2 * (height // 30)
    layout = Layout.fit(17 + 4 * 12, *grid, width - width // 5, room)
    quiet, side = 4 * layout.scale, layout.side * layout.scale
    for x, y in layout.corners:
        around = picture[y - quiet : y + side + quiet, x - quiet : x + side + quiet].copy()
        assert around.shape == (side + 2 * quiet,) * 2
        around[quiet:-quiet, quiet:-quiet] = 255
        assert (around == 255).all()
        code = picture[y : y + side, x : x + side]
        modules = code[:: layout.scale, :: layout.scale]
        assert np.array_equal(modules.repeat(layout.scale, 0).repeat(layout.scale, 1), code)


def test_the_codes_are_as_large_as_they_fit() -> None:
    layout = Layout.fit(65, 2, 1, 1920, 1080)
    assert layout.scale == min(1920 // (2 * 69 + 4), 1080 // 73)
    with pytest.raises(CeremonyError) as error:
        Layout.fit(65, 8, 1, 500, 1080)
    assert error.value.failure is Failure.OVERSIZED


def test_one_place_changes_and_the_others_stay() -> None:
    wall = Wall(960, 540, longest=len(TEXTS[0]), grid=(2, 1))
    wall.put(0, TEXTS[0])
    wall.put(1, TEXTS[1])
    before = wall.picture.copy()
    wall.put(1, TEXTS[2])
    assert np.array_equal(before[:, :480], wall.picture[:, :480])
    assert sorted(read_codes(wall.picture)) == sorted([TEXTS[0], TEXTS[2]])
    wall.put(0, "")
    assert read_codes(wall.picture) == [TEXTS[2]]


def test_a_shorter_text_leaves_nothing_of_the_one_before() -> None:
    wall = Wall(600, 600, longest=len(TEXTS[0]))
    wall.put(0, TEXTS[0])
    wall.put(0, FEEDBACK)
    assert read_codes(wall.picture) == [FEEDBACK]
    other = Wall(600, 600, longest=len(TEXTS[0]))
    other.put(0, FEEDBACK)
    assert np.array_equal(wall.picture, other.picture)


def test_a_longer_text_than_was_said_is_refused() -> None:
    wall = Wall(600, 600, longest=len(FEEDBACK))
    with pytest.raises(CeremonyError) as error:
        wall.put(0, TEXTS[0])
    assert error.value.failure is Failure.OVERSIZED
    assert (wall.picture == 255).all()


@pytest.mark.parametrize(
    ("text", "failure"),
    [("a", Failure.MALFORMED), ("Ä", Failure.MALFORMED), ("", Failure.MALFORMED),
     ("A\n", Failure.MALFORMED), ("A" * 4297, Failure.OVERSIZED)],
)  # fmt: skip
def test_texts_that_are_not_drawn(text: str, failure: Failure) -> None:
    with pytest.raises(CeremonyError) as error:
        code_picture(text)
    assert error.value.failure is failure


def test_captions_show_nothing_that_deceives() -> None:
    plain = draw_frames(TEXTS[:1], 480, 270, captions=("a<U+202E>b<U+001B>[2J",))
    deceiving = draw_frames(TEXTS[:1], 480, 270, captions=("a\u202eb\x1b[2J",))
    assert np.array_equal(plain, deceiving)
    draw_frames(TEXTS[:1], 480, 270, captions=("", "x" * 3000))


@pytest.mark.parametrize("version", [7, 12, 20, 27, 34, 40])
def test_the_modules_are_those_of_another_writer(version: int) -> None:
    """Of the package qrcode, with the mask that zxing-cpp chose."""
    sender = Sender(MESSAGE[:4000], capacity(max(version, 8)))
    for text in (sender.frame(0), sender.frame(5)):
        drawn = code_picture(text) == 0
        assert any(np.array_equal(drawn, by_qrcode(text, mask)) for mask in range(8))
        large = np.pad(np.where(drawn, 0, 255).astype(np.uint8), 4, constant_values=255)
        codes = pyzbar.decode(large.repeat(4, 0).repeat(4, 1), [pyzbar.ZBarSymbol.QRCODE])
        assert [code.data.decode() for code in codes] == [text]


def by_qrcode(text: str, mask: int) -> np.ndarray:
    code = QRCode(
        version=smallest_version(len(text)),
        error_correction=ERROR_CORRECT_L,
        border=0,
        mask_pattern=mask,
    )
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=False)
    return np.array(code.get_matrix())
