"""What pyproject.toml cannot say: a build carries the commit that it was made from."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))

from ceremony.version import COMMIT_FILE, PACKAGE, commit_of_build, commit_of_checkout  # noqa: E402


def write_commit(package: Path) -> None:
    """A commit for the package in this folder, if one is known."""
    commit = commit_of_build(PACKAGE) or commit_of_checkout(ROOT)
    if commit is not None:
        (package / COMMIT_FILE).write_text(f"{commit}\n", encoding="ascii")


class BuildWithCommit(build_py):
    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            write_commit(Path(self.build_lib) / "ceremony")


class SourceWithCommit(sdist):
    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        # What setuptools made may be a hard link to the file of the checkout: never write there.
        write_commit(Path(base_dir) / "ceremony")


setup(cmdclass={"build_py": BuildWithCommit, "sdist": SourceWithCommit})
