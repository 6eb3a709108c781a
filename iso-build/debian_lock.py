"""Resolve the image's Debian packages and write the locks: `sha256 size pool-path` a line.

    iso-build/lock [--mirror URL] [--security URL] [--out FOLDER]

How apt resolves, and why nothing of this machine can change, is in
scripts/packing/debian_lock.py, which makes the bundle's locks.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from image_config import HERE, names, suite

from scripts.packing.debian_lock import Apt, Fields, Name, check_keyring, locked, write_lock
from scripts.packing.debs import Locked, add_mirrors, mirrors_of
from scripts.packing.source import Failed

LOCKS = ("root", "kernel", "builder")


def lock(apt: Apt, known: dict[Name, Fields], part: str) -> list[Locked]:
    """The packages of one lock, by name. What is only unpacked comes without dependencies."""
    wanted = names(part)
    if part != "kernel":
        return [locked(known[found]) for found in sorted(apt.closure(*wanted))]
    unpacked = []
    for name in wanted:
        found = apt.closure(name.removeprefix("@"))
        (package,) = [known[f] for f in found if f[0] == name.removeprefix("@")]
        if name.startswith("@"):
            real = package["Depends"].split(",")[0].split()[0]
            (package,) = [known[f] for f in found if f[0] == real]
        unpacked.append(locked(package))
    return unpacked


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="write the locks of the image's Debian packages")
    add_mirrors(parser)
    parser.add_argument("--out", type=Path, default=HERE / "locks", help="folder for the locks")
    options = parser.parse_args(arguments)
    check_keyring()
    with tempfile.TemporaryDirectory(prefix="ceremony-lock-") as folder:
        apt = Apt(Path(folder), suite(), mirrors_of(options))
        known = dict(apt.known())
        options.out.mkdir(parents=True, exist_ok=True)
        for part in LOCKS:
            write_lock(options.out / f"{part}.lock", lock(apt, known, part))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Failed, OSError) as error:
        print(f"lock: error: {error}", file=sys.stderr)
        print(f"lock: hint: {getattr(error, 'hint', 'look at the file')}", file=sys.stderr)
        sys.exit(1)
