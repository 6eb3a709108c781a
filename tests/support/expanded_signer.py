"""A signer for expanded ed25519 keys: RFC 8032, section 5.1.6, from its second step.

It works on libsodium's scalar arithmetic and knows nothing of the code under test.
"""

import hashlib

from nacl import bindings


def sign_expanded(expanded: bytes, message: bytes) -> bytes:
    """The signature, 64 bytes, of 64 bytes of key: scalar little-endian, prefix."""
    number = bindings.crypto_core_ed25519_scalar_reduce(expanded[:32] + bytes(32))
    public_key = bindings.crypto_scalarmult_ed25519_base_noclamp(number)
    nonce = _scalar(expanded[32:] + message)
    commitment = bindings.crypto_scalarmult_ed25519_base_noclamp(nonce)
    challenge = _scalar(commitment + public_key + message)
    product = bindings.crypto_core_ed25519_scalar_mul(challenge, number)
    return commitment + bindings.crypto_core_ed25519_scalar_add(nonce, product)


def _scalar(data: bytes) -> bytes:
    return bindings.crypto_core_ed25519_scalar_reduce(hashlib.sha512(data).digest())
