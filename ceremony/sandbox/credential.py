"""The keys that sign user actions: any of the kinds that Dfns takes."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

RSA_BITS = 3072
"""Dfns, "Generate a key pair": the recommended modulus."""

KINDS: dict[str, Callable[[], PrivateKey]] = {
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS),
}
"""Dfns, "Generate a key pair". OpenSSL makes them, with its own randomness: they
protect nothing but this sandbox."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What Dfns keeps of a key credential: its id and its public half."""

    credential_id: str
    public_key: PublicKey

    @property
    def public_pem(self) -> str:
        """The public half as SubjectPublicKeyInfo in PEM."""
        return self.public_key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode("ascii")

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Ed25519, ECDSA with SHA-256 in DER, or RSA PKCS#1 v1.5 with SHA-256."""
        try:
            match self.public_key:
                case ed25519.Ed25519PublicKey() as key:
                    key.verify(signature, data)
                case ec.EllipticCurvePublicKey() as key:
                    key.verify(signature, data, ec.ECDSA(SHA256()))
                case rsa.RSAPublicKey() as key:
                    key.verify(signature, data, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


def private_pem(key: PrivateKey) -> str:
    """The private key as PKCS#8 PEM, unencrypted: what the official SDKs read."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")
