"""Pages of QR codes for paper, as one HTML file or as PDF; pictures are given as PNG.

What is on them crosses as any picture does: photographed, or held before a camera. The HTML
file has nothing from elsewhere.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

ACROSS, DOWN = 2, 3
"""Codes of a page of A4."""

SIDE = 86
"""Millimetres of a code, its quiet zone included: in version 18, 0.9 a module."""

STYLE = """
@page { size: A4; margin: 10mm 14mm; }
body { font: 9pt/1.3 sans-serif; color: #000; background: #fff; margin: 0; }
section { break-after: page; width: 182mm; }
section:last-child { break-after: auto; }
h1 { font-size: 11pt; margin: 0; }
p { margin: 0 0 1mm; }
div { display: inline-block; width: 90mm; text-align: center; vertical-align: top; }
img { width: 80mm; height: 80mm; image-rendering: pixelated; display: block; margin: 0 auto; }
"""


@dataclass(frozen=True, slots=True)
class Codes:
    """``pngs`` in their order; ``title`` and ``notes`` stand on every page."""

    title: str
    notes: tuple[str, ...]
    pngs: tuple[bytes, ...]

    def pages(self) -> list[list[tuple[int, bytes]]]:
        """The codes of each page, numbered from 1."""
        all_of_them = [*enumerate(self.pngs, 1)]
        each = ACROSS * DOWN
        return [all_of_them[at : at + each] for at in range(0, len(all_of_them), each)]


def codes_html(codes: Codes) -> bytes:
    """The pages; print them in a browser, at their own size."""
    pages = codes.pages()
    sections = [_section(codes, page, number, len(pages)) for number, page in enumerate(pages, 1)]
    head = f'<meta charset="utf-8"><title>{escape(codes.title)}</title><style>{STYLE}</style>'
    text = f"<!doctype html><html><head>{head}</head><body>{''.join(sections)}</body></html>\n"
    return text.encode()


def page_head(codes: Codes, number: int, of: int) -> Sequence[str]:
    """The lines above the codes of a page."""
    return (f"{codes.title}, page {number} of {of}", *codes.notes)


def _section(codes: Codes, page: Sequence[tuple[int, bytes]], number: int, of: int) -> str:
    title, *notes = map(escape, page_head(codes, number, of))
    lines = "".join(f"<p>{note}</p>" for note in notes)
    pictures = "".join(
        f'<div><img alt="code {place}" src="data:image/png;base64,{b64encode(png).decode()}">'
        f"{place} of {len(codes.pngs)}</div>"
        for place, png in page
    )
    return f"<section><h1>{title}</h1>{lines}{pictures}</section>"
