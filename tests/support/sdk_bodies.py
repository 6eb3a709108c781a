"""What goes in and out of Dfns' SDKs, made and opened by this project."""

import json
from collections.abc import Callable
from typing import Any

from ceremony.curves import curve_named
from ceremony.dfns.key_export import build_key_export_request, recover_secret_scalar
from ceremony.dfns.key_import import Destination
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.secret import Secret
from tests.support.one_import import one_import
from tests.support.vector_files import cases

REFERENCE = cases("dfns/imports.json", at_least=16)


def import_body(
    signers: dict[str, Any], curve: str, protocol: str, **destination: Any
) -> tuple[dict[str, Any], Secret]:
    """What the offline side makes of the SDK's answer of GET /signers."""
    info = parse_signers(json.dumps(signers).encode())
    secret_scalar = curve_named(curve).random_scalar(system_random)
    public_key = curve_named(curve).base_multiply(secret_scalar).compressed
    body = one_import(
        info, secret_scalar, public_key, curve, protocol, 3, Destination(**destination),
        system_random,
    )  # fmt: skip
    return json.loads(body), secret_scalar


def recovered(
    export: Callable[[dict[str, Any]], dict[str, Any]], public_key: str
) -> tuple[str, str]:
    """Export a key with the SDK: the recovered scalar and its protocol."""
    decryption_key = DecryptionKey.generate(system_random)
    request = json.loads(build_key_export_request(decryption_key.encryption_key))
    response = json.dumps(export(request)).encode()
    found = recover_secret_scalar(decryption_key, response, bytes.fromhex(public_key))
    assert found.bad_signers == ()
    return found.secret_scalar.reveal().hex(), found.protocol
