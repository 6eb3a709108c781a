"""The import of one key, as JSON: what most tests need of the offline side."""

from ceremony.dfns import wire
from ceremony.dfns.key_import import Destination, KeyToImport, build_import_bodies
from ceremony.dfns.signers import SignersInfo
from ceremony.secret import Random, Secret


def one_import(
    signers: SignersInfo,
    secret_scalar: Secret,
    public_key: bytes,
    curve: str,
    protocol: str,
    min_signers: int,
    destination: Destination,
    random: Random,
) -> bytes:
    key = KeyToImport(curve, secret_scalar, public_key, protocol, destination)
    (body,) = build_import_bodies(signers, [key], min_signers, random)
    return wire.encode(body)
