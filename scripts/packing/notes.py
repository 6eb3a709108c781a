"""The notes of a release: what changed, what is in it by hash, and how to check it."""

import re
from collections.abc import Mapping
from pathlib import Path

from ceremony.desk.digests import numbered_digest
from scripts.packing.archive import sha256_of
from scripts.packing.source import Commit, Failed

NO_IMAGE = """\
**This release has no live image**: it was made with `--without-image`. `iso-build/build` makes the
image from the same commit; nobody has compared one for this release.
"""


def changes(changelog: str, version: str) -> str:
    """The section of a version. Raises ``Failed`` if there is none, or nothing in it."""
    found = re.search(
        rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## |\Z)",
        changelog,
        re.MULTILINE | re.DOTALL,
    )
    if found is None or not found[1].strip():
        hint = "name the changes of the release in CHANGELOG.md, and tag that commit"
        raise Failed(f"CHANGELOG.md says nothing of [{version}]", hint)
    return found[1].strip() + "\n"


def notes(
    version: str,
    commit: Commit,
    changed: str,
    files: list[Path],
    out: Path,
    records: Mapping[str, bytes],
    *,
    image: bool,
) -> str:
    """Markdown; the same release gives the same text, whoever makes it."""
    rows = "".join(f"    {sha256_of(path)}  {path.relative_to(out).as_posix()}\n" for path in files)
    words = "".join(
        f"\nWith Python {python}:\n\n" + "".join(f"    {row}\n" for row in numbered_digest(value))
        for python, value in records.items()
    )
    return (
        f"# Dfns key ceremony {version}\n\nMade of commit `{commit.name}`.\n\n"
        + ("" if image else f"{NO_IMAGE}\n")
        + f"## Changes\n\n{changed}\n## Files\n\n{rows}\n"
        + "Check the signatures of `SHA256SUMS` first, then the files: docs/release.md, "
        '"Checking".\n\n## What an installation shows\n\n'
        "The digest that `ceremony self-check` shows after `./install`.\n" + words
    )
