"""Resolve the Debian packages of the bundle, and write their locks.

    scripts/lock-debian [--mirror URL] [--security URL] [--out FOLDER]

apt resolves in a folder of its own, from an empty state, and only simulates; dpkg is
/bin/false there, so that nothing of this machine can change. The hashes are those of the
Packages files, which apt checks by the signed Release files with Debian's keyring.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.packing.debs import (
    LOCKS,
    RELEASES,
    Locked,
    Mirrors,
    add_mirrors,
    lock_path,
    mirrors_of,
)
from scripts.packing.source import ROOT, Failed, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

EVERYWHERE = ("?essential", "apt")
"""What every Debian machine has: no lock names it."""

INSTALL = re.compile(r"^Inst (\S+) (?:\[\S+\] )?\((\S+) .*\[(\w+)\]\)", re.MULTILINE)
"""A package that apt's simulation would install: name, version, architecture."""

Name = tuple[str, str, str]

Fields = dict[str, str]
"""What a Packages file says of one package."""

CONFIGURATION = """\
Dir "{folder}";
Dir::Etc::parts "none";
Dir::State::status "{folder}/status";
Dir::Bin::dpkg "/bin/false";
APT::Get::Simulate "true";
APT::Architecture "amd64";
APT::Architectures {{ "amd64"; }};
APT::Sandbox::User "";
pkgCacheGen::ForceEssential ",";
Acquire::GzipIndexes "false";
Acquire::Languages "none";
"""


class Apt:
    """apt for one release of Debian, with all that it keeps below ``folder``."""

    def __init__(self, folder: Path, codename: str, mirrors: Mirrors) -> None:
        for name in ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "etc/apt"):
            (folder / name).mkdir(parents=True)
        (folder / "status").touch()
        signed = f"deb [arch=amd64 signed-by={KEYRING}]"
        (folder / "etc/apt/sources.list").write_text(
            f"{signed} {mirrors.main} {codename} main\n"
            f"{signed} {mirrors.main} {codename}-updates main\n"
            f"{signed} {mirrors.security} {codename}-security main\n"
        )
        self._folder = folder
        (folder / "apt.conf").write_text(CONFIGURATION.format(folder=folder))
        self._run("update", "--error-on=any")

    def closure(self, *wanted: str) -> set[Name]:
        """All packages that these need, without what is only recommended."""
        said = self._run("install", "--simulate", "--no-install-recommends", *wanted)
        return set(INSTALL.findall(said))

    def known(self) -> Iterator[tuple[Name, Fields]]:
        for path in sorted(self._folder.glob("var/lib/apt/lists/*_Packages")):
            for paragraph in path.read_text(encoding="utf-8").split("\n\n"):
                field = dict(re.findall(r"^([\w-]+): (.*)$", paragraph, re.MULTILINE))
                if "SHA256" in field:
                    yield (field["Package"], field["Version"], field["Architecture"]), field

    def _run(self, command: str, *arguments: str) -> str:
        environment = {"APT_CONFIG": f"{self._folder}/apt.conf", "LC_ALL": "C", "PATH": "/usr/bin"}
        # Once more with -c: read again behind this machine's own settings, it wins.
        options = ["apt-get", "-q", "-c", f"{self._folder}/apt.conf", command, *arguments]
        hint = "are the mirrors right, and is there a network?"
        return run(options, "apt cannot resolve", hint, env=environment).decode()


def locked(fields: Fields) -> Locked:
    """The line of a lock for a package that a Packages file has."""
    return Locked(fields["SHA256"], int(fields["Size"]), fields["Filename"])


def write_lock(path: Path, found: list[Locked]) -> None:
    """Writes it, and says what is in it."""
    path.write_text("".join(one.line for one in found), encoding="ascii")
    size = sum(one.size for one in found) / 1e6
    print(f"{path.name}: {len(found)} packages, {size:.1f} MB")


def check_keyring() -> None:
    """Raises ``Failed`` where Debian's keys are not here, by which apt believes its lists."""
    if not KEYRING.exists():
        raise Failed(f"{KEYRING} is missing", "install debian-archive-keyring")


def lock(release: str, mirrors: Mirrors) -> list[Locked]:
    """What a machine with nothing but Debian's base lacks, sorted by path."""
    codename, wanted = RELEASES[release]
    with tempfile.TemporaryDirectory(prefix="ceremony-lock-") as folder:
        apt = Apt(Path(folder), codename, mirrors)
        known = dict(apt.known())
        names = apt.closure(*EVERYWHERE, *wanted) - apt.closure(*EVERYWHERE)
        return sorted((locked(known[name]) for name in names), key=lambda one: one.path)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/lock-debian", description=__doc__.splitlines()[0]
    )
    add_mirrors(parser)
    parser.add_argument("--out", type=Path, default=ROOT / LOCKS, help="a folder")
    options = parser.parse_args(arguments)
    check_keyring()
    for release in RELEASES:
        write_lock(lock_path(release, options.out), lock(release, mirrors_of(options)))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Failed, OSError) as error:
        print(f"lock-debian: error: {error}", file=sys.stderr)
        print(f"lock-debian: hint: {getattr(error, 'hint', 'look at the file')}", file=sys.stderr)
        sys.exit(1)
