"""Write the bundle of a commit: one archive from which `install` works without a network.

    scripts/bundle [--python 3.11 --python 3.13] [--commit REVISION] OUT

OUT is a new folder. The archive in it is the same on every machine, at any time. What is packed
is the commit as git has it; changes that are not committed are not in it.
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ceremony.offline.records import read_record, records_digest
from scripts.packing.archive import sha256_of, write_archive, write_sums
from scripts.packing.debs import (
    LOCKS,
    RELEASES,
    Mirrors,
    add_mirrors,
    fetch_debs,
    lock_path,
    mirrors_of,
    read_lock,
)
from scripts.packing.documents import write_documents, write_manual
from scripts.packing.sbom import Component, deb_component, sbom, wheel_component
from scripts.packing.source import ROOT, Commit, Failed, commit_of, export, new_folder, version_of
from scripts.packing.wheels import about, build_own, fetch_wheels

PYTHONS = ("3.11", "3.13")
"""Those of Debian 12 and 13."""

BUILDS = "setuptools-"
"""How a wheel's name begins that is in the lock to build others, and is not installed."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """``records`` has for each Python the digest that `ceremony self-check` shows."""

    archive: Path
    records: dict[str, bytes]
    sbom: str


def make_bundle(
    commit: Commit, pythons: Iterable[str], mirrors: Mirrors, out: Path, root: Path = ROOT
) -> Bundle:
    """The archive in ``out``, a folder that is there. Raises ``Failed``."""
    with tempfile.TemporaryDirectory(prefix="ceremony-bundle-") as work:
        source = Path(work, "source")
        export(commit, source, root)
        version = version_of(source)
        folder = Path(work, f"dfns-ceremony-{version}-linux-x86_64")
        records = _put_wheels(source, folder / "wheels", commit, pythons)
        components = [wheel_component(path) for path in folder.glob("wheels/*.whl")]
        components += _put_debs(source / LOCKS, folder / "debian", mirrors)
        write_documents(source, folder / "documents")
        write_manual(source, folder / "man", commit)
        return _pack(folder, source, Bundle(
            out / f"{folder.name}.tar",
            records,
            sbom("dfns-ceremony", version, commit, components),
        ), commit)  # fmt: skip


def _put_wheels(
    source: Path, folder: Path, commit: Commit, pythons: Iterable[str]
) -> dict[str, bytes]:
    """All wheels in one folder, and a list of those for each Python: what `install` reads."""
    own = build_own(source, folder, commit, "offline").name
    records = {}
    for python in pythons:
        names = [own, *fetch_wheels(source, python, folder)]
        needed = [name for name in names if not name.startswith(BUILDS)]
        (folder / f"python-{python}.txt").write_text("".join(f"{name}\n" for name in needed))
        records[python] = records_of(folder / name for name in needed)
    return records


def records_of(wheels: Iterable[Path]) -> bytes:
    """What `ceremony self-check` shows of an installation of these wheels."""
    rows: list[tuple[str, str]] = []
    for wheel in wheels:
        rows += read_record(about(wheel, "RECORD").decode())
    return records_digest(rows)


def _put_debs(locks: Path, folder: Path, mirrors: Mirrors) -> list[Component]:
    components = []
    for release in RELEASES:
        locked = read_lock(lock_path(release, locks))
        fetch_debs(locked, folder / release, mirrors)
        components += [deb_component(one, release) for one in locked]
    return components


def _pack(folder: Path, source: Path, bundle: Bundle, commit: Commit) -> Bundle:
    shutil.copy(source / "scripts/packing/install", folder / "install")
    (folder / "commit.txt").write_text(f"{commit.name}\n", encoding="ascii")
    (folder / "sbom.json").write_text(bundle.sbom, encoding="utf-8")
    write_sums(folder)
    write_archive(folder, bundle.archive, commit.epoch)
    return bundle


def _python(text: str) -> str:
    if not re.fullmatch(r"3\.1[1-9]", text):
        raise argparse.ArgumentTypeError("a Python is named as 3.13")
    return text


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bundle", description=__doc__.splitlines()[0])
    text = "a Python that wheels are packed for; may be repeated (default: 3.11 and 3.13)"
    parser.add_argument("--python", action="append", type=_python, metavar="3.N", help=text)
    parser.add_argument("--commit", default="HEAD", help="what is packed (default: HEAD)")
    add_mirrors(parser)
    parser.add_argument("out", type=Path, metavar="OUT", help="a new folder")
    options = parser.parse_args(arguments)
    commit, mirrors = commit_of(options.commit), mirrors_of(options)
    new_folder(options.out)
    bundle = make_bundle(commit, options.python or PYTHONS, mirrors, options.out)
    write_sums(options.out)
    print(f"{sha256_of(bundle.archive)}  {bundle.archive}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Failed, OSError) as error:
        print(f"bundle: error: {error}", file=sys.stderr)
        print(f"bundle: hint: {getattr(error, 'hint', 'name a new folder')}", file=sys.stderr)
        sys.exit(1)
