"""A release, rehearsed with throw-away keys: two people make it, and a third checks it.

It is without the live image, which is built twice elsewhere; scripts/test-image runs this.
"""

from pathlib import Path

from ceremony import __version__
from scripts.packing.archive import files_below
from tests.support.releases import Released, release, run


def test_both_made_the_same(released: Released) -> None:
    alice, bob = files_below(released.alice), files_below(released.bob)
    assert {*alice} ^ {*bob} == {"SHA256SUMS.sig", "SHA256SUMS.minisig"}
    for name in {*alice} & {*bob}:
        assert (released.alice / name).read_bytes() == (released.bob / name).read_bytes(), name
    tar = released.archive.name
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


def test_nothing_is_released_that_was_not_tagged(released: Released, tmp_path: Path) -> None:
    checkout, out = tmp_path / "checkout", tmp_path / "out"
    run("git", "clone", "--quiet", released.checkout, checkout, cwd=tmp_path)
    (checkout / "README.md").write_text("changed")
    said = release(checkout, released.ssh_key, out, status=1)
    assert "release: error: the checkout has changes:  M README.md" in said
    said = release(checkout, tmp_path / "no key", out, "--without-image", status=1)
    assert "release: error: cannot read the key" in said
    assert not out.exists()
