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
import shutil
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from image_config import HERE

from scripts.packing.debs import GONE, Gone, Locked, Mirrors, add_mirrors, mirrors_of, read_lock
from scripts.packing.source import Failed
from scripts.packing.wheels import download, platforms, requirements

PARTS = ("root", "kernel", "builder")

PYTHON, GLIBC = "3.13", 41
"""Of trixie: wheels for manylinux_2_41 and older work there."""


def fetch(locked: Locked, cache: Path, mirrors: Mirrors) -> Path:
    """The file in the cache, which is checked each time: what is cached is not believed."""
    kept = cache / locked.sha256
    if kept.exists() and _fits(kept.read_bytes(), locked):
        return kept
    network = "is there a network, is it the mirror?"
    try:
        with urllib.request.urlopen(mirrors.address(locked.path), timeout=60) as answer:  # noqa: S310
            data = answer.read(locked.size + 1)
    except urllib.error.HTTPError as error:
        if error.code in (404, 410):
            raise Gone(f"the mirror no longer has {locked.path}", "run iso-build/lock") from None
        raise Failed(f"{locked.path}: the mirror answers {error.code}", network) from None
    except (OSError, ValueError) as error:
        raise Failed(f"{locked.path} cannot be fetched: {error}", network) from None
    if not _fits(data, locked):
        why = f"{locked.path} is not what the lock says: size or SHA-256 differ"
        raise Failed(why, "take another mirror")
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(kept)
    return kept


def _fits(data: bytes, locked: Locked) -> bool:
    return len(data) == locked.size and hashlib.sha256(data).hexdigest() == locked.sha256


def fetch_wheels(lock: Path, cache: Path, into: Path) -> None:
    """The wheels, and ``requirements.txt`` with their hashes beside them."""
    text = "".join(f"{line}\n" for line in requirements(lock.read_text(encoding="utf-8"), PYTHON))
    kept = cache / f"wheels-{hashlib.sha256(text.encode()).hexdigest()}"
    if not kept.exists():
        partial = kept.with_suffix(f".{os.getpid()}")
        partial.mkdir()
        (partial / "requirements.txt").write_text(text, encoding="utf-8")
        try:
            # The oldest platform first: those wheels ask least of what is in the root.
            download(partial / "requirements.txt", PYTHON, platforms(GLIBC)[::-1], partial)
        except Failed:
            shutil.rmtree(partial)
            raise
        partial.replace(kept)
    shutil.copytree(kept, into)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="fetch what the image's locks name")
    add_mirrors(parser)
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
            shutil.copyfile(file, folder / one.file)
    fetch_wheels(options.wheels, options.cache, options.into / "wheels")
    fetch_wheels(HERE / "locks/pip.txt", options.cache, options.into / "pip")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Failed, OSError) as error:
        print(f"fetch: error: {error}", file=sys.stderr)
        print(f"fetch: hint: {getattr(error, 'hint', 'look at the file')}", file=sys.stderr)
        sys.exit(GONE if isinstance(error, Gone) else 1)
