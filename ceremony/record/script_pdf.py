"""The printed script as PDF, by fpdf2: an optional package that the laptop does not carry.

Only the standard fonts are used. What they do not have (letters outside Latin-1) is written as
its nearest Latin letters, or as its code point: nothing of a plan can end the printing.
"""

import unicodedata
from datetime import UTC, datetime

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from ceremony.record.script import (
    CONFIRMED,
    WORDS,
    Block,
    Facts,
    Form,
    KeyPage,
    PrintedKey,
    PrintedStep,
    Script,
    Words,
)

NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
"""The same plan gives the same bytes, whenever it is printed."""

MARGIN, WIDTH, BOTTOM = 15.0, 180.0, 18.0
"""Millimetres of an A4 page: the margin, what is between, and the foot."""

LINE = 4.6
"""Millimetres of a line of text."""

BOX = 20.0
"""The columns for time and initials."""

WORDS_A_LINE = 4
WORD_HEIGHT = 8.0
FORM_HEIGHT, PEOPLE_HEIGHT = 30.0, 16.0
NAME_WIDTH = 36.0

KEY_SIZE, KEY_NAME_WIDTH = 7.5, 18.0
"""Points of the text of a key, of which twenty short ones fit on a page; millimetres."""


def script_pdf(script: Script) -> bytes:
    """The script as PDF. The same script gives the same bytes with the same fpdf2."""
    pages = Pages(script)
    for section in script.sections:
        pages.add_page()
        pages.write(section.title, size=15, bold=True)
        for note in section.notes:
            pages.write(note)
        pages.ln(2)
        for block in section.blocks:
            _draw(pages, block)
    return bytes(pages.output())


def latin(text: str) -> str:
    """``text`` in Latin-1: nearest letters for the others, else the code point, ``<U+4E2D>``."""
    return "".join(map(_latin, text))


def _latin(character: str) -> str:
    if character <= "\xff" and character.isprintable():
        return character
    if character == "\N{HORIZONTAL ELLIPSIS}":
        return "..."
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain if plain.isprintable() and plain else f"<U+{ord(character):04X}>"


