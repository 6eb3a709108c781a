"""The bodies of Dfns' API: one definition for the link, the relay, the laptop and the sandbox.

In what we send, bytes are bytes in MessagePack and standard base64 in JSON, so the relay
posts exactly the JSON that the offline side would have written. In what Dfns answers, texts
stay texts, and unknown fields are ignored, because the API grows.
"""

import msgspec


class Api(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A JSON object of the API: camelCase, defaults left out."""


class EncryptedKeyShare(Api, frozen=True):
    signer_id: bytes
    encrypted_key_share: bytes


class ImportBody(Api, frozen=True, kw_only=True):
    """POST /wallets/import (with a network) and POST /keys/import (without).

    ``external_id`` is echoed by Dfns; two imports with the same one are two imports.
    """

    network: str | None = None
    name: str | None = None
    external_id: str | None = None
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


class SignerEntry(Api, frozen=True):
    signer_id: str
    encryption_key: str


class Cluster(Api, frozen=True):
    cluster_id: str
    signers: tuple[SignerEntry, ...]


class SignersAnswer(Api, frozen=True):
    """GET /signers."""

    clusters: tuple[Cluster, ...]


class ReceivedShare(Api, frozen=True):
    """Text still: one share that is no base64 must not cost the others."""

    signer_id: str
    encrypted_key_share: str


class ExportAnswer(Api, frozen=True):
    """The answer to an export. ``min_signers`` is authenticated by nothing."""

    public_key: str
    protocol: str
    curve: str
    min_signers: int
    encrypted_key_shares: tuple[ReceivedShare, ...]


class SigningKey(Api, frozen=True):
    curve: str
    scheme: str
    public_key: str = ""
    id: str = ""


class Wallet(Api, frozen=True):
    """GET /wallets/{id}, and the answer of POST /wallets/import."""

    id: str
    network: str
    signing_key: SigningKey
    status: str = ""
    address: str | None = None
    date_created: str = ""
    name: str | None = None


class Key(Api, frozen=True):
    """GET /keys/{id}, and the answer of POST /keys/import."""

    id: str
    curve: str
    scheme: str
    public_key: str = ""
    status: str = ""
    exported: bool | None = None
    date_exported: str | None = None
    date_created: str = ""
    name: str | None = None


class Page(Api, frozen=True):
    items: tuple[msgspec.Raw, ...]
    next_page_token: str | None = None


class DeriveFrom(Api, frozen=True):
    """``path`` is BIP-32 without hardened levels."""

    key_id: str
    path: str


class KeyToUse(Api, frozen=True):
    """An existing key, or one derived from a master key; one of them is given."""

    id: str | None = None
    derive_from: DeriveFrom | None = None


class NewWallet(Api, frozen=True):
    """POST /wallets, of a key that Dfns has."""

    network: str
    signing_key: KeyToUse
    name: str | None = None
