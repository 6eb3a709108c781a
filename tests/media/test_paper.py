"""A message on paper: every code of every page is read, and any that are enough give it."""

import re
import zlib
from base64 import b64decode
from pathlib import Path

import cv2
import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Complete, Receiver
from ceremony.media.opening import _saver
from ceremony.media.paper import MOST, paper_of, write_paper
from ceremony.optics.decode import read_codes
from ceremony.optics.picture import Picture
from ceremony.record.codes_paper import Codes, codes_html

MESSAGE = np.random.default_rng(1).bytes(5412)


def in_html(data: bytes) -> list[Picture]:
    found = re.findall(rb'src="data:image/png;base64,([^"]+)"', data)
    return [
        np.asarray(cv2.imdecode(np.frombuffer(b64decode(one), np.uint8), cv2.IMREAD_GRAYSCALE))
        for one in found
    ]


def in_pdf(data: bytes) -> list[Picture]:
    """Its images: deflated rows of bits, a set one white (DeviceGray)."""
    found = re.findall(
        rb"/Subtype /Image.*?/Width (\d+).*?stream\n(.*?)\nendstream", data, re.DOTALL
    )
    pictures = []
    for width, stream in found:
        rows = np.frombuffer(zlib.decompress(stream), np.uint8).reshape(int(width), -1)
        bits = np.unpackbits(rows, axis=1)[:, : int(width)]
        pictures.append(np.asarray(bits * 255, np.uint8))
    return pictures


def message_in(pictures: list[Picture]) -> bytes:
    receiver = Receiver()
    for picture in pictures:
        (text,) = read_codes(np.pad(picture, 8, constant_values=255))
        receiver.add(text)
    assert isinstance(receiver.progress, Complete)
    return receiver.progress.message


def test_pages_of_html_give_the_message(tmp_path: Path) -> None:
    path = write_paper(MESSAGE, tmp_path / "frames", pdf="no_such_module")
    assert path == tmp_path / "frames.html"
    pictures = in_html(path.read_bytes())
    assert len(pictures) == len(paper_of(MESSAGE).pngs)
    assert message_in(pictures) == MESSAGE
    # A fold spoils some: those that are left do.
    assert message_in(pictures[2:]) == MESSAGE
    assert b"http" not in path.read_bytes()


def test_pages_of_pdf_give_the_message(tmp_path: Path) -> None:
    path = write_paper(MESSAGE, tmp_path / "frames")
    assert path == tmp_path / "frames.pdf"
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) == len(paper_of(MESSAGE).pages()) == 3
    assert message_in(in_pdf(data)) == MESSAGE
    with pytest.raises(CeremonyError) as error:
        write_paper(MESSAGE, tmp_path / "frames")
    assert error.value.failure is Failure.FILE
    assert path.read_bytes() == data


def test_what_is_too_long_for_paper_is_said_beside_the_pictures(tmp_path: Path) -> None:
    long = bytes(600 * MOST)
    with pytest.raises(CeremonyError) as error:
        paper_of(long)
    assert error.value.failure is Failure.OVERSIZED
    said = _saver(str(tmp_path))(long)
    assert re.fullmatch(r"\d+ in frames-[0-9a-f]{16}; .* takes \d+ codes, .*", said)


def test_the_key_writes_pictures_and_paper_once(tmp_path: Path) -> None:
    save = _saver(str(tmp_path))
    assert re.fullmatch(r"\d+ in (frames-\w{16}); for paper \1.pdf", save(MESSAGE))
    assert len(list(tmp_path.iterdir())) == 2
    assert "exists" in save(MESSAGE)


def test_a_title_of_tags_stays_text() -> None:
    page = codes_html(Codes("<script>x</script>", ("<b>",), (b"png",)))
    assert b"<script>" not in page
    assert b"<b>" not in page
