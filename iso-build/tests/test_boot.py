"""The image starts where it should, and nowhere else."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from conftest import Images
from machine import Machine, cd, secure_boot, stick

from ceremony.message.words import digest_words

Make = Callable[[Sequence[str]], Machine]
Change = Callable[[Path, bytes, int], Path]

STARTS = "ceremony: the ceremony starts"
NICS = ["-device", "e1000", "-device", "virtio-net-pci", "-device", "usb-net,bus=usb.0"]


def test_from_cd_by_bios_to_the_first_screen_and_off(machine: Make, images: Images) -> None:
    """Three network cards are in it, and only the loopback is there; keys reach the ceremony;
    "power off" wipes memory and switches the machine off.
    """
    with machine([*cd(images.sealed), *NICS]) as computer:
        computer.wait_for(STARTS)
        assert "drivers closed, network interfaces: lo, flavour sealed" in computer.said()
        seen = computer.wait_to_see("are these the words on the paper")
        computer.screen("first-screen")
        page = " ".join(" ".join(seen).split())
        words = digest_words(bytes.fromhex(images.root("sealed")))
        for number, word in enumerate(words, 1):
            assert f"{number} {word}" in page
        computer.type("1\n")
        computer.wait_for("ceremony: the ceremony ended, status 0")
        computer.wait_for("ceremony: memory wiped, power off")
        computer.wait_off()


def test_from_a_stick_by_uefi_with_secure_boot(
    machine: Make, images: Images, tmp_path: Path
) -> None:
    arguments = [*secure_boot(tmp_path), *stick(images.sealed, "image", readonly=True, boot=0)]
    with machine(arguments) as computer:
        computer.wait_for(STARTS)
        computer.wait_to_see("are these the words on the paper")
        computer.screen("first-screen")


def test_an_image_with_one_bit_flipped_is_refused(
    machine: Make, images: Images, parts: Path, tmp_path: Path, changed: Change
) -> None:
    with (parts / "initrd").open("rb") as archive:
        subprocess.run(
            ["cpio", "-i", "--quiet", "root.img"], cwd=tmp_path, stdin=archive, check=True
        )
    root = tmp_path / "root.img"
    middle = root.stat().st_size // 2
    with root.open("rb") as file:
        file.seek(middle)
        content = file.read(4096)
    with machine(cd(changed(images.sealed, content, 100))) as computer:
        computer.wait_for("ceremony: refused: the image is damaged, or somebody changed it")
        computer.wait_to_see("THE CEREMONY DOES NOT START")
        assert STARTS not in computer.said()


def test_a_loader_that_is_not_signed_is_refused(
    machine: Make, images: Images, parts: Path, tmp_path: Path, changed: Change
) -> None:
    """One bit of the loader differs, so that its signature is none: the firmware says no."""
    loader = tmp_path / "loader.efi"
    command: list[str | Path] = [
        "mcopy",
        "-n",
        "-i",
        parts / "grub/efi.img",
        "::/EFI/BOOT/BOOTX64.EFI",
        loader,
    ]
    subprocess.run(command, check=True)
    content = loader.read_bytes()[0x20000:0x20200]
    other = changed(images.sealed, content, 1)
    arguments = [*secure_boot(tmp_path), *stick(other, "image", readonly=True, boot=0)]
    with machine(arguments) as computer:
        computer.wait_for("Access Denied", "Security Violation")
        assert STARTS not in computer.said()
