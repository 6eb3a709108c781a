"""Runs in the builder, last: says what is in the images, in files beside them in /work/out.

manifest.txt for people and for the audit, sbom.cdx.json (CycloneDX 1.6), words.txt (each
image's SHA-256 as words to read aloud) and SHA256SUMS over all of them. The words are made by
the ceremony's own code, out of the root that was just built.
"""

import hashlib
import json
import os
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path

from ceremony import __version__
from ceremony.message.words import digest_words

WORK = Path("/work")
OUT = WORK / "out"
FLAVOURS = ("sealed", "media")
DEB = re.compile(r"pool/(?:updates/)?main/\S+/([^_/]+)_([^_]+)_(\w+)\.deb")
WORDS_IN_A_LINE = 4


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def debian(part: str) -> list[dict[str, str]]:
    """The packages of a lock: name, version, architecture, sha256."""
    found = []
    for line in (WORK / f"locked/locks/{part}.lock").read_text().splitlines():
        digest, _, path = line.split()
        match = DEB.fullmatch(path)
        if match is None:
            raise ValueError(path)
        name, version, architecture = match.groups()
        found.append(
            {"name": name, "version": version, "architecture": architecture, "sha256": digest}
        )
    return found


def wheels() -> list[dict[str, str]]:
    """The wheels in the root: name, version, sha256 and file."""
    files = [
        p for p in (WORK / "locked/wheels").glob("*.whl") if not p.name.startswith("setuptools-")
    ]
    files += WORK.glob("dfns_ceremony-*.whl")
    found = []
    for file in sorted(files, key=lambda p: p.name.lower()):
        name, version = file.name.split("-")[:2]
        found.append({"name": name, "version": version, "sha256": sha256(file), "file": file.name})
    return found


def manifest() -> str:
    commit, epoch = os.environ["COMMIT"], int(os.environ["SOURCE_DATE_EPOCH"])
    lines = [f"version {__version__}", f"commit {commit}"]
    lines += [f"date {datetime.fromtimestamp(epoch, UTC).isoformat()}"]
    lines += [f"kernel {(WORK / 'kernel-version').read_text().strip()}"]
    for flavour in FLAVOURS:
        lines.append(f"root {flavour} {(WORK / f'root-{flavour}.sha256').read_text().strip()}")
    for part in ("root", "kernel", "builder"):
        lines += [
            f"package {part} {p['name']} {p['version']} {p['architecture']} {p['sha256']}"
            for p in debian(part)
        ]
    lines += [f"wheel {w['file']} {w['sha256']}" for w in wheels()]
    for flavour in FLAVOURS:
        modules = (WORK / f"modules-{flavour}.txt").read_text().split()
        lines += [f"module {flavour} {module}" for module in modules]
    return "\n".join(lines) + "\n"


def sbom() -> str:
    """CycloneDX 1.6: the packages and wheels that the booted image is made of."""
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    components = [
        {
            "type": "library",
            "bom-ref": f"deb/{p['name']}",
            "name": p["name"],
            "version": p["version"].replace("%3a", ":"),
            "purl": f"pkg:deb/debian/{p['name']}@{p['version']}?arch={p['architecture']}",
            "hashes": [{"alg": "SHA-256", "content": p["sha256"]}],
        }
        for p in [*debian("root"), *debian("kernel")]
    ]
    components += [
        {
            "type": "library",
            "bom-ref": f"wheel/{w['file']}",
            "name": w["name"],
            "version": w["version"],
            "purl": f"pkg:pypi/{w['name'].lower().replace('_', '-')}@{w['version']}",
            "hashes": [{"alg": "SHA-256", "content": w["sha256"]}],
        }
        for w in wheels()
    ]
    images = [sha256(OUT / f"ceremony-{flavour}.iso") for flavour in FLAVOURS]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # The same build has the same number.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, ' '.join(images))}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).isoformat(),
            "component": {
                "type": "operating-system",
                "bom-ref": "image",
                "name": "ceremony live image",
                "version": f"{__version__}+{os.environ['COMMIT']}",
                "properties": [
                    {"name": f"sha256:ceremony-{flavour}.iso", "value": digest}
                    for flavour, digest in zip(FLAVOURS, images, strict=True)
                ],
            },
        },
        "components": components,
    }
    return json.dumps(document, indent=2) + "\n"


def words() -> str:
    """The SHA-256 of each image and of its root, in hex and as 32 numbered words.

    People compare the image's when it is written, and the root's on the first screen.
    """
    lines = []
    for flavour in FLAVOURS:
        image = OUT / f"ceremony-{flavour}.iso"
        root = (WORK / f"root-{flavour}.sha256").read_text().strip()
        lines += [f"{image.name}, before and after it is written to a medium"]
        lines += _numbered(sha256(image))
        lines += [f"the root of {image.name}, as the first screen shows it"]
        lines += _numbered(root)
    return "\n".join(lines)


def _numbered(digest: str) -> list[str]:
    numbered = [
        f"{i:2} {word:<14}" for i, word in enumerate(digest_words(bytes.fromhex(digest)), 1)
    ]
    places = range(0, len(numbered), WORDS_IN_A_LINE)
    lines = [" ".join(numbered[i : i + WORDS_IN_A_LINE]).rstrip() for i in places]
    return [f"  {digest}", *(f"  {line}" for line in lines), ""]


def main() -> None:
    (OUT / "manifest.txt").write_text(manifest())
    (OUT / "sbom.cdx.json").write_text(sbom())
    (OUT / "words.txt").write_text(words())
    files = sorted(path for path in OUT.iterdir() if path.name != "SHA256SUMS")
    (OUT / "SHA256SUMS").write_text("".join(f"{sha256(path)}  {path.name}\n" for path in files))


if __name__ == "__main__":
    main()
