"""A release, rehearsed with throw-away keys: two people make it, and a third checks it.

It is without the live image, which tests/image makes twice itself; scripts/test-image runs this.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ceremony import __version__
from scripts.packing.archive import files_below
from scripts.packing.debs import LOCKS
from scripts.packing.source import ROOT

TAG = f"v{__version__}"


def run(*command: str | Path, cwd: Path, status: int = 0, **more: object) -> str:
    done = subprocess.run(  # type: ignore[call-overload]
        command, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more
    )
    assert done.returncode == status, done.stdout
    return str(done.stdout)


def tagged(folder: Path, locks: Path) -> Path:
    """A clone of this checkout's commit, in which the release is prepared and tagged."""
    run("git", "clone", "--quiet", ROOT, folder, cwd=folder.parent)
    changelog = folder / "CHANGELOG.md"
    heading = "## [Unreleased]\n"
    text = changelog.read_text()
    assert heading in text
    changelog.write_text(text.replace(heading, f"{heading}\n## [{__version__}] - 2026-12-01\n"))
    for lock in locks.glob("debian-*.txt"):
        shutil.copy(lock, folder / LOCKS)
    named = ["-c", "user.name=Alice", "-c", "user.email=alice@example.org"]
    run("git", *named, "commit", "--quiet", "--all", "-m", TAG, cwd=folder)
    run("git", "tag", TAG, cwd=folder)
    return folder


def release(checkout: Path, key: Path, out: Path, *options: str, status: int = 0) -> str:
    """scripts/release of the clone, with the Python and the tools of this checkout."""
    command = [sys.executable, "-m", "scripts.packing.release", TAG, "--sign", key, *options, out]
    return run(*command, cwd=checkout, status=status)


@dataclass(frozen=True, slots=True)
class Released:
    """What both made, and the keys by which it is checked."""

    alice: Path
    bob: Path
    ssh_key: Path
    minisign_key: Path


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, locks: Path) -> Released:
    """Alice has a key of SSH, Bob one of minisign, and another checkout."""
    folder = tmp_path_factory.mktemp("release")
    ssh, minisign = folder / "alice", folder / "bob"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "alice", "-f", ssh, cwd=folder)
    run("minisign", "-G", "-W", "-p", "bob.pub", "-s", minisign, cwd=folder)
    first = tagged(folder / "first", locks)
    second = folder / "second"
    run("git", "clone", "--quiet", "--branch", TAG, first, second, cwd=folder)
    release(first, ssh, folder / "out-alice", "--without-image")
    release(second, minisign, folder / "out-bob", "--without-image")
    return Released(folder / "out-alice", folder / "out-bob", ssh, minisign)


def test_both_made_the_same(released: Released) -> None:
    alice, bob = files_below(released.alice), files_below(released.bob)
    assert {*alice} ^ {*bob} == {"SHA256SUMS.sig", "SHA256SUMS.minisig"}
    for name in {*alice} & {*bob}:
        assert (released.alice / name).read_bytes() == (released.bob / name).read_bytes(), name
    tar = f"dfns-ceremony-{__version__}-linux-x86_64.tar"
    wheel = f"dfns_ceremony-{__version__}-py3-none-any.whl"
    assert {*alice} & {*bob} == {
        tar, "bundle-sbom.json", "RELEASE-NOTES.md", "SHA256SUMS", f"wheels/all/{wheel}",
        f"wheels/offline/{wheel}",
    }  # fmt: skip
    notes = (released.alice / "RELEASE-NOTES.md").read_text()
    assert "This release has no live image" in notes
    assert tar in notes
    assert (
        run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=released.alice).count("OK") == 5
    )


def test_the_signatures(released: Released) -> None:
    """As docs/release.md has it, and once more when a hash was changed."""
    kind, public, _ = released.ssh_key.with_suffix(".pub").read_text().split()
    allowed = released.alice / "allowed_signers"
    allowed.write_text(f'alice namespaces="dfns-ceremony-release" {kind} {public}\n')
    sums = (released.alice / "SHA256SUMS").read_text()
    verify = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "alice"]
    verify += ["-n", "dfns-ceremony-release", "-s", "SHA256SUMS.sig"]
    assert "Good" in run(*verify, cwd=released.alice, input=sums)
    changed = sums.replace("a", "b", 1)
    assert "Good" not in run(*verify, cwd=released.alice, input=changed, status=255)

    public_key = released.minisign_key.with_name("bob.pub")
    check = ["minisign", "-V", "-p", public_key, "-m", "SHA256SUMS"]
    assert "verified" in run(*check, cwd=released.bob)
    (released.bob / "SHA256SUMS").write_text(changed)
    run(*check, cwd=released.bob, status=1)
    (released.bob / "SHA256SUMS").write_text(sums)


def test_the_bundle_shows_the_digest_of_the_notes(released: Released, tmp_path: Path) -> None:
    (archive,) = released.alice.glob("*.tar")
    run("tar", "-xf", archive, "-C", tmp_path, cwd=tmp_path)
    (bundle,) = tmp_path.iterdir()
    said = run(bundle / "install", tmp_path / "there", cwd=tmp_path)
    digest = said.splitlines()[3:13]
    assert len(digest[0].split()) == 8
    assert (
        "\n".join(f"  {line}" for line in digest)
        in (released.alice / "RELEASE-NOTES.md").read_text()
    )


def test_nothing_is_released_that_was_not_tagged(released: Released, tmp_path: Path) -> None:
    checkout, out = tmp_path / "checkout", tmp_path / "out"
    run("git", "clone", "--quiet", released.alice.with_name("first"), checkout, cwd=tmp_path)
    (checkout / "README.md").write_text("changed")
    said = release(checkout, released.ssh_key, out, status=1)
    assert "release: error: the checkout has changes:  M README.md" in said
    assert "exists" not in release(checkout, tmp_path / "no key", out, status=1)
    assert not out.exists()
