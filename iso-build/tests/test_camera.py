"""The camera: the shipped kernel and root, and a camera of software beside them."""

import hashlib
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import zxingcpp
from fetch import read_lock
from machine import Machine

HERE = Path(__file__).resolve().parent
CMDLINE = HERE.parent / "config/cmdline"

PARAMETERS = "n_devs=1 num_inputs=1 input_types=0x3 num_outputs=1 output_types=0x1 node_types=0x101"
"""One camera and one output, both HDMI: vivid can connect the two."""


@pytest.fixture
def appended(parts: Path, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The shipped initrd, with a second archive after it: vivid of the same kernel, and a test."""
    lock = request.config.getoption("--locks") / "kernel.lock"
    (kernel,) = [one for one in read_lock(lock) if "linux-image" in one.path]
    package = request.config.getoption("--cache").resolve() / kernel.sha256
    unpacked, added = tmp_path / "kernel", tmp_path / "added"
    unpacked.mkdir()
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as tar:
        subprocess.run(
            ["tar", "-x", "-C", unpacked, "--wildcards", "*/kernel/drivers/media/*",
             "*/kernel/drivers/video/*", "*/modules.builtin", "*/modules.order"],
            stdin=tar.stdout, check=True,
        )  # fmt: skip
    (unpacked / "lib").symlink_to("usr/lib")
    (version,) = (path.name for path in (unpacked / "usr/lib/modules").iterdir())
    subprocess.run(["depmod", "-b", unpacked, version], check=True, capture_output=True)
    command: list[str | Path] = [
        "modprobe",
        "-d",
        unpacked,
        "-S",
        version,
        "--show-depends",
        "vivid",
    ]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (added / "vivid").mkdir(parents=True)
    (added / "guest").mkdir()
    order = []
    for line in shown.splitlines():
        if line.startswith("insmod "):
            file = Path(line.split()[1])
            module = added / "vivid" / file.name.removesuffix(".xz")
            module.write_bytes(
                subprocess.run(["xz", "-dc", file], check=True, capture_output=True).stdout
            )
            order.append(f"{module.name} {PARAMETERS if module.stem == 'vivid' else ''}\n")
    (added / "vivid/order").write_text("".join(order))
    for script in (HERE / "guest").glob("*.py"):
        (added / "guest" / script.name).write_bytes(script.read_bytes())
    start = added / "test-init"
    start.write_bytes((HERE / "guest/init").read_bytes())
    start.chmod(0o755)
    names = "\n".join(str(path.relative_to(added)) for path in sorted(added.rglob("*")))
    archive = subprocess.run(
        ["cpio", "-o", "-H", "newc", "--quiet"], input=names.encode(), cwd=added,
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    initrd = tmp_path / "initrd"
    shipped = (parts / "initrd").read_bytes()
    initrd.write_bytes(shipped + bytes(-len(shipped) % 4) + archive)
    return initrd


def test_a_message_comes_over_a_camera_and_a_code_is_on_the_screen(
    machine: Callable[[Sequence[str]], Machine], parts: Path, appended: Path
) -> None:
    """By the shipped root's own code: frame by frame from the camera, and a code that is read
    from a picture of the screen.
    """
    words = [line for line in CMDLINE.read_text().splitlines() if not line.startswith("#")]
    # Without GRUB the kernel is told which mode the framebuffer has: 1024 by 768.
    line = " ".join([*words, "vga=792", "rdinit=/test-init"])
    arguments = ["-kernel", str(parts / "vmlinuz"), "-initrd", str(appended), "-append", line]
    with machine(arguments) as computer:
        over = computer.wait_for("test: on the screen of", "test: over")
        said = computer.said()
        assert "the root is not the shipped one" not in said
        assert "test: the message came over the camera, byte for byte" in said, said[-3000:]
        assert "confined True" in said
        assert over == "test: on the screen of", said[-3000:]
        (digest,) = re.findall(r"code ([0-9a-f]{64})", said)
        codes = zxingcpp.read_barcodes(computer.screen("code"))
        assert [hashlib.sha256(code.text.encode()).hexdigest() for code in codes] == [digest]
