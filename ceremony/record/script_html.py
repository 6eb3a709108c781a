"""The printed script as one HTML file, without anything from elsewhere; print it in a browser.

Everything of the plan is escaped. The mark and the plan's name stand in a header and a footer
of a table that holds all, which browsers repeat on every printed page.
"""

from collections.abc import Iterable
from html import escape

from ceremony.record.script import (
    CONFIRMED,
    WORDS,
    Block,
    Facts,
    Form,
    KeyPage,
    PrintedStep,
    Script,
    Section,
    Words,
)

WORDS_A_LINE = 4

STYLE = """
@page { size: A4; margin: 12mm 14mm 14mm;
  @bottom-right { content: "page " counter(page) " of " counter(pages); font: 8pt sans-serif; } }
body { font: 10pt/1.35 sans-serif; color: #000; background: #fff; margin: 0; }
table { border-collapse: collapse; width: 100%; }
.page > thead th, .page > tfoot td { border: 0; padding: 0 0 2mm; font-weight: bold; }
.page > thead th { text-align: center; letter-spacing: .3em; border-bottom: 1.5pt solid #000; }
.page > tfoot td { font: 8pt sans-serif; padding: 2mm 0 0; }
.page > tbody > tr > td { padding: 2mm 0 0; }
section { break-before: page; }
section:first-child { break-before: auto; }
h1, h2 { font-size: 15pt; margin: 2mm 0; }
h3 { font-size: 10pt; margin: 4mm 0 1mm; }
p { margin: 1mm 0; }
code, .value, .word b { font-family: monospace; overflow-wrap: anywhere; }
.facts { margin: 2mm 0 4mm; }
.facts th { text-align: left; font-weight: normal; width: 38mm; vertical-align: top; }
.facts td { vertical-align: top; }
.words { margin: 0 0 5mm; break-inside: avoid; }
.words td { width: 25%; height: 7mm; border-bottom: .5pt solid #000; vertical-align: bottom; }
.words td i { font: 8pt sans-serif; color: #444; display: inline-block; width: 7mm; }
.group { break-inside: avoid; }
.step, .key, .form tr { break-inside: avoid; }
.steps td, .steps th, .form td, .form th { border: .5pt solid #000; padding: 1.5mm;
  vertical-align: top; text-align: left; }
.steps .box { width: 18mm; }
.steps .number { width: 9mm; font-weight: bold; }
.form td { height: 26mm; }
.people td { height: 14mm; }
.aloud { border-left: 3pt solid #000; padding-left: 2mm; }
.keys { break-before: page; }
.keys.first { break-before: auto; }
.key { border-bottom: .5pt solid #000; padding: .2mm 0; font-size: 7.5pt; line-height: 1.2; }
.key .facts { margin: 0; }
.key .facts th { width: 20mm; }
.confirmed { display: flex; justify-content: space-between; margin: 1mm 0 2mm; }
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<table class="page">
<thead><tr><th>{mark}</th></tr></thead>
<tfoot><tr><td>{mark} &middot; {footer}</td></tr></tfoot>
<tbody><tr><td>
{sections}
</td></tr></tbody>
</table>
</body>
</html>
"""


def script_html(script: Script) -> bytes:
    """The script as HTML. The same script gives the same bytes."""
    sections = "\n".join(_section(section) for section in script.sections)
    return PAGE.format(
        title=escape(f"{script.mark}: {script.title}"),
        style=STYLE,
        mark=escape(script.mark),
        footer=escape(script.footer),
        sections=sections,
    ).encode()


def _section(section: Section) -> str:
    notes = "".join(f"<p>{escape(note)}</p>\n" for note in section.notes)
    return (
        f"<section>\n<h2>{escape(section.title)}</h2>\n{notes}"
        f"{''.join(_blocks(section.blocks))}</section>"
    )


def _blocks(blocks: tuple[Block, ...]) -> Iterable[str]:
    steps = [block for block in blocks if isinstance(block, PrintedStep)]
    if steps:
        yield _steps(steps)
    pages = 0
    for block in blocks:
        match block:
            case Facts(rows):
                yield _facts(rows)
            case Words():
                yield _words(block)
            case KeyPage():
                yield _keys(block, "keys first" if pages == 0 else "keys")
                pages += 1
            case Form():
                yield _form(block)
            case PrintedStep():
                pass  # all of them are one table, above


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><th>{escape(name)}</th><td class="value">{escape(value)}</td></tr>\n'
        for name, value in rows
    )
    return f'<table class="facts">\n{lines}</table>\n'


def _words(words: Words) -> str:
    cells = [
        f'<td class="word"><i>{place + 1}</i> '
        f"<b>{escape(words.words[place]) if words.words else ''}</b></td>"
        for place in range(WORDS)
    ]
    rows = "".join(
        f"<tr>{''.join(cells[i : i + WORDS_A_LINE])}</tr>\n" for i in range(0, WORDS, WORDS_A_LINE)
    )
    return (
        f'<div class="group"><h3>{escape(words.title)}</h3>\n'
        f'<table class="words">\n{rows}</table></div>\n'
    )


def _steps(steps: Iterable[PrintedStep]) -> str:
    rows = "".join(_step(step) for step in steps)
    return (
        '<table class="steps">\n<thead><tr><th class="number"></th><th>step</th>'
        '<th class="box">time</th><th class="box">initials</th></tr></thead>\n'
        f"<tbody>{rows}</tbody></table>\n"
    )


def _step(step: PrintedStep) -> str:
    does = "".join(f"<p>{escape(line)}</p>" for line in step.does)
    aloud = "".join(
        f'<p class="aloud">&#9744; read aloud, and compare: {escape(text)}</p>'
        for text in step.aloud
    )
    return (
        f'<tr class="step"><td class="number">{escape(step.number)}</td>'
        f"<td><strong>{escape(step.title)}</strong><p>who: {escape(', '.join(step.who))}</p>"
        f'{does}{aloud}</td><td class="box"></td><td class="box"></td></tr>\n'
    )


def _keys(page: KeyPage, kind: str) -> str:
    keys = "".join(
        f'<div class="key"><strong>{key.number}. {escape(key.label)}</strong>: '
        f"{escape(key.becomes)}\n{_facts(key.facts)}</div>\n"
        for key in page.keys
    )
    return (
        f'<div class="{kind}"><h3 class="confirmed"><span>{escape(page.title)}</span>'
        f"<span>&#9744; {escape(CONFIRMED)}</span></h3>\n{keys}</div>\n"
    )


def _form(form: Form) -> str:
    head = "".join(
        f'<th style="width: {width}%">{escape(name)}</th>'
        for name, width in zip(form.columns, form.widths, strict=True)
    )
    rest = "<td></td>" * (len(form.columns) - 1)
    rows = "".join(f"<tr><td>{escape(row)}</td>{rest}</tr>\n" for row in form.rows)
    kind = "form people" if any(form.rows) else "form"
    return (
        f'<table class="{kind}">\n<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>\n'
    )
