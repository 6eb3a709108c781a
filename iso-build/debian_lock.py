"""Resolve the image's Debian packages and write the locks: `sha256 size pool-path` a line.

    iso-build/lock [--mirror URL] [--security URL] [--out FOLDER]

apt resolves here from an empty state in a folder of its own; it only simulates, and dpkg is
/bin/false, so nothing of this machine can change. The hashes are those of the Packages files,
which apt checked against Debian's signed Release files. A lock names no mirror.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mirrors import HERE, Failed, Mirrors, add_mirror_options, mirrors_of, names, suite

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

LOCKS = ("root", "kernel", "builder")

INSTALL = re.compile(r"^Inst (\S+) (?:\[\S+\] )?\((\S+) .*\[(\w+)\]\)", re.MULTILINE)
"""A package that apt's simulation would install: name, version, architecture."""


@dataclass(frozen=True, slots=True)
class Package:
    """What the Packages file says of one `.deb`."""

    name: str
    version: str
    architecture: str
    depends: str
    sha256: str
    size: int
    path: str


class Apt:
    """apt with all its state below ``folder``; it never calls dpkg and never installs."""

    def __init__(self, folder: Path, mirrors: Mirrors) -> None:
        for name in ("lists/partial", "cache/archives/partial", "parts", "preferences"):
            (folder / name).mkdir(parents=True)
        status, sources = folder / "status", folder / "sources.list"
        status.touch()
        signed, release = f"[arch=amd64 signed-by={KEYRING}]", suite()
        sources.write_text(
            f"deb {signed} {mirrors.main} {release} main\n"
            f"deb {signed} {mirrors.main} {release}-updates main\n"
            f"deb {signed} {mirrors.security} {release}-security main\n"
        )
        configuration = folder / "apt.conf"
        configuration.write_text(
            'Dir::Bin::dpkg "/bin/false";\n'
            'APT::Get::Simulate "true";\n'
            'APT::Architecture "amd64";\n'
            'APT::Architectures { "amd64"; };\n'
            'APT::Sandbox::User "";\n'
            'pkgCacheGen::ForceEssential ",";\n'
            'Acquire::GzipIndexes "false";\n'
            'Acquire::Languages "none";\n'
            f'Dir::State::lists "{folder}/lists";\n'
            f'Dir::State::status "{status}";\n'
            f'Dir::Cache "{folder}/cache";\n'
            f'Dir::Etc::sourcelist "{sources}";\n'
            f'Dir::Etc::sourceparts "{folder}/parts";\n'
            f'Dir::Etc::preferencesparts "{folder}/preferences";\n'
            f'Dir::Etc::preferences "{folder}/none";\n'
        )
        self._lists = folder / "lists"
        self._configuration = configuration

    def update(self) -> None:
        """Fetch the signed lists; raises if a single one is missing or not signed."""
        self._run("update", "--error-on=any")

    def closure(self, wanted: list[str]) -> list[tuple[str, str, str]]:
        """Name, version and architecture of all packages that these need, without recommended."""
        said = self._run("install", "--simulate", "--no-install-recommends", *wanted)
        return INSTALL.findall(said)

    def packages(self) -> Iterator[Package]:
        for path in sorted(self._lists.glob("*_Packages")):
            for paragraph in path.read_text(encoding="utf-8").split("\n\n"):
                field = dict(re.findall(r"^([\w-]+): (.*)$", paragraph, re.MULTILINE))
                if "SHA256" in field:
                    yield Package(
                        field["Package"],
                        field["Version"],
                        field["Architecture"],
                        field.get("Depends", ""),
                        field["SHA256"],
                        int(field["Size"]),
                        field["Filename"],
                    )

    def _run(self, command: str, *arguments: str) -> str:
        environment = {"APT_CONFIG": str(self._configuration), "LC_ALL": "C", "PATH": "/usr/bin"}
        # Twice: read before this machine's own settings, and again after them, to win.
        done = subprocess.run(
            ["apt-get", "-q", "-c", self._configuration, command, *arguments],
            env=environment, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if line.startswith("E: ")]
            raise Failed(f"apt cannot resolve: {'; '.join(lines) or done.stderr.strip()}")
        return done.stdout


def lock(apt: Apt, known: dict[tuple[str, str, str], Package], part: str) -> list[Package]:
    """The packages of one lock, by name. What is only unpacked comes without dependencies."""
    wanted = names(part)
    if part != "kernel":
        return [known[found] for found in sorted(apt.closure(wanted))]
    unpacked = []
    for name in wanted:
        found = apt.closure([name.removeprefix("@")])
        (package,) = [known[f] for f in found if f[0] == name.removeprefix("@")]
        if name.startswith("@"):
            real = package.depends.split(",")[0].split()[0]
            (package,) = [known[f] for f in found if f[0] == real]
        unpacked.append(package)
    return unpacked


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="write the locks of the image's Debian packages")
    add_mirror_options(parser)
    parser.add_argument("--out", type=Path, default=HERE / "locks", help="folder for the locks")
    options = parser.parse_args(arguments)
    mirrors = mirrors_of(options)
    if not KEYRING.exists():
        raise Failed(f"{KEYRING} is missing: install debian-archive-keyring")
    with tempfile.TemporaryDirectory(prefix="ceremony-lock-") as folder:
        apt = Apt(Path(folder), mirrors)
        apt.update()
        known = {(p.name, p.version, p.architecture): p for p in apt.packages()}
        options.out.mkdir(parents=True, exist_ok=True)
        for part in LOCKS:
            found = lock(apt, known, part)
            lines = [f"{p.sha256} {p.size} {p.path}\n" for p in found]
            (options.out / f"{part}.lock").write_text("".join(lines), encoding="ascii")
            size = sum(p.size for p in found) / 1e6
            print(f"lock: {part}: {len(found)} packages, {size:.1f} MB")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Failed, OSError) as error:
        print(f"lock: error: {error}", file=sys.stderr)
        sys.exit(1)
