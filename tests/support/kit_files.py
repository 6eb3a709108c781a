"""Recovery kits for the tests: opened, changed, packed again in ways no kit is packed."""

import base64
import io
import zipfile
from typing import Any

from ceremony.keys.fireblocks.shares import KitSecrets
from ceremony.secret import Secret
from tests.support.vector_files import cases

Case = dict[str, Any]

KITS = cases("dfns/fireblocks-kits.json", 34)


def kit_named(name: str) -> Case:
    (case,) = [kit.values[0] for kit in KITS if kit.id == name]
    return dict(case)  # type: ignore[arg-type]


def archive_of(case: Case) -> bytes:
    return base64.b64decode(case["zip"], validate=True)


def secrets_of(case: Case, **changed: Secret | None) -> KitSecrets:
    fields = ("rsa_key_pem", "rsa_key_passphrase", "mobile_passphrase", "mobile_rsa_key_pem")
    rsa_key, rsa_passphrase, mobile_passphrase, mobile_rsa_key = (
        None if case[field] is None else Secret(case[field].encode()) for field in fields
    )
    given: dict[str, Any] = {
        "rsa_key": rsa_key,
        "rsa_passphrase": rsa_passphrase,
        "mobile_passphrase": mobile_passphrase,
        "mobile_rsa_key": mobile_rsa_key,
    }
    return KitSecrets(**(given | changed))


def unpack(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def pack(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as opened:
        for name, content in files.items():
            opened.writestr(zipfile.ZipInfo(name), content, method)
    return archive.getvalue()
