"""A message as pages for paper: PDF where fpdf2 is installed, else HTML."""

from importlib import import_module
from pathlib import Path

from ceremony.errors import CeremonyError, Failure
from ceremony.files import write_file
from ceremony.link.sender import Sender
from ceremony.message import digest
from ceremony.optics.matrix import capacity, code_matrix
from ceremony.optics.png import png_of
from ceremony.record.codes_paper import Codes, codes_html

VERSION = 18
"""Of the codes at most: 0.9 mm a module, six codes a page."""

SPARE, LEAST = 4, 2
"""One more for so many, and at least so many: a code on paper may get a fold."""

MOST = 240
"""Codes, on 40 pages. More is not for paper."""

SCALE = 8
"""Pixels a module."""


def paper_of(message: bytes) -> Codes:
    """The pages of a message. Raises ``oversized`` for one that is too long for paper."""
    sender = Sender(message, capacity(VERSION))
    count = min(sender.needed + sender.needed // SPARE + LEAST, sender.distinct)
    if count > MOST:
        raise CeremonyError(
            Failure.OVERSIZED,
            f"the message takes {count} codes, and paper takes {MOST}",
            hint="carry its pictures as files",
        )
    pngs = tuple(png_of(code_matrix(sender.frame(at)), SCALE) for at in range(count))
    notes = (f"SHA-256 {digest(message).hex()}", f"any {sender.needed} or so of these codes do")
    return Codes("one message in QR codes", notes, pngs)


def write_paper(message: bytes, stem: Path, pdf: str = "ceremony.record.codes_pdf") -> Path:
    """The pages in a new file ``stem``.pdf, or .html without the module ``pdf``'s library.

    Raises ``file`` and ``oversized``.
    """
    codes = paper_of(message)
    try:
        write = import_module(pdf).codes_pdf
        path = stem.with_suffix(".pdf")
    except ModuleNotFoundError:
        write, path = codes_html, stem.with_suffix(".html")
    write_file(str(path), write(codes), "the pages")
    return path
