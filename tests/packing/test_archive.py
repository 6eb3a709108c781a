"""The archive, the hashes, the wheels and their bill: the same bytes from the same commit."""

import hashlib
import json
import os
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.packing.archive import sha256_of, write_archive, write_sums
from scripts.packing.debs import RELEASES, Locked, lock_path, read_lock
from scripts.packing.sbom import deb_component, sbom, wheel_component
from scripts.packing.source import ROOT, Commit, Failed, commit_of, export, version_of
from scripts.packing.wheels import LOCK, build_own, requirements

EPOCH = 1_700_000_000


@pytest.fixture
def umask() -> Iterator[None]:
    kept = os.umask(0o022)
    yield
    os.umask(kept)


def fill(folder: Path, names: list[str]) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_an_archive_tells_nothing_of_who_packed_it(tmp_path: Path, umask: None) -> None:
    names = ["install", "b/two", "b/one", "a.txt"]
    first = fill(tmp_path / "1/folder", names)
    write_archive(first, tmp_path / "1.tar", EPOCH)
    os.umask(0o077)
    second = fill(tmp_path / "2/folder", names[::-1])
    os.utime(second / "a.txt", (1, 1))
    write_archive(second, tmp_path / "2.tar", EPOCH)
    assert (tmp_path / "1.tar").read_bytes() == (tmp_path / "2.tar").read_bytes()
    with tarfile.open(tmp_path / "1.tar") as archive:
        members = archive.getmembers()
    assert [m.name.removeprefix("folder") for m in members] == [
        "", "/a.txt", "/b", "/b/one", "/b/two", "/install"
    ]  # fmt: skip
    assert {(m.uname, m.uid, m.mtime) for m in members} == {("root", 0, EPOCH)}
    assert [oct(m.mode) for m in members if m.isfile()] == ["0o644", "0o644", "0o644", "0o755"]


def test_the_sums_are_those_of_sha256sum(tmp_path: Path) -> None:
    fill(tmp_path, ["b", "a/c"])
    expected = [hashlib.sha256(name.encode()).hexdigest() + f"  {name}" for name in ("a/c", "b")]
    assert write_sums(tmp_path).read_text().splitlines() == expected
    assert write_sums(tmp_path).read_text().splitlines() == expected, "itself is not in it"


def test_the_lock_for_each_python() -> None:
    text = (ROOT / LOCK).read_text()
    for python, numpy in (("3.11", "numpy==2.4"), ("3.13", "numpy==2.5")):
        lines = list(requirements(text, python))
        assert [line for line in lines if line.startswith(numpy)]
        assert len({line.split("==")[0] for line in lines}) == len(lines)
        assert all("--hash=sha256:" in line for line in lines)
        assert not [line for line in lines if line.startswith("colorama")]


@pytest.mark.parametrize("lock", ["numpy==2.4", "numpy==2.4 ; sys_platform", "=\n"])
def test_a_lock_without_hashes_is_refused(lock: str) -> None:
    with pytest.raises(Failed, match="not a line of a lock"):
        list(requirements(lock, "3.11"))


def test_the_own_wheel_is_the_same_wherever_it_is_built(
    tmp_path: Path, umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = commit_of("HEAD")
    wheels = []
    for number, (mask, zone) in enumerate(((0o022, "UTC"), (0o077, "Pacific/Apia"))):
        os.umask(mask)
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        export(commit, tmp_path / f"source-{number}")
        out = tmp_path / f"wheels-{number}"
        wheels.append(build_own(tmp_path / f"source-{number}", out, commit, "offline"))
    monkeypatch.undo()
    time.tzset()
    assert wheels[0].read_bytes() == wheels[1].read_bytes()
    with zipfile.ZipFile(wheels[0]) as wheel:
        assert wheel.read("ceremony/commit.txt").decode().strip() == commit.name
        assert b"\nsetuptools==" in wheel.read("ceremony/lock.txt")
        assert b"colorama" not in wheel.read("ceremony/lock.txt")
        assert not [name for name in wheel.namelist() if name.startswith("ceremony/relay")]
    component = wheel_component(wheels[0])
    assert component["purl"] == f"pkg:pypi/dfns-ceremony@{version_of(tmp_path / 'source-0')}"
    assert component["hashes"] == [{"alg": "SHA-256", "content": sha256_of(wheels[0])}]
    assert component["licenses"] == [{"expression": "MIT"}]


def test_the_locks_of_debian_have_what_the_ceremony_needs() -> None:
    for release, (codename, wanted) in RELEASES.items():
        locked = read_lock(lock_path(release))
        names = {one.parts[0] for one in locked}
        assert names >= {name for name in wanted if name != "libseccomp2"}, "apt itself needs that"
        assert "libc6" not in names, "every machine has it"
        assert {one.parts[2] for one in locked} == {"amd64", "all"}
        text = sbom("x", "1", Commit("c" * 40, EPOCH), [deb_component(o, release) for o in locked])
        assert text.count(f"distro={codename}") == 2 * len(locked)


@pytest.mark.parametrize(
    "line",
    [
        f"{'a' * 64} 1 http://mirror/pool/main/x.deb",
        f"{'a' * 64} 1 pool/../../x.deb",
        f"{'a' * 63} 1 pool/main/x.deb",
        f"{'a' * 64} pool/main/x.deb",
        f"{'a' * 64} 1 pool/main/x.deb ",
    ],
)
def test_a_line_that_is_not_of_a_lock(tmp_path: Path, line: str) -> None:
    (tmp_path / "lock").write_text(f"{line}\n")
    with pytest.raises(Failed, match="not a line of a lock"):
        read_lock(tmp_path / "lock")


def test_the_bill_does_not_depend_on_the_order() -> None:
    commit = Commit("c" * 40, EPOCH)
    debs = [Locked("a" * 64, 1, f"pool/main/{n}_1.0+b1_amd64.deb") for n in ("b", "a")]
    parts = [deb_component(deb, "13") for deb in debs]
    text = sbom("dfns-ceremony", "0.1.0", commit, parts)
    assert text == sbom("dfns-ceremony", "0.1.0", commit, parts[::-1])
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert bill["components"][0]["purl"] == "pkg:deb/debian/a@1.0%2Bb1?arch=amd64&distro=trixie"
