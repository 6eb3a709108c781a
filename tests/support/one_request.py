"""One import and one export of the relay, for an operator to run, kill and run again."""

import json
from pathlib import Path
from typing import Any

from ceremony.curves import CURVES
from ceremony.dfns.key_export import export_body
from ceremony.dfns.key_import import Destination
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.message import ExportResponse, ImportReceipt, Signers, decode_message
from ceremony.relay.api import DfnsApi
from tests.support.laptop_says import export_item, export_request, import_item, import_request
from tests.support.one_import import one_import
from tests.support.relay_operator import Operator
from tests.support.sandbox_process import SandboxProcess


class OneImport(Operator):
    """The import of one new key. ``changes`` is what somebody tampered with in the request."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, network: str | None) -> None:
        super().__init__(sandbox, folder, self._importing)
        self.network = network
        self.changes: dict[str, object] = {}
        self.scalar = CURVES["secp256k1"].random_scalar(system_random)
        self.public_key = CURVES["secp256k1"].base_multiply(self.scalar).compressed

    def _importing(self, signers: bytes) -> bytes:
        message = decode_message(signers)
        assert isinstance(message, Signers)
        body = one_import(
            parse_signers(message.answer),
            self.scalar,
            self.public_key,
            "secp256k1",
            "CGGMP21",
            3,
            Destination(self.network),
            system_random,
        )
        return import_request(signers, [import_item(body, self.public_key)], **self.changes)

    def made(self) -> list[dict[str, Any]]:
        """What the sandbox has of this key: wallets, or keys where there is no network."""
        found = []
        for path, key in (("/wallets", "signingKey"), ("/keys", None)):
            items: list[dict[str, Any]] = self.get(f"{path}?limit=500")["items"]
            public_key = self.public_key.hex()
            found.append([i for i in items if (i[key] if key else i)["publicKey"] == public_key])
        assert len(found[1]) <= 1, "the key was imported twice"
        return found[0] if self.network else found[1]

    def check_one(self) -> None:
        """Exactly one, and the receipt is about it."""
        (made,) = self.made()
        assert isinstance(self.answer, ImportReceipt)
        (outcome,) = self.answer.outcomes
        assert outcome.status == "done", outcome
        assert (outcome.wallet_id if self.network else outcome.key_id) == made["id"]
        assert outcome.public_key == self.public_key

    def run_again(self) -> None:
        """As a person would, unless the ceremony was over when the relay died."""
        if not self.over():
            assert self.run() == 0, self.text


class OneExport(Operator):
    """The export of ``key`` (its public key and its id), or of one that is imported before."""

    def __init__(
        self, sandbox: SandboxProcess, folder: Path, key: tuple[bytes, str] | None = None
    ) -> None:
        super().__init__(sandbox, folder, self._exporting)
        self.public_key, self.key_id = key or import_one_key(self)
        self.decryption_key = DecryptionKey.generate(system_random)
        self.body = export_body(self.decryption_key.encryption_key)

    def _exporting(self, signers: bytes) -> bytes:
        item = export_item(self.body, self.key_id, self.public_key.hex())
        return export_request(signers, [item])

    def exported(self) -> bool:
        return "exported" in self.get(f"/keys/{self.key_id}")

    def check_answered(self) -> None:
        """The laptop has the shares of this key, and nothing lies about."""
        assert isinstance(self.answer, ExportResponse)
        (outcome,) = self.answer.outcomes
        assert outcome.status == "done", outcome
        assert json.loads(outcome.answer)["publicKey"] == self.public_key.hex()
        assert list(self.folder.glob("journal.answer-*")) == []


def import_one_key(operator: Operator) -> tuple[bytes, str]:
    """Its public key and its id; by the API, beside the relay."""
    scalar = CURVES["secp256k1"].random_scalar(system_random)
    public_key = CURVES["secp256k1"].base_multiply(scalar).compressed
    with DfnsApi(operator.configuration) as api:
        body = one_import(
            parse_signers(api.signers()),
            scalar,
            public_key,
            "secp256k1",
            "CGGMP21",
            3,
            Destination(None),
            system_random,
        )
        answer = api.import_body("/keys/import", json.loads(body), lambda _: None)
    return public_key, json.loads(answer)["id"]
