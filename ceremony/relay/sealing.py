"""A user action in the journal: sealed, so that the file alone gives nothing away.

The key of the seal comes from the credential's private key, which whoever starts the relay
has: from its value, not from the text of its PEM, which can be written in many ways.
"""

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from ceremony.secret import Random, Secret, draw

INFO = b"dfns-ceremony relay journal v2"


class Seal:
    """XSalsa20-Poly1305 (NaCl's secretbox) under HKDF-SHA-256(private value, info = INFO)."""

    def __init__(self, private_key: Secret, random: Random) -> None:
        """``private_key`` is PEM, as ``configuration`` has checked it."""
        hkdf = HKDF(SHA256(), SecretBox.KEY_SIZE, salt=None, info=INFO)
        self._box = SecretBox(hkdf.derive(private_value(private_key).reveal()))
        self._random = random

    def close(self, text: str) -> bytes:
        nonce = draw(self._random, SecretBox.NONCE_SIZE).reveal()
        return bytes(self._box.encrypt(text.encode(), nonce))

    def open(self, sealed: bytes | None) -> str | None:
        """Returns None if another credential sealed it, or if it was never sealed."""
        try:
            return self._box.decrypt(sealed).decode() if sealed else None
        except (CryptoError, UnicodeDecodeError, ValueError):
            return None


def private_value(private_key: Secret) -> Secret:
    """The key's kind and its secret number: the same for every PEM of the same key."""
    key = load_pem_private_key(private_key.reveal(), password=None)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return Secret(b"ed25519 " + key.private_bytes_raw())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        scalar = key.private_numbers().private_value
        size = (key.key_size + 7) // 8
        return Secret(key.curve.name.encode() + b" " + scalar.to_bytes(size, "big"))
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        # Which prime comes first is a matter of the program that wrote the file.
        primes = sorted((numbers.p, numbers.q))
        size = key.key_size // 8
        return Secret(b"rsa " + b"".join(prime.to_bytes(size, "big") for prime in primes))
    raise TypeError("configuration lets no other key pass")
