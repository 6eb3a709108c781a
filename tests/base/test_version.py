"""The commit in `--version`: from git's own files in a checkout, from a file in what is built."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ceremony import __version__
from ceremony.version import commit_of_checkout, version_text

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "f" * 40


def git(*words: str, cwd: Path) -> str:
    settings = ("-c", "user.name=x", "-c", "user.email=x@x", "-c", "init.defaultBranch=trunk")
    done = subprocess.run(
        ["git", *settings, *words], cwd=cwd, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    root.mkdir()
    git("init", cwd=root)
    git("commit", "--allow-empty", "-m", "one", cwd=root)
    return root


def test_every_way_in_which_git_keeps_head(checkout: Path) -> None:
    """Against git itself: loose, packed, detached, and a worktree of another checkout."""
    first = git("rev-parse", "HEAD", cwd=checkout)
    assert commit_of_checkout(checkout) == first
    git("worktree", "add", "-b", "side/branch", "../other", cwd=checkout)
    other = checkout.parent / "other"
    git("commit", "--allow-empty", "-m", "two", cwd=other)
    second = git("rev-parse", "HEAD", cwd=other)
    assert (commit_of_checkout(checkout), commit_of_checkout(other)) == (first, second)
    git("pack-refs", "--all", cwd=checkout)
    assert (commit_of_checkout(checkout), commit_of_checkout(other)) == (first, second)
    git("checkout", "--detach", second, cwd=checkout)
    assert commit_of_checkout(checkout) == second


@pytest.mark.parametrize(
    "head",
    ["", "ref: ", "ref: refs/heads/nowhere", "ref: ../../etc/passwd", "ref: refs/../../x", "zz",
     COMMIT[:39], COMMIT.upper(), f"{COMMIT} {COMMIT}"],
)  # fmt: skip
def test_what_is_no_commit_is_not_shown(tmp_path: Path, head: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text(head)
    assert commit_of_checkout(tmp_path) is None
    (tmp_path / "ceremony").mkdir()
    assert version_text(tmp_path / "ceremony") == f"{__version__} (commit unknown)"


def test_a_build_says_what_it_was_built_from(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text(OTHER)
    assert "or changed since" in version_text(tmp_path / "ceremony")
    (tmp_path / "ceremony").mkdir()
    (tmp_path / "ceremony/commit.txt").write_text(f"{COMMIT}\n")
    assert version_text(tmp_path / "ceremony") == f"{__version__} (commit {COMMIT})"


def test_a_wheel_and_a_source_archive_carry_the_commit(checkout: Path, tmp_path: Path) -> None:
    """A wheel that is built from the archive, without git, has the archive's commit."""
    for name in ("pyproject.toml", "setup.py", "README.md"):
        (checkout / name).write_bytes((ROOT / name).read_bytes())
    (checkout / "ceremony").mkdir()
    for name in ("__init__.py", "version.py", "py.typed"):
        (checkout / "ceremony" / name).write_bytes((ROOT / "ceremony" / name).read_bytes())
    commit = git("rev-parse", "HEAD", cwd=checkout)
    build = (
        "import sys; from setuptools import build_meta as b\n"
        "print(getattr(b, 'build_' + sys.argv[1])(sys.argv[2]))"
    )

    def built(kind: str, source: Path) -> Path:
        done = subprocess.run(
            [sys.executable, "-c", build, kind, str(tmp_path)],
            cwd=source, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return tmp_path / done.stdout.splitlines()[-1]

    def carried(wheel: Path) -> str:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read("ceremony/commit.txt").decode().strip()

    assert carried(built("wheel", checkout)) == commit
    assert not (checkout / "ceremony/commit.txt").exists()
    archive = built("sdist", checkout)
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)
    source = tmp_path / archive.name.removesuffix(".tar.gz")
    assert not (source / ".git").exists()
    assert carried(built("wheel", source)) == commit
