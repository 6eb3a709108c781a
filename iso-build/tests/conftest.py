"""What the tests of the image share: the built images, their parts, their machines."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from console import Font, font
from guest_camera import kernel_package, with_vivid
from machine import Machine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--images", type=Path, required=True, help="what iso-build/build made")
    parser.addoption("--cache", type=Path, required=True, help="what it fetched")
    parser.addoption("--locks", type=Path, required=True, help="the locks that it was made of")
    parser.addoption("--screens", type=Path, required=True, help="folder for what was seen")


@dataclass(frozen=True, slots=True)
class Images:
    """The folder that iso-build/build filled."""

    folder: Path

    @property
    def sealed(self) -> Path:
        return self.folder / "ceremony-sealed.iso"

    @property
    def media(self) -> Path:
        return self.folder / "ceremony-media.iso"

    def root(self, flavour: str) -> str:
        """The SHA-256 of a flavour's root, as the manifest has it."""
        lines = (self.folder / "manifest.txt").read_text().splitlines()
        (digest,) = [line.split()[2] for line in lines if line.startswith(f"root {flavour} ")]
        return digest


@pytest.fixture(scope="session")
def images(request: pytest.FixtureRequest) -> Images:
    return Images(request.config.getoption("--images").resolve())


@pytest.fixture(scope="session")
def parts(images: Images, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sealed image's kernel and initrd, as files."""
    folder = tmp_path_factory.mktemp("parts") / "iso"
    command: list[str | Path] = [
        "xorriso",
        "-osirrox",
        "on",
        "-indev",
        images.sealed,
        "-extract",
        "/",
        folder,
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "boot"


@pytest.fixture(scope="session")
def appended(
    parts: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The shipped initrd with a camera of software after it."""
    option = request.config.getoption
    kernel = kernel_package(option("--locks").resolve(), option("--cache").resolve())
    return with_vivid(parts / "initrd", kernel, tmp_path_factory.mktemp("appended"))


@pytest.fixture(scope="session")
def glyphs(parts: Path) -> Font:
    return font(parts / "vmlinuz")


@pytest.fixture
def machine(request: pytest.FixtureRequest, glyphs: Font) -> Callable[[Sequence[str]], Machine]:
    """A machine with these arguments of QEMU; its screens are kept under the test's name."""

    def make(arguments: Sequence[str]) -> Machine:
        folder = request.config.getoption("--screens").resolve() / request.node.name
        shutil.rmtree(folder, ignore_errors=True)
        return Machine(folder, glyphs, arguments)

    return make


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Path, bytes, int], Path]:
    """A copy of an image in which one bit is flipped, ``offset`` bytes after ``content``."""

    def change(image: Path, content: bytes, offset: int) -> Path:
        data = bytearray(image.read_bytes())
        places = 0
        place = data.find(content)
        while place >= 0:
            data[place + offset] ^= 1
            places += 1
            place = data.find(content, place + 1)
        assert places, "the image does not have what is to be changed"
        copy = tmp_path / image.name
        copy.write_bytes(data)
        return copy

    return change
