"""What the kernel tells of its random generator (random(4), "/proc interfaces")."""

from dataclasses import dataclass
from pathlib import Path

SEEDED = 256
"""Bits: what a seeded generator of Linux 5.18 and later tells; older ones counted up to 4096."""

AVAILABLE = "proc/sys/kernel/random/entropy_avail"
HARDWARE = "sys/class/misc/hw_random/rng_current"


@dataclass(frozen=True, slots=True)
class Entropy:
    """``bits`` is None where the kernel does not tell; ``hardware`` names its own generator,
    "" where the machine has none that the kernel uses.
    """

    bits: int | None
    hardware: str

    @property
    def seeded(self) -> bool:
        """Whether the kernel says that its generator is ready."""
        return self.bits is not None and self.bits >= SEEDED


def machine_entropy(root: Path = Path("/")) -> Entropy:
    """The facts, from ``proc`` and ``sys`` below ``root``. It never raises for content."""
    bits = _text(root / AVAILABLE)
    hardware = _text(root / HARDWARE)
    known = bits.isascii() and bits.isdigit() and len(bits) < 10
    return Entropy(int(bits) if known else None, "" if hardware == "none" else hardware)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
