"""Addresses of the Move chains: a hash of the key with a byte that says its scheme."""

import hashlib

from ceremony.addresses.base import Address, blake2b, uncompressed

# AIP-40 / aptos-core, types/src/transaction/authenticator.rs: enum Scheme.
APTOS_ED25519 = b"\x00"
APTOS_SINGLE_KEY = b"\x02"

# Sui, "Keys and addresses": https://docs.sui.io/concepts/cryptography/transaction-auth
FLAGS = {"ed25519": b"\x00", "secp256k1": b"\x01"}


def aptos_addresses(curve: str, public_key: bytes) -> tuple[Address, ...]:
    """The authentication key of a new account, on Aptos and Movement.

    A single-key account hashes its key in BCS: variant, length, bytes.
    """
    if curve == "secp256k1":
        single = b"\x01\x41" + uncompressed(public_key)
        return (Address("Single key", _sha3(single + APTOS_SINGLE_KEY)),)
    return (
        Address("Ed25519", _sha3(public_key + APTOS_ED25519)),
        Address("Single key", _sha3(b"\x00\x20" + public_key + APTOS_SINGLE_KEY)),
    )


def sui_addresses(curve: str, public_key: bytes) -> tuple[Address, ...]:
    return (Address("Sui", "0x" + blake2b(FLAGS[curve] + public_key, 32).hex()),)


def iota_addresses(curve: str, public_key: bytes) -> tuple[Address, ...]:
    """As Sui's, but for ed25519 without the flag, as IOTA had it before Move."""
    flag = b"" if curve == "ed25519" else FLAGS[curve]
    return (Address("IOTA", "0x" + blake2b(flag + public_key, 32).hex()),)


def _sha3(data: bytes) -> str:
    return "0x" + hashlib.sha3_256(data).hexdigest()
