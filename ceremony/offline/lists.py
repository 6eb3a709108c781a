"""`ceremony formats`, `networks` and `transcript verify`: lists for people and for scripts."""

import sys
from typing import TextIO

import msgspec

from ceremony.addresses.networks import NETWORKS
from ceremony.desk.digests import numbered_digest
from ceremony.errors import printable, printable_values
from ceremony.files import read_file
from ceremony.keys.format_table import FORMATS
from ceremony.keys.forms import FORMS
from ceremony.offline.report import report
from ceremony.offline.source_options import KIT
from ceremony.record.transcript import Line, verify_transcript

KIT_TEXT = "a recovery kit of Fireblocks: the archive, its RSA key and the owner's passphrase"

MAX_FACT = 300
"""Characters of one fact of a transcript that are shown."""


def show_formats(*, as_json: bool) -> None:
    """The formats that a key is read from, and the forms that an exported one is written in."""
    rows = {name: (row.curves, row.needs, row.description) for name, row in FORMATS.items()}
    rows[KIT] = (("secp256k1", "ed25519"), frozenset({"curve", "paths"}), KIT_TEXT)
    if as_json:
        write_json(
            {
                "in": [
                    {"name": n, "curves": c, "needs": sorted(needs), "description": text}
                    for n, (c, needs, text) in rows.items()
                ],
                "out": [
                    {"name": name, "curves": form.curves, "encrypted": form.encrypted,
                     "needs": sorted(form.needs), "description": form.description}
                    for name, form in FORMS.items()
                ],
            }
        )  # fmt: skip
        return
    sys.stdout.write("keys in: --format, and the format of a source in a plan\n\n")
    _table([(name, ", ".join(curves), text) for name, (curves, _, text) in rows.items()])
    sys.stdout.write("\nkeys out: the form of an exported key\n\n")
    _table([(name, ", ".join(form.curves), form.description) for name, form in FORMS.items()])


def show_networks(*, as_json: bool) -> None:
    """The networks that Dfns names, and the curves of their keys."""
    if as_json:
        write_json(
            [
                {"name": n.name, "curves": n.curves, "hasAddress": n.has_address}
                for n in NETWORKS.values()
            ]
        )
        return
    _table(
        [
            (n.name, ", ".join(n.curves), "" if n.has_address else "no address follows from a key")
            for n in NETWORKS.values()
        ]
    )


def show_transcript(path: str, to: TextIO | None = None) -> None:
    """The lines, and the fingerprint to compare with the one on paper, on standard output.

    Raises ``file``, and ``malformed`` at the first line that does not fit.
    """
    stream = to or sys.stdout
    lines, fingerprint = verify_transcript(read_file(path, "the transcript"))
    for line in lines:
        facts = "  ".join(f"{printable(name)}={_fact(value)}" for name, value in _facts(line))
        text = f"{line.number:>4}  {printable(line.time)}  {printable(line.event)}  {facts}"
        stream.write(f"{text.rstrip()}\n")
    report("lines", f"{len(lines)}, each follows from the one before it", to=stream)
    report("fingerprint", *numbered_digest(fingerprint), to=stream)


def _facts(line: Line) -> list[tuple[str, object]]:
    return [(name, value) for name, value in line.facts.items() if value not in ("", [])]


def _fact(value: object) -> str:
    if isinstance(value, list):
        return ",".join(printable(str(one), MAX_FACT) for one in value)
    return printable(str(value), MAX_FACT)


def write_json(value: object) -> None:
    """JSON on standard output, every text in it made printable (TXT-OUTSIDE)."""
    encoded = msgspec.json.encode(printable_values(value))
    sys.stdout.write(msgspec.json.format(encoded.decode(), indent=2) + "\n")


def _table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        sys.stdout.write("  ".join([*cells, row[-1]]).rstrip() + "\n")
