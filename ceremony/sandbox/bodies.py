"""The bodies of the API's requests, as the server reads them.

Fields that are not named here are ignored, as Dfns' API does with what it does not
know. The texts stay text: that a share is base64 is for its signer to judge.
"""

import msgspec


class Body(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A JSON object: camelCase on the wire."""


class ActionBody(Body, frozen=True):
    """POST /auth/action/init."""

    user_action_payload: str
    user_action_http_method: str
    user_action_http_path: str
    user_action_server_kind: str = "Api"


class Assertion(Body, frozen=True):
    cred_id: str
    client_data: str
    signature: str


class FirstFactor(Body, frozen=True):
    kind: str
    credential_assertion: Assertion


class SignedActionBody(Body, frozen=True):
    """POST /auth/action."""

    challenge_identifier: str
    first_factor: FirstFactor


class ClientData(Body, frozen=True):
    """What the credential signs. The npm signer leaves origin and crossOrigin out."""

    type: str
    challenge: str
    origin: str | None = None
    cross_origin: bool = False


class EncryptedKeyShare(Body, frozen=True):
    signer_id: str
    encrypted_key_share: str


class ImportBody(Body, frozen=True):
    """POST /keys/import, and POST /wallets/import with a network."""

    curve: str
    protocol: str
    min_signers: int
    encrypted_key_shares: tuple[EncryptedKeyShare, ...]
    name: str | None = None
    network: str | None = None
    master_key: bool | None = None
    external_id: str | None = None


class Scheme(Body, frozen=True):
    protocol: str
    curve: str


class ExportBody(Body, frozen=True):
    """POST /keys/{id}/export."""

    encryption_key: str
    supported_schemes: tuple[Scheme, ...]


class DeriveFrom(Body, frozen=True):
    """A key of a master key: ``path`` is of BIP-32, without hardened levels."""

    key_id: str
    path: str | None = None


class SigningKeyBody(Body, frozen=True):
    """Which key a wallet gets: an existing one, or one derived from a master key."""

    id: str | None = None
    derive_from: DeriveFrom | None = None


class WalletBody(Body, frozen=True):
    """POST /wallets."""

    network: str
    signing_key: SigningKeyBody | None = None
    name: str | None = None
    external_id: str | None = None
    tags: tuple[str, ...] = ()


class HashBody(Body, frozen=True, tag_field="kind", tag="Hash"):
    """32 bytes, for every scheme; a Schnorr key wants the root of its script tree."""

    hash: str
    taproot_merkle_root: str | None = None
    external_id: str | None = None


class MessageBody(Body, frozen=True, tag_field="kind", tag="Message"):
    """A message of more than 32 bytes, for EdDSA."""

    message: str
    external_id: str | None = None
