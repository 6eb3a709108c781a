"""BIP-38: WIF keys that a passphrase protects, 6P..., of both kinds."""

import hashlib
import unicodedata
from itertools import chain

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from ceremony.addresses.base import base58_check, hash160
from ceremony.curves import SECP256K1
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key
from ceremony.keys.refusals import key_error, type_error
from ceremony.keys.source import from_base58check, one_word
from ceremony.keys.wif import UNCOMPRESSED
from ceremony.secret import Secret

PLAIN, MULTIPLIED = bytes.fromhex("0142"), bytes.fromhex("0143")
"""BIP-38: whether the key was there before, or was made out of the passphrase."""

CONTENT_SIZE = 39
FLAG_NOT_MULTIPLIED, FLAG_COMPRESSED, FLAG_LOT = 0xC0, 0x20, 0x04

SCRYPT = {"n": 16384, "r": 8, "p": 8, "maxmem": 1 << 26}
SCRYPT_OF_POINT = {"n": 1024, "r": 1, "p": 1}

# The versions of P2PKH in the chainparams.cpp of the networks' nodes (PUBKEY_ADDRESS).
# The file has a hash of the key's address on its network, and no version of its own.
P2PKH_VERSIONS: dict[int, tuple[str, ...]] = {
    0x00: ("Bitcoin", "BitcoinCash"),
    0x30: ("Litecoin",),
    0x1E: ("Dogecoin",),
    0x6F: ("BitcoinTestnet4", "BitcoinTestnet3", "BitcoinSignet", "LitecoinTestnet"),
    0x71: ("DogecoinTestnet",),
}


def parse_bip38(source: Secret, passphrase: Secret, network: str | None = None) -> KeyMaterial:
    """The secp256k1 key in a BIP-38 text, opened with its passphrase.

    The hash of the address inside must be that of the key's address on one of the
    networks known, and on ``network`` where one is named. The passphrase is taken in
    Unicode's form NFC, as the BIP says. Raises ``key``, ``checksum``, ``type``,
    ``passphrase`` for a wrong one, ``network``, which is said first where none is known.
    """
    known = [*chain(*P2PKH_VERSIONS.values())]
    if network is not None and network not in known:
        raise CeremonyError(
            Failure.NETWORK,
            f"no address of {printable(network)} is known in BIP-38 keys",
            hint=f"it is one of {', '.join(known)}",
        )
    content = from_base58check(one_word(source, "BIP-38 key"), "BIP-38 key")
    if len(content) != CONTENT_SIZE or content[:2] not in (PLAIN, MULTIPLIED):
        raise type_error(
            "this is base58 with a right checksum, and yet not a BIP-38 key",
            "a BIP-38 key begins with 6P; one that is not encrypted is the format wif",
        )
    typed = Secret(unicodedata.normalize("NFC", passphrase.reveal().decode()).encode())
    flags, address_hash = content[2], content[3:7]
    if content[:2] == PLAIN:
        if flags & FLAG_NOT_MULTIPLIED != FLAG_NOT_MULTIPLIED:
            raise key_error("the flags of the BIP-38 key are not those of its kind")
        secret_scalar = _plain(content, typed)
    else:
        secret_scalar = _multiplied(content, typed)
    compressed = bool(flags & FLAG_COMPRESSED)
    found = _network(secret_scalar, address_hash, compressed)
    if found is None:
        raise CeremonyError(
            Failure.PASSPHRASE,
            "the BIP-38 key does not open: its address is not that of what comes out",
            hint="the passphrase is wrong, or the key is one of another network",
        )
    if network is not None and network not in found:
        raise CeremonyError(
            Failure.NETWORK,
            f"the BIP-38 key is for {' or '.join(found)}, not for {printable(network)}",
            hint="check which network the key was made for",
        )
    return scalar_key("secp256k1", secret_scalar, warnings=() if compressed else (UNCOMPRESSED,))


def _plain(content: bytes, passphrase: Secret) -> Secret:
    """BIP-38, "Encryption when EC multiply flag is not used", the other way round."""
    derived = hashlib.scrypt(passphrase.reveal(), salt=content[3:7], dklen=64, **SCRYPT)
    return Secret(_xor(_decrypt(content[7:], derived[32:]), derived[:32]))


def _multiplied(content: bytes, passphrase: Secret) -> Secret:
    """BIP-38, "Decryption", of a key that was made for the owner of a passphrase."""
    flags, address_hash, entropy = content[2], content[3:7], content[7:15]
    salt = entropy[:4] if flags & FLAG_LOT else entropy
    factor = hashlib.scrypt(passphrase.reveal(), salt=salt, dklen=32, **SCRYPT)
    if flags & FLAG_LOT:
        factor = _hash(factor + entropy)
    point = SECP256K1.base_multiply(_in_range(factor)).compressed
    derived = hashlib.scrypt(point, salt=address_hash + entropy, dklen=64, **SCRYPT_OF_POINT)
    second = _xor(_decrypt(content[23:39], derived[32:]), derived[16:32])
    first = _xor(_decrypt(content[15:23] + second[:8], derived[32:]), derived[:16])
    other = int.from_bytes(_hash(first + second[8:]), "big")
    product = int.from_bytes(factor, "big") * other % SECP256K1.order
    return _in_range(product.to_bytes(KEY_SIZE, "big"))


def _network(secret_scalar: Secret, expected: bytes, compressed: bool) -> tuple[str, ...] | None:
    """The networks on which the key has the address whose hash is ``expected``."""
    if not 0 < int.from_bytes(secret_scalar.reveal(), "big") < SECP256K1.order:
        return None
    point = SECP256K1.base_multiply(secret_scalar)
    public_key = point.compressed if compressed else point.encoded
    for version, networks in P2PKH_VERSIONS.items():
        address = base58_check(bytes((version,)) + hash160(public_key))
        if _hash(address.encode())[:4] == expected:
            return networks
    return None


def _in_range(value: bytes) -> Secret:
    if not 0 < int.from_bytes(value, "big") < SECP256K1.order:  # a chance of 2^-128
        raise key_error("this BIP-38 text and this passphrase give no key")
    return Secret(value)


def _decrypt(block: bytes, key: bytes) -> bytes:
    decryptor = Cipher(AES(key), ECB()).decryptor()  # noqa: S305  (the BIP's, of hashed blocks)
    return decryptor.update(block) + decryptor.finalize()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()
