"""Keystores of Ethereum, made by another hand than the one that reads them."""

from typing import Any

from Crypto.Hash import keccak
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

# The Ethereum wiki's example: its private key and its address.
KEY = bytes.fromhex("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d")
ADDRESS = "008aeeda4d805471df9b2a5b0f38a0c3bcba786b"
WORD = b"correct horse"


def written(key: bytes = KEY, rounds: int = 10, passphrase: bytes = WORD) -> dict[str, Any]:
    """A keystore by another hand than the one that reads it: fast, for tests only."""
    salt, iv = bytes(range(32)), bytes(range(16))
    derived = PBKDF2HMAC(SHA256(), 32, salt, rounds).derive(passphrase)
    encryptor = Cipher(AES(derived[:16]), CTR(iv)).encryptor()
    ciphertext = encryptor.update(key) + encryptor.finalize()
    mac = keccak.new(digest_bits=256, data=derived[16:] + ciphertext).hexdigest()
    return {
        "version": 3,
        "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "address": ADDRESS,
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": iv.hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": "pbkdf2",
            "kdfparams": {"c": rounds, "dklen": 32, "prf": "hmac-sha256", "salt": salt.hex()},
            "mac": mac,
        },
    }
