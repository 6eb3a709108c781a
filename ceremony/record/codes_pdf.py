"""Pages of QR codes as PDF, by fpdf2: an optional package that the laptop does not carry."""

from io import BytesIO

from fpdf import FPDF

from ceremony.record.codes_paper import ACROSS, SIDE, Codes, page_head
from ceremony.record.script_pdf import NO_DATE, latin

MARGIN, TOP, LINE = 14.0, 10.0, 4.5
"""Millimetres of A4: at the sides, above, and a line of text."""

PITCH = SIDE + LINE


def codes_pdf(codes: Codes) -> bytes:
    """The pages. The same codes give the same bytes with the same fpdf2."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(NO_DATE)
    pdf.set_auto_page_break(False)
    # Else fpdf2 makes a telefax of pictures in black and white.
    pdf.set_image_filter("FlateDecode")
    pages = codes.pages()
    for number, page in enumerate(pages, 1):
        pdf.add_page()
        lines = page_head(codes, number, len(pages))
        for at, line in enumerate(lines):
            pdf.set_font("helvetica", "" if at else "B", 8)
            pdf.text(MARGIN, TOP + at * LINE, latin(line))
        top = TOP + len(lines) * LINE
        for place, (count, png) in enumerate(page):
            row, column = divmod(place, ACROSS)
            x, y = MARGIN + column * (SIDE + 10), top + row * PITCH - LINE
            pdf.image(BytesIO(png), x, y, SIDE, SIDE)
            # Below the quiet zone, which is part of the picture.
            pdf.text(x + SIDE / 2, y + SIDE + 2.5, f"{count} of {len(codes.pngs)}")
    return bytes(pdf.output())
