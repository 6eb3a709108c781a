"""What pyproject.toml cannot say: the commit that a build was made from, and the laptop's part.

With ``CEREMONY_PART=offline`` in the environment the wheel is the one for the air-gapped
laptop: it has no relay, no sandbox and no rehearsal, only the laptop's program, and the lock
that `ceremony self-check` holds what is installed against.
"""

import os
import re
import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))

from ceremony.version import COMMIT_FILE, PACKAGE, commit_of_build, commit_of_checkout  # noqa: E402

NOT_ON_THE_LAPTOP = (
    "relay", "sandbox", "rehearsal", "media/air.py", "media/simulated.py", "optics/simulated",
)  # fmt: skip
"""Folders and modules of the package that the laptop's program works without."""

PROGRAMS = {
    "ceremony": "ceremony.offline.cli:main",
    "ceremony-relay": "ceremony.relay.cli:main",
    "ceremony-sandbox": "ceremony.sandbox.cli:main",
}

OFFLINE = os.environ.get("CEREMONY_PART") == "offline"


def on_this_machine(module: str) -> bool:
    """Whether the part that is built has this file or folder, a path below the package."""
    return not OFFLINE or not any(
        module == name or module.startswith(f"{name}/") for name in NOT_ON_THE_LAPTOP
    )


def write_commit(package: Path) -> None:
    """A commit for the package in this folder, if one is known."""
    commit = commit_of_build(PACKAGE) or commit_of_checkout(ROOT)
    if commit is not None:
        (package / COMMIT_FILE).write_text(f"{commit}\n", encoding="ascii")


def write_lock(package: Path) -> None:
    """The names and versions of the laptop's lock, but for what only Windows installs."""
    lines = (ROOT / "scripts/locks/offline.txt").read_text(encoding="ascii").splitlines()
    locked = [line for line in lines if "==" in line and "'win32'" not in line]
    names = "".join(f"{re.split('[ ;]', line)[0]}\n" for line in locked)
    (package / "lock.txt").write_text(names, encoding="ascii")


class BuildWithCommit(build_py):
    def find_all_modules(self) -> list[tuple[str, str, str]]:
        return [m for m in super().find_all_modules() if _is_here(m)]

    def find_package_modules(self, package: str, folder: str) -> list[tuple[str, str, str]]:
        return [m for m in super().find_package_modules(package, folder) if _is_here(m)]

    def run(self) -> None:
        if not self.editable_mode:
            # What an earlier build of another part left there would be packed, too.
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        if not self.editable_mode:
            write_commit(Path(self.build_lib) / "ceremony")
            if OFFLINE:
                write_lock(Path(self.build_lib) / "ceremony")


class SourceWithCommit(sdist):
    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        # What setuptools made may be a hard link to the file of the checkout: never write there.
        write_commit(Path(base_dir) / "ceremony")


def _is_here(module: tuple[str, str, str]) -> bool:
    path = Path(module[2])
    inside = Path(*path.parts[path.parts.index("ceremony") + 1 :])
    return on_this_machine(inside.as_posix())


setup(
    cmdclass={"build_py": BuildWithCommit, "sdist": SourceWithCommit},
    entry_points={
        "console_scripts": [
            f"{name}={place}"
            for name, place in PROGRAMS.items()
            if on_this_machine(place.split(".")[1])
        ]
    },
)
