"""A fresh Debian in a folder, whose commands run without any network."""

import subprocess
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from scripts.packing.debs import RELEASES, mirrors_of

INSIDE = """\
set -eu
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/dev/shm"
mount --bind "$2" "$1/mnt"
root=$1
shift 2
exec chroot "$root" /usr/bin/env -C /mnt "$@"
"""


@dataclass(frozen=True, slots=True)
class DebianMachine:
    """``root`` is the system; ``carried`` is what it finds as /mnt, where commands start."""

    root: Path
    carried: Path

    @classmethod
    def make(cls, folder: Path, release: str, carried: Path) -> "DebianMachine":
        """Debian's base and nothing else, from the mirror of this machine's apt; needs root."""
        root = folder / f"debian-{release}"
        mirror = mirrors_of(Namespace(mirror=None, security=None)).main
        codename, _ = RELEASES[release]
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", codename, root, mirror], check=True
        )
        return cls(root, carried)

    def command(self, *command: str, user: int = 0) -> list[str | Path]:
        """What runs this inside, in namespaces of its own: of networks there is only loopback."""
        namespaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]
        inside = ["sh", "-c", INSIDE, "sh", self.root, self.carried]
        person = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]
        return [*namespaces, *inside, *clean, *(person if user else ()), *command]

    def run(self, *command: str, user: int = 0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*command, user=user), capture_output=True, text=True, check=False
        )
