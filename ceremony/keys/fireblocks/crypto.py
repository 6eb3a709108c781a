"""How the shares of a Fireblocks recovery kit are encrypted, and how they open.

Format: docs/fireblocks.md, read from Fireblocks' own recovery tool.
"""

import hashlib
import json

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ceremony.curves import SCALAR_SIZE
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.der_cost import check_pem_file
from ceremony.keys.fireblocks.metadata import KeyEntry, parse_hex
from ceremony.keys.pkcs8 import LABELS
from ceremony.secret import Secret

ITERATIONS = 10_000
"""Rounds of PBKDF2 in Fireblocks' mobile application."""

TAG_SIZE = 4
"""Bytes of the algorithm before a mobile share, little-endian."""

RSA_LABELS = (*LABELS, "RSA PRIVATE KEY")
"""PEM blocks that are opened; OpenSSH's own, with its own derivation, are not among them."""

TAGS = {"secp256k1": 0, "ed25519": 1}
"""Values of that tag: ECDSA and EdDSA."""


def load_rsa_key(pem: Secret, passphrase: Secret | None, what: str) -> RSAPrivateKey:
    """An RSA private key, whose passphrase must be given just when it has one.

    Raises ``key`` with a sentence for each way in which that can go wrong, and
    ``oversized``, ``malformed`` before any work is done.
    """
    _check_cost(pem, what)
    try:
        key = load_pem_private_key(
            pem.reveal(), None if passphrase is None else passphrase.reveal()
        )
    except TypeError:
        message = (
            f"the {what} is encrypted, and no passphrase was given"
            if passphrase is None
            else f"the {what} is not encrypted, yet a passphrase was given"
        )
        raise _key_error(
            message, "give the passphrase of the PEM file just when it has one"
        ) from None
    except (ValueError, UnsupportedAlgorithm, InternalError):
        if passphrase is not None and b"ENCRYPTED" in pem.reveal():
            message = f"the passphrase of the {what} is wrong, or the file is damaged"
            raise _key_error(
                message, "this is the passphrase of the PEM file, not of the mobile app"
            ) from None
        raise _no_private_key(what) from None
    if not isinstance(key, RSAPrivateKey):
        raise _key_error(f"the {what} is a private key, but not an RSA key", "find the RSA key")
    return key


def _check_cost(pem: Secret, what: str) -> None:
    try:
        if check_pem_file(pem.reveal(), RSA_LABELS, what):
            return
    except CeremonyError as error:
        if error.failure is Failure.OVERSIZED:
            raise
    raise _no_private_key(what)


def decrypt_cloud_share(key: RSAPrivateKey, ciphertext: bytes) -> Secret | None:
    """A cosigner's share, 32 bytes big-endian; None when this key does not open it."""
    plaintext = _decrypt_oaep(key, ciphertext, hashes.SHA1())  # noqa: S303
    return plaintext if plaintext is not None and len(plaintext) == SCALAR_SIZE else None


def decrypt_mobile_share(
    key: RSAPrivateKey | Secret, ciphertext: bytes, user_id: str, entry: KeyEntry
) -> Secret | None:
    """The mobile share, 32 bytes big-endian; None when this key does not open it.

    ``key`` is the passphrase, or the RSA key of a device without one. Raises
    ``scheme`` when the share says it is for the other algorithm.
    """
    if isinstance(key, Secret):
        plaintext = _decrypt_passphrase(key, ciphertext, user_id)
    else:
        plaintext = _decrypt_oaep(key, ciphertext, hashes.SHA256())
    if plaintext is not None and len(plaintext) not in (SCALAR_SIZE, TAG_SIZE + SCALAR_SIZE):
        plaintext = _key_of_json(plaintext)
    if plaintext is None or len(plaintext) == SCALAR_SIZE:
        return plaintext
    if len(plaintext) != TAG_SIZE + SCALAR_SIZE:
        return None
    tagged = plaintext.reveal()
    if int.from_bytes(tagged[:TAG_SIZE], "little") != TAGS[entry.curve]:
        raise CeremonyError(
            Failure.SCHEME,
            f"recovery kit: the mobile share of the key {entry.key_id} is for another algorithm",
            hint="the files of two keys were exchanged, or the kit is damaged",
        )
    return Secret(tagged[TAG_SIZE:])


def _decrypt_oaep(
    key: RSAPrivateKey, ciphertext: bytes, algorithm: hashes.HashAlgorithm
) -> Secret | None:
    scheme = padding.OAEP(padding.MGF1(algorithm), algorithm, label=None)
    try:
        return Secret(key.decrypt(ciphertext, scheme))
    except ValueError:
        return None


def _decrypt_passphrase(passphrase: Secret, ciphertext: bytes, user_id: str) -> Secret | None:
    unpadder = PKCS7(128).unpadder()
    try:
        key = hashlib.pbkdf2_hmac("sha1", passphrase.reveal(), user_id.encode(), ITERATIONS, 32)
        # The zero IV is Fireblocks'.
        decryptor = Cipher(algorithms.AES256(key), modes.CBC(bytes(16))).decryptor()
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        # Nothing authenticates the plaintext: a wrong passphrase passes here once in
        # 256 times, and then its length or the public key shows it.
        return Secret(unpadder.update(padded) + unpadder.finalize())
    except ValueError:
        return None


def _key_of_json(plaintext: Secret) -> Secret | None:
    try:
        members = json.loads(plaintext.reveal().decode())
    except (ValueError, RecursionError):
        return None
    digits = members.get("key") if isinstance(members, dict) else None
    share = parse_hex(digits) if isinstance(digits, str) else None
    return None if share is None else Secret(share)


def _no_private_key(what: str) -> CeremonyError:
    return _key_error(
        f"the {what} is not a private key in PEM form",
        "it begins with -----BEGIN and ends with -----END ... PRIVATE KEY-----",
    )


def _key_error(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.KEY, message, hint=hint)
