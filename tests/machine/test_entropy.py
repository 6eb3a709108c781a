"""What the kernel tells of its generator, from files as Linux has them."""

from pathlib import Path

import pytest

from ceremony.machine import Entropy, machine_entropy
from ceremony.machine.entropy import AVAILABLE, HARDWARE


def root(folder: Path, bits: str, hardware: str | None = None) -> Path:
    for name, text in ((AVAILABLE, bits), (HARDWARE, hardware)):
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("bits", "hardware", "found", "seeded"),
    [
        ("256\n", "virtio_rng.0\n", Entropy(256, "virtio_rng.0"), True),
        ("3800\n", "none\n", Entropy(3800, ""), True),
        ("255\n", None, Entropy(255, ""), False),
        ("0\n", None, Entropy(0, ""), False),
        ("many\n", None, Entropy(None, ""), False),
        ("-256\n", None, Entropy(None, ""), False),
        ("9" * 5000, None, Entropy(None, ""), False),
    ],
)
def test_what_it_tells(
    tmp_path: Path, bits: str, hardware: str | None, found: Entropy, seeded: bool
) -> None:
    entropy = machine_entropy(root(tmp_path, bits, hardware))
    assert entropy == found
    assert entropy.seeded is seeded


def test_a_kernel_that_tells_nothing(tmp_path: Path) -> None:
    assert machine_entropy(tmp_path) == Entropy(None, "")
