"""The bill of materials, as CycloneDX 1.6 has it: each wheel and each Debian package by hash."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import quote

from scripts.packing.archive import sha256_of
from scripts.packing.debs import RELEASES, Locked
from scripts.packing.source import Commit
from scripts.packing.wheels import about

Component = dict[str, object]


def wheel_component(wheel: Path) -> Component:
    """A wheel, by what its METADATA says of name, version and licence."""
    metadata = BytesParser().parsebytes(about(wheel, "METADATA"))
    purl = f"pkg:pypi/{metadata['Name'].lower().replace('_', '-')}@{quote(metadata['Version'])}"
    component = _component(metadata["Name"], metadata["Version"], purl, wheel.name)
    component["hashes"] = [{"alg": "SHA-256", "content": sha256_of(wheel)}]
    if metadata["License-Expression"]:
        component["licenses"] = [{"expression": metadata["License-Expression"]}]
    elif len((metadata["License"] or "").splitlines()) == 1:
        component["licenses"] = [{"license": {"name": metadata["License"]}}]
    return component


def deb_component(locked: Locked, release: str) -> Component:
    """A Debian package, by its line of the lock."""
    name, version, architecture = locked.parts
    codename = RELEASES[release][0]
    purl = f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={architecture}&distro={codename}"
    component = _component(name, version, purl, locked.file)
    component["hashes"] = [{"alg": "SHA-256", "content": locked.sha256}]
    return component


def sbom(name: str, version: str, commit: Commit, components: Iterable[Component]) -> str:
    """The document; the same components and commit give the same text."""
    moment = datetime.fromtimestamp(commit.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = _component(name, version, f"{name}@{commit.name}", name)
    about["type"] = "application"
    del about["purl"]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": moment,
            "component": about,
            "properties": [{"name": "commit", "value": commit.name}],
        },
        "components": sorted(components, key=lambda one: str(one["bom-ref"])),
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def _component(name: str, version: str, purl: str, file: str) -> Component:
    return {
        "type": "library",
        "bom-ref": f"{purl}#{file}",
        "name": name,
        "version": version,
        "purl": purl,
        "properties": [{"name": "file", "value": file}],
    }