class Pages(FPDF):
    """A4 pages with the mark above and below, and the plan's name and the page's number."""

    def __init__(self, script: Script) -> None:
        super().__init__(format="A4")
        self._mark, self._plan = script.mark, latin(script.footer)
        self.set_creation_date(NO_DATE)
        self.set_title(latin(f"{script.mark}: {script.title}"))
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, BOTTOM)

    def header(self) -> None:
        self.set_font("helvetica", "B", 12)
        self.cell(0, 6, self._mark, align="C", border="B", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font("helvetica", "", 8)
        self.multi_cell(150, 3.5, f"{self._mark} - {self._plan}", align="L", new_y=YPos.TOP)
        self.cell(0, 3.5, f"page {self.page_no()} of {{nb}}", align="R")

    def write_text(self, text: str, width: float, size: float, style: str, family: str) -> None:
        self.set_font(family, style, size)
        self.multi_cell(
            width, size * 0.46, latin(text), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT
        )

    def write(  # type: ignore[override]
        self, text: str, *, size: float = 10, bold: bool = False
    ) -> None:
        """A paragraph over the whole width."""
        self.set_x(MARGIN)
        self.write_text(text, WIDTH, size, "B" if bold else "", "helvetica")
        self.ln(1)

    def lines_of(self, text: str, width: float, size: float, family: str) -> int:
        """How many lines ``write_text`` makes of it, in plain letters."""
        self.set_font(family, "", size)
        lines = self.multi_cell(width, 1, latin(text), dry_run=True, output="LINES")
        return len(lines) if isinstance(lines, list) else 1

    def room_for(self, height: float) -> None:
        """A new page where less than this many millimetres are left."""
        if self.get_y() + height > self.h - BOTTOM:
            self.add_page()


def _draw(pages: Pages, block: Block) -> None:
    match block:
        case Facts(rows):
            for name, value in rows:
                _fact(pages, name, value, 10)
            pages.ln(3)
        case Words():
            _words(pages, block)
        case PrintedStep():
            _step(pages, block)
        case KeyPage():
            _keys(pages, block)
        case Form():
            _form(pages, block)


def _fact(pages: Pages, name: str, value: str, size: float, name_width: float = NAME_WIDTH) -> None:
    width = WIDTH - name_width
    lines = pages.lines_of(value, width, size, "courier")
    names = pages.lines_of(name, name_width, size, "helvetica")
    # A value of several lines is kept together, so that its name stands beside it.
    height = max(lines, names) * size * 0.46
    pages.room_for(height)
    top = pages.get_y()
    pages.set_x(MARGIN)
    pages.write_text(name, name_width, size, "", "helvetica")
    pages.set_xy(MARGIN + name_width, top)
    pages.write_text(value, width, size, "", "courier")
    pages.set_y(top + height)


def _words(pages: Pages, block: Words) -> None:
    rows = WORDS // WORDS_A_LINE
    pages.room_for(rows * WORD_HEIGHT + 12)
    pages.write(block.title, bold=True)
    width = WIDTH / WORDS_A_LINE
    for place in range(WORDS):
        row, column = divmod(place, WORDS_A_LINE)
        if column == 0 and row:
            pages.ln(WORD_HEIGHT)
        pages.set_x(MARGIN + column * width)
        pages.set_font("helvetica", "", 8)
        pages.cell(7, WORD_HEIGHT, str(place + 1), border="B")
        pages.set_font("courier", "B", 10)
        pages.cell(width - 7, WORD_HEIGHT, block.words[place] if block.words else "", border="B")
    pages.ln(WORD_HEIGHT + 4)


def _step(pages: Pages, step: PrintedStep) -> None:
    texts = [f"who: {', '.join(step.who)}", *step.does]
    texts += [f"[  ] read aloud, and compare: {text}" for text in step.aloud]
    inner = WIDTH - 2 * BOX - 12
    lines = sum(pages.lines_of(text, inner, 10, "helvetica") for text in (step.title, *texts))
    height = lines * LINE + 6
    pages.room_for(height)
    top = pages.get_y()
    pages.rect(MARGIN, top, WIDTH, height)
    for number, name in enumerate(("time", "initials")):
        left = MARGIN + WIDTH - (2 - number) * BOX
        pages.rect(left, top, BOX, height)
        pages.set_xy(left + 1, top + 1)
        pages.write_text(name, BOX - 2, 7, "", "helvetica")
    pages.set_xy(MARGIN + 1, top + 2)
    pages.write_text(step.number, 10, 10, "B", "helvetica")
    pages.set_xy(MARGIN + 11, top + 2)
    pages.write_text(step.title, inner, 10, "B", "helvetica")
    for text in texts:
        pages.set_x(MARGIN + 11)
        pages.write_text(text, inner, 10, "", "helvetica")
    pages.set_y(top + height)


def _keys(pages: Pages, page: KeyPage) -> None:
    if not page.title.startswith("The keys, page 1 "):
        pages.add_page()
    pages.set_x(MARGIN)
    pages.set_font("helvetica", "B", 10)
    pages.cell(WIDTH / 2, 6, page.title)
    text = f"[  ] {CONFIRMED}"
    pages.cell(WIDTH / 2, 6, text, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    for key in page.keys:
        _key(pages, key)


def _key(pages: Pages, key: PrintedKey) -> None:
    pages.room_for((len(key.facts) + 1) * KEY_SIZE * 0.46)
    pages.set_x(MARGIN)
    title = f"{key.number}. {key.label}: {key.becomes}"
    pages.write_text(title, WIDTH, KEY_SIZE + 0.5, "B", "helvetica")
    for name, value in key.facts:
        _fact(pages, name, value, KEY_SIZE, KEY_NAME_WIDTH)
    pages.line(MARGIN, pages.get_y() + 0.3, MARGIN + WIDTH, pages.get_y() + 0.3)
    pages.set_y(pages.get_y() + 0.7)


def _form(pages: Pages, form: Form) -> None:
    named = any(form.rows)
    widths = [WIDTH * part / 100 for part in form.widths]
    pages.set_font("helvetica", "B", 9)
    for name, width in zip(form.columns, widths, strict=True):
        pages.cell(width, 6, latin(name), border=1)
    pages.ln(6)
    height = PEOPLE_HEIGHT if named else FORM_HEIGHT
    for row in form.rows:
        pages.room_for(height)
        top = pages.get_y()
        left = MARGIN
        for width in widths:
            pages.rect(left, top, width, height)
            left += width
        pages.set_xy(MARGIN + 1, top + 1)
        pages.write_text(row, widths[0] - 2, 9, "", "helvetica")
        pages.set_y(top + height)
