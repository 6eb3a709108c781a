"""`ceremony self-check`: every installed file is the one that its wheel records.

The packages in the folder where this program is installed are compared with their RECORDs, and
with the lock that the laptop's wheel carries. That finds damage, and whatever was changed or
added without the records. Who can write there can change the records as well, and this program:
against that there is the digest of all records, which the release notes have in words.
"""

import hashlib
import importlib.util
import marshal
import os
import stat
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import ceremony
from ceremony.desk.digests import numbered_digest
from ceremony.errors import CeremonyError, Failure, counted, printable
from ceremony.offline.records import normal, read_record, recorded_hash, records_digest
from ceremony.version import version_text

SITE = Path(ceremony.__file__).parents[1]
"""The folder where this program is installed, and its dependencies beside it."""

LOCK = "ceremony/lock.txt"
"""The lock below that folder, ``name==version`` a line; setup.py writes it into the wheel."""

OURS = "dfns-ceremony"

BUILD_ONLY = "setuptools"
"""Locked because it builds the program; the laptop works without it."""

PYC_HEADER = 16
"""Bytes before the code in a .pyc (PEP 552)."""

MAX_PATH = 300
"""Characters of a difference that are shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """``differences`` are lines for people, sorted; ``records`` is the digest of all records."""

    packages: int
    files: int
    records: bytes
    differences: tuple[str, ...]


def show_installed(site: Path = SITE) -> None:
    """`ceremony self-check`. Names each difference, then raises ``machine``."""
    found = compare_installed(site)
    write = sys.stdout.write
    for difference in found.differences:
        write(f"{printable(difference, MAX_PATH)}\n")
    if found.differences:
        many = counted(len(found.differences), "difference")
        raise CeremonyError(
            Failure.MACHINE,
            f"the installation is not what its wheels record: {many}",
            hint="do not use it: install it again, from a bundle that was checked",
        )
    write(f"ceremony {version_text()}\n")
    packages, files = counted(found.packages, "package"), counted(found.files, "file")
    write(f"{packages} as locked, {files} as recorded, nothing besides\n")
    write("digest of the records, to compare with the release notes:\n")
    write("".join(f"  {line}\n" for line in numbered_digest(found.records)))


def compare_installed(site: Path) -> Found:
    """Raises ``machine`` where the laptop's wheel is not installed, as in a checkout."""
    locked = _locked(site)
    differences: list[str] = []
    names: set[str] = set()
    rows: dict[str, str] = {}
    for info in site.glob("*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        names.add(normal(name))
        if normal(name) != OURS and version not in locked.get(normal(name), ()):
            differences.append(f"not in the lock: {name} {version}")
        try:
            rows.update(read_record((info / "RECORD").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            differences.append(f"no list of files: {info.name}/RECORD")
    missing = {OURS, *locked} - {BUILD_ONLY} - names
    differences += [f"not installed: {name}" for name in missing]
    differences += [*_changed(site, rows), *_additional(site, rows)]
    files = sum(map(bool, rows.values()))
    return Found(len(names), files, records_digest(rows.items()), tuple(sorted(differences)))


def _locked(site: Path) -> dict[str, list[str]]:
    """The locked versions of each package; there is one for each Python."""
    try:
        lines = (site / LOCK).read_text(encoding="ascii").splitlines()
    except OSError:
        raise CeremonyError(
            Failure.MACHINE,
            "this is a checkout, or its lock is gone: there is nothing to compare it with",
            hint="the self-check is for what ./install or scripts/setup offline installed",
        ) from None
    locked: dict[str, list[str]] = {}
    for line in lines:
        name, _, version = line.partition("==")
        locked.setdefault(normal(name), []).append(version)
    return locked


def _changed(site: Path, rows: Mapping[str, str]) -> Iterator[str]:
    for path, digest in rows.items():
        try:
            if not stat.S_ISREG((site / path).lstat().st_mode):
                yield f"not a plain file: {path}"
            elif digest:
                with (site / path).open("rb") as file:
                    same = recorded_hash(hashlib.file_digest(file, "sha256").digest()) == digest
                if not same:
                    yield f"changed: {path}"
        except (OSError, ValueError):
            if digest or not path.endswith(".pyc"):
                yield f"missing: {path}"


def _additional(site: Path, rows: Mapping[str, str]) -> Iterator[str]:
    """What no RECORD has, and compiled files that are not what their source compiles to."""
    sources = {
        importlib.util.cache_from_source(path): path for path in rows if path.endswith(".py")
    }
    for folder, folders, files in os.walk(site):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in [*files, *links]:
            path = Path(folder, name).relative_to(site).as_posix()
            if path in sources:
                if not _compiled(site / path, site / sources[path]):
                    yield f"not compiled from its source: {path}"
            elif not rows.get(path) and not path.endswith(".dist-info/RECORD"):
                yield f"additional: {path}"


def _compiled(compiled: Path, source: Path) -> bool:
    """Whether the code in a .pyc is its source's: the same instructions and values."""
    try:
        code = marshal.loads(compiled.read_bytes()[PYC_HEADER:])  # noqa: S302 - it is compared
        with warnings.catch_warnings(action="ignore"):
            return bool(code == compile(source.read_bytes(), source, "exec", dont_inherit=True))
    except (OSError, ValueError, EOFError, TypeError, SyntaxError):
        return False
