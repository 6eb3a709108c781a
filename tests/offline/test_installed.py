"""`ceremony self-check`: what was changed, is missing or was added is named."""

import compileall
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.offline.cli import main
from ceremony.offline.installed import compare_installed, show_installed
from ceremony.offline.records import read_record, recorded_hash, records_digest

MODULE = """\
GREETING = "good day"
NUMBERS = {1, 2.0, 0.0}


def twice(x=(1, -0.0)):
    return x + x
"""


def add_package(site: Path, name: str, version: str, files: dict[str, str]) -> None:
    """As a wheel installs it: the files, and a RECORD of them."""
    info = f"{name}-{version}.dist-info"
    rows = []
    for path, text in {**files, f"{info}/METADATA": f"Name: {name}\n"}.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
        rows.append(f"{path},{recorded_hash(hashlib.sha256(text.encode()).digest())},{len(text)}\n")
    (site / info / "RECORD").write_text("".join(rows) + f"{info}/RECORD,,\n")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    lock = "Some.Package==1.2\nnumpy==2.1\nnumpy==2.2\nsetuptools==80\n"
    ours = {"ceremony/__init__.py": MODULE, "ceremony/lock.txt": lock}
    add_package(site, "dfns_ceremony", "0.1.0", ours)
    add_package(site, "some_package", "1.2", {"some/thing.py": MODULE, "some/lib.so": "\x7fELF"})
    add_package(site, "numpy", "2.2", {"numpy/__init__.py": ""})
    return site


def test_what_is_as_recorded(site: Path) -> None:
    found = compare_installed(site)
    assert found.differences == ()
    assert (found.packages, found.files) == (3, 8)


def test_compiled_files_are_what_their_source_compiles_to(site: Path) -> None:
    compileall.compile_dir(site, quiet=1)
    assert len(list(site.rglob("*.pyc"))) == 3
    assert compare_installed(site).differences == ()


def append(path: str, data: bytes) -> Callable[[Path], None]:
    def change(site: Path) -> None:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        with (site / path).open("ab") as file:
            file.write(data)

    return change


def foreign_code(site: Path) -> None:
    """A .pyc that Python would load for a source that nobody changed."""
    source = site / "some/thing.py"
    source.write_text(MODULE.replace("good day", "evil day"))
    compileall.compile_file(source, quiet=1)
    source.write_text(MODULE)


def linked(site: Path) -> None:
    elsewhere = site.parent / "lib.so"
    (site / "some/lib.so").rename(elsewhere)
    (site / "some/lib.so").symlink_to(elsewhere)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (append("some/lib.so", b"\0"), "changed: some/lib.so"),
        (append("ceremony/__init__.py", b"#"), "changed: ceremony/__init__.py"),
        (append("some_package-1.2.dist-info/METADATA", b"#"),
         "changed: some_package-1.2.dist-info/METADATA"),
        (lambda site: (site / "some/thing.py").unlink(), "missing: some/thing.py"),
        (append("some/more.py", b""), "additional: some/more.py"),
        (append("site.pth", b"import os"), "additional: site.pth"),
        (append("some/__pycache__/thing.cpython-27.pyc", b""),
         "additional: some/__pycache__/thing.cpython-27.pyc"),
        (lambda site: (site / "more").symlink_to("/usr"), "additional: more"),
        (linked, "not a plain file: some/lib.so"),
        (lambda site: (site / "numpy-2.2.dist-info/RECORD").unlink(),
         "no list of files: numpy-2.2.dist-info/RECORD"),
        (append("numpy-2.2.dist-info/RECORD", b'"'),
         "no list of files: numpy-2.2.dist-info/RECORD"),
        (lambda site: (site / "numpy-2.2.dist-info").rename(site / "numpy-3.0.dist-info"),
         "not in the lock: numpy 3.0"),
        (lambda site: add_package(site, "pip", "1", {}), "not in the lock: pip 1"),
    ],
)  # fmt: skip
def test_each_difference_is_named(
    site: Path, change: Callable[[Path], None], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(site)
    with pytest.raises(CeremonyError) as refused:
        show_installed(site)
    assert refused.value.failure is Failure.MACHINE
    assert named in capsys.readouterr().out.splitlines()


def test_foreign_code_in_a_compiled_file(site: Path) -> None:
    foreign_code(site)
    (difference,) = compare_installed(site).differences
    assert difference.startswith("not compiled from its source: some/__pycache__/thing.cpython-")


def test_a_package_that_is_not_there(site: Path) -> None:
    for path in [*(site / "numpy-2.2.dist-info").iterdir(), site / "numpy/__init__.py"]:
        path.unlink()
    (site / "numpy-2.2.dist-info").rmdir()
    assert compare_installed(site).differences == ("not installed: numpy",)


def test_a_checkout_is_told_and_the_status_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["self-check"]) == 1
    assert "this is a checkout" in capsys.readouterr().err


def test_the_digest_is_of_the_wheels_and_not_of_who_installed_them() -> None:
    rows = [("b.py", "sha256=B"), ("a.py", "sha256=A"), ("x-1.dist-info/RECORD", "")]
    by_pip = [
        *reversed(rows),
        ("../../../bin/x", "sha256=X"),
        ("x-1.dist-info/INSTALLER", "sha256=I"),
        ("a/__pycache__/a.cpython-313.pyc", ""),
    ]
    assert records_digest(rows) == records_digest(by_pip)
    assert records_digest(rows) == hashlib.sha256(b"a.py,sha256=A\nb.py,sha256=B\n").digest()
    assert records_digest(rows) != records_digest([*rows, ("x-1.dist-info/METADATA", "sha256=M")])


@pytest.mark.parametrize("text", ["a.py\n", "a.py,md5=x,1\n", '"a.py,sha256=x,1\n', "a,b,c,d\n"])
def test_what_is_not_a_record(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what is raised has no other class
        list(read_record(text))
