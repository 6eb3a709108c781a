"""The version and the commit of this program, read from files: no process is started for it.

A wheel, and a source archive, carry the commit in a file that setup.py writes when they are
built. In a checkout the file is not there, and git's own files say what HEAD is.
"""

import re
from pathlib import Path

from ceremony import __version__

PACKAGE = Path(__file__).parent

COMMIT_FILE = "commit.txt"
"""Beside this module, in what is built; never in a checkout."""

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def version_text(package: Path = PACKAGE) -> str:
    """The version; the commit that it was built from, or at which the checkout stands.

    Of a checkout nobody has looked whether its files were changed since.
    """
    built = commit_of_build(package)
    if built is not None:
        return f"{__version__} (commit {built})"
    checkout = commit_of_checkout(package.parent)
    if checkout is not None:
        return f"{__version__} (a checkout at commit {checkout}, or changed since)"
    return f"{__version__} (commit unknown)"


def commit_of_build(package: Path) -> str | None:
    """What setup.py wrote; None where nothing was built."""
    return _commit(package / COMMIT_FILE)


def commit_of_checkout(root: Path) -> str | None:
    """HEAD of the git repository whose root this is, or None (gitrepository-layout(5))."""
    git = root / ".git"
    pointer = _text(git)
    if pointer is not None and pointer.startswith("gitdir: "):  # a worktree of another checkout
        git = root / pointer.removeprefix("gitdir: ")
    head = _text(git / "HEAD")
    if head is None or not head.startswith("ref: "):
        return _commit(git / "HEAD")
    name = head.removeprefix("ref: ")
    if not re.fullmatch(r"refs(/[\w.@+-]+)+", name) or ".." in name:
        return None
    shared = git / (_text(git / "commondir") or ".")
    for folder in (git, shared):
        if (commit := _commit(folder / name)) is not None:
            return commit
    packed = _text(shared / "packed-refs") or ""
    found = re.search(rf"^([0-9a-f]{{40,64}}) {re.escape(name)}$", packed, re.MULTILINE)
    return found[1] if found else None


def _commit(path: Path) -> str | None:
    text = _text(path)
    return text if text is not None and COMMIT.fullmatch(text) else None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
