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


def export_response(
    curve_name: str, protocol: str, secret_scalar: Secret, request: Path, spoil: int = 0
) -> dict[str, Any]:
    curve = CURVES[curve_name]
    key = EncryptionKey.parse(json.loads(request.read_text())["encryptionKey"])
    entries = []
    for index, share in enumerate(split(curve, secret_scalar, 3, 5, secrets.token_bytes), 1):
        scalar = {"curve": curve_name, "scalar": share.reveal().hex()}
        number = {"curve": curve_name, "scalar": f"{index:064x}"}
        plain = json.dumps({"version": 1, "index": number, "secret_share": scalar})
        ciphertext = ecies.encrypt(key, Secret(plain.encode()), secrets.token_bytes)
        if index <= spoil:
            ciphertext = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
        entries.append(
            {"signerId": f"signer-{index}", "encryptedKeyShare": base64_text(ciphertext)}
        )
    return {
        "publicKey": curve.base_multiply(secret_scalar).compressed.hex(),
        "protocol": protocol,
        "curve": curve_name,
        "minSigners": 3,
        "encryptedKeyShares": entries,
    }
