"""Make a release of a tag: image, bundle, wheels, bill of materials, notes, hashes, signature.

    scripts/release TAG --sign KEYFILE [--without-image] OUT

The checkout stands at the tag and has no changes. OUT is a new folder; all in it but the
signature is the same whoever makes it.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.packing.archive import files_below, write_sums
from scripts.packing.bundle import PYTHONS, make_bundle
from scripts.packing.debs import Mirrors, add_mirrors, mirrors_of
from scripts.packing.notes import changes, notes
from scripts.packing.signing import sign, signer_of
from scripts.packing.source import (
    ROOT,
    Commit,
    Failed,
    commit_of,
    export,
    git,
    new_folder,
    version_of,
)
from scripts.packing.wheels import build_own

NOTES = "RELEASE-NOTES.md"

IMAGE = "iso-build/build"
"""What builds the live image, in the checkout; it needs root."""


def check_tag(tag: str, root: Path) -> Commit:
    """The tag's commit. Raises ``Failed`` unless exactly that is checked out."""
    commit = commit_of(f"refs/tags/{tag}", root)
    hint = f"git checkout {tag}"
    if commit_of("HEAD", root) != commit:
        raise Failed(f"the checkout is not at {tag}", hint)
    if changed := git(root, "status", "--porcelain").decode().splitlines():
        raise Failed(f"the checkout has changes: {changed[0]}", "commit them and tag, or undo them")
    return commit


def make_release(
    commit: Commit, tag: str, mirrors: Mirrors, out: Path, *, image: bool, root: Path = ROOT
) -> Path:
    """SHA256SUMS of the new folder ``out``, with everything else in it. Raises ``Failed``."""
    with tempfile.TemporaryDirectory(prefix="ceremony-release-") as work:
        source = Path(work, "source")
        export(commit, source, root)
        version = version_of(source)
        if tag != f"v{version}":
            raise Failed(f"the tag {tag} is not that of version {version}", f"tag it v{version}")
        changed = changes((source / "CHANGELOG.md").read_text(encoding="utf-8"), version)
        if image and not (root / IMAGE).exists():
            raise Failed(f"there is no {IMAGE}", "--without-image makes a release that says so")
        new_folder(out)
        if image:
            build_image(mirrors, out / "image", root)
        for part in ("offline", "all"):
            build_own(source, out / "wheels" / part, commit, part)
    bundle = make_bundle(commit, PYTHONS, mirrors, out, root)
    (out / "bundle-sbom.json").write_text(bundle.sbom, encoding="utf-8")
    files = [out / name for name in files_below(out)]
    text = notes(version, commit, changed, files, out, bundle.records, image=image)
    (out / NOTES).write_text(text, encoding="utf-8")
    return write_sums(out)


def build_image(mirrors: Mirrors, out: Path, root: Path) -> None:
    """The live images, and all that is said of them, in the new folder ``out``."""
    hint = "see docs/image.md; a release is never made of a stale lock"
    named = ["--mirror", mirrors.main, "--security", mirrors.security]
    # What it says is for people to watch: it takes minutes.
    if subprocess.run([root / IMAGE, "--out", out.resolve(), *named]).returncode != 0:
        raise Failed("the image was not built", hint)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="scripts/release", description=__doc__.splitlines()[0])
    parser.add_argument("tag", metavar="TAG", help="v and the version; it is checked out")
    key = "secret key of minisign or SSH, or the public half of one that an SSH agent has"
    parser.add_argument("--sign", type=Path, required=True, metavar="KEYFILE", help=key)
    text = "leave the live image out; the notes say so"
    parser.add_argument("--without-image", action="store_true", help=text)
    add_mirrors(parser)
    parser.add_argument("out", type=Path, metavar="OUT", help="a new folder")
    options = parser.parse_args(arguments)
    signer_of(options.sign)
    commit, mirrors = check_tag(options.tag, ROOT), mirrors_of(options)
    image = not options.without_image
    sums = make_release(commit, options.tag, mirrors, options.out, image=image)
    print(f"{sums}\n{sign(sums, options.sign)}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Failed, OSError) as error:
        print(f"release: error: {error}", file=sys.stderr)
        print(f"release: hint: {getattr(error, 'hint', 'name a new folder')}", file=sys.stderr)
        sys.exit(1)
