"""Read a plan from its file: every mistake in its form is told, with its line."""

import hashlib
import re
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.record.plan import Dfns, ExportKey, ImportKey, Machine, Person, Plan, Source
from ceremony.record.plan_lines import Finding, Lines, Place

FORMAT = 1
"""The number in ``format`` at the top of a plan; it changes when the fields do."""

MAX_PLAN = 1024 * 1024
"""Bytes of the largest plan: a thousand keys are about 300,000."""

MAX_DOTS = 64
"""In a row, without a sign of TOML between them; no name of a plan has one."""

BETWEEN = re.compile(r"[=,#\[\]{}\n]")

MAX_KEYS = 1000
"""Keys in one plan, as many as one message carries."""

T = TypeVar("T", bound=msgspec.Struct)

TOP = ("title", "environment", "operation", "state", "people_entropy")
"""The fields of a plan that stand in no table, without ``format``."""

TABLES = ("dfns", "people", "sources", "keys", "machine")

WRITTEN = {
    str: 'text in quotes, "..."',
    int: "a whole number, without quotes",
    bool: "true or false, without quotes",
    tuple: 'a list of texts, ["...", "..."]',
}
"""How a value of each type is written in TOML."""


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
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Finding(line, "the plan is not UTF-8 text", "save it as plain UTF-8")]
    try:
        tree = toml_tree(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_not_toml(str(error), text)]
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        return None, [
            Finding(0, "this is not TOML that a plan has: it is nested or long beyond use")
        ]
    reading = Reading(Lines(text))
    plan = reading.plan(tree)
    if reading.mistakes or plan is None:
        return None, sorted(reading.mistakes, key=lambda mistake: mistake.line)
    return msgspec.structs.replace(plan, digest=hashlib.sha256(data).digest()), []


def toml_tree(text: str) -> dict[str, Any]:
    """TOML, with names of at most MAX_DOTS dots: the time of a name grows with their square.

    Raises as ``tomllib`` does, and ValueError and RecursionError.
    """
    if any(part.count(".") > MAX_DOTS for part in BETWEEN.split(text)):
        raise ValueError
    return tomllib.loads(text)


def _not_toml(error: str, text: str) -> Finding:
    if text.startswith("\ufeff"):
        what = "the file begins with a byte order mark: save it as plain UTF-8, without one"
        return Finding(1, what)
    line = re.search(r"at line (\d+)", error)
    what = printable(error.split(" (at", 1)[0])
    last = text.rstrip("\n").count("\n") + 1
    return Finding(int(line[1]) if line else last, f"this is not TOML: {what}")


class Reading:
    """Reads each value by itself, so that one mistake does not hide the next."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.mistakes: list[Finding] = []

    def plan(self, tree: dict[str, Any]) -> Plan | None:
        self._no_others(tree, ("format", *TOP, *TABLES), (), "a plan")
        if type(tree.get("format")) is not int or tree["format"] != FORMAT:
            self._add(("format",), f"a plan begins with `format = {FORMAT}`")
        fields = {field.name: field for field in msgspec.structs.fields(Plan)}
        parts = {
            name: self._value(tree[name], fields[name].type, (name,))
            for name in TOP
            if name in tree
        }
        for name in TOP:
            if name not in tree and fields[name].required:
                self._add((name,), f"{name} is missing")
        parts["dfns"] = self._entry(tree["dfns"], Dfns, ("dfns",)) if "dfns" in tree else None
        if "dfns" not in tree:
            self._add(("dfns",), "the table [dfns] is missing")
        if "machine" in tree:
            parts["machine"] = self._entry(tree["machine"], Machine, ("machine",))
        parts["people"] = self._list(tree.get("people", []), Person, ("people",))
        parts["sources"] = self._list(tree.get("sources", []), Source, ("sources",))
        self._keys(tree, parts)
        return None if self.mistakes else Plan(**parts)

    def _keys(self, tree: dict[str, Any], parts: dict[str, Any]) -> None:
        """Which fields keys have depends on the operation: without one they are not read."""
        keys = tree.get("keys", [])
        if not isinstance(keys, list) or not 1 <= len(keys) <= MAX_KEYS:
            self._add(("keys",), f"a plan has 1 to {MAX_KEYS} [[keys]], each with this header")
        elif parts.get("operation") == "export-keys":
            parts["exports"] = self._list(keys, ExportKey, ("keys",))
        elif parts.get("operation") is not None:
            parts["imports"] = self._list(keys, ImportKey, ("keys",))

    def _list(self, entries: object, kind: type[T], place: Place) -> tuple[T, ...]:
        if not isinstance(entries, list):
            header = ".".join(str(part) for part in place if isinstance(part, str))
            self._add(place, f"{place[-1]} is written as [[{header}]], once for each")
            return ()
        found = [self._entry(entry, kind, (*place, i)) for i, entry in enumerate(entries)]
        return tuple(one for one in found if one is not None)

    def _entry(self, value: object, kind: type[T], place: Place) -> T | None:
        """One table; None where anything in it is wrong."""
        header = ".".join(str(part) for part in place if isinstance(part, str))
        if not isinstance(value, dict):
            self._add(place, f"{header} is a table, with a line for each field")
            return None
        fields = msgspec.structs.fields(kind)
        before = len(self.mistakes)
        self._no_others(value, [field.name for field in fields], place, f"[{header}]")
        values = {}
        for field in fields:
            if field.name in value:
                found = self._value(value[field.name], field.type, (*place, field.name))
                values[field.name] = found
            elif field.required:
                self._add(place, f"[{header}] has no {field.name}")
        return kind(**values) if len(self.mistakes) == before else None

    def _value(self, value: object, kind: Any, place: Place) -> Any:
        entries = get_args(kind)[:1] if get_origin(kind) is tuple else ()
        if entries and issubclass(entries[0], msgspec.Struct):
            return self._list(value, entries[0], place)
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError:
            self._add(place, f"{place[-1]} is {_written(kind)}")
            return None

    def _no_others(
        self, value: dict[str, Any], known: Iterable[str], place: Place, what: str
    ) -> None:
        known = list(known)
        for name in value.keys() - set(known):
            near = get_close_matches(name, known, n=1)
            hint = f": is it {near[0]}?" if near else f"; it has {', '.join(known)}"
            self._add((*place, name), f"there is no {printable(name)} in {what}{hint}")

    def _add(self, place: Place, text: str) -> None:
        self.mistakes.append(Finding(self._lines.of(place), text))


def _written(kind: Any) -> str:
    """How a value of this type is written, for people."""
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(kind))
    if get_origin(kind) is tuple:
        return WRITTEN[tuple]
    (plain,) = [one for one in get_args(kind) or (kind,) if one is not NoneType]
    return WRITTEN[plain]
