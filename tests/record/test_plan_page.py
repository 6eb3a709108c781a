"""docs/plan.md names every field and column, and the examples explain every field."""

import re
from pathlib import Path

import msgspec
import pytest

from ceremony.record.plan import (
    Dfns,
    ExportKey,
    ImportKey,
    Machine,
    Operation,
    Person,
    Source,
    Wallet,
)
from ceremony.record.plan_example import example_plan
from ceremony.record.plan_file import TOP
from ceremony.record.plan_table import COLUMNS

PAGE = (Path(__file__).parents[2] / "docs/plan.md").read_text(encoding="utf-8")

TABLES: dict[str, tuple[str, ...]] = {
    "At the top": ("format", *TOP),
    **{
        heading: tuple(field.name for field in msgspec.structs.fields(kind))
        for heading, kind in {
            "`[dfns]`": Dfns,
            "`[[people]]`": Person,
            "`[[sources]]`": Source,
            "`[[keys]]` of an import": ImportKey,
            "`[[keys.wallets]]`": Wallet,
            "`[[keys]]` of an export": ExportKey,
            "`[machine]`": Machine,
        }.items()
    },
}


def rows(heading: str) -> list[list[str]]:
    section = PAGE.split(f"\n### {heading}\n")[1].split("\n## ")[0].split("\n### ")[0]
    found = re.findall(r"^\| `(.+)` \| (.*) \| ?(.*) ?\|$", section, re.MULTILINE)
    return [list(row) for row in found]


@pytest.mark.parametrize("heading", TABLES)
def test_every_field_has_its_row_and_no_other(heading: str) -> None:
    assert sorted(name for name, _, _ in rows(heading)) == sorted(TABLES[heading])


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("`[dfns]`", Dfns),
        ("`[[people]]`", Person),
        ("`[[sources]]`", Source),
        ("`[[keys.wallets]]`", Wallet),
    ],
)
def test_what_is_always_needed_is_what_the_reader_requires(
    heading: str, kind: type[msgspec.Struct]
) -> None:
    required = {field.name for field in msgspec.structs.fields(kind) if field.required}
    assert {name for name, _, needed in rows(heading) if needed.strip() == "always"} == required


def test_the_columns_of_a_table() -> None:
    section = PAGE.split("| column | field |")[1].split("\n\n")[0]
    found = re.findall(r"^\| (`.+`) \| (\w+) \|$", section, re.MULTILINE)
    assert {field: tuple(re.findall(r"`([^`]+)`", names)) for names, field in found} == COLUMNS


@pytest.mark.parametrize(
    ("operation", "kinds"),
    [
        ("import-wallets", ["At the top", "`[dfns]`", "`[[people]]`", "`[[sources]]`",
                            "`[machine]`"]),
        ("import-keys", ["`[[keys]]` of an import", "`[[keys.wallets]]`"]),
        ("export-keys", ["At the top", "`[dfns]`", "`[[keys]]` of an export"]),
    ],
)  # fmt: skip
def test_the_examples_explain_every_field(operation: Operation, kinds: list[str]) -> None:
    """Each field stands in the example, perhaps in a comment, with words before it."""
    text = example_plan(operation)
    lacking = {"wallets", "network"} if operation == "import-keys" else set()
    lacking |= {"state"} if operation != "export-keys" else set()
    for kind in kinds:
        for name in set(TABLES[kind]) - lacking:
            assert re.search(rf"(^|# |`){name} = ", text, re.MULTILINE), name


def test_every_field_of_wallets_is_explained_where_they_are_imported() -> None:
    text = example_plan("import-wallets")
    names = {field.name for field in msgspec.structs.fields(ImportKey)}
    for name in names - {"wallets", "master_key"}:
        assert re.search(rf"^(# )?{name} = ", text, re.MULTILINE), name
