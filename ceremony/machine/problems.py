"""What of a machine's facts does not fit a computer on which a key lies open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ceremony.errors import printable
from ceremony.machine.facts import Facts
from ceremony.machine.image import Image

IN_MEMORY = "/dev/zram"
"""How the names of swap devices begin that are compressed memory, and no disk."""

VANISHING = ("overlay", "ramfs", "rootfs", "squashfs", "tmpfs", "aufs")
"""Kinds of root file systems that live systems have: what is written there is gone with the
power. An overlay can lie on a disk (a container): the kernel does not tell it here."""


IMAGE_ROOT = "squashfs"
"""The live image's root file system."""

USB_DISK = re.compile(r"sd[a-z]")
"""What the `media` image sees of USB storage; it has no driver of any other."""

NOT_THE_IMAGE = "this is not the image as it was built: power off, and check the image's hash"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing: ``id`` for plans and tests, a sentence for people, what to do about it."""

    id: str
    sentence: str
    hint: str


def problems(facts: Facts) -> tuple[Problem, ...]:
    """Everything that a ceremony would not want, the worst first. Empty for a machine that fits."""
    found = []
    live = [interface.name for interface in facts.interfaces if interface.live]
    if live:
        sentence = f"this machine is connected: {_names(live)} is up"
        found.append(Problem("network", sentence, "unplug it and switch radios off"))
    elif facts.image is not None and facts.interfaces:
        names = _names([interface.name for interface in facts.interfaces])
        sentence = f"the live image has no network driver, and yet there is {names}"
        found.append(Problem("network", sentence, NOT_THE_IMAGE))
    if facts.default_routes:
        sentence = f"this machine has a way into a network: through {_names(facts.default_routes)}"
        found.append(Problem("route", sentence, "a ceremony's machine has no network at all"))
    if facts.tracer:
        sentence = f"process {facts.tracer} watches this program (a debugger)"
        found.append(Problem("tracer", sentence, "it can read every secret: end it first"))
    disks = [name for name in facts.swap if not name.startswith(IN_MEMORY)]
    if disks:
        sentence = f"memory can be written to a disk: swap is on, {_names(disks)}"
        found.append(Problem("swap", sentence, "swapoff -a, and use a system without swap"))
    # The image has no swap at all: what is not locked has nowhere to go there.
    if not facts.memory_locked and (facts.image is None or facts.swap):
        sentence = "the memory of this program is not locked: this user may not lock enough"
        hint = "ulimit -l unlimited, or run as root; without swap it matters little"
        found.append(Problem("memory", sentence, hint))
    if facts.core_pattern.startswith("|"):
        sentence = f"crashed programs are handed to {printable(facts.core_pattern[1:])}"
        hint = "this program forbids it for itself; sysctl kernel.core_pattern=core for the others"
        found.append(Problem("core-pattern", sentence, hint))
    if facts.root_kind and facts.root_kind not in VANISHING:
        sentence = f"the system runs from a disk ({printable(facts.root_kind)}), which keeps things"
        found.append(Problem("root", sentence, "start a live system, which forgets all at the end"))
    if facts.image is not None:
        found += _of_image(facts, facts.image)
    if facts.unreadable:
        sentence = f"not everything could be found out: {_names(facts.unreadable)} cannot be read"
        found.append(Problem("unknown", sentence, "look yourself: network, swap, debuggers"))
    return tuple(found)


def _of_image(facts: Facts, image: Image) -> list[Problem]:
    """What the image of this flavour does not have, and was found all the same."""
    found = []
    if facts.root_kind != IMAGE_ROOT or not facts.root_read_only:
        how = "read-only" if facts.root_read_only else "writable"
        sentence = (
            f"the live image's root is a read-only {IMAGE_ROOT}, and here it is {how} "
            f"{printable(facts.root_kind) or 'unknown'}"
        )
        found.append(Problem("image", sentence, NOT_THE_IMAGE))
    usual = image.flavour == "media"
    disks = [name for name in facts.disks if not (usual and USB_DISK.fullmatch(name))]
    if disks:
        sentence = f"the {image.flavour} image has no driver for {_names(disks)}, which is there"
        found.append(Problem("image", sentence, NOT_THE_IMAGE))
    return found


def _names(names: Sequence[str]) -> str:
    return printable(", ".join(names), 200)
