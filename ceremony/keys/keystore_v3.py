"""Ethereum keystores, version 3 of the Web3 Secret Storage Definition."""

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from Crypto.Protocol.KDF import scrypt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from ceremony.addresses.base import keccak256
from ceremony.addresses.evm import account
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.kdf import check_kdf_cost
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key
from ceremony.keys.refusals import malformed, type_error
from ceremony.keys.source import MAX_SOURCE_SIZE, from_hex
from ceremony.secret import Secret

MIN_KEY_SIZE, MAX_KEY_SIZE = 32, 64
"""Bytes derived: AES takes the first 16, the MAC the next 16, nothing the rest."""

HexText = Annotated[str, msgspec.Meta(max_length=1024)]


class CipherParams(msgspec.Struct):
    iv: HexText


class ScryptParams(msgspec.Struct):
    dklen: int
    n: int
    r: int
    p: int
    salt: HexText


class Pbkdf2Params(msgspec.Struct):
    dklen: int
    c: int
    prf: str
    salt: HexText


class Crypto(msgspec.Struct):
    cipher: str
    cipherparams: CipherParams
    ciphertext: HexText
    kdf: Literal["scrypt", "pbkdf2"]
    kdfparams: msgspec.Raw
    mac: HexText


class Keystore(msgspec.Struct):
    version: int
    crypto: Crypto | None = None
    # Old wallets write it with a capital.
    crypto_old: Crypto | None = msgspec.field(default=None, name="Crypto")
    address: HexText | None = None


class Version(msgspec.Struct):
    version: int


def parse_keystore_v3(source: Secret, passphrase: Secret) -> KeyMaterial:
    """The secp256k1 key in an encrypted keystore.

    The passphrase is tried as it is given, and where it is not plain ASCII in Unicode's
    other forms, since some wallets normalise it and the definition does not say so.
    Checked in this order: the JSON, the version, the cost of the key derivation (so
    that no file can stop the machine), the MAC, the address where one is given. Warns
    where none is. Raises ``malformed``, ``type``, ``oversized``, ``passphrase`` for a
    wrong MAC, ``address``, ``key``.
    """
    keystore = _parse(source)
    crypto = keystore.crypto or keystore.crypto_old
    if crypto is None:
        raise malformed("the keystore has no crypto part")
    if crypto.cipher != "aes-128-ctr":
        raise type_error("the keystore's cipher is not aes-128-ctr", "version 3 has no other")
    iv = from_hex(crypto.cipherparams.iv, 16, "keystore's iv").reveal()
    # Old wallets left out leading zeros of the key; the MAC covers what is there.
    size = min(len(crypto.ciphertext) // 2, KEY_SIZE)
    ciphertext = from_hex(crypto.ciphertext, size, "keystore's ciphertext").reveal()
    mac = from_hex(crypto.mac, 32, "keystore's mac")
    derived = next(
        (
            found
            for found in (_derive(crypto, form).reveal() for form in _forms(passphrase))
            if mac.matches(Secret(keccak256(found[16:32] + ciphertext)))
        ),
        None,
    )
    if derived is None:
        raise CeremonyError(
            Failure.PASSPHRASE,
            "the keystore does not open: its MAC does not match",
            hint="the passphrase is wrong (white space at its end?), or the file is damaged",
        )
    decryptor = Cipher(AES(derived[:16]), CTR(iv)).decryptor()
    plaintext = decryptor.update(ciphertext) + decryptor.finalize()
    secret_scalar = Secret(plaintext.rjust(KEY_SIZE, b"\0"))
    if keystore.address is None:
        return scalar_key(
            "secp256k1",
            secret_scalar,
            warnings=("the keystore names no address: compare the computed one yourself",),
        )
    key = scalar_key("secp256k1", secret_scalar)
    named = from_hex(keystore.address.removeprefix("0x"), 20, "keystore's address").reveal()
    if account(key.public_key) != named:
        raise CeremonyError(
            Failure.ADDRESS,
            "the keystore names an address that its key does not have",
            hint="the file was put together from two: find the original",
        )
    return key


def _parse(source: Secret) -> Keystore:
    text = source.reveal()
    if len(text) > MAX_SOURCE_SIZE:
        raise CeremonyError(
            Failure.OVERSIZED,
            f"a keystore of {len(text)} bytes is too large",
            hint="this is probably another file",
        )
    try:
        version = msgspec.json.decode(text, type=Version).version
        if version == 4:
            raise type_error(
                "this is an EIP-2335 keystore: it holds the BLS key of a validator",
                "Dfns keeps no BLS keys; the key of its withdrawal address is another one",
            )
        if version != 3:
            raise type_error(
                f"the keystore has version {version}, and only version 3 is read",
                "a wallet that opens it can write it again as version 3",
            )
        return msgspec.json.decode(text, type=Keystore)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed("the keystore is not the JSON of version 3") from None


def _forms(passphrase: Secret) -> Iterator[Secret]:
    """The passphrase as given, and in each of Unicode's forms in which it differs."""
    typed = passphrase.reveal()
    yield passphrase
    seen = {typed}
    for form in ("NFKC", "NFC", "NFD"):  # ethers.js and EIP-2335 take NFKC, macOS types NFD
        other = unicodedata.normalize(form, typed.decode("utf-8", "surrogateescape"))
        encoded = other.encode("utf-8", "surrogateescape")
        if encoded not in seen:
            seen.add(encoded)
            yield Secret(encoded)


def _derive(crypto: Crypto, passphrase: Secret) -> Secret:
    try:
        if crypto.kdf == "scrypt":
            params = msgspec.json.decode(crypto.kdfparams, type=ScryptParams)
            return _scrypt(params, passphrase)
        pbkdf2 = msgspec.json.decode(crypto.kdfparams, type=Pbkdf2Params)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed("the keystore's kdfparams are not those of its kdf") from None
    if pbkdf2.prf != "hmac-sha256":
        raise type_error("the keystore's prf is not hmac-sha256", "version 3 has no other")
    _check_size(pbkdf2.dklen)
    if pbkdf2.c < 1:
        raise malformed("the keystore's number of rounds is impossible")
    check_kdf_cost("keystore", rounds=pbkdf2.c)
    salt = _salt(pbkdf2.salt)
    return Secret(hashlib.pbkdf2_hmac("sha256", passphrase.reveal(), salt, pbkdf2.c, pbkdf2.dklen))


def _scrypt(params: ScryptParams, passphrase: Secret) -> Secret:
    _check_size(params.dklen)
    n, r, p = params.n, params.r, params.p
    if n < 2 or r < 1 or p < 1:
        raise malformed("the keystore's scrypt parameters are impossible")
    check_kdf_cost("keystore", scrypt=(n, r, p))
    if n & (n - 1):
        raise malformed("the keystore's scrypt parameters are impossible")
    try:
        # Not hashlib's: OpenSSL keeps RFC 7914's bound on n for small r, which the
        # definition's own example (n = 2^18, r = 1) breaks.
        derived = scrypt(passphrase.reveal(), _salt(params.salt), params.dklen, n, r, p)
    except (ValueError, MemoryError):
        raise malformed("the keystore's scrypt parameters cannot be used here") from None
    return Secret(derived)


def _check_size(dklen: int) -> None:
    if not MIN_KEY_SIZE <= dklen <= MAX_KEY_SIZE:
        raise malformed("the keystore's dklen is not 32")


def _salt(digits: str) -> bytes:
    return from_hex(digits, len(digits) // 2, "keystore's salt").reveal()
