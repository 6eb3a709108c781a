"""Take an image apart, without starting it, and hold it against the lists of this checkout.

    iso-build/audit dist/ceremony-sealed.iso dist/manifest.txt

Prints one line for each thing that holds, and ends with 1 at the first list of what does not.
Needs root (to unpack with owners), xorriso, cpio, squashfs-tools and kmod.
"""

import argparse
import hashlib
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from image_config import HERE

from scripts.packing.debs import read_lock
from scripts.packing.source import Failed

DAMAGED = "is it an image of iso-build/build, whole, and is this root?"

FORBIDDEN_PROGRAMS = (
    "arp", "arping", "avahi-daemon", "curl", "dhclient", "dhcpcd", "ftp", "host", "ifconfig",
    "ip", "iw", "iwconfig", "nc", "ncat", "netcat", "nmcli", "nslookup", "ping", "ping6",
    "route", "rsync", "scp", "sftp", "socat", "ss", "ssh", "sshd", "telnet", "tftp",
    "tracepath", "traceroute", "udhcpc", "wget", "wpa_supplicant", "pip", "pip3", "apt",
    "apt-get", "busybox", "systemd", "udevd",
)  # fmt: skip
"""Names of programs that no folder of the root may have."""

NO_DRIVERS = (
    "kernel/drivers/net/", "kernel/net/", "kernel/drivers/bluetooth/", "kernel/drivers/nfc/",
    "kernel/drivers/nvme/", "kernel/drivers/ata/", "kernel/drivers/mmc/", "kernel/drivers/gpu/",
    "kernel/drivers/firewire/", "kernel/drivers/thunderbolt/", "kernel/drivers/virtio/",
    "kernel/sound/", "kernel/fs/nfs/",
)  # fmt: skip
STORAGE = (
    "kernel/drivers/usb/storage/",
    "kernel/drivers/scsi/",
    "kernel/fs/fat/",
    "kernel/fs/exfat/",
)
"""Drivers that only the flavour ``media`` has."""

NEEDED = "kernel/drivers/gpu/drm/drm.ko"
"""The core of graphics, which drives nothing by itself: i2c-hid depends on it for touch screens."""

WRITABLE = ("/tmp", "/var/tmp")  # noqa: S108 - empty folders, a tmpfs is mounted over the first


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An image in pieces: the ISO's files, the initrd's, the root's."""

    iso: Path
    initrd: Path
    root: Path
    flavour: str
    manifest: list[list[str]]


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{command[0]}: {done.stderr.strip()[-300:]}", DAMAGED)
    return done.stdout


def unpack(image: Path, manifest: Path, folder: Path) -> Unpacked:
    iso, initrd, root = (folder / name for name in ("iso", "initrd", "root"))
    run("xorriso", "-osirrox", "on", "-indev", image, "-extract", "/", iso)
    if not (iso / "boot/initrd").is_file():
        raise Failed(f"{image} has no initrd", DAMAGED)
    initrd.mkdir()
    run("cpio", "-id", "--quiet", "--file", iso / "boot/initrd", cwd=initrd)
    run("unsquashfs", "-quiet", "-no-progress", "-dest", root, initrd / "root.img")
    lines = [line.split() for line in manifest.read_text().splitlines()]
    flavour = re.search(r"sealed|media", (iso / ".disk/info").read_text())
    if flavour is None:
        raise Failed(".disk/info names no flavour", DAMAGED)
    return Unpacked(iso, initrd, root, flavour[0], lines)


