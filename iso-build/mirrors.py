"""Where Debian's packages come from: this machine's apt configuration, or what was named."""

import argparse
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Failed(Exception):  # noqa: N818 - told to people in one line
    """Something that people must see to; the text is the line that they read."""


@dataclass(frozen=True, slots=True)
class Mirrors:
    """Addresses of Debian's main and security archives, without a slash at the end."""

    main: str
    security: str


def add_mirror_options(parser: argparse.ArgumentParser) -> None:
    source = "instead of the one in this machine's apt configuration"
    parser.add_argument("--mirror", metavar="URL", help=f"Debian's archive, {source}")
    parser.add_argument("--security", metavar="URL", help=f"Debian's security archive, {source}")


def mirrors_of(options: argparse.Namespace) -> Mirrors:
    """What the options name; for the rest, what this machine's own apt uses of Debian."""
    found = {"Debian": options.mirror, "Debian-Security": options.security}
    if None in found.values():
        for line in _apt_targets():
            label, _, address = line.partition("|")
            if label in found and found[label] is None:
                found[label] = address
    missing = [label for label, address in found.items() if address is None]
    if missing:
        raise Failed(
            f"this machine's apt has no archive of {' and '.join(missing)}: name it with "
            "--mirror and --security, or run apt-get update"
        )
    return Mirrors(found["Debian"].rstrip("/"), found["Debian-Security"].rstrip("/"))


def _apt_targets() -> list[str]:
    command = ["apt-get", "indextargets", "--format", "$(LABEL)|$(REPO_URI)"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return []
    return done.stdout.splitlines()


def suite() -> str:
    """Debian's release that the image is made of."""
    return (HERE / "config/suite").read_text(encoding="ascii").strip()


def names(part: str) -> list[str]:
    """The lines of ``config/packages.PART`` that are not comments."""
    lines = (HERE / f"config/packages.{part}").read_text(encoding="ascii").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
