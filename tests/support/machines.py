"""Trees of /proc and /sys of machines that do not exist."""

from pathlib import Path

STATUS = "Name:\tpython\nVmLck:\t    4096 kB\nTracerPid:\t0\n"
ROUTES = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
ZERO = "0" * 32

FIT = {
    "proc/self/status": STATUS,
    "proc/self/mounts": "rootfs / rootfs rw 0 0\noverlay / overlay rw 0 0\nproc /proc proc rw\n",
    "proc/swaps": "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n",
    "proc/sys/kernel/core_pattern": "core\n",
    "proc/net/route": ROUTES,
    "proc/net/ipv6_route": f"{ZERO} 00 {ZERO} 00 {ZERO} ffffffff 1 0 00200200       lo\n",
    "sys/class/net/lo/flags": "0x9\n",
    "sys/class/net/lo/operstate": "unknown\n",
    "sys/class/net/eth0/flags": "0x1002\n",
    "sys/class/net/eth0/operstate": "down\n",
}
"""A live system without swap, whose network card is switched off."""

IMAGE = {
    "run/ceremony/image.json": '{"version": "0.1.0", "commit": "%s", "flavour": "%s", '
    '"root_sha256": "%s"}',
    "proc/self/mounts": "rootfs / rootfs rw 0 0\n/dev/loop0 / squashfs ro,relatime 0 0\n",
    "proc/self/status": STATUS.replace("4096 kB", "0 kB"),
    "sys/class/net/eth0/flags": None,
    "sys/class/net/eth0/operstate": None,
    "sys/block/loop0/size": "1\n",
    "sys/block/ram15/size": "1\n",
}
"""What the live image changes of FIT; ``of_image`` gives it a flavour."""


def of_image(flavour: str) -> dict[str, str | None]:
    text = str(IMAGE["run/ceremony/image.json"]) % ("ab" * 20, flavour, "cd" * 32)
    return {**IMAGE, "run/ceremony/image.json": text}


def machine(root: Path, changes: dict[str, str | None]) -> Path:
    """FIT with other files, or without some, below ``root``."""
    for name, text in (FIT | changes).items():
        if text is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    return root
