"""A release, rehearsed with throw-away keys: two people make it, and a third checks it.

scripts/test-image runs this. Alice's has the live image, Bob's has none.
"""

from pathlib import Path

import pytest

from ceremony import __version__
from scripts.packing.archive import files_below
from scripts.packing.debs import LOCKS, lock_path
from scripts.packing.notes import NO_IMAGE
from scripts.packing.source import ROOT
from tests.support.releases import (
    ISO_LOCKS,
    NAMED,
    Released,
    bundle_is_stale,
    image_is_stale,
    prepare,
    release,
    run,
)

FORGOTTEN = f"{'0' * 64} 1000 pool/main/f/forgotten/forgotten_1_all.deb\n"

IMAGE = {
    f"image/{name}"
    for name in (
        "SHA256SUMS", "ceremony-media.iso", "ceremony-sealed.iso", "manifest.txt",
        "sbom.cdx.json", "words.txt",
    )
}  # fmt: skip


def test_both_made_the_same(released: Released) -> None:
    alice, bob = {*files_below(released.alice)}, {*files_below(released.bob)}
    assert alice ^ bob == {*IMAGE, "SHA256SUMS.sig", "SHA256SUMS.minisig"}
    tar = released.archive.name
    wheel = f"dfns_ceremony-{__version__}-py3-none-any.whl"
    same = {tar, "bundle-sbom.json", f"wheels/all/{wheel}", f"wheels/offline/{wheel}"}
    assert alice & bob == {*same, "RELEASE-NOTES.md", "SHA256SUMS"}
    for name in same:
        assert (released.alice / name).read_bytes() == (released.bob / name).read_bytes(), name
    checked = run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=released.alice)
    assert checked.count(": OK") == len(IMAGE) + 5


def test_the_notes_name_every_file_and_say_if_there_is_no_image(released: Released) -> None:
    hers, his = (
        (folder / "RELEASE-NOTES.md").read_text() for folder in (released.alice, released.bob)
    )
    sums = (released.alice / "SHA256SUMS").read_text().splitlines()
    of_images = [f"    {line}" for line in sums if line.split()[1] in IMAGE]
    assert len(of_images) == len(IMAGE)
    without = [line for line in hers.splitlines() if line not in of_images]
    assert without == his.replace(f"{NO_IMAGE}\n", "").splitlines()
    assert NO_IMAGE in his
    assert NO_IMAGE not in hers


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


def test_nothing_is_released_that_was_not_tagged(released: Released, tmp_path: Path) -> None:
    checkout, out = tmp_path / "checkout", tmp_path / "out"
    run("git", "clone", "--quiet", released.checkout, checkout, cwd=tmp_path)
    (checkout / "README.md").write_text("changed")
    said = release(checkout, released.ssh_key, out, status=1)
    assert "release: error: the checkout has changes:  M README.md" in said
    said = release(checkout, tmp_path / "no key", out, "--without-image", status=1)
    assert "release: error: cannot read the key" in said
    assert not out.exists()


def test_a_lock_that_the_mirror_has_forgotten_is_resolved_again_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a rehearsal of this commit only: with --strict nothing is made of it."""
    checkout, tagged = tmp_path / "checkout", tmp_path / "tagged"
    run("git", "clone", "--quiet", ROOT, checkout, cwd=tmp_path)
    lock = checkout / ISO_LOCKS / "kernel.lock"
    lock.write_text(FORGOTTEN)
    run("git", *NAMED, "commit", "--quiet", "--all", "-m", "a year later", cwd=checkout)
    with pytest.raises(SystemExit, match="stale"):
        prepare(tmp_path / "strict", strict=True, root=checkout)
    prepare(tagged, strict=False, root=checkout)
    assert "THE LOCK IS STALE: iso-build/locks" in capsys.readouterr().out
    assert "forgotten" not in (tagged / ISO_LOCKS / "kernel.lock").read_text()
    assert not image_is_stale(tagged, new(tmp_path / "one"))
    lock_path("12", checkout / LOCKS).write_text(FORGOTTEN)
    assert bundle_is_stale(checkout, new(tmp_path / "other"))


def new(folder: Path) -> Path:
    folder.mkdir()
    return folder
