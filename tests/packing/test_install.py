"""`install` of a bundle whose only wheel is a stand-in: what it refuses, and what can be moved.

tests/image/test_bundle.py does the same with a whole bundle, on Debian 12 and 13.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.packing.archive import write_sums
from scripts.packing.source import ROOT

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

PROGRAM = 'import sys\nprint("stand-in", *sys.argv[1:], sys.prefix, sys.flags.isolated)\n'

WHEEL = "stand_in-1-py3-none-any.whl"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "a bundle"
    for name in ("wheels", "man", "documents", "debian/12"):
        (folder / name).mkdir(parents=True)
    with zipfile.ZipFile(folder / "wheels" / WHEEL, "w") as wheel:
        wheel.writestr("ceremony/__init__.py", "")
        wheel.writestr("ceremony/offline/__init__.py", "")
        wheel.writestr("ceremony/offline/cli.py", PROGRAM)
    (folder / f"wheels/python-{PYTHON}.txt").write_text(f"{WHEEL}\n")
    for name in ("man/ceremony.1", "documents/README.html", "sbom.json", "debian/12/x_1_all.deb"):
        (folder / name).write_text(name)
    shutil.copy(ROOT / "scripts/packing/install", folder)
    write_sums(folder)
    return folder


def install(bundle: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHON": sys.executable, "PYTHONPATH": "/nowhere"}
    return subprocess.run(
        [bundle / "install", *arguments], capture_output=True, text=True, env=environment
    )


def test_an_installation_can_be_moved(bundle: Path, tmp_path: Path) -> None:
    done = install(bundle, tmp_path / "here it is")
    assert done.returncode == 0, done.stderr
    assert "stand-in self-check" in done.stdout, "it was tried"
    moved = tmp_path / "elsewhere"
    (tmp_path / "here it is").rename(moved)
    (tmp_path / "link").symlink_to(moved / "bin/ceremony")
    for program in (moved / "bin/ceremony", tmp_path / "link"):
        said = subprocess.run([program, "a", "b c"], capture_output=True, text=True, check=True)
        assert said.stdout == f"stand-in a b c {moved} 1\n"
    assert (moved / "share/man/man1/ceremony.1").is_file()
    assert (moved / "share/documents/README.html").is_file()
    compiled = list(moved.rglob("cli.cpython-*.pyc"))
    assert len(compiled) == 1
    assert str(tmp_path).encode() not in compiled[0].read_bytes()


def test_a_python_that_has_gone_is_told(bundle: Path, tmp_path: Path) -> None:
    assert install(bundle, tmp_path / "there").returncode == 0
    (tmp_path / "there/bin/python").unlink()
    (tmp_path / "there/bin/python").symlink_to("/usr/bin/python3.99")
    said = subprocess.run([tmp_path / "there/bin/ceremony"], capture_output=True, text=True)
    assert said.returncode == 1
    assert "error: /usr/bin/python3.99 is not on this machine" in said.stderr


def flipped(bundle: Path) -> None:
    path = bundle / "wheels" / WHEEL
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def replaced(bundle: Path) -> None:
    """By another file of the same bytes that is somewhere else."""
    (bundle / "sbom.json").rename(bundle.parent / "sbom.json")
    (bundle / "sbom.json").symlink_to(bundle.parent / "sbom.json")


def without_its_hash(bundle: Path) -> None:
    sums = (bundle / "SHA256SUMS").read_text().splitlines(keepends=True)
    (bundle / "SHA256SUMS").write_text("".join(line for line in sums if WHEEL not in line))


def for_another_python(bundle: Path) -> None:
    (bundle / f"wheels/python-{PYTHON}.txt").rename(bundle / "wheels/python-3.99.txt")
    write_sums(bundle)


def program_that_fails(bundle: Path) -> None:
    with zipfile.ZipFile(bundle / "wheels" / WHEEL, "w") as wheel:
        wheel.writestr("ceremony/offline/cli.py", "print('changed: x')\nraise SystemExit(1)\n")
    write_sums(bundle)


def broken_wheel(bundle: Path) -> None:
    (bundle / "wheels" / WHEEL).write_bytes(b"no zip")
    write_sums(bundle)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (flipped, f"the bundle was changed: wheels/{WHEEL}: FAILED"),
        (lambda bundle: (bundle / "sbom.json").unlink(), "lacks a file or has one more: sbom.json"),
        (lambda bundle: (bundle / "wheels/x.whl").touch(), "has one more: wheels/x.whl"),
        (lambda bundle: (bundle / ".hidden").touch(), "has one more: .hidden"),
        (replaced, "the bundle has a link in it"),
        (without_its_hash, f"has one more: wheels/{WHEEL}"),
        (for_another_python, f"the bundle is not for Python {PYTHON}"),
        (program_that_fails, "it was not finished"),
        (broken_wheel, "it was not finished"),
    ],
)
def test_what_is_refused(
    bundle: Path, tmp_path: Path, change: Callable[[Path], None], error: str
) -> None:
    change(bundle)
    done = install(bundle, tmp_path / "there")
    assert done.returncode == 1
    assert error in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("install: ")]) == 2
    assert not (tmp_path / "there").exists()


def test_nothing_is_overwritten(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    done = install(bundle, tmp_path / "there")
    assert (done.returncode, list((tmp_path / "there").iterdir())) == (1, [])
    assert "exists already" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--what",), ("-h",)])
def test_the_usage(bundle: Path, arguments: tuple[str, ...]) -> None:
    done = install(bundle, *arguments)
    assert done.returncode == 2
    assert "./install FOLDER" in done.stdout
    assert install(bundle, "--help").returncode == 0


def test_a_library_or_python_that_is_missing_is_named(bundle: Path, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHON": "python3.99"}
    command = [bundle / "install", tmp_path / "there"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert "this machine lacks python3.99" in done.stderr


def test_no_package_is_installed_before_its_hash_is_checked(bundle: Path) -> None:
    (bundle / "debian/12/x_1_all.deb").write_text("another")
    done = install(bundle, "--debs")
    assert done.returncode == 1
    assert "the bundle was changed: debian/12/x_1_all.deb: FAILED" in done.stderr
