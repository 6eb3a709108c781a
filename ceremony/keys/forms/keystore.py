"""Ethereum keystore V3: a file that geth and every Ethereum wallet can open."""

import hashlib
import json

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ceremony.addresses.base import keccak256
from ceremony.addresses.evm import account
from ceremony.keys.formats import read_key
from ceremony.keys.forms.form import OutOptions, Output, only
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Random, Secret, draw

# geth, accounts/keystore/passphrase.go: scryptR, StandardScryptP. n is in ``Work``.
SCRYPT_R, SCRYPT_P = 8, 1
SCRYPT_MEMORY = 1 << 29
"""Bytes that OpenSSL may use: scrypt takes 128 * n * r, 2^28, and a little more."""

SALT_SIZE = 32
IV_SIZE = 16
ID_SIZE = 16


def write_keystore(
    key: KeyMaterial, options: OutOptions, random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    """Web3 Secret Storage Definition, version 3: scrypt, AES-128-CTR, Keccak-256.

    https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage
    """
    salt = draw(random, SALT_SIZE).reveal()
    iv = draw(random, IV_SIZE).reveal()
    derived = hashlib.scrypt(
        (options.passphrase or Secret(b"")).reveal(),
        salt=salt, n=options.work.scrypt_n, r=SCRYPT_R, p=SCRYPT_P, maxmem=SCRYPT_MEMORY, dklen=32,
    )  # fmt: skip
    encryptor = Cipher(algorithms.AES(derived[:16]), modes.CTR(iv)).encryptor()
    ciphertext = encryptor.update(key.secret_scalar.reveal()) + encryptor.finalize()
    content = {
        "version": 3,
        "id": _uuid(draw(random, ID_SIZE).reveal()),
        "address": account(key.public_key).hex(),
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": iv.hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": "scrypt",
            "kdfparams": {
                "dklen": 32, "n": options.work.scrypt_n, "p": SCRYPT_P, "r": SCRYPT_R,
                "salt": salt.hex(),
            },
            "mac": keccak256(derived[16:32] + ciphertext).hex(),
        },
    }  # fmt: skip
    return (Output("key.json", Secret(json.dumps(content).encode()), clear=False),), options


def read_keystore(outputs: tuple[Output, ...], _curve: str, options: OutOptions) -> KeyMaterial:
    return read_key("keystore-v3", only(outputs), passphrase=options.passphrase)[0]


def _uuid(value: bytes) -> str:
    """RFC 9562, version 4: six bits say so, the others are random."""
    marked = bytearray(value)
    marked[6] = marked[6] & 0x0F | 0x40
    marked[8] = marked[8] & 0x3F | 0x80
    digits = marked.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
