"""A release of this checkout's commit, rehearsed: the clone, the tag, and who makes it."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ceremony import __version__
from scripts.packing.debs import LOCKS
from scripts.packing.source import ROOT

TAG = f"v{__version__}"

HEADING = "## [Unreleased]\n"


def run(*command: str | Path, cwd: Path, status: int = 0, **more: object) -> str:
    """What a command says, which has to end with this status."""
    done = subprocess.run(  # type: ignore[call-overload]
        command, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more
    )
    assert done.returncode == status, done.stdout
    return str(done.stdout)


def tagged(folder: Path, locks: Path) -> Path:
    """A clone in which the release is prepared as docs/release.md has it, with these locks."""
    run("git", "clone", "--quiet", ROOT, folder, cwd=folder.parent)
    changelog = folder / "CHANGELOG.md"
    text = changelog.read_text()
    assert HEADING in text
    changelog.write_text(text.replace(HEADING, f"{HEADING}\n## [{__version__}] - 2026-12-01\n"))
    for lock in locks.glob("debian-*.txt"):
        shutil.copy(lock, folder / LOCKS)
    named = ["-c", "user.name=Alice", "-c", "user.email=alice@example.org"]
    run("git", *named, "commit", "--quiet", "--all", "-m", TAG, cwd=folder)
    run("git", "tag", TAG, cwd=folder)
    return folder


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
    """What two people made, the keys by which it is checked, and the commit."""

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
