"""Fetch what the locks name, each file checked by size and SHA-256, into folders for the build.

    python3 iso-build/fetch.py --locks FOLDER --wheels LOCK --into FOLDER [--cache FOLDER]

The order is cache, then mirror. It ends with 4 if the mirror no longer has a locked file
(Debian's pools keep few versions), with 1 for anything else that people must see to. The
wheels are those that the offline lock has for the image's Python; pip checks their hashes
here, and again where it installs them.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mirrors import HERE, Failed, Mirrors, add_mirror_options, mirrors_of

GONE = 4
"""Exit status: a locked file is no longer on the mirror."""

PARTS = ("root", "kernel", "builder")

SECURITY = "pool/updates/"
"""How the pool paths of Debian's security archive begin, and no others."""

LINE = re.compile(r"([0-9a-f]{64}) (\d+) (pool/[\w.+~/-]+\.deb)")

GLIBC = 41
"""Trixie has glibc 2.41: wheels for manylinux_2_41 and older work there."""

TARGET = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.13.5",
    "python_version": "3.13",
    "sys_platform": "linux",
}
"""The image's Python, as the markers of the lock ask (PEP 508)."""


class Gone(Failed):
    """The mirror does not have the file any more."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One line of a lock."""

    sha256: str
    size: int
    path: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def read_lock(path: Path) -> list[Locked]:
    """The lines of a lock; raises for one that is not like the others."""
    locked = []
    for line in path.read_text(encoding="ascii").splitlines():
        match = LINE.fullmatch(line)
        if match is None or ".." in match[3]:
            raise Failed(f"{path}: not a line of a lock: {line[:80]}")
        locked.append(Locked(match[1], int(match[2]), match[3]))
    return locked


def fetch(locked: Locked, cache: Path, mirrors: Mirrors) -> Path:
    """The file in the cache, which is checked each time: what is cached is not believed."""
    kept = cache / locked.sha256
    if kept.exists() and _fits(kept.read_bytes(), locked):
        return kept
    archive = mirrors.security if locked.path.startswith(SECURITY) else mirrors.main
    try:
        with urllib.request.urlopen(f"{archive}/{locked.path}", timeout=60) as answer:  # noqa: S310
            data = answer.read(locked.size + 1)
    except urllib.error.HTTPError as error:
        if error.code in (404, 410):
            raise Gone(f"the mirror no longer has {locked.path}: run iso-build/lock") from None
        raise Failed(f"{locked.path}: the mirror answers {error.code}") from None
    except (OSError, ValueError) as error:
        raise Failed(f"{locked.path} cannot be fetched: {error}") from None
    if not _fits(data, locked):
        raise Failed(f"{locked.path} is not what the lock says: size or SHA-256 differ")
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(kept)
    return kept


def _fits(data: bytes, locked: Locked) -> bool:
    return len(data) == locked.size and hashlib.sha256(data).hexdigest() == locked.sha256


def requirements(lock: Path) -> Iterator[str]:
    """The entries of a lock of wheels that count for the image's Python, without markers."""
    from pip._vendor.packaging.markers import Marker

    for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
        if entry.startswith("#"):
            continue
        head, *hashes = re.split(r"\s+(?=--hash=)", entry.replace("\\\n", " ").strip())
        name, _, marker = head.partition(";")
        if not marker or Marker(marker.strip()).evaluate(TARGET):
            yield " ".join([name.strip(), *hashes])


def fetch_wheels(lock: Path, cache: Path, into: Path) -> None:
    """The wheels, and ``requirements.txt`` with their hashes beside them."""
    text = "\n".join(requirements(lock)) + "\n"
    kept = cache / f"wheels-{hashlib.sha256(text.encode()).hexdigest()}"
    if not kept.exists():
        partial = kept.with_suffix(f".{os.getpid()}")
        partial.mkdir()
        (partial / "requirements.txt").write_text(text, encoding="utf-8")
        platforms = ["linux_x86_64", "manylinux1_x86_64", "manylinux2010_x86_64"]
        platforms += ["manylinux2014_x86_64"]
        platforms += [f"manylinux_2_{minor}_x86_64" for minor in range(5, GLIBC + 1)]
        options = [f"--platform={platform}" for platform in platforms]
        options += [f"--abi={abi}" for abi in ("cp313", "abi3", "none")]
        done = subprocess.run(
            [
                sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check",
                "--no-input", "--no-deps", "--require-hashes", "--only-binary=:all:",
                "--implementation=cp", "--python-version=3.13", *options,
                "--dest", str(partial), "-r", str(partial / "requirements.txt"),
            ],
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            shutil.rmtree(partial)
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise Failed(
                f"pip cannot fetch the wheels: {' '.join(lines[:1]) or done.stderr[-300:]}"
            )
        partial.replace(kept)
    shutil.copytree(kept, into)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="fetch what the image's locks name")
    add_mirror_options(parser)
    parser.add_argument("--locks", type=Path, required=True, help="folder with the Debian locks")
    parser.add_argument("--wheels", type=Path, required=True, help="the lock of the wheels")
    parser.add_argument("--into", type=Path, required=True, help="folder that is filled")
    parser.add_argument("--cache", type=Path, required=True, help="folder of what was fetched")
    options = parser.parse_args(arguments)
    mirrors = mirrors_of(options)
    options.cache.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        folder = options.into / part
        folder.mkdir(parents=True)
        locked = read_lock(options.locks / f"{part}.lock")
        with ThreadPoolExecutor(4) as pool:
            files = list(pool.map(lambda one: fetch(one, options.cache, mirrors), locked))
        for one, file in zip(locked, files, strict=True):
            shutil.copyfile(file, folder / one.name)
    fetch_wheels(options.wheels, options.cache, options.into / "wheels")
    fetch_wheels(HERE / "locks/pip.txt", options.cache, options.into / "pip")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Gone as error:
        print(f"fetch: error: {error}", file=sys.stderr)
        sys.exit(GONE)
    except (Failed, OSError) as error:
        print(f"fetch: error: {error}", file=sys.stderr)
        sys.exit(1)
