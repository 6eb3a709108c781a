"""A user action in the journal: sealed, so that the file alone gives nothing away.

The key comes from the credential's private key, which whoever starts the relay has.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from ceremony.secret import Random, Secret, draw

INFO = b"dfns-ceremony relay journal v1"


class Seal:
    """XSalsa20-Poly1305 (NaCl's secretbox) under HKDF-SHA-256(private key, info = INFO)."""

    def __init__(self, private_key: Secret, random: Random) -> None:
        key = HKDF(SHA256(), SecretBox.KEY_SIZE, salt=None, info=INFO).derive(private_key.reveal())
        self._box = SecretBox(key)
        self._random = random

    def close(self, text: str) -> bytes:
        nonce = draw(self._random, SecretBox.NONCE_SIZE).reveal()
        return bytes(self._box.encrypt(text.encode(), nonce))

    def open(self, sealed: bytes | None) -> str | None:
        """None for what another credential sealed, or nobody."""
        try:
            return self._box.decrypt(sealed).decode() if sealed else None
        except (CryptoError, UnicodeDecodeError, ValueError):
            return None
