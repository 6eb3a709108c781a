"""Addresses that are the end of a Keccak hash: EVM chains, XDC and Tron."""

from ceremony.addresses.base import Address, base58_check, keccak256, uncompressed

TRON_PREFIX = b"\x41"
"""Tron, "Account address format": https://developers.tron.network/docs/account."""


def evm_addresses(_curve: str, public_key: bytes) -> tuple[Address, ...]:
    return (Address("EVM", checksummed(account(public_key))),)


def xdc_addresses(_curve: str, public_key: bytes) -> tuple[Address, ...]:
    """XDC writes 0x as xdc; its nodes and explorers take both."""
    address = checksummed(account(public_key))
    return Address("EVM", address), Address("XDC", "xdc" + address[2:].lower())


def tron_addresses(_curve: str, public_key: bytes) -> tuple[Address, ...]:
    payload = TRON_PREFIX + account(public_key)
    return Address("Tron", base58_check(payload)), Address("Tron hex", payload.hex())


def account(public_key: bytes) -> bytes:
    """The 20 bytes: Ethereum Yellow Paper, appendix F, equation for A(p)."""
    return keccak256(uncompressed(public_key)[1:])[12:]


def checksummed(address: bytes) -> str:
    """EIP-55: a letter is a capital where the hash of the digits has a nibble above 7."""
    digits = address.hex()
    nibbles = keccak256(digits.encode()).hex()
    pairs = zip(digits, nibbles, strict=False)
    return "0x" + "".join(d.upper() if int(n, 16) > 7 else d for d, n in pairs)
