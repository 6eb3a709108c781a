"""Codes drawn and read again: sizes, limits, both readers."""

import hashlib
import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pyzbar import pyzbar

from ceremony.errors import CeremonyError, Failure
from ceremony.link import MAX_TEXT, Sender
from ceremony.optics import decode as decode_module
from ceremony.optics.decode import MAX_PIXELS, read_codes
from ceremony.optics.draw import capacity, draw, draw_to_fit, modules, smallest_version
from ceremony.optics.picture import Picture

FRAME = Sender(hashlib.shake_128(b"a frame").digest(900), capacity(20)).frame(0)

ALPHANUMERIC_L = {1: 25, 2: 47, 9: 335, 10: 395, 26: 1990, 27: 2132, 30: 2520, 40: 4296}
"""ISO/IEC 18004, table 7: around each change of the length of the character count."""


@pytest.mark.parametrize(("version", "characters"), ALPHANUMERIC_L.items())
def test_capacities_of_the_standard(version: int, characters: int) -> None:
    assert capacity(version) == characters
    assert smallest_version(characters) == version
    picture = draw("A" * (characters - 1) + " ", scale=2, version=version)
    assert picture.shape == (2 * modules(version),) * 2
    assert read_codes(picture) == ["A" * (characters - 1) + " "]


def test_the_link_and_the_largest_code_agree() -> None:
    assert capacity(40) == MAX_TEXT


@pytest.mark.parametrize("version", [0, -1, 41, 1000])
def test_versions_that_do_not_exist(version: int) -> None:
    with pytest.raises(CeremonyError) as error:
        capacity(version)
    assert error.value.failure is Failure.USAGE


@pytest.mark.parametrize(("characters", "version"), [(26, 1), (396, 10), (4297, 40), (4297, None)])
def test_text_that_does_not_fit(characters: int, version: int | None) -> None:
    with pytest.raises(CeremonyError) as error:
        draw("A" * characters, version=version)
    assert error.value.failure is Failure.OVERSIZED


@pytest.mark.parametrize("text", ["lower case", "Ä", "\n", "\N{KANGAROO}"])
def test_text_of_another_mode(text: str) -> None:
    with pytest.raises(CeremonyError) as error:
        draw(text)
    assert error.value.failure is Failure.MALFORMED


@pytest.mark.parametrize("scale", [1, 3, 8])
def test_pictures_are_black_on_white_with_a_quiet_zone(scale: int) -> None:
    picture = draw(FRAME, scale=scale)
    version = smallest_version(len(FRAME))
    assert picture.dtype == np.uint8
    assert picture.shape == (modules(version) * scale,) * 2
    assert set(np.unique(picture)) == {0, 255}
    quiet = 4 * scale
    inside = picture[quiet:-quiet, quiet:-quiet]
    assert (inside == 255).sum() + picture.size - inside.size == (picture == 255).sum()
    assert inside[0, 0] == 0


def test_a_picture_fits_its_screen() -> None:
    for side in (100, 600, 1000):
        picture = draw_to_fit(FRAME, side)
        assert picture.shape[0] <= max(side, modules(smallest_version(len(FRAME))))
    assert draw_to_fit(FRAME, 1000).shape[0] > 900


def test_messages_of_zeros_can_be_drawn() -> None:
    """The package fails on a block of zeros; whitening is why none comes."""
    for version in (10, 20, 30, 40):
        sender = Sender(bytes(20_000), capacity(version))
        text = sender.frame(1)
        assert read_codes(draw(text, scale=3)) == [text]


@pytest.mark.parametrize("version", [9, 10, 17, 24, 30, 36, 40])
def test_frames_of_every_size_are_read_by_both_readers(version: int) -> None:
    sender = Sender(hashlib.shake_128(bytes([version])).digest(5000), capacity(version))
    for index in range(2):
        text = sender.frame(index)
        picture = draw(text, scale=4, version=version)
        assert read_codes(picture) == [text]
        zbar = pyzbar.decode(picture, [pyzbar.ZBarSymbol.QRCODE])
        assert [code.data.decode() for code in zbar] == [text]


