"""The shares in a Fireblocks recovery kit: whose they are, and all of them opened.

Format: docs/fireblocks.md, read from Fireblocks' own recovery tool.
"""

import uuid
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.fireblocks.archive import malformed
from ceremony.keys.fireblocks.crypto import (
    decrypt_cloud_share,
    decrypt_mobile_share,
    load_rsa_key,
)
from ceremony.keys.fireblocks.metadata import (
    METADATA,
    KeyEntry,
    Metadata,
    listed,
    parse_hex,
    read_json,
)
from ceremony.secret import Secret

MOBILE = "MOBILE"


@dataclass(frozen=True, slots=True)
class KitSecrets:
    """What opens a kit: PEM text and passphrases, all as UTF-8 bytes.

    The mobile share opens with the passphrase of the workspace's owner or, where the
    owner has no mobile device, with a second RSA key: one of the two is given.
    """

    rsa_key: Secret
    rsa_passphrase: Secret | None = None
    mobile_passphrase: Secret | None = None
    mobile_rsa_key: Secret | None = None
    mobile_rsa_passphrase: Secret | None = None


class MobileShare(msgspec.Struct, frozen=True, rename="camel"):
    """The file MOBILE_KEYID; ``encrypted_key`` is hex."""

    key_id: str
    user_id: str
    device_id: str
    encrypted_key: str


@dataclass(frozen=True, slots=True)
class EncryptedShares:
    """The shares of one key as the zip file holds them; ``cloud`` by cosigner."""

    entry: KeyEntry
    cloud: dict[int, bytes]
    mobile: MobileShare | None


def sort_shares(files: dict[str, bytes], metadata: Metadata) -> tuple[EncryptedShares, ...]:
    """The kit's files, besides the metadata, by the key they belong to.

    Files of ``master_ids`` are passed over. Raises ``malformed`` for files of a key
    that the metadata does not announce.
    """
    clouds: dict[str, dict[int, bytes]] = {key_id: {} for key_id in metadata.key_ids}
    mobiles: dict[str, MobileShare] = {}
    # Longer names last: where a share stands under its old name too, which has no key
    # id, the new one wins.
    for name in sorted(files, key=len):
        holder, _, key_id = name.partition("_")
        if key_id in metadata.master_ids:
            continue
        if key_id and key_id not in metadata.key_ids:
            raise malformed(f"{name} is for a key that {METADATA} does not announce")
        if holder == MOBILE:
            share = read_json(files[name], MobileShare, name)
            if share.key_id not in metadata.key_ids or share.key_id != (key_id or share.key_id):
                raise malformed(f"{name} says it is for another key")
            mobiles[share.key_id] = share
        elif key_id or len(metadata.key_ids) == 1:
            clouds[key_id or next(iter(metadata.key_ids))][int(holder)] = files[name]
    return tuple(
        EncryptedShares(entry, clouds[entry.key_id], mobiles.get(entry.key_id))
        for entry in metadata.entries
    )


def decrypt_shares(
    keys: tuple[EncryptedShares, ...], secrets: KitSecrets
) -> list[dict[int, Secret]]:
    """The shares of each key by player, 32 bytes big-endian each.

    All are tried before the failures are told, with cosigner and key id. Raises
    ``decrypt``, ``key`` (an RSA key or its passphrase), ``passphrase`` and ``usage``
    (nothing, or two things, to open the mobile share), ``scheme``, ``malformed``.
    """
    rsa_key = load_rsa_key(secrets.rsa_key, secrets.rsa_passphrase, "RSA key")
    mobile_key = _mobile_key(secrets)
    decrypted: list[dict[int, Secret]] = []
    failed: list[str] = []
    for key in keys:
        key_id = key.entry.key_id
        shares: dict[int, Secret] = {}
        for cosigner, content in key.cloud.items():
            if (share := decrypt_cloud_share(rsa_key, content)) is None:
                failed.append(f"cosigner {cosigner}, key {key_id}")
            else:
                shares[cloud_player(cosigner, key_id)] = share
        if key.mobile is not None:
            player = mobile_player(key.mobile.device_id, key_id)
            if player in shares:
                raise malformed(f"two shares of the key {key_id} have the same player id")
            if (share := _open_mobile(key.mobile, mobile_key, key.entry)) is None:
                failed.append(f"mobile device, key {key_id}")
            else:
                shares[player] = share
        decrypted.append(shares)
    if failed:
        raise CeremonyError(
            Failure.DECRYPT,
            f"recovery kit: cannot decrypt {len(failed)} share(s): {listed(failed)}",
            hint="the passphrase (or the RSA key) of the mobile share is wrong"
            if all(who.startswith("mobile") for who in failed)
            else "this is not the RSA key that Fireblocks was given, or the kit is damaged",
        )
    return decrypted


def cloud_player(cosigner: int, key_id: str) -> int:
    """The number of a cloud cosigner in the sharing of one key."""
    return cosigner << 32 | int.from_bytes(uuid.UUID(key_id).bytes[:4], "little")


def mobile_player(device_id: str, key_id: str) -> int:
    """The number of a mobile device in every sharing. Raises ``malformed``."""
    try:
        device = uuid.UUID(device_id)
    except ValueError:
        raise malformed(f"the mobile share of the key {key_id} has no device id") from None
    # Fireblocks' tool turns these bytes around and then reads them little-endian.
    return int.from_bytes(device.bytes[:6], "big")


def _mobile_key(secrets: KitSecrets) -> Secret | RSAPrivateKey:
    if secrets.mobile_passphrase is not None and secrets.mobile_rsa_key is not None:
        raise CeremonyError(
            Failure.USAGE,
            "recovery kit: a passphrase and an RSA key are given for the mobile share",
            hint="it opens with one of them: leave the other out",
        )
    if secrets.mobile_passphrase is not None:
        return secrets.mobile_passphrase
    if secrets.mobile_rsa_key is None:
        raise CeremonyError(
            Failure.PASSPHRASE,
            "recovery kit: nothing is given to open the mobile share",
            hint="it opens with the recovery passphrase of the workspace's owner",
        )
    return load_rsa_key(
        secrets.mobile_rsa_key, secrets.mobile_rsa_passphrase, "RSA key of the mobile share"
    )


def _open_mobile(share: MobileShare, key: Secret | RSAPrivateKey, entry: KeyEntry) -> Secret | None:
    ciphertext = parse_hex(share.encrypted_key)
    if ciphertext is None:
        raise malformed(f"the mobile share of the key {entry.key_id} is not hex")
    return decrypt_mobile_share(key, ciphertext, share.user_id, entry)
