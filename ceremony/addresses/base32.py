"""Addresses in Base32: Stellar, Algorand, and the Internet Computer."""

import base64
import hashlib
import zlib

from ceremony.addresses.base import Address, crc16, sha512_256
from ceremony.addresses.plain import der_public_key

STELLAR_ACCOUNT = b"\x30"
"""SEP-23, version byte of an ed25519 public key: 6 << 3, a G in Base32."""

SELF_AUTHENTICATING = b"\x02"
"""Internet Computer Interface Specification, section "Principals"."""


def stellar_addresses(_curve: str, public_key: bytes) -> tuple[Address, ...]:
    """SEP-23: https://stellar.org/protocol/sep-23."""
    payload = STELLAR_ACCOUNT + public_key
    checksum = crc16(payload).to_bytes(2, "little")
    return (Address("Stellar", base64.b32encode(payload + checksum).decode()),)


def algorand_addresses(_curve: str, public_key: bytes) -> tuple[Address, ...]:
    """The key and the last four bytes of its SHA-512/256: Algorand, "Accounts"."""
    checksum = sha512_256(public_key)[-4:]
    return (Address("Algorand", _base32(public_key + checksum)),)


def internet_computer_addresses(curve: str, public_key: bytes) -> tuple[Address, ...]:
    """The ICP ledger's account of the default subaccount, and the principal."""
    digest = hashlib.sha224(der_public_key(curve, public_key)).digest()
    principal = digest + SELF_AUTHENTICATING
    account = hashlib.sha224(b"\x0aaccount-id" + principal + bytes(32)).digest()
    text = _base32(_crc32(principal) + principal).lower()
    grouped = "-".join(text[i : i + 5] for i in range(0, len(text), 5))
    return (
        Address("Account", (_crc32(account) + account).hex()),
        Address("Principal", grouped),
    )


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _crc32(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")
