"""The bodies of Dfns' API that cross the gap: one definition for link and API.

Bytes are bytes in MessagePack and standard base64 in JSON, so the relay posts
exactly the JSON that the offline side would have written.
"""

import msgspec


class Api(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A JSON object of the API: camelCase, defaults left out."""


class EncryptedKeyShare(Api, frozen=True):
    signer_id: bytes
    encrypted_key_share: bytes


class ImportBody(Api, frozen=True, kw_only=True):
    """POST /wallets/import (with a network) and POST /keys/import (without)."""

    network: str | None = None
    name: str | None = None
    curve: str
    protocol: str
    min_signers: int
    encrypted_key_shares: tuple[EncryptedKeyShare, ...]
    master_key: bool | None = None

    @property
    def api_path(self) -> str:
        return "/keys/import" if self.network is None else "/wallets/import"


class Scheme(Api, frozen=True):
    protocol: str
    curve: str


class ExportBody(Api, frozen=True):
    """POST /keys/{keyId}/export."""

    encryption_key: bytes
    supported_schemes: tuple[Scheme, ...]