def listed(*names: str) -> list[str]:
    """The lines of files in config/ that are not comments."""
    lines = [line for name in names for line in (HERE / "config" / name).read_text().splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def check_modules(image: Unpacked) -> Iterator[str]:
    """The modules are those of the list and what these need: no more and no fewer."""
    lists = ["modules.sealed"] + ["modules.media"] * (image.flavour == "media")
    (folder,) = (image.root / "usr/lib/modules").iterdir()
    there = {str(path.relative_to(folder)) for path in folder.rglob("*.ko*")}
    needed = set()
    for name in listed(*lists):
        said = run("modprobe", "-d", image.root, "-S", folder.name, "--show-depends", name)
        for kind, path in re.findall(r"^(insmod|builtin) (\S+)", said, re.MULTILINE):
            if kind == "insmod":
                needed.add(path.partition(f"/{folder.name}/")[2])
    yield from (f"module {name} is in the image and not needed" for name in there - needed)
    yield from (f"module {name} is needed and not in the image" for name in needed - there)
    told = {words[2] for words in image.manifest if words[:2] == ["module", image.flavour]}
    yield from (f"module {name}: manifest and image differ" for name in there ^ told)
    forbidden = NO_DRIVERS + (STORAGE if image.flavour == "sealed" else ())
    yield from (
        f"module {name} is of a forbidden kind"
        for name in there - {NEEDED}
        if name.startswith(forbidden)
    )
    in_initrd = {path.name for path in image.initrd.rglob("*.ko*")}
    yield from (f"module {name} in the initrd" for name in in_initrd - {"loop.ko", "squashfs.ko"})


def check_files(image: Unpacked) -> Iterator[str]:
    """No network program, no bit of privilege, nothing that others may write, no device."""
    for folder, folders, files in os.walk(image.root):
        for name in [*folders, *files]:
            path = Path(folder, name)
            status = path.lstat()
            shown = f"/{path.relative_to(image.root)}"
            if name in FORBIDDEN_PROGRAMS and "bin" in path.parent.name and name in files:
                yield f"{shown} is a program that the image must not have"
            if stat.S_ISLNK(status.st_mode):
                continue
            if stat.S_ISREG(status.st_mode) and status.st_mode & 0o6000:
                yield f"{shown} has a bit of privilege (setuid, setgid)"
            if status.st_mode & 0o022 and shown not in WRITABLE:
                yield f"{shown} can be written by others than root"
            if status.st_uid != 0:
                yield f"{shown} does not belong to root"
            if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
                yield f"{shown} is a device, a pipe or a socket"
            if stat.S_ISREG(status.st_mode) and b"security.capability" in _attributes(path):
                yield f"{shown} has capabilities"


def _attributes(path: Path) -> list[bytes]:
    return [name.encode() for name in os.listxattr(path)]


def check_python(image: Unpacked) -> Iterator[str]:
    """No HTTP client, no installer, no relay, no sandbox among the Python packages."""
    site = image.root / "opt/ceremony/lib/python3.13/site-packages"
    names = {path.name for path in site.iterdir()}
    for name in ("httpx", "requests", "urllib3", "dfns_sdk", "pip", "setuptools", "starlette"):
        if name in names:
            yield f"the Python package {name} is in the image"
    for name in ("relay", "sandbox", "rehearsal"):
        if (site / "ceremony" / name).exists():
            yield f"ceremony/{name} is in the image"
    wheels = sum(1 for words in image.manifest if words[0] == "wheel")
    infos = sum(1 for name in names if name.endswith(".dist-info"))
    if wheels != infos:
        yield f"the manifest has {wheels} wheels, the image {infos}"


def check_start(image: Unpacked) -> Iterator[str]:
    """The command line is the list's, word by word; the root is the one that is checked."""
    menu = (image.iso / "boot/grub/grub.cfg").read_text()
    line = re.search(r"linux /boot/vmlinuz (.*);", menu)
    if line is None or line[1].split() != listed("cmdline"):
        yield "grub.cfg has another command line than config/cmdline"
    if "menuentry" in menu:
        yield "grub.cfg has a menu"
    with (image.initrd / "root.img").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if (image.initrd / "root.sha256").read_text() != f"{digest}  root.img\n":
        yield "the initrd checks another root than it has"
    if ["root", image.flavour, digest] not in image.manifest:
        yield "the manifest has another root"
    programs = {"init": HERE / "initrd/init"}
    for name in ("pid1", "answers", "cameras", "wipe"):
        programs[name] = HERE / "root/usr/lib/ceremony" / name
    for name, source in programs.items():
        place = image.initrd / "init" if name == "init" else image.root / "usr/lib/ceremony" / name
        if place.read_bytes() != source.read_bytes():
            yield f"{name} differs from the checkout"
    there = {
        str(path.relative_to(image.initrd)) for path in image.initrd.rglob("*") if path.is_file()
    }
    wanted = {"init", "bin/busybox", "loop.ko", "squashfs.ko", "root.img", "root.sha256"}
    yield from (f"the initrd has {name}, or lacks it" for name in there ^ wanted)


def check_locks(image: Unpacked, locks: Path) -> Iterator[str]:
    """The manifest has the packages of the locks, hash by hash."""
    for part in ("root", "kernel", "builder"):
        said = {words[5] for words in image.manifest if words[:2] == ["package", part]}
        locked = {one.sha256 for one in read_lock(locks / f"{part}.lock")}
        yield from (f"{part}: manifest and lock differ in {digest}" for digest in said ^ locked)
    packages = {words[2] for words in image.manifest if words[:2] == ["package", "root"]}
    documented = {path.name for path in (image.root / "usr/share/doc").iterdir()}
    yield from (f"no copyright of {name}" for name in packages - documented)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="hold an image against the lists")
    parser.add_argument("image", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--locks", type=Path, default=HERE / "locks")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ceremony-audit-") as folder:
        image = unpack(options.image, options.manifest, Path(folder))
        checks = [check_modules, check_files, check_python, check_start]
        for check in checks:
            _told(check.__doc__, list(check(image)))
        _told(check_locks.__doc__, list(check_locks(image, options.locks)))


def _told(claim: str | None, wrong: list[str]) -> None:
    if wrong:
        raise Failed("; ".join(sorted(wrong)[:20]), "do not use this image: build it again")
    print(f"audit: {claim}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Failed, OSError) as error:
        print(f"audit: error: {error}", file=sys.stderr)
        print(f"audit: hint: {getattr(error, 'hint', 'look at the file')}", file=sys.stderr)
        sys.exit(1)
