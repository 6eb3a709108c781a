"""The commit that is packed: its files, its time, its version; and how commands are run."""

import os
import re
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PACKED = ("ceremony", "docs", "scripts", "pyproject.toml", "setup.py", ":(glob)*.md")
"""Of the commit, what the packing needs: the tests and their vectors are most of it."""


class Failed(Exception):  # noqa: N818 - told to people in one line
    """Something that people must see to: the error, and what to do next."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Commit:
    """``epoch`` is the time of the commit in seconds: the time of every file that is packed."""

    name: str
    epoch: int

    @property
    def environment(self) -> dict[str, str]:
        """For what builds: nothing of this machine's language, time zone or Python settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        fixed = {"SOURCE_DATE_EPOCH": str(self.epoch), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return {**kept, **fixed, "PYTHONHASHSEED": "0"}


def run(command: Sequence[str | Path], what: str, hint: str, **more: object) -> bytes:
    """What the command writes. Raises ``Failed`` with the first error that it tells."""
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, **more)  # type: ignore[call-overload]
    except FileNotFoundError:
        raise Failed(f"{what}: there is no {command[0]}", hint) from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        errors = [line for line in said if line.lower().startswith(("error", "e:", "fatal"))]
        raise Failed(f"{what}: {errors[0] if errors else said[-1]}", hint)
    output: bytes = done.stdout
    return output


def git(root: Path, *arguments: str, what: str = "git refuses", hint: str = "see git log") -> bytes:
    """What git says of a checkout, whoever owns it: for an image, root packs a user's."""
    return run(["git", "-c", "safe.directory=*", "-C", root, *arguments], what, hint)


def commit_of(revision: str, root: Path = ROOT) -> Commit:
    """Raises ``Failed`` for a revision that git does not know."""
    wanted = f"{revision}^{{commit}}"
    git(root, "rev-parse", "--verify", wanted, what=f"there is no commit {revision}")
    name, epoch = git(root, "log", "-1", "--format=%H %ct", wanted).decode().split()
    return Commit(name, int(epoch))


def export(commit: Commit, folder: Path, root: Path = ROOT) -> None:
    """Files of the commit and nothing else, with the commit written where a build takes it."""
    packed = git(root, "archive", "--format=tar", commit.name, "--", *PACKED)
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    (folder / "ceremony/commit.txt").write_text(f"{commit.name}\n", encoding="ascii")


def new_folder(folder: Path) -> None:
    """Makes it. Raises ``Failed`` if it is there already, or cannot be."""
    try:
        folder.mkdir()
    except OSError as error:
        raise Failed(f"cannot make {folder}: {error.strerror}", "name a new folder") from None


def version_of(folder: Path) -> str:
    """``__version__`` of the exported package, which is read and not run."""
    text = (folder / "ceremony/__init__.py").read_text(encoding="utf-8")
    (version,) = re.findall(r'^__version__ = "([\w.]+)"$', text, re.MULTILINE)
    return str(version)
