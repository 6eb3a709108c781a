"""A release of this checkout's commit, rehearsed: the clone, the tag, and who makes it.

    python -m tests.support.releases [--strict] FOLDER

prepares a clone in FOLDER as docs/release.md has it, with its tag. Where the mirror has forgotten
a package of a lock, the clone gets a fresh lock, and it is said: a commit must not turn bad because
time went by. With --strict that is an error. scripts/test-image releases what is prepared here.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ceremony import __version__
from scripts.packing.debs import (
    GONE,
    LOCKS,
    RELEASES,
    Gone,
    fetch_debs,
    lock_path,
    mirrors_of,
    read_lock,
)
from scripts.packing.source import ROOT

TAG = f"v{__version__}"

HEADING = "## [Unreleased]\n"

NAMED = ["-c", "user.name=Alice", "-c", "user.email=alice@example.org"]
"""Options of git, for who commits."""

ISO_LOCKS = "iso-build/locks"
WHEELS = "scripts/locks/offline.txt"


def run(*command: str | Path, cwd: Path, status: int = 0, **more: object) -> str:
    """What a command says, which has to end with this status."""
    done = subprocess.run(  # type: ignore[call-overload]
        command, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more
    )
    assert done.returncode == status, done.stdout
    return str(done.stdout)


def prepare(folder: Path, *, strict: bool, root: Path = ROOT) -> None:
    """A clone with the tag of this version, whose locks the mirror has.

    ``strict``: a stale lock ends the program.
    """
    owned = ["-c", "safe.directory=*"]
    run("git", *owned, "clone", "--quiet", "--no-local", root, folder, cwd=folder.parent)
    changelog = folder / "CHANGELOG.md"
    text = changelog.read_text()
    assert HEADING in text
    changelog.write_text(text.replace(HEADING, f"{HEADING}\n## [{__version__}] - 2026-12-01\n"))
    with tempfile.TemporaryDirectory() as fetched:
        for place, is_stale, fresh in (
            (LOCKS, bundle_is_stale, ["scripts/lock-debian", "--out", folder / LOCKS]),
            (ISO_LOCKS, image_is_stale, ["iso-build/lock", "--out", folder / ISO_LOCKS]),
        ):
            if not is_stale(folder, Path(fetched)):
                continue
            if strict:
                sys.exit(f"{place} is stale: resolve it again in a commit of its own")
            stale = f"THE LOCK IS STALE: {place} names what Debian's mirror has no more.\n"
            sys.stdout.write(stale * 3 + run(*fresh, cwd=ROOT))
    run("git", *NAMED, "commit", "--quiet", "--all", "-m", TAG, cwd=folder)
    run("git", "tag", TAG, cwd=folder)


def bundle_is_stale(checkout: Path, into: Path) -> bool:
    """Whether the mirror has forgotten a Debian package of the bundle."""
    mirrors = mirrors_of(Namespace(mirror=None, security=None))
    try:
        for debian in RELEASES:
            (into / debian).mkdir()
            fetch_debs(read_lock(lock_path(debian, checkout / LOCKS)), into / debian, mirrors)
    except Gone:
        return True
    return False


def image_is_stale(checkout: Path, into: Path) -> bool:
    """Whether the mirror has forgotten a Debian package of the image; fills the builds' cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ceremony-image"
    command: list[str | Path] = [
        sys.executable, "iso-build/fetch.py", "--locks", ISO_LOCKS, "--wheels", WHEELS,
        "--cache", cache, "--into", into / "image",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": "."}
    done = subprocess.run(command, cwd=checkout, env=environment)
    assert done.returncode in (0, GONE)
    return done.returncode == GONE


def release(
    checkout: Path,
    key: Path,
    out: Path,
    *options: str,
    status: int = 0,
    env: Mapping[str, str] | None = None,
) -> str:
    """scripts/release of the clone, with the Python and the tools of this checkout."""
    command = [sys.executable, "-m", "scripts.packing.release", TAG, "--sign", key, *options, out]
    return run(*command, cwd=checkout, status=status, env=env)


@dataclass(frozen=True, slots=True)
class Released:
    """What two people made, one with and one without the live image; the keys by which it is
    checked, and the commit.
    """

    alice: Path
    bob: Path
    ssh_key: Path
    minisign_key: Path
    checkout: Path

    @property
    def archive(self) -> Path:
        return self.alice / f"dfns-ceremony-{__version__}-linux-x86_64.tar"

    @property
    def commit(self) -> str:
        return run("git", "rev-parse", "HEAD", cwd=self.checkout).strip()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="prepare a release's clone and tag")
    parser.add_argument("--strict", action="store_true", help="a stale lock is an error")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    prepare(options.folder, strict=options.strict)


if __name__ == "__main__":
    main(sys.argv[1:])
