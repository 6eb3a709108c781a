"""Read a plan from its file: every mistake is told, with its line."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.record.plan import (
    Dfns,
    ExportKey,
    ImportKey,
    Machine,
    Person,
    Plan,
    Source,
)

FORMAT = 1
"""The number in ``format`` at the top of a plan; it changes when the fields do."""

MAX_PLAN = 1024 * 1024
"""Bytes of the largest plan: a thousand keys are about 300,000."""

MAX_KEYS = 1000
"""Keys in one plan, as many as one message carries."""

T = TypeVar("T")

TOP = {"format", "title", "environment", "operation", "state", "people_entropy"}
TABLES = {"dfns", "people", "sources", "keys", "machine"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a plan. ``line`` counts from 1, 0 where no line can be named."""

    line: int
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


def parse_plan(data: bytes) -> Plan:
    """The plan in ``data``. Raises ``plan`` with the first mistake and their number."""
    plan, mistakes = read_plan(data)
    if plan is None:
        first, more = mistakes[0], len(mistakes) - 1
        others = f" (and {more} more)" if more else ""
        raise CeremonyError(
            Failure.PLAN,
            f"the plan cannot be used: {first}{others}",
            hint="`ceremony plan check PLAN` explains every mistake",
        )
    return plan


def read_plan(data: bytes) -> tuple[Plan | None, list[Finding]]:
    """The plan, or None and every mistake in its form, in the order of their lines.

    Whether its values make sense is for ``ceremony.record.plan_check`` to say.
    """
    if len(data) > MAX_PLAN:
        return None, [Finding(0, f"the plan is larger than {MAX_PLAN} bytes")]
    try:
        text = data.decode()
        tree = tomllib.loads(text)
    except UnicodeDecodeError:
        return None, [Finding(0, "the plan is not UTF-8 text", "save it as plain UTF-8")]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        what = printable(str(error).split(" (at", 1)[0])
        return None, [Finding(int(line[1]) if line else 0, f"this is not TOML: {what}")]
    reading = Reading(Lines(text))
    plan = reading.plan(tree)
    if reading.mistakes or plan is None:
        return None, sorted(reading.mistakes, key=lambda m: m.line)
    return msgspec.structs.replace(plan, digest=hashlib.sha256(data).digest()), []


class Lines:
    """Where tables and their fields begin in the text of a plan."""

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table, index = "", 0
        for number, line in enumerate(text.splitlines(), 1):
            header = re.match(r"\s*(\[\[?)\s*([\w.]+)\s*\]\]?", line)
            field = re.match(r'\s*"?([\w-]+)"?\s*=', line)
            if header:
                table = header[2]
                index = counts.get(table, -1) + 1
                counts[table] = index
                self._at[table, index, ""] = number
            elif field:
                self._at.setdefault((table, index, field[1]), number)

    def of(self, table: str, index: int = 0, field: str = "") -> int:
        """The line of a field of the table's ``index``-th entry, else of the entry; 0 if none."""
        return self._at.get((table, index, field), self._at.get((table, index, ""), 0))


class Reading:
    """Reads each part by itself, so that one mistake does not hide the next."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.mistakes: list[Finding] = []

    def plan(self, tree: dict[str, Any]) -> Plan | None:
        for name in sorted(tree.keys() - TOP - TABLES):
            self._add("", 0, name, f"there is no field or table {printable(name)} in a plan")
        if tree.get("format") != FORMAT:
            self._add("", 0, "format", f"a plan begins with `format = {FORMAT}`")
        export = tree.get("operation") == "export-keys"
        people = self._list(tree, "people", Person)
        sources = self._list(tree, "sources", Source)
        imports = () if export else self._list(tree, "keys", ImportKey)
        exports = self._list(tree, "keys", ExportKey) if export else ()
        if not 1 <= len(tree.get("keys", ())) <= MAX_KEYS:
            self._add("keys", 0, "", f"a plan has 1 to {MAX_KEYS} [[keys]]")
        parts = {
            "dfns": self._one(tree, "dfns", Dfns),
            "machine": self._one(tree, "machine", Machine) if "machine" in tree else Machine(),
        }
        if self.mistakes:
            return None
        top = {name: value for name, value in tree.items() if name in TOP - {"format"}}
        lists = {"people": people, "sources": sources, "imports": imports, "exports": exports}
        return self._convert({**top, **lists, **parts}, Plan, "", 0)

    def _list(self, tree: dict[str, Any], name: str, kind: type[T]) -> tuple[T, ...]:
        entries = tree.get(name, [])
        if not isinstance(entries, list):
            self._add(name, 0, "", f"{name} is written as [[{name}]], once for each")
            return ()
        found = [self._convert(entry, kind, name, i) for i, entry in enumerate(entries)]
        return tuple(one for one in found if one is not None)

    def _one(self, tree: dict[str, Any], name: str, kind: type[T]) -> T | None:
        if name not in tree:
            self._add("", 0, "", f"the table [{name}] is missing")
            return None
        return self._convert(tree[name], kind, name, 0)

    def _convert(self, value: object, kind: type[T], table: str, index: int) -> T | None:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            place = re.search(r" - at `\$\.?([\w]*)", str(error))
            field = re.search(r"field `([\w-]+)`", str(error))
            name = (place and place[1]) or (field and field[1]) or ""
            what = printable(str(error).split(" - at", 1)[0].replace("Object", "this entry"), 200)
            self._add(table, index, name, f"{name + ': ' if place and place[1] else ''}{what}")
            return None

    def _add(self, table: str, index: int, field: str, text: str) -> None:
        self.mistakes.append(Finding(self._lines.of(table, index, field), text))
