"""What is read of a machine, and what of it is told to people."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony.machine import Facts, machine_facts, problems
from tests.support.machines import FIT, ROUTES, STATUS, machine

PROJECT = Path(__file__).parents[2]
SWAPS = FIT["proc/swaps"]
NET = "sys/class/net"
UP = {f"{NET}/eth0/flags": "0x1003\n", f"{NET}/eth0/operstate": "up\n"}
ROUTE = ROUTES + "wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
LOCAL = ROUTES + "wlan0\t0000A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n"
DOWN = ROUTES + "wlan0\t00000000\t0100A8C0\t0002\t0\t0\t600\t00000000\t0\t0\t0\n"
ROUTE6 = f"{'0' * 32} 00 {'0' * 32} 00 fe80{'0' * 28} 00000400 1 0 00450003     eth9\n"


def ids(root: Path) -> list[str]:
    return [problem.id for problem in problems(machine_facts(root))]


def test_of_a_machine_that_fits_there_is_nothing_to_tell(tmp_path: Path) -> None:
    facts = machine_facts(machine(tmp_path, {}))
    assert problems(facts) == ()
    assert facts.memory_locked
    assert facts.root_kind == "overlay"
    assert [(i.name, i.up, i.state, i.live) for i in facts.interfaces] == [
        ("eth0", False, "down", False)
    ]


@pytest.mark.parametrize(
    ("changes", "told", "named"),
    [
        (UP, "network", "eth0 is up"),
        ({**UP, f"{NET}/eth0/operstate": "unknown\n"}, "network", "eth0"),
        ({**UP, f"{NET}/eth0/operstate": "dormant\n"}, "network", "eth0"),
        ({"proc/net/route": ROUTE}, "route", "wlan0"),
        ({"proc/net/ipv6_route": ROUTE6}, "route", "eth9"),
        ({"proc/swaps": f"{SWAPS}/dev/sda2 partition 8388604 0 -2\n"}, "swap", "/dev/sda2"),
        ({"proc/swaps": f"{SWAPS}/swap\\040file file 1024 0 -2\n"}, "swap", "/swap"),
        ({"proc/sys/kernel/core_pattern": "|/usr/lib/systemd/systemd-coredump %P\n"},
         "core-pattern", "/usr/lib/systemd/systemd-coredump"),
        ({"proc/self/status": STATUS.replace("TracerPid:\t0", "TracerPid:\t4711")}, "tracer",
         "process 4711"),
        ({"proc/self/status": STATUS.replace("4096 kB", "0 kB")}, "memory", "not locked"),
        ({"proc/self/status": "TracerPid:\t0\n"}, "memory", "not locked"),
        ({"proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n"}, "root", "ext4"),
        ({"proc/self/mounts": "tmpfs / tmpfs rw 0 0\n/dev/sda1 / btrfs rw 0 0\n"}, "root",
         "btrfs"),
        ({"proc/swaps": None}, "unknown", "/proc/swaps"),
        ({f"{NET}/eth0/flags": None}, "unknown", "/sys/class/net/eth0"),
        ({"proc/sys/kernel/core_pattern": None}, "unknown", "core_pattern"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(
    tmp_path: Path, changes: dict[str, str | None], told: str, named: str
) -> None:
    (problem,) = problems(machine_facts(machine(tmp_path, changes)))
    assert problem.id == told
    assert named in problem.sentence
    assert "\n" not in problem.sentence + problem.hint


@pytest.mark.parametrize(
    "changes",
    [
        {f"{NET}/eth0/flags": "0x1003\n", f"{NET}/eth0/operstate": "down\n"},
        {f"{NET}/eth0/flags": "0x1003\n", f"{NET}/eth0/operstate": "lowerlayerdown\n"},
        {"proc/net/route": LOCAL},
        {"proc/net/route": DOWN},
        {"proc/net/route": None, "proc/net/ipv6_route": None},
        {"proc/net/route": "strange\n\n\x7f"},
        {"proc/swaps": f"{SWAPS}/dev/zram0 partition 8388604 0 100\n"},
        {"proc/self/mounts": "tmpfs / tmpfs rw 0 0\n"},
    ],
)
def test_what_fits(tmp_path: Path, changes: dict[str, str | None]) -> None:
    assert ids(machine(tmp_path, changes)) == []


def test_of_nothing_everything_is_unknown(tmp_path: Path) -> None:
    facts = machine_facts(tmp_path)
    assert len(facts.unreadable) == 5
    assert [problem.id for problem in problems(facts)] == ["memory", "unknown"]


def test_names_are_made_harmless() -> None:
    facts = Facts(swap=("/dev/\x1b[2J", "/" * 500), core_pattern="|\x1b", root_kind="\x1b")
    for problem in problems(facts):
        assert problem.sentence.isprintable()
        assert len(problem.sentence) < 300


def test_this_machine_is_read() -> None:
    facts = machine_facts()
    assert facts.unreadable == ()
    assert facts.root_kind
    assert facts.tracer == 0


RUN = """
import ctypes
from ceremony.offline.cli import main
status = main(["inspect", "--key-file", "/dev/null", "--format", "hex", "--curve", "secp256k1"])
fields = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), fields["VmLck"].split()[0], status)
import cv2, numpy, hashlib
hashlib.scrypt(b"", salt=b"", n=1 << 16, r=8, p=1, maxmem=1 << 27)
print("alive")
"""
NOT_LOCKED = "the memory of this program is not locked"


def inspect(*prefix: str) -> tuple[list[str], str]:
    done = subprocess.run(
        [*prefix, sys.executable, "-c", RUN],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *words, alive = done.stdout.split()
    assert alive == "alive"
    return words, done.stderr


def locks(limit: str) -> bool:
    """Whether the kernel locks all memory of a process of this user under that limit."""
    code = "import ctypes, sys; sys.exit(ctypes.CDLL(None).mlockall(7) != 0)"
    command = ["prlimit", f"--memlock={limit}", sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True).returncode == 0


def test_memory_is_locked_and_not_dumped_where_the_system_lets_it() -> None:
    """DSK-MACHINE, with the real kernel: PR_GET_DUMPABLE is 0, memory is locked or it is told."""
    (dumpable, locked, status), said = inspect()
    assert (dumpable, status) == ("0", "1")
    assert (locked != "0") is (NOT_LOCKED not in said)
    if locks("4096:4096") or locks("unlimited:unlimited"):
        assert locked != "0", said


def test_a_small_limit_is_told_and_breaks_nothing() -> None:
    """8 MiB, as Debian has it, and a limit that would end the program in its work.

    In a user namespace even root has no privilege over it.
    """
    hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]
    for size in (8 << 20, 300 << 20):
        limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
        with_limit = ("prlimit", f"--memlock={limit}:{limit}", "unshare", "-r")
        (dumpable, locked, status), said = inspect(*with_limit)
        assert (dumpable, locked, status) == ("0", "0", "1")
        assert NOT_LOCKED in said
