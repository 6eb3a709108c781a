"""Signers as the other end would have them, without the sandbox: for tests of the offline side."""

import base64
import json
import secrets
from pathlib import Path
from typing import Any

from ceremony import ecies
from ceremony.curves import CURVES
from ceremony.dfns import wire
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey, EncryptionKey
from ceremony.secret import Secret
from ceremony.sharing import split
from ceremony.text import base64_text


class Cluster:
    """Five signers and their decryption keys, as the other end would have them."""

    def __init__(self, count: int = 5) -> None:
        self.keys = {
            secrets.token_bytes(32): DecryptionKey.generate(secrets.token_bytes)
            for _ in range(count)
        }
        self.write(Path("signers.json"))

    @property
    def fingerprint(self) -> str:
        """Of what was written, in hex."""
        return parse_signers(Path("signers.json").read_bytes()).fingerprint().hex()

    def write(self, path: Path) -> None:
        signers = [
            {"signerId": base64_text(i), "encryptionKey": k.encryption_key.text}
            for i, k in self.keys.items()
        ]
        path.write_text(json.dumps({"clusters": [{"clusterId": "cl-1", "signers": signers}]}))

    def opened(self, request: dict[str, Any]) -> list[tuple[int, Secret]]:
        curve = CURVES[request["curve"]]
        shares = []
        for index, entry in enumerate(request["encryptedKeyShares"], 1):
            key = self.keys[wire_bytes(entry["signerId"])]
            plain = ecies.decrypt(key, wire_bytes(entry["encryptedKeyShare"]))
            share = wire.decode_share(plain, wire.ImportShare, "the share")
            shares.append((index, wire.read_scalar(share.secret_share, curve, "the share")))
        return shares


def wire_bytes(text: str) -> bytes:
    return base64.b64decode(text)


def sealed_share(key: EncryptionKey, curve_name: str, index: int, share: int) -> str:
    """An export share as a signer makes it, whatever the numbers are; base64."""
    plain = json.dumps(
        {
            "version": 1,
            "index": {"curve": curve_name, "scalar": f"{index:064x}"},
            "secret_share": {"curve": curve_name, "scalar": f"{share:064x}"},
        }
    )
    return base64_text(ecies.encrypt(key, Secret(plain.encode()), secrets.token_bytes))


def request_key(request: Path) -> EncryptionKey:
    return EncryptionKey.parse(json.loads(request.read_text())["encryptionKey"])


def export_response(
    curve_name: str,
    protocol: str,
    secret_scalar: Secret,
    request: Path,
    spoil: int = 0,
    size: tuple[int, int] = (3, 5),
) -> dict[str, Any]:
    """The answer of ``size`` signers, threshold and number; the first ``spoil`` are damaged."""
    return answer_for(request_key(request), curve_name, protocol, secret_scalar, spoil, size)


def answer_for(
    key: EncryptionKey,
    curve_name: str,
    protocol: str,
    secret_scalar: Secret,
    spoil: int = 0,
    size: tuple[int, int] = (3, 5),
) -> dict[str, Any]:
    """``export_response`` for a request that is no file."""
    curve, (threshold, count) = CURVES[curve_name], size
    entries = []
    shares = split(curve, secret_scalar, threshold, count, secrets.token_bytes)
    for index, share in enumerate(shares, 1):
        value = int.from_bytes(share.reveal(), "big")
        sealed = sealed_share(key, curve_name, index, value)
        if index <= spoil:
            damaged = wire_bytes(sealed)
            sealed = base64_text(bytes([damaged[0] ^ 1]) + damaged[1:])
        entries.append({"signerId": f"signer-{index}", "encryptedKeyShare": sealed})
    return {
        "publicKey": curve.base_multiply(secret_scalar).compressed.hex(),
        "protocol": protocol,
        "curve": curve_name,
        "minSigners": threshold,
        "encryptedKeyShares": entries,
    }
