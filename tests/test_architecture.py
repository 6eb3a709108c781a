"""What the code promises of itself: layers, sizes, places where secrets are read, controls."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import controls
from tests.support.laptop_part import not_on_the_laptop

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "ceremony").rglob("*.py"))
MAX_LINES = 300


def test_there_is_something_to_test() -> None:
    assert len(MODULES) > 100


def test_imports_go_down_only() -> None:
    """The contracts of pyproject.toml, by import-linter."""
    lint = Path(sys.executable).with_name("lint-imports")
    finished = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout
    assert "7 kept, 0 broken" in finished.stdout


def test_no_module_is_too_long_to_read() -> None:
    sizes = {str(m.relative_to(ROOT)): len(m.read_text().splitlines()) for m in MODULES}
    assert {name: size for name, size in sizes.items() if size > MAX_LINES} == {}
    assert sorted(sizes.values())[len(sizes) // 2] <= 120


def test_every_package_is_in_a_layer() -> None:
    """A new part of the program is in a contract from its first day."""
    contracts = (ROOT / "pyproject.toml").read_text()
    for path in (ROOT / "ceremony").iterdir():
        if (path.is_dir() and path.name != "__pycache__") or path.suffix == ".py":
            name = path.stem
            assert name in ("__init__",) or f"ceremony.{name}" in contracts, name


def reveals() -> dict[str, int]:
    found = {}
    for module in MODULES:
        calls = sum(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "reveal"
            for node in ast.walk(ast.parse(module.read_text()))
        )
        if calls:
            found[str(module.relative_to(ROOT / "ceremony"))] = calls
    return found


def test_every_place_where_a_secret_is_read_is_known() -> None:
    """tests/reveal_calls.txt: a new call changes it, and a reviewer sees that."""
    lines = (ROOT / "tests/reveal_calls.txt").read_text().splitlines()
    known = {name: int(count) for name, count in (line.split() for line in lines)}
    assert reveals() == known


def test_secrets_are_no_arguments_and_no_environment() -> None:
    """No option takes a secret itself, only files that hold one."""
    for module in (ROOT / "ceremony").rglob("cli*.py"):
        for option in re.findall(r'"(--[a-z-]+)"', module.read_text()):
            secret = re.search(r"passphrase|secret|private|seed|mnemonic|token|scalar", option)
            assert secret is None or option.endswith("-file") or option == "--seed", option


def test_only_command_lines_know_argparse() -> None:
    """Below them are frozen options, which a plan or a screen can build as well."""
    knows = {
        str(module.relative_to(ROOT / "ceremony"))
        for module in MODULES
        if re.search(r"\bargparse\b", module.read_text())
    }
    assert [name for name in knows if not re.fullmatch(r"\w+/cli\w*\.py", name)] == []


def test_no_test_is_imported() -> None:
    """What several tests need is in tests/support."""
    for module in (ROOT / "tests").rglob("*.py"):
        found = re.findall(r"^(?:from|import) tests\.\S*test_\w+", module.read_text(), re.MULTILINE)
        assert found == [], module


def test_nothing_of_ours_is_replaced_in_a_test() -> None:
    """What a test must change is an argument; a patched module proves little of the program."""
    patched = []
    for test in sorted((ROOT / "tests").rglob("*.py")):
        tree = ast.parse(test.read_text())
        ours = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ceremony")
            for alias in node.names
        }
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="setattr" | "setitem" | "delattr"),
                    args=[ast.Attribute(attr="pyzbar" | "zxingcpp"), *_],
                ):
                    pass  # a library, by the name that ours has for it
                case ast.Call(
                    func=ast.Attribute(attr="setattr" | "setitem" | "delattr"),
                    args=[ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name)), *_],
                ) if name in ours:
                    patched.append(f"{test.name}:{node.lineno}")
    assert patched == []


def test_each_control_is_one_value_with_one_row() -> None:
    """The table says of each what the code says: its claim, and where it is defined."""
    values, table = controls.defined(controls.trees()), controls.rows()
    assert len(values) == len({name for name, _ in values}) > 50, "each is defined once"
    assert {name for name, _ in values} == set(table)
    for name, value in values:
        assert (table[name].claim, table[name].place) == (value.claim, value.place), name
        assert controls.NAME.fullmatch(name), name


def test_each_control_is_raised_or_recorded() -> None:
    modules = controls.trees()
    idle = [name for name, value in controls.defined(modules) if not controls.used(modules, value)]
    assert idle == []


def test_no_control_is_named_that_does_not_exist() -> None:
    """In a docstring, a comment or a document."""
    known = {name for name, _ in controls.defined(controls.trees())}
    for path in [*MODULES, *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]:
        named = set(controls.NAME.findall(path.read_text()))
        assert named <= known, (path, named - known)


def test_each_row_has_its_paths_and_its_test() -> None:
    for name, row in controls.rows().items():
        assert row.paths <= controls.CEREMONY_PATHS | controls.OTHER_PATHS, name
        test = (ROOT / row.test_file).read_text()
        assert f"def {row.test}(" in test, f"{row.test} is not in {row.test_file}"


DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_documents_are_100_columns_wide(document: Path) -> None:
    """But for tables, and for what programs say and formats look like."""
    code = False
    for line in document.read_text().splitlines():
        code ^= line.startswith("```")
        prose = not code and not line.startswith(("|", "    "))
        assert len(line) <= 100 or not prose, line


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_documents_link_to_what_exists(document: Path) -> None:
    text = document.read_text()
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"
    for path in re.findall(r"`((?:ceremony|tests|scripts|docs)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), f"{document.name} names {path}"


def test_there_are_documents() -> None:
    names = {document.name for document in DOCUMENTS}
    assert {"README.md", "format.md", "threat-model.md", "controls.md", "CHANGELOG.md"} <= names


def test_the_readme_has_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in ("./scripts/rehearse", "./scripts/test"):
        assert f"\n{command} " in readme
        assert (ROOT / command).stat().st_mode & 0o111


def test_the_readme_says_how_much_an_auditor_of_the_laptop_reads() -> None:
    """Keep it falling: the number is that of the lines which the laptop has."""
    others = [ROOT / "ceremony" / name for name in not_on_the_laptop()]
    own = [m for m in MODULES if not any(m == o or o in m.parents for o in others)]
    lines = sum(len(module.read_text().splitlines()) for module in own)
    (said,) = re.findall(r"reads about ([\d,]+) lines of Python", (ROOT / "README.md").read_text())
    assert abs(int(said.replace(",", "")) - lines) < 300, lines
