"""Dfns' encryption of one share to one key; over secp256k1, whatever is moved.

    ikm        = compressed(e * P)                                          33 bytes
    aes_key    = HKDF-SHA-256(ikm, salt = HKDF_SALT, info = HKDF_INFO)      32 bytes
    ciphertext = AES-256-GCM(aes_key, 0^12, aad = "", plaintext) || compressed(e * G)

The construction is Dfns' own (docs/format.md, "Encryption"). It authenticates
nothing about the recipient: that the key is the signer's is for people and pins.
"""

import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ceremony.curves import SECP256K1, Point
from ceremony.curves.secp256k1 import shared_point
from ceremony.errors import CeremonyError, Failure
from ceremony.secret import Random, Secret
from ceremony.text import base64_text, parse_base64

KEY_VERSION = 1
"""The first byte of both kinds of key."""

EPHEMERAL_KEY_SIZE = 33
"""Bytes of the compressed ephemeral point at the end of a ciphertext."""

TAG_SIZE = 16
"""Bytes of the GCM tag, before the ephemeral point."""

# "IMPORT" for exports too: Dfns uses one label for both directions.
HKDF_SALT = b"DFNS_KEY_IMPORT"
HKDF_INFO = b"ENCRYPTION_KEY"
HASH = SHA256()

# All zeros: each AES key is used once, because the ephemeral scalar is fresh for
# each call. A scalar that repeats gives both plaintexts away.
NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A recipient's public key: 0x01 || compressed point, 34 bytes; base64 as text."""

    point: Point

    @classmethod
    def parse(cls, text: str) -> "EncryptionKey":
        """Raises ``version`` or ``malformed``; the identity is not a key."""
        if re.fullmatch(r"(?:[0-9a-fA-F]{2}){33,34}", text):
            # It is base64 too, of a key with a strange version.
            raise CeremonyError(
                Failure.MALFORMED, "the encryption key is in hex", hint="it must be in base64"
            )
        value = parse_base64(text, "the encryption key")
        check_key_version(value, "encryption key")
        try:
            return cls(SECP256K1.parse_compressed(value[1:]))
        except CeremonyError:
            raise CeremonyError(
                Failure.MALFORMED,
                "the encryption key is not a compressed point of secp256k1",
                hint="whoever sent it made it wrongly, or it was changed on the way",
            ) from None

    @property
    def encoded(self) -> bytes:
        return bytes([KEY_VERSION]) + self.point.compressed

    @property
    def text(self) -> str:
        return base64_text(self.encoded)


@dataclass(frozen=True, slots=True)
class DecryptionKey:
    """A recipient's private key: 0x01 || scalar, big-endian, 33 bytes."""

    scalar: Secret

    @classmethod
    def generate(cls, random: Random) -> "DecryptionKey":
        return cls(SECP256K1.random_scalar(random))

    @classmethod
    def parse(cls, value: Secret) -> "DecryptionKey":
        """Raises ``version`` or ``malformed``."""
        check_key_version(value.reveal(), "decryption key")
        return cls(SECP256K1.parse_scalar(value.reveal()[1:]))

    def serialize(self) -> Secret:
        return Secret(bytes([KEY_VERSION]) + self.scalar.reveal())

    @property
    def encryption_key(self) -> EncryptionKey:
        return EncryptionKey(SECP256K1.base_multiply(self.scalar))


def encrypt(key: EncryptionKey, plaintext: Secret, random: Random) -> bytes:
    """A ciphertext for ``key``, 49 bytes longer than ``plaintext``."""
    ephemeral_scalar = SECP256K1.random_scalar(random)
    ephemeral_key = SECP256K1.base_multiply(ephemeral_scalar).compressed
    aes_key = _aes_key(shared_point(ephemeral_scalar, key.point))
    return AESGCM(aes_key.reveal()).encrypt(NONCE, plaintext.reveal(), b"") + ephemeral_key


def decrypt(key: DecryptionKey, ciphertext: bytes) -> Secret:
    """The plaintext. Raises ``decrypt`` for whatever reason it cannot be had."""
    sealed, ephemeral = ciphertext[:-EPHEMERAL_KEY_SIZE], ciphertext[-EPHEMERAL_KEY_SIZE:]
    try:
        ephemeral_key = SECP256K1.parse_compressed(ephemeral)
        aes_key = _aes_key(shared_point(key.scalar, ephemeral_key))
        return Secret(AESGCM(aes_key.reveal()).decrypt(NONCE, sealed, b""))
    except (CeremonyError, InvalidTag, ValueError):
        # One answer for every cause: details would only help whoever made it.
        raise CeremonyError(
            Failure.DECRYPT,
            "the ciphertext does not open with this decryption key",
            hint="it was made for another key, or it was changed on the way",
        ) from None


def check_key_version(value: bytes, subject: str) -> None:
    """Raises ``version`` unless the first byte is 1, ``malformed`` if there is none."""
    if not value:
        raise CeremonyError(
            Failure.MALFORMED, f"the {subject} is empty", hint="ask for it again, whole"
        )
    if value[0] != KEY_VERSION:
        raise CeremonyError(
            Failure.VERSION,
            f"the {subject} has version {value[0]}, this program knows version {KEY_VERSION}",
            hint="one side is too old for the other: compare the versions of both programs",
        )


def _aes_key(ikm: Secret) -> Secret:
    return Secret(HKDF(HASH, 32, HKDF_SALT, HKDF_INFO).derive(ikm.reveal()))
