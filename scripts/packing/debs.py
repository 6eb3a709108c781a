"""Debian's packages: where this machine gets them, and those of a lock, fetched by hash.

A lock has one line a package, `sha256 size pool-path`, and no address: the mirror is that of
this machine's own apt, or a named one.
"""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from scripts.packing.archive import sha256_of
from scripts.packing.source import ROOT, Failed, run

RELEASES = {
    "12": ("bookworm", ("python3", "libzbar0", "libseccomp2")),
    "13": ("trixie", ("python3", "libzbar0t64", "libseccomp2")),
}
"""Debian's releases that the bundle is for: their names, and what the ceremony needs of them."""

SECURITY = "pool/updates/"
"""How the paths of Debian's security archive begin, and no others."""

LINE = re.compile(r"([0-9a-f]{64}) (\d+) (pool/[\w.+~/-]+\.deb)")

APT_HELPER = "/usr/lib/apt/apt-helper"
"""Fetches by a hash, with the transports and proxies of this machine's apt (package apt)."""


LOCK_AGAIN = "run scripts/lock-debian for the bundle's lock, iso-build/lock for the image's"


GONE = 4
"""Exit status of iso-build/fetch.py and iso-build/build: ``Gone``."""


class Gone(Failed):
    """The mirror no longer has what a lock names: Debian's pools keep few versions."""


@dataclass(frozen=True, slots=True)
class Mirrors:
    """Addresses of Debian's main and security archives, without a slash at the end."""

    main: str
    security: str

    def address(self, path: str) -> str:
        """Of a file, by its path in the pool."""
        archive = self.security if path.startswith(SECURITY) else self.main
        return f"{archive}/{path}"


@dataclass(frozen=True, slots=True)
class Locked:
    """One line of a lock."""

    sha256: str
    size: int
    path: str

    @property
    def line(self) -> str:
        return f"{self.sha256} {self.size} {self.path}\n"

    @property
    def file(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parts(self) -> tuple[str, str, str]:
        """Name, version and architecture, as the file's name has them (without an epoch)."""
        name, version, architecture = self.file.removesuffix(".deb").split("_")
        return name, version, architecture


LOCKS = "scripts/locks"


def lock_path(release: str, locks: Path = ROOT / LOCKS) -> Path:
    return locks / f"debian-{release}.txt"


def read_lock(path: Path) -> list[Locked]:
    """Raises ``Failed`` for a line that is not one of a lock."""
    locked = []
    for line in path.read_text(encoding="ascii").splitlines():
        match = LINE.fullmatch(line)
        if match is None or ".." in match[3]:
            raise Failed(f"{path.name}: not a line of a lock: {line[:60]}", LOCK_AGAIN)
        locked.append(Locked(match[1], int(match[2]), match[3]))
    return locked


def add_mirrors(parser: argparse.ArgumentParser) -> None:
    instead = "instead of that in this machine's apt configuration"
    parser.add_argument("--mirror", metavar="URL", help=f"Debian's archive, {instead}")
    parser.add_argument("--security", metavar="URL", help=f"Debian's security archive, {instead}")


def mirrors_of(options: argparse.Namespace) -> Mirrors:
    """What the options name; for the rest, what this machine's apt has of Debian."""
    hint = "name it with --mirror and --security, or run apt-get update"
    found = {"Debian": options.mirror, "Debian-Security": options.security}
    if not all(found.values()):
        command = ["apt-get", "indextargets", "--format", "$(LABEL)|$(REPO_URI)"]
        said = run(command, "apt does not tell its mirror", hint).decode()
        for line in said.splitlines():
            label, _, address = line.partition("|")
            if label in found and found[label] is None:
                found[label] = address
    missing = [label for label, address in found.items() if address is None]
    if missing:
        raise Failed(f"this machine's apt has no archive of {' or '.join(missing)}", hint)
    return Mirrors(found["Debian"].rstrip("/"), found["Debian-Security"].rstrip("/"))


def fetch_debs(locked: list[Locked], folder: Path, mirrors: Mirrors) -> None:
    """All files of a lock, each with its hash checked. Raises ``Failed``, also ``Gone``."""
    folder.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [APT_HELPER, "download-file"]
    for one in locked:
        command += [mirrors.address(one.path), folder / one.file, f"SHA256:{one.sha256}"]
    try:
        run(command, "Debian's packages cannot be fetched", "is there a network, is it the mirror?")
    except Failed as error:
        if "404" in str(error):
            raise Gone(str(error), "the lock is old: run scripts/lock-debian") from None
        raise
    for one in locked:
        path = folder / one.file
        if path.stat().st_size != one.size or sha256_of(path) != one.sha256:
            raise Failed(f"{one.path} is not what the lock says", "take another mirror")
