"""The wheels of the offline lock for each Python, by hash, and the project's own."""

import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import gmtime

from scripts.packing.source import Commit, Failed, run

LOCK = "scripts/locks/offline.txt"

GLIBC = 36
"""Wheels for manylinux_2_36 and older: Debian 12 has glibc 2.36, Debian 13 a newer one."""

OLDER = ("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64")
"""Platforms of wheels that every Debian of today takes."""

ENTRY = re.compile(r"(?P<requirement>[^;\s]+)\s*(?:;(?P<marker>[^\\]+))?\\\n(?P<hashes>.*)", re.S)
"""One package of the lock, with all its hashes."""


def requirements(lock: str, python: str) -> Iterator[str]:
    """The lines of a lock that count for one Python on Linux, without their markers.

    pip itself would ask the markers of the Python that it runs on.
    """
    from pip._vendor.packaging.markers import Marker

    target = {
        "implementation_name": "cpython", "os_name": "posix", "platform_machine": "x86_64",
        "platform_python_implementation": "CPython", "platform_system": "Linux",
        "python_full_version": f"{python}.0", "python_version": python, "sys_platform": "linux",
    }  # fmt: skip
    for text in re.split(r"\n(?=\S)", lock.strip()):
        entry = ENTRY.fullmatch(text)
        if entry is None:
            raise Failed(f"{LOCK}: not a line of a lock: {text[:60]}", "run scripts/lock")
        if entry["marker"] is None or Marker(entry["marker"].strip()).evaluate(target):
            yield " ".join([entry["requirement"], *entry["hashes"].replace("\\", " ").split()])


def fetch_wheels(source: Path, python: str, folder: Path) -> list[str]:
    """The names of the lock's wheels for one Python, sorted; they are in ``folder`` afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(requirements((source / LOCK).read_text(encoding="utf-8"), python))
    listed = source / f"requirements-{python}.txt"
    listed.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    download(listed, python, platforms(GLIBC), folder / python)
    names = sorted(path.name for path in (folder / python).iterdir())
    if len(names) != len(lines):
        raise Failed(f"Python {python}: {len(lines)} packages, {len(names)} wheels", "see the lock")
    for name in names:
        (folder / python / name).rename(folder / name)
    (folder / python).rmdir()
    return names


def platforms(glibc: int) -> list[str]:
    """Of wheels that work with glibc 2.``glibc``, the newest first."""
    return [*(f"manylinux_2_{minor}_x86_64" for minor in range(glibc, 4, -1)), *OLDER]


def download(listed: Path, python: str, preferred: Sequence[str], into: Path) -> None:
    """The wheels of ``requirements``, by hash, for one Python: of each the first platform's."""
    command: list[str | Path] = [
        sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-input",
        "--require-hashes", "--no-deps", "--only-binary=:all:", "--implementation=cp",
        f"--python-version={python}", f"--abi=cp{python.replace('.', '')}", "--abi=abi3",
        "--abi=none", *(f"--platform={platform}" for platform in preferred),
        "--dest", into, "-r", listed,
    ]  # fmt: skip
    run(command, f"a wheel for Python {python} cannot be fetched", "is there a network, and space?")


def build_own(source: Path, folder: Path, commit: Commit, part: str) -> Path:
    """The project's wheel of a part, ``offline`` or ``all``, the same in every build.

    It is packed again: setuptools puts the modes of this machine's files into it, and a
    compressor makes what its version makes.
    """
    built = source / f"built-{part}"
    built.mkdir()
    code = "import sys; from setuptools import build_meta as b; b.build_wheel(sys.argv[1])"
    environment = {**commit.environment, "CEREMONY_PART": part}
    hint = "scripts/setup all gives this checkout what builds it"
    command: list[str | Path] = [sys.executable, "-c", code, built]
    run(command, "the project's wheel cannot be built", hint, cwd=source, env=environment)
    (wheel,) = built.glob("*.whl")
    folder.mkdir(parents=True, exist_ok=True)
    _repack(wheel, folder / wheel.name, commit.epoch)
    return folder / wheel.name


def about(wheel: Path, name: str) -> bytes:
    """A file of the wheel's own .dist-info; a wheel may have copies of others in it."""
    with zipfile.ZipFile(wheel) as archive:
        (member,) = [n for n in archive.namelist() if re.fullmatch(rf"[^/]+\.dist-info/{name}", n)]
        return archive.read(member)


def _repack(wheel: Path, out: Path, epoch: int) -> None:
    moment = gmtime(epoch)[:6]
    with zipfile.ZipFile(wheel) as given, zipfile.ZipFile(out, "w") as packed:
        # RECORD comes last, as the format recommends.
        for name in sorted(given.namelist(), key=lambda name: (name.endswith("/RECORD"), name)):
            info = zipfile.ZipInfo(name, moment)
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            packed.writestr(info, given.read(name))
