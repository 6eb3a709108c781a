"""A release: only of a tag that is checked out, with its changes, signed by a key that is one."""

import subprocess
from pathlib import Path

import pytest

from scripts.packing.debs import Mirrors
from scripts.packing.notes import changes, notes
from scripts.packing.release import IMAGE, build_image, check_tag, make_release
from scripts.packing.signing import NAMESPACE, sign, signer_of
from scripts.packing.source import ROOT, Commit, Failed, commit_of

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - today\n\n- one\n\n## [1.1.0]\n\n- two\n"
NOWHERE = Mirrors("file:/nowhere", "file:/nowhere")


def git(folder: Path, *arguments: str) -> None:
    named = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two commits, of which the first has a tag."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "-q")
    for number in "12":
        (folder / "file").write_text(number)
        git(folder, "add", ".")
        git(folder, "commit", "-qm", number)
        if number == "1":
            git(folder, "tag", "v1.2.0")
    return folder


def test_the_tag_is_checked_out_and_unchanged(checkout: Path) -> None:
    with pytest.raises(Failed, match=r"not at v1\.2\.0"):
        check_tag("v1.2.0", checkout)
    git(checkout, "checkout", "-q", "v1.2.0")
    assert check_tag("v1.2.0", checkout) == commit_of("HEAD", checkout)
    (checkout / "more").touch()
    with pytest.raises(Failed, match=r"has changes: \?\? more"):
        check_tag("v1.2.0", checkout)
    with pytest.raises(Failed, match="no commit refs/tags/v9"):
        check_tag("v9", checkout)
    with pytest.raises(Failed, match="no commit refs/tags/HEAD"):
        check_tag("HEAD", checkout)


def test_the_changes_of_a_version() -> None:
    assert changes(CHANGELOG, "1.2.0") == "- one\n"
    assert changes(CHANGELOG, "1.1.0") == "- two\n"
    for version in ("Unreleased", "1.2", "2.0.0"):
        with pytest.raises(Failed, match="says nothing of"):
            changes(CHANGELOG, version)


def test_the_notes_tell_of_an_image_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(b"")
    commit, records = Commit("c" * 40, 0), {"3.13": bytes(32)}
    files = [tmp_path / "a.tar"]
    without = notes("1.2.0", commit, "- one\n", files, tmp_path, records, image=False)
    assert "has no live image" in without
    assert f"{'e3b0c44298fc1c149afbf4c8996fb924'}27ae41e4649b934ca495991b7852b855  a.tar" in without
    assert "With Python 3.13" in without
    assert " 1 aardvark       2 adroitness" in without
    with_it = notes("1.2.0", commit, "- one\n", files, tmp_path, records, image=True)
    assert "has no live image" not in with_it


def test_nothing_is_made_of_a_tag_that_is_not_the_version_s(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"v9\.9\.9 is not that of version"):
        make_release(commit_of("HEAD"), "v9.9.9", NOWHERE, tmp_path / "out", image=False)
    assert not (tmp_path / "out").exists()


def test_the_image_is_what_its_build_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stand-in for the build, which works in the checkout, as the real one does."""
    build = tmp_path / "checkout" / IMAGE
    build.parent.mkdir(parents=True)
    build.write_text('#!/bin/sh\ncd /\nmkdir "$2" && echo "$@" >"$2/said"\n')
    build.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    build_image(Mirrors("a", "b"), Path("image"), tmp_path / "checkout")
    said = (tmp_path / "image/said").read_text()
    assert said == f"--out {tmp_path}/image --mirror a --security b\n"
    with pytest.raises(Failed, match="the image was not built"):
        build_image(Mirrors("a", "b"), Path("image"), tmp_path / "checkout")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A throw-away SSH key."""
    path = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "somebody", "-f", path]
    subprocess.run(command, check=True)
    return path


def verify(sums: Path, key: Path, namespace: str = NAMESPACE) -> int:
    """As docs/release.md has it; the exit status."""
    kind, public, _ = key.with_suffix(".pub").read_text().split()
    allowed = sums.with_name("allowed_signers")
    allowed.write_text(f'alice namespaces="{NAMESPACE}" {kind} {public}\n')
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "alice", "-n", namespace]
    with sums.open() as text:
        return subprocess.run([*command, "-s", f"{sums}.sig"], stdin=text).returncode


def test_an_ssh_signature(tmp_path: Path, key: Path) -> None:
    sums = tmp_path / "SHA256SUMS"
    sums.write_text("hashes\n")
    assert sign(sums, key) == tmp_path / "SHA256SUMS.sig"
    assert verify(sums, key) == 0
    assert verify(sums, key, "file") != 0
    sums.write_text("other hashes\n")
    assert verify(sums, key) != 0


def test_what_is_a_key(tmp_path: Path, key: Path) -> None:
    assert signer_of(key) == signer_of(key.with_suffix(".pub")) == "ssh-keygen"
    with pytest.raises(Failed, match="cannot read the key"):
        signer_of(tmp_path / "none")
    with pytest.raises(Failed, match="neither a key"):
        signer_of(ROOT / "README.md")


def test_a_key_of_minisign_needs_minisign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "minisign.key"
    key.write_text("untrusted comment: minisign encrypted secret key\nRW\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failed, match="there is no minisign"):
        signer_of(key)
    (tmp_path / "minisign").touch(mode=0o755)
    assert signer_of(key) == "minisign"
