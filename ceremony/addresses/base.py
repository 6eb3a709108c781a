"""What the address families share: the value they make, hashes, checksummed texts."""

import binascii
import hashlib
from dataclasses import dataclass

from ceremony.curves import SECP256K1

BECH32 = 1
BECH32M = 0x2BC830A3
"""What a checksum comes to: BIP-173, and BIP-350, section "Bech32m"."""


@dataclass(frozen=True, slots=True)
class Address:
    """One way to write a public key's address; ``type`` is what people call that way."""

    type: str
    text: str


def uncompressed(public_key: bytes) -> bytes:
    """04 || x || y, 65 bytes, of a compressed secp256k1 key. Raises ``malformed``."""
    return SECP256K1.parse_compressed(public_key).encoded


def keccak256(data: bytes) -> bytes:
    """Ethereum's hash: Keccak with the padding from before FIPS 202."""
    from Crypto.Hash import keccak

    return keccak.new(digest_bits=256, data=data).digest()


def sha512_256(data: bytes) -> bytes:
    """FIPS 180-4, section 6.7. hashlib has it only where OpenSSL was built with it."""
    from Crypto.Hash import SHA512

    return SHA512.new(data=data, truncate="256").digest()


def hash160(data: bytes) -> bytes:
    """RIPEMD-160 of SHA-256, 20 bytes. OpenSSL 3 hides RIPEMD-160 from hashlib."""
    from Crypto.Hash import RIPEMD160

    return RIPEMD160.new(data=hashlib.sha256(data).digest()).digest()


def blake2b(data: bytes, size: int) -> bytes:
    """RFC 7693 with a digest of ``size`` bytes."""
    return hashlib.blake2b(data, digest_size=size).digest()


def tagged_hash(tag: str, data: bytes) -> bytes:
    """BIP-340, section "Design"."""
    prefix = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(prefix + prefix + data).digest()


def crc16(data: bytes) -> int:
    """CRC-16/XMODEM (polynomial 0x1021, starting from 0): Stellar's and TON's checksum."""
    return binascii.crc_hqx(data, 0)


def base58(data: bytes) -> str:
    import base58 as library

    return library.b58encode(data).decode()


def base58_check(data: bytes, *, ripple: bool = False) -> str:
    """Base58 with four bytes of double SHA-256, in Bitcoin's or the XRP Ledger's alphabet."""
    import base58 as library

    alphabet = library.RIPPLE_ALPHABET if ripple else library.BITCOIN_ALPHABET
    return library.b58encode_check(data, alphabet=alphabet).decode()


def five_bits(data: bytes) -> list[int]:
    """The bits of ``data`` in groups of five, the last one filled up with zeros."""
    from bech32 import convertbits

    groups = convertbits(data, 8, 5)
    return [] if groups is None else list(groups)


def bech32(prefix: str, values: list[int], constant: int = BECH32) -> str:
    """BIP-173, or BIP-350 with the other constant, over values below 32."""
    from bech32 import CHARSET, bech32_hrp_expand, bech32_polymod

    expanded = bech32_hrp_expand(prefix) + values
    checksum = bech32_polymod([*expanded, 0, 0, 0, 0, 0, 0]) ^ constant
    values = values + [checksum >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(CHARSET[value] for value in values)
