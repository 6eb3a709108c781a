"""docs/dependencies.md against pyproject.toml, the locks and what is installed."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
OLD_PYTHON = re.compile(r"""python(_full)?_version *< *['"](2|3\.(\d|1[01])['"])""")
WITH_EXTRA = re.compile(r"([A-Za-z0-9._-]+)\[([A-Za-z0-9._-]+)\]")
"""What asks for an optional part of another brings what that part needs."""


def normal(requirement: str) -> str:
    """The name at the start of a requirement, as the index compares names (PEP 503)."""
    match = NAME.match(requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def locked(part: str) -> set[str]:
    lines = (ROOT / f"scripts/locks/{part}.txt").read_text(encoding="utf-8").splitlines()
    names = {normal(line) for line in lines if NAME.match(line)}
    assert names, f"the lock of {part} is empty"
    return names


def rows(heading: str) -> list[list[str]]:
    """The cells of the rows of the one table under a heading."""
    sections = [part for part in PAGE.split("\n## ") if part.startswith(heading)]
    assert len(sections) == 1, heading
    lines = [line for line in sections[0].splitlines() if line.startswith("|")]
    assert len(lines) > 2, f"no table under {heading}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def quoted(cell: str) -> list[str]:
    return [normal(name) for name in re.findall(r"`([^`]+)`", cell)]


def required(name: str) -> set[str]:
    """What a package requires on some Python and system that the project takes."""
    requirements = importlib.metadata.requires(name) or []
    plain = [r for r in requirements if "extra ==" not in r and not OLD_PYTHON.search(r)]
    asked = [match.groups() for match in map(WITH_EXTRA.match, plain) if match]
    return {normal(r) for r in plain} | {
        normal(r)
        for parent, extra in asked
        for r in importlib.metadata.requires(parent) or []
        if re.search(rf"""extra == ['"]{extra}['"]""", r)
    }


def named(heading: str) -> list[str]:
    return [name for row in rows(heading) for name in quoted(row[0])]


def declared() -> tuple[list[str], list[str]]:
    """The direct dependencies: of the offline side, and of everything else."""
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    others = [*project["optional-dependencies"].values(), *groups.values()]
    offline = [normal(requirement) for requirement in project["dependencies"]]
    return offline, [normal(requirement) for part in others for requirement in part]


OFFLINE, OTHERS = declared()


def test_every_offline_dependency_has_its_row_and_no_other() -> None:
    assert sorted(named("Offline")) == sorted(OFFLINE)


def test_every_other_direct_dependency_has_its_row_and_no_other() -> None:
    found = rows("Relay, sandbox")
    assert sorted(name for row in found for name in quoted(row[0])) == sorted(OTHERS)
    parts = {quoted(row[0])[0]: row[1] for row in found}
    for part, names in {
        "relay": PROJECT["project"]["optional-dependencies"]["relay"],
        "sandbox": PROJECT["project"]["optional-dependencies"]["sandbox"],
        "print": PROJECT["project"]["optional-dependencies"]["print"],
        "build": PROJECT["dependency-groups"]["build"],
        "development": PROJECT["dependency-groups"]["dev"],
    }.items():
        assert {parts[normal(name)] for name in names} == {part}


def test_what_others_pull_in_is_the_rest_of_the_locks() -> None:
    assert sorted(named("Pulled in")) == sorted(locked("all") - {*OFFLINE, *OTHERS})


def test_every_package_of_the_offline_lock_is_named_as_such() -> None:
    pulled = {quoted(row[0])[0] for row in rows("Pulled in") if row[2].startswith("offline")}
    build = {normal(requirement) for requirement in PROJECT["dependency-groups"]["build"]}
    assert {*OFFLINE, *pulled, *build} == locked("offline")


@pytest.mark.parametrize("row", rows("Pulled in"), ids=lambda row: row[0])
def test_what_is_said_to_pull_it_in_requires_it(row: list[str]) -> None:
    (name,) = quoted(row[0])
    for parent in quoted(row[1]):
        assert name in required(parent), parent


@pytest.mark.parametrize(
    ("row", "column"),
    [*((row, 4) for row in rows("Offline")), *((row, 5) for row in rows("Relay, sandbox"))],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_what_it_brings_along_is_what_it_requires(row: list[str], column: int) -> None:
    (name,) = quoted(row[0])
    assert set(quoted(row[column])) == required(name) & locked("all")


def test_what_holds_native_code_is_what_is_said_to() -> None:
    holds = {
        name
        for name in locked("offline") - {"colorama"}
        if any(file.suffix == ".so" for file in importlib.metadata.files(name) or [])
    }
    assert sorted(named("Native code")) == sorted(holds)


def test_what_was_not_taken_is_not_there() -> None:
    assert not set(named("Weighed")) & locked("offline")


def test_every_place_of_the_program_that_is_named_is_there() -> None:
    places = re.findall(r"`((?:ceremony|scripts|tests)/[^` ]+)`", PAGE)
    assert len(places) > 20
    assert [place for place in places if not (ROOT / place).exists()] == []
