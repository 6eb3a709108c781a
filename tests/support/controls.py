"""The controls as the code has them, and as docs/controls.md lists them."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

NAME = re.compile(r"\b(?:ENV|PLN|IMP|EXP|MSG|SIG|RLY|DSK|TXT)-[A-Z]+(?:-[A-Z]+)*\b")
"""The id of a control in a text."""

ROW = re.compile(r"^\| (\S+) \| (.+) \| `(\S+)` \| ([a-z, -]+) \| `(\S+)::(\w+)` \|$", re.MULTILINE)

CEREMONY_PATHS = frozenset({"import", "export", "resume", "run", "rehearsal"})

OTHER_PATHS = frozenset(
    {"api encrypt", "api export-request", "api recombine", "inspect", "fingerprint", "qr", "plan"}
    | {"check", "signers", "journal"}
)

RECORDING = ("passed", "confirm_words", "check_not_held", "lost", "_unknown")
"""Calls that record a control, or raise it, which they are given."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    claim: str
    place: str
    paths: frozenset[str]
    test_file: str
    test: str


@dataclass(frozen=True, slots=True)
class Defined:
    """A ``Control(...)``: the constant's name, and its module's path below ROOT."""

    name: str
    claim: str
    place: str


def rows() -> dict[str, Row]:
    text = (ROOT / "docs/controls.md").read_text()
    found = ROW.findall(text)
    table = {
        name: Row(claim, place, frozenset(paths.split(", ")), test_file, test)
        for name, claim, place, paths, test_file, test in found
    }
    assert len(table) == len(found) == text.count("\n| ") - 1, "a row that cannot be read"
    return table


@cache
def trees() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for path in sorted((ROOT / "ceremony").rglob("*.py"))
    }


def defined(modules: dict[str, ast.Module]) -> list[tuple[str, Defined]]:
    """Every ``NAME = Control(id, claim)`` by its id; more than one where there are."""
    found = []
    for place, tree in modules.items():
        for node in _nodes(tree):
            if not (isinstance(node, ast.Call) and _name(node.func) == "Control"):
                continue
            constant = next(
                a.targets[0] for a in tree.body if isinstance(a, ast.Assign) and a.value is node
            )
            ids = [a.value for a in node.args if isinstance(a, ast.Constant)]
            assert isinstance(constant, ast.Name)
            assert len(ids) == 2, f"{place}: id and claim are plain texts"
            found.append((str(ids[0]), Defined(constant.id, str(ids[1]), place)))
    return found


def used(modules: dict[str, ast.Module], control: Defined) -> bool:
    """Whether it is raised (``.refusal``), named (``.id``), or given to what records it.

    Also through a constant that lists several, and as a default of a parameter.
    """
    return any(_used_in(tree, place, control, modules) for place, tree in modules.items())


def _used_in(
    tree: ast.Module, place: str, control: Defined, modules: dict[str, ast.Module]
) -> bool:
    if place != control.place and not _imports(tree, control):
        return False
    for node in _nodes(tree):
        raised = isinstance(node, ast.Attribute) and node.attr in ("refusal", "id")
        if raised and _name(node.value) == control.name:
            return True
        if isinstance(node, ast.Call) and _called(node) in RECORDING:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(control.name in _names(one) for one in given):
                return True
        recorded = isinstance(node, ast.keyword) and node.arg == "passed"
        if recorded and control.name in _names(node.value):
            return True
    lists = [
        a.targets[0].id
        for a in _nodes(tree)
        if isinstance(a, ast.Assign)
        and isinstance(a.targets[0], ast.Name)
        and isinstance(a.value, ast.Tuple)
        and control.name in _names(a.value)
    ]
    return any(used(modules, Defined(name, "", place)) for name in lists)


def _imports(tree: ast.Module, control: Defined) -> bool:
    module = control.place.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    package = module.rpartition(".")[0]
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module in (module, package)
        and any(alias.name == control.name for alias in node.names)
        for node in _nodes(tree)
    )


@cache
def _nodes(tree: ast.Module) -> list[ast.AST]:
    """All of them: each control is looked for in each module."""
    return [*ast.walk(tree)]


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else _name(node.func)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _names(node: ast.AST) -> set[str]:
    return {_name(one) for one in ast.walk(node)}
