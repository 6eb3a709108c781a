"""`ceremony plan from-table`: a table of labels, networks, paths and addresses as plan lines.

A CSV file, such as a custodian's export of its vaults: the first line names the columns, in any
order and any case. Commas or semicolons, UTF-8, quotes as in RFC 4180.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ceremony.addresses import NETWORKS
from ceremony.errors import printable
from ceremony.record.plan import ImportKey, Operation, Wallet
from ceremony.record.plan_check import LABEL
from ceremony.record.plan_expected import unfit
from ceremony.record.plan_file import MAX_KEYS, MAX_PLAN
from ceremony.record.plan_imports import unknown_network
from ceremony.record.plan_lines import Finding
from ceremony.record.plan_text import keys_text

COLUMNS = {
    "label": ("label",),
    "network": ("network",),
    "path": ("path", "derivation path"),
    "expect": ("address", "expect", "expected address", "public key"),
    "name": ("name",),
    "curve": ("curve",),
    "protocol": ("protocol",),
    "key_id": ("key_id", "key id"),
}
"""The fields of a plan, and the names that their columns may have, in small letters."""

REQUIRED = ("label", "expect")

NOTE = """
# {count} keys of a table. What is expected of each is what the table says.
"""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """``source`` is what the plan calls the source that all keys of the table come from."""

    source: str
    operation: Operation = "import-wallets"


@dataclass(frozen=True, slots=True)
class TableRead:
    """The lines of the plan, empty where the table has a mistake.

    ``left_out`` are the names of columns that a plan has no field for.
    """

    text: str
    mistakes: tuple[Finding, ...]
    left_out: tuple[str, ...] = ()


def table_lines(data: bytes, options: TableOptions) -> TableRead:
    """A [[keys]] entry for each row, or every mistake with its line.

    With import-keys a row with a network is a key and a wallet of it on this network.
    """
    if len(data) > MAX_PLAN:
        return _only(0, f"the table is larger than {MAX_PLAN} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _only(line, "the table is not UTF-8 text: save it as CSV UTF-8")
    header, _, _ = text.partition("\n")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [*_numbered(reader)]
    except csv.Error as error:
        return _only(reader.line_num, f"this is not CSV: {printable(str(error))}")
    if not rows:
        return _only(0, "the table is empty")
    return _table(rows[0], rows[1:], options)


def _numbered(reader: "Iterator[list[str]]") -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line that it begins on."""
    before = 0
    for row in reader:
        line, before = before + 1, reader.line_num  # type: ignore[attr-defined]
        if any(cell.strip() for cell in row):
            yield line, [cell.strip() for cell in row]


def _table(
    header: tuple[int, list[str]], rows: Sequence[tuple[int, list[str]]], options: TableOptions
) -> TableRead:
    line, names = header
    known = {name: field for field, names in COLUMNS.items() for name in names}
    fields = [known.get(name.lower(), "") for name in names]
    mistakes = [
        Finding(line, f"two columns are the {field}: {' and '.join(COLUMNS[field])}")
        for field in COLUMNS
        if fields.count(field) > 1
    ]
    for field in REQUIRED:
        if field not in fields:
            named = " or ".join(COLUMNS[field])
            mistakes.append(Finding(line, f"no column is called {named}"))
    if not 1 <= len(rows) <= MAX_KEYS:
        mistakes.append(Finding(line, f"the table has {len(rows)} rows, a plan 1 to {MAX_KEYS}"))
    if mistakes:
        return TableRead("", tuple(mistakes))
    keys, labels = [], set[str]()
    for line, cells in rows:
        if len(cells) != len(names):
            text = f"this row has {len(cells)} cells, the first line {len(names)}"
            mistakes.append(Finding(line, text))
            continue
        row = {field: cell for field, cell in zip(fields, cells, strict=True) if field and cell}
        wrong = [*_mistakes(row, labels, options)]
        mistakes += [Finding(line, text) for text in wrong]
        labels.add(row.get("label", ""))
        if not wrong:
            keys.append(_key(row, options))
    if mistakes:
        return TableRead("", tuple(mistakes))
    left_out = tuple(name for name, field in zip(names, fields, strict=True) if not field)
    return TableRead(NOTE.format(count=len(keys)) + keys_text(keys), (), left_out)


def _mistakes(row: dict[str, str], labels: set[str], options: TableOptions) -> Iterator[str]:
    """What is wrong with a row by itself; `ceremony plan check` looks at the whole plan."""
    label, network = row.get("label", ""), row.get("network")
    if not LABEL.fullmatch(label):
        yield "a label has 1 to 64 letters, digits, . _ - or spaces"
    elif label in labels:
        yield f"the label {printable(label)} is there twice"
    if "expect" not in row:
        yield "there is no address"
    if network is None and options.operation == "import-wallets":
        yield "there is no network"
    elif network is not None and (unknown := unknown_network(network)):
        yield unknown
    elif "expect" in row and (wrong := unfit(row["expect"], network, row.get("curve", ""))):
        yield wrong


def _key(row: dict[str, str], options: TableOptions) -> ImportKey:
    key = ImportKey(
        label=row["label"],
        source=options.source,
        expect=row["expect"],
        path=row.get("path"),
        curve=row.get("curve"),
        protocol=row.get("protocol"),
        network=row.get("network"),
        name=row.get("name"),
        key_id=row.get("key_id"),
    )
    if options.operation == "import-wallets" or key.network is None:
        return key
    curves = NETWORKS[key.network].curves
    return ImportKey(
        label=key.label,
        source=key.source,
        expect=key.expect,
        path=key.path,
        curve=key.curve or (curves[0] if len(curves) == 1 else None),
        protocol=key.protocol,
        name=key.name,
        key_id=key.key_id,
        wallets=(Wallet(key.network, row["expect"], key.name),),
    )


def _only(line: int, text: str) -> TableRead:
    return TableRead("", (Finding(line, text),))
