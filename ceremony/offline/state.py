"""The export's decryption key, sealed in a file before anybody asks for the export.

After an export Dfns has retired the key, and only this file opens the shares: so it
is written first, read back and opened before the request exists (EXP-STATE).

    file = MAGIC || salt, 16 || encryption key, 34 || nonce, 24 || box, 49 || SHA-256 of all before
    box  = secretbox(Argon2id(passphrase, salt; 3 passes, 256 MiB), nonce, decryption key)
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.files import read_file, write_file
from ceremony.hedge import context_of, hedged
from ceremony.passphrases import WORK, Work, check_new_passphrase
from ceremony.secret import Random, Secret, draw

MAGIC = b"dfns-ceremony export state 1\n"

STATE_KEPT = Control(
    "EXP-STATE",
    "the decryption key is sealed, on the disk, read back and opened before its request exists",
)

SALT_SIZE = 16
"""crypto_pwhash_argon2id_SALTBYTES of libsodium."""

ENCRYPTION_KEY_SIZE = 34
DECRYPTION_KEY_SIZE = 33
NONCE_SIZE = SecretBox.NONCE_SIZE
STATE_SIZE = (
    len(MAGIC)
    + SALT_SIZE
    + ENCRYPTION_KEY_SIZE
    + NONCE_SIZE
    + SecretBox.MACBYTES
    + DECRYPTION_KEY_SIZE
    + 32
)


@dataclass(frozen=True, slots=True)
class Disk:
    """Where states and requests are written and read: by path, and what the file is called."""

    write: Callable[[str, bytes, str], None] = write_file
    read: Callable[[str, str, int], bytes] = read_file


DISK = Disk()


def seal_state(key: DecryptionKey, passphrase: Secret, random: Random, work: Work = WORK) -> bytes:
    """The bytes of a state file. Raises ``passphrase`` for one that protects nothing.

    Salt and nonce are hedged with the decryption key: a generator that repeats makes no
    two boxes with one key stream.
    """
    check_new_passphrase(passphrase)
    random = hedged(random, key.scalar, context_of(MAGIC))
    salt, nonce = (draw(random, size).reveal() for size in (SALT_SIZE, NONCE_SIZE))
    box = _box(passphrase, salt, work).encrypt(key.serialize().reveal(), nonce)
    body = MAGIC + salt + key.encryption_key.encoded + box
    return body + hashlib.sha256(body).digest()


def open_state(data: bytes, passphrase: Secret, work: Work = WORK) -> DecryptionKey:
    """The decryption key. Raises ``state`` (not a state, damaged) or ``passphrase``."""
    if not data.startswith(MAGIC) or len(data) != STATE_SIZE:
        raise CeremonyError(
            Failure.STATE,
            "this file is not the state of an export, or it was cut",
            hint="name the file that ceremony api export-request wrote, or its copy",
        )
    body, checksum = data[:-32], data[-32:]
    if hashlib.sha256(body).digest() != checksum:
        raise CeremonyError(
            Failure.STATE, "the state is damaged", hint="use another copy of the file"
        )
    salt, rest = body[len(MAGIC) :][:SALT_SIZE], body[len(MAGIC) + SALT_SIZE :]
    public, box = rest[:ENCRYPTION_KEY_SIZE], rest[ENCRYPTION_KEY_SIZE:]
    try:
        opened = Secret(_box(passphrase, salt, work).decrypt(box))
    except CryptoError:
        raise CeremonyError(
            Failure.PASSPHRASE,
            "the passphrase does not open the state",
            hint="try again: capital letters, spaces and the keyboard's language matter",
        ) from None
    key = DecryptionKey.parse(opened)
    if key.encryption_key.encoded != public:
        raise CeremonyError(
            Failure.STATE,
            "the state names another encryption key than its own",
            hint="somebody put two states together: use another copy of the file",
        )
    return key


def write_state(
    path: str,
    key: DecryptionKey,
    passphrase: Secret,
    random: Random,
    work: Work = WORK,
    disk: Disk = DISK,
) -> None:
    """EXP-STATE: a new file, mode 0600, read back and opened before this returns."""
    disk.write(path, seal_state(key, passphrase, random, work), "the state")
    check_kept(disk.read(path, "the state", STATE_SIZE + 1), key, passphrase, path, work)


def check_kept(
    data: bytes, key: DecryptionKey, passphrase: Secret, name: str, work: Work = WORK
) -> None:
    """EXP-STATE: what was read back opens, and holds this key. Raises ``state``."""
    try:
        kept = open_state(data, passphrase, work)
    except CeremonyError as error:
        raise _not_kept(name, error.message) from None
    if not kept.scalar.matches(key.scalar):
        raise _not_kept(name, "it holds another key")


def check_state_of(encryption_key: bytes, key: DecryptionKey, name: str) -> None:
    """EXP-STATE: the state has the key that the request asks Dfns to encrypt to.

    Raises ``state``.
    """
    if key.encryption_key.encoded != encryption_key:
        raise STATE_KEPT.refusal(
            Failure.STATE,
            f"the state {printable(name)} is not that of the request",
            hint="find the state that was made with this request: it has the same plan, and "
            "nothing else opens the answer",
        )


def _not_kept(name: str, why: str) -> CeremonyError:
    return STATE_KEPT.refusal(
        Failure.STATE,
        f"the state {printable(name)}, read back, does not serve: {why}",
        hint="this machine or its disk is broken: use another one; nothing was asked of Dfns",
    )


def read_state(
    path: str, passphrase: Secret, work: Work = WORK, disk: Disk = DISK
) -> DecryptionKey:
    """Raises ``file``, ``state`` or ``passphrase``."""
    return open_state(disk.read(path, "the state", STATE_SIZE + 1), passphrase, work)


def _box(passphrase: Secret, salt: bytes, work: Work) -> SecretBox:
    passes, memory = work.argon2_passes, work.argon2_memory
    return SecretBox(argon2id.kdf(32, passphrase.reveal(), salt, passes, memory))
