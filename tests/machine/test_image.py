"""The live image, as the gate sees it: what it may be without, and what it must not have."""

from pathlib import Path

import pytest

from ceremony.machine import Image, machine_facts, problems
from tests.support.machines import STATUS, machine, of_image

UP = {"sys/class/net/eth0/flags": "0x1003\n", "sys/class/net/eth0/operstate": "up\n"}
DOWN = {"sys/class/net/eth0/flags": "0x1002\n", "sys/class/net/eth0/operstate": "down\n"}


@pytest.mark.parametrize("flavour", ["sealed", "media"])
def test_of_the_image_there_is_nothing_to_tell(tmp_path: Path, flavour: str) -> None:
    """Not of memory that is not locked either: there is no swap that it could go to."""
    facts = machine_facts(machine(tmp_path, of_image(flavour)))
    assert problems(facts) == ()
    assert facts.image == Image("0.1.0", "ab" * 20, flavour, "cd" * 32)  # type: ignore[arg-type]
    assert not facts.memory_locked
    assert facts.root_read_only
    assert facts.disks == ()


def test_sticks_are_for_the_media_flavour(tmp_path: Path) -> None:
    sticks = {"sys/block/sda/size": "1\n", "sys/block/sdb/size": "1\n"}
    assert problems(machine_facts(machine(tmp_path / "m", {**of_image("media"), **sticks}))) == ()
    (problem,) = problems(machine_facts(machine(tmp_path / "s", {**of_image("sealed"), **sticks})))
    assert problem.id == "image"
    assert "the sealed image has no driver for sda, sdb" in problem.sentence


@pytest.mark.parametrize("flavour", ["sealed", "media"])
@pytest.mark.parametrize(
    ("changes", "told", "named"),
    [
        ({"sys/block/nvme0n1/size": "1\n"}, "image", "nvme0n1"),
        ({"sys/block/mmcblk0/size": "1\n"}, "image", "mmcblk0"),
        ({"sys/block/\x1b[2J/size": "1\n"}, "image", "<U+001B>[2J"),
        ({"proc/self/mounts": "/dev/loop0 / squashfs rw 0 0\n"}, "image", "writable squashfs"),
        ({"proc/self/mounts": "overlay / overlay ro 0 0\n"}, "image", "read-only overlay"),
        ({"proc/self/mounts": "tmpfs / tmpfs rw,ro0 0 0\n"}, "image", "writable tmpfs"),
        (UP, "network", "eth0 is up"),
        (DOWN, "network", "no network driver, and yet there is eth0"),
        ({"proc/self/status": STATUS.replace("TracerPid:\t0", "TracerPid:\t9")}, "tracer", "9"),
    ],
)
def test_what_the_image_does_not_have(
    tmp_path: Path, flavour: str, changes: dict[str, str | None], told: str, named: str
) -> None:
    (problem,) = problems(machine_facts(machine(tmp_path, {**of_image(flavour), **changes})))
    assert problem.id == told
    assert named in problem.sentence
    assert problem.sentence.isprintable()


def test_a_disk_for_the_root_is_told_twice(tmp_path: Path) -> None:
    changes = {**of_image("sealed"), "proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n"}
    found = problems(machine_facts(machine(tmp_path, changes)))
    assert [problem.id for problem in found] == ["root", "image"]


def test_swap_in_an_image_is_told_with_the_memory(tmp_path: Path) -> None:
    swaps = "Filename\tType\tSize\tUsed\tPriority\n/dev/sda2 partition 8388604 0 -2\n"
    changes = {**of_image("media"), "proc/swaps": swaps}
    found = problems(machine_facts(machine(tmp_path, changes)))
    assert [problem.id for problem in found] == ["swap", "memory"]


def test_another_machine_has_its_disks(tmp_path: Path) -> None:
    facts = machine_facts(machine(tmp_path, {"sys/block/sda/size": "1\n"}))
    assert facts.image is None
    assert facts.disks == ()


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{" * 5000, "\xff", '{"flavour": "x"}'])
def test_an_image_that_cannot_be_read_is_refused_in_production(tmp_path: Path, text: str) -> None:
    root = machine(tmp_path, {"run/ceremony/image.json": text})
    (problem,) = problems(machine_facts(root))
    assert problem.id == "unknown"
    assert "/run/ceremony/image.json" in problem.sentence
