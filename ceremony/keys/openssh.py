"""OpenSSH private keys of Ed25519, with a passphrase or without.

The file's own encryption (bcrypt's derivation, AES-256-CTR) is pycryptodome's business;
which cipher and derivation the file names is looked at here first, to say so.
"""

import base64
import binascii
import re

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.kdf import check_kdf_cost
from ceremony.keys.material import KeyMaterial, seed_key
from ceremony.keys.refusals import type_error
from ceremony.keys.source import ascii_text
from ceremony.secret import Secret

BEGIN, END = "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"
BLOCK = re.compile(f"{BEGIN}(.*?){END}", re.DOTALL)
MAGIC = b"openssh-key-v1\0"
"""OpenSSH, PROTOCOL.key, section 1."""

CIPHER, DERIVATION = b"aes256-ctr", b"bcrypt"
"""What ssh-keygen has written since OpenSSH 6.5, unless -Z names another cipher."""

ED25519 = b"ssh-ed25519"


def parse_openssh(source: Secret, passphrase: Secret | None = None) -> KeyMaterial:
    """The key in an OPENSSH PRIVATE KEY block, with one key of Ed25519 in it.

    The public key in front of it must be its own. Raises ``malformed``, ``type`` for other
    kinds of key and other ciphers, ``oversized``, ``passphrase`` (missing, needless or
    wrong), ``public-key``.
    """
    text = ascii_text(source, "OpenSSH key")
    blocks = BLOCK.findall(text)
    if len(blocks) != 1:
        raise type_error(
            "the file does not hold one OpenSSH private key",
            "it has one block -----BEGIN OPENSSH PRIVATE KEY-----; keys of ssh-keygen -m are pem",
        )
    try:
        content = base64.b64decode("".join(blocks[0].split()), validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("the OpenSSH key is not base64") from None
    encrypted, public_key = _read_header(content)
    if encrypted and not passphrase:
        raise _passphrase("the key is encrypted, and no passphrase is given", "give it")
    if not encrypted and passphrase is not None:
        raise _passphrase("the key is not encrypted, yet a passphrase is given", "leave it out")
    key = seed_key(_seed(content, passphrase))
    if key.public_key != public_key:
        raise CeremonyError(
            Failure.PUBLIC_KEY,
            "the public key of the OpenSSH file does not belong to its private key",
            hint="the file was damaged, or put together from two keys",
        )
    return key


def _seed(content: bytes, passphrase: Secret | None) -> Secret:
    from Crypto.PublicKey import ECC

    # Written again from what was looked at: around the block could stand another one, which
    # the library would open at any cost.
    block = f"{BEGIN}\n{base64.encodebytes(content).decode()}{END}"
    try:
        key = ECC.import_key(block, passphrase.reveal().decode() if passphrase else None)
        return Secret(key.seed)
    except (ValueError, IndexError, TypeError, UnicodeDecodeError):
        if passphrase is None:
            raise _malformed("the OpenSSH key is damaged") from None
        raise _passphrase(
            "the key does not open", "the passphrase is wrong, or the file is damaged"
        ) from None


def _read_header(content: bytes) -> tuple[bool, bytes]:
    """Whether the key is encrypted, and its public key.

    Raises ``malformed``, ``type``, ``oversized``.
    """
    if not content.startswith(MAGIC):
        raise _malformed("the OpenSSH key does not begin as one")
    cipher, rest = _field(content[len(MAGIC) :])
    derivation, rest = _field(rest)
    parameters, rest = _field(rest)
    if rest[:4] != b"\0\0\0\1":
        raise type_error("the OpenSSH file holds several keys", "give one key at a time")
    public_key, _ = _field(rest[4:])
    kind, point = _field(public_key)
    if kind != ED25519:
        raise type_error(
            f"the OpenSSH key is of the kind {printable(kind.decode('ascii', 'replace'))}",
            "Dfns has no such key; ssh-ed25519 is read",
        )
    if cipher == b"none":
        return False, point[4:]
    if (cipher, derivation) != (CIPHER, DERIVATION):
        raise type_error(
            f"the OpenSSH key is encrypted with {printable(cipher.decode('ascii', 'replace'))}",
            "aes256-ctr is read: ssh-keygen -p -Z aes256-ctr -f COPY changes a copy to it",
        )
    _, rounds = _field(parameters)
    if len(rounds) != 4:
        raise _malformed("the OpenSSH key does not say how it is encrypted")
    check_kdf_cost("OpenSSH key", bcrypt_rounds=int.from_bytes(rounds, "big"))
    return True, point[4:]


def _field(data: bytes) -> tuple[bytes, bytes]:
    """RFC 4251, section 5: a string with its length in front, and what follows it."""
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size:
        raise _malformed("the OpenSSH key is cut off")
    return data[4 : 4 + size], data[4 + size :]


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(Failure.MALFORMED, message, hint="give the whole file, unchanged")


def _passphrase(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.PASSPHRASE, message, hint=hint)
