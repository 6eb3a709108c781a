"""What the kernel tells of this machine in /proc and /sys. Read, and not judged.

Formats: proc(5), and the kernel's Documentation/ABI/testing/sysfs-class-net.
"""

from dataclasses import dataclass
from pathlib import Path

from ceremony.machine.image import Image, Unreadable, disks_of, machine_image

IFF_UP = 0x1
"""linux/if.h: the interface is switched on."""

RTF_UP = 0x1
"""linux/route.h: the route is in use."""

NOT_CONNECTED = ("down", "lowerlayerdown", "notpresent")
"""States of an interface (RFC 2863's ifOperStatus) in which nothing gets through."""

LOOPBACK = "lo"


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface: its name, whether it is switched on, its state (RFC 2863)."""

    name: str
    up: bool
    state: str

    @property
    def live(self) -> bool:
        """Switched on, and connected as far as the kernel knows ("unknown" for some)."""
        return self.up and self.state not in NOT_CONNECTED


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read. ``unreadable`` names what was not: nothing is known of it."""

    swap: tuple[str, ...] = ()
    """Devices and files that memory is swapped to, as /proc/swaps names them."""

    core_pattern: str = ""
    """Where the kernel puts core dumps; a program, where it begins with ``|``."""

    interfaces: tuple[Interface, ...] = ()
    """All network interfaces but the loopback."""

    default_routes: tuple[str, ...] = ()
    """Interfaces through which the whole internet is reached, IPv4 or IPv6."""

    tracer: int = 0
    """The number of the process that traces this one (a debugger); 0 for none."""

    memory_locked: bool = False
    """Whether memory of this process is locked against swapping."""

    root_kind: str = ""
    """The kind of the root file system: ext4, overlay, tmpfs."""

    root_read_only: bool = False
    """Whether nothing can be written to the root file system."""

    image: Image | None = None
    """The live image, where this machine runs it."""

    disks: tuple[str, ...] = ()
    """Block devices that are not memory. Only the live image's are read."""

    unreadable: tuple[str, ...] = ()
    """Paths that should have told something, and could not be read."""


def machine_facts(root: Path = Path("/")) -> Facts:
    """The facts, from ``proc`` and ``sys`` below ``root``. It never raises for content."""
    unreadable: list[str] = []

    def lines(path: str) -> list[str]:
        try:
            return (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            unreadable.append(f"/{path}")
            return []

    status = _fields(lines("proc/self/status"))
    interfaces = _interfaces(root / "sys/class/net", unreadable)
    root_kind, root_read_only = _root(lines("proc/self/mounts"))
    image = machine_image(root)
    if isinstance(image, Unreadable):
        unreadable.append(image.path)
        image = None
    return Facts(
        swap=tuple(words[0] for line in lines("proc/swaps")[1:] if (words := line.split())),
        core_pattern="\n".join(lines("proc/sys/kernel/core_pattern")).strip(),
        interfaces=interfaces,
        default_routes=_default_routes(root),
        tracer=_number(status.get("TracerPid")),
        memory_locked=_number(status.get("VmLck")) > 0,
        root_kind=root_kind,
        root_read_only=root_read_only,
        image=image,
        disks=disks_of(root) if image is not None else (),
        unreadable=tuple(unreadable),
    )


def _fields(lines: list[str]) -> dict[str, str]:
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _number(value: str | None, base: int = 10) -> int:
    try:
        return int((value or "").split()[0], base)
    except (IndexError, ValueError):
        return 0


def _interfaces(folder: Path, unreadable: list[str]) -> tuple[Interface, ...]:
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    except OSError:
        unreadable.append("/sys/class/net")
        return ()
    found = []
    for name in names:
        if name == LOOPBACK:
            continue
        try:
            flags = (folder / name / "flags").read_text(encoding="ascii")
            state = (folder / name / "operstate").read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            unreadable.append(f"/sys/class/net/{name}")
            continue
        found.append(Interface(name, bool(_number(flags, 16) & IFF_UP), state))
    return tuple(found)


def _default_routes(root: Path) -> tuple[str, ...]:
    """Tables that are not there belong to a kernel without that protocol: no route."""
    found = []
    for words in _table(root / "proc/net/route"):
        # Iface Destination Gateway Flags RefCnt Use Metric Mask ...
        if len(words) > 7 and words[1] == words[7] == "00000000":
            found += [words[0]] * (_number(words[3], 16) & RTF_UP)
    for words in _table(root / "proc/net/ipv6_route"):
        # destination, its prefix, source, its prefix, next hop, metric, counts, flags, device
        if len(words) > 9 and words[0] == "0" * 32 and words[1] == "00" and words[9] != LOOPBACK:
            found += [words[9]] * (_number(words[8], 16) & RTF_UP)
    return tuple(dict.fromkeys(found))


def _table(path: Path) -> list[list[str]]:
    try:
        return [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    except (OSError, ValueError):
        return []


def _root(mounts: list[str]) -> tuple[str, bool]:
    """Kind, and whether it is read-only. The last file system that was mounted at the root lies
    above the others."""
    found = [words for words in map(str.split, mounts) if len(words) > 3 and words[1] == "/"]
    if not found:
        return "", False
    return found[-1][2], "ro" in found[-1][3].split(",")
