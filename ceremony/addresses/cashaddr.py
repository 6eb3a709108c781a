"""Addresses with CashAddr's 40-bit checksum: Bitcoin Cash and Kaspa."""

from collections.abc import Callable

from ceremony.addresses.base import (
    Address,
    base58_check,
    five_bits,
    hash160,
    uncompressed,
)

# CashAddr specification, section "Checksum":
# https://github.com/bitcoincashorg/bitcoincash.org/blob/master/spec/cashaddr.md
GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)

P2PKH_20 = 0
"""CashAddr's version byte: type P2PKH, hash of 160 bits."""

# rusty-kaspa, crypto/addresses/src/lib.rs, enum Version.
KASPA_SCHNORR = 0
KASPA_ECDSA = 1


def bitcoin_cash_addresses(prefix: str, p2pkh: int) -> Callable[[str, bytes], tuple[Address, ...]]:
    """P2PKH in CashAddr, and as it was before: Bitcoin Cash has no other for one key."""

    def derive(_curve: str, public_key: bytes) -> tuple[Address, ...]:
        keys = (("P2PKH", public_key), ("P2PKH of the uncompressed key", uncompressed(public_key)))
        hashes = [(name, hash160(key)) for name, key in keys]
        return (
            *(Address(f"{name}, CashAddr", cashaddr(prefix, P2PKH_20, h)) for name, h in hashes),
            *(Address(f"{name}, legacy", base58_check(bytes((p2pkh,)) + h)) for name, h in hashes),
        )

    return derive


def kaspa_addresses(prefix: str) -> Callable[[str, bytes], tuple[Address, ...]]:
    """P2PK for Schnorr signatures, which Kaspa's wallets use, and for ECDSA."""
    return lambda _curve, public_key: (
        Address("P2PK Schnorr", cashaddr(prefix, KASPA_SCHNORR, public_key[1:])),
        Address("P2PK ECDSA", cashaddr(prefix, KASPA_ECDSA, public_key)),
    )


def cashaddr(prefix: str, version: int, payload: bytes) -> str:
    """prefix:payload, with the checksum over both."""
    from bech32 import CHARSET

    values = five_bits(bytes((version,)) + payload)
    checksum = _polymod([*(ord(c) & 31 for c in prefix), 0, *values, *bytes(8)])
    values += [checksum >> 5 * (7 - i) & 31 for i in range(8)]
    return prefix + ":" + "".join(CHARSET[value] for value in values)


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 35
        checksum = (checksum & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(GENERATORS):
            if top >> bit & 1:
                checksum ^= generator
    return checksum ^ 1