TURNS = {
    "as it is": lambda p: p,
    "inverted": lambda p: 255 - p,
    "quarter turn": lambda p: np.rot90(p),
    "upside down": lambda p: p[::-1, ::-1],
    "mirrored": lambda p: p[:, ::-1],
    "mirrored and inverted": lambda p: 255 - p[:, ::-1],
    "turned by 30 degrees": lambda p: cv2.warpAffine(
        p, cv2.getRotationMatrix2D((p.shape[0] / 2, p.shape[0] / 2), 30, 0.7), p.shape
    ),
    "with a line next to it": lambda p: np.pad(np.pad(p, 20, constant_values=255), 3),
    "pale": lambda p: p // 8 + 100,
}


@pytest.mark.parametrize("name", TURNS)
def test_codes_however_they_are_held(name: str) -> None:
    assert read_codes(TURNS[name](draw(FRAME, scale=6))) == [FRAME]


def test_two_codes_in_one_picture() -> None:
    other = Sender(b"another message", capacity(10)).frame(0)
    table = np.full((600, 1200), 255, np.uint8)
    for column, text in ((0, FRAME), (600, other)):
        code = draw_to_fit(text, 500)
        table[: code.shape[0], column : column + code.shape[1]] = code
    assert sorted(read_codes(table)) == sorted([FRAME, other])


def test_codes_with_other_content_come_as_text() -> None:
    found = cv2.QRCodeEncoder.create().encode("Grüße\x1b[2J")
    picture = np.pad(found, 8, constant_values=255).repeat(6, axis=0).repeat(6, axis=1)
    (text,) = read_codes(picture)
    assert text.startswith("Gr")


def test_zbar_looks_where_zxing_sees_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = draw(FRAME, scale=4)
    monkeypatch.setattr(decode_module.zxingcpp, "read_barcodes", lambda *_, **__: [])
    assert read_codes(picture) == [FRAME]
    assert read_codes(np.full_like(picture, 255)) == []


def test_zbar_is_spared_where_zxing_sees_a_broken_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a torn frame is: the upper half of one code and the lower half of the next."""
    sender = Sender(hashlib.shake_128(b"torn").digest(3000), capacity(20))
    upper, lower = (draw(sender.frame(i), scale=6) for i in range(2))
    middle = upper.shape[0] // 2
    picture = np.vstack([upper[:middle], lower[middle:]])

    def unexpected(*_: object) -> list[object]:
        raise AssertionError

    monkeypatch.setattr(decode_module.pyzbar, "decode", unexpected)
    assert read_codes(picture) == []


@settings(max_examples=120, deadline=None)
@given(
    arrays.arrays(
        np.uint8, st.tuples(st.integers(0, 60), st.integers(0, 60)), elements=st.integers(0, 255)
    )
)
def test_any_picture_is_read_without_an_error(picture: Picture) -> None:
    assert all(isinstance(text, str) for text in read_codes(picture))


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((0, 0), np.uint8),
        np.zeros((1, 5000), np.uint8),
        np.zeros((100, 100, 3), np.uint8),
        np.zeros((100, 100), np.float32),
        np.zeros(100, np.uint8),
        np.broadcast_to(np.uint8(0), (1, MAX_PIXELS + 1)),
        np.broadcast_to(np.uint8(0), (10_000, 10_000)),
    ],
    ids=lambda p: str(p.shape),
)
def test_pictures_out_of_the_limits_hold_no_code(picture: Picture) -> None:
    assert read_codes(picture) == []


def test_a_missing_zbar_is_said_at_the_start() -> None:
    program = """
import sys
sys.modules["pyzbar"] = None
from ceremony.errors import CeremonyError
try:
    import ceremony.optics.decode
except CeremonyError as error:
    print(error.failure, error.hint)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("configuration ")
    assert "libzbar0" in ran.stdout
