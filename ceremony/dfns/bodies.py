"""The bodies of Dfns' API: one definition for the link, the relay, the laptop and the sandbox.

In what we send, bytes are bytes in MessagePack and standard base64 in JSON, so the relay
posts exactly the JSON that the offline side would have written. In what Dfns answers, texts
stay texts, and unknown fields are ignored, because the API grows.
"""

import msgspec

from ceremony.dfns.texts import Address, Hex, Id, IdOrNone, Name, Opaque, Path, Word


class Api(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A JSON object of the API: camelCase, defaults left out."""


class EncryptedKeyShare(Api, frozen=True):
    signer_id: bytes
    encrypted_key_share: bytes


class ImportBody(Api, frozen=True, kw_only=True):
    """POST /wallets/import (with a network) and POST /keys/import (without).

    ``external_id`` is echoed by Dfns; two imports with the same one are two imports.
    """

    network: Word | None = None
    name: Name | None = None
    external_id: Name | None = None
    curve: Word
    protocol: Word
    min_signers: int
    encrypted_key_shares: tuple[EncryptedKeyShare, ...]
    master_key: bool | None = None

    @property
    def api_path(self) -> str:
        return "/keys/import" if self.network is None else "/wallets/import"


class Scheme(Api, frozen=True):
    protocol: Word
    curve: Word


class ExportBody(Api, frozen=True):
    """POST /keys/{keyId}/export."""

    encryption_key: bytes
    supported_schemes: tuple[Scheme, ...]


class SignerEntry(Api, frozen=True):
    """Checked by ``parse_signers``, of the chosen cluster alone; errors there name the signer."""

    signer_id: str
    encryption_key: str


class Cluster(Api, frozen=True):
    """As ``SignerEntry``: another cluster than the chosen one cannot refuse the answer."""

    cluster_id: str
    signers: tuple[SignerEntry, ...]


class SignersAnswer(Api, frozen=True):
    """GET /signers."""

    clusters: tuple[Cluster, ...]


class ReceivedShare(Api, frozen=True):
    """Any text: neither an odd id nor a share that is not base64 may cost the other shares."""

    signer_id: str
    encrypted_key_share: str


class ExportAnswer(Api, frozen=True):
    """The answer to an export. ``min_signers`` is authenticated by nothing.

    The texts are taken as they are, and shown printable only: Dfns has retired the key.
    """

    public_key: str
    protocol: str
    curve: str
    min_signers: int
    encrypted_key_shares: tuple[ReceivedShare, ...]


class SigningKey(Api, frozen=True):
    curve: Word
    scheme: Word
    public_key: Hex = ""
    id: IdOrNone = ""


class Wallet(Api, frozen=True):
    """GET /wallets/{id}, and the answer of POST /wallets/import."""

    id: Id
    network: Word
    signing_key: SigningKey
    status: Word = ""
    address: Address | None = None
    date_created: Word = ""
    name: Word | None = None


class Key(Api, frozen=True):
    """GET /keys/{id}, and the answer of POST /keys/import."""

    id: Id
    curve: Word
    scheme: Word
    public_key: Hex = ""
    status: Word = ""
    exported: bool | None = None
    date_exported: Word | None = None
    date_created: Word = ""
    name: Word | None = None


class Page(Api, frozen=True):
    items: tuple[msgspec.Raw, ...]
    next_page_token: Opaque | None = None


class DeriveFrom(Api, frozen=True):
    """``path`` is BIP-32 without hardened levels."""

    key_id: Id
    path: Path


class KeyToUse(Api, frozen=True):
    """An existing key, or one derived from a master key; one of them is given."""

    id: Id | None = None
    derive_from: DeriveFrom | None = None


class NewWallet(Api, frozen=True):
    """POST /wallets, of a key that Dfns has."""

    network: Word
    signing_key: KeyToUse
    name: Name | None = None
