"""Networks where the address is the public key itself, or that have none from a key."""

from ceremony.addresses.base import Address, base58, uncompressed
from ceremony.addresses.evm import account, checksummed

# SubjectPublicKeyInfo up to the key: RFC 8410; RFC 5480 with SEC 2's OID.
DER_PREFIX = {
    "ed25519": bytes.fromhex("302a300506032b6570032100"),
    "secp256k1": bytes.fromhex("3056301006072a8648ce3d020106052b8104000a034200"),
}
HEDERA_SECP256K1_PREFIX = bytes.fromhex("302d300706052b8104000a032200")
"""What Hedera's SDKs write before a compressed secp256k1 key (hiero-sdk-js, ECDSA)."""


def solana_addresses(_curve: str, public_key: bytes) -> tuple[Address, ...]:
    return (Address("Solana", base58(public_key)),)


def near_addresses(curve: str, public_key: bytes) -> tuple[Address, ...]:
    """The implicit account, and the key as NEAR writes it.

    https://docs.near.org/protocol/account-id; secp256k1 keys have an Ethereum-like
    implicit account (NEP-518).
    """
    if curve == "secp256k1":
        return (
            Address("Implicit account", "0x" + account(public_key).hex()),
            Address("Public key", "secp256k1:" + base58(uncompressed(public_key)[1:])),
        )
    return (
        Address("Implicit account", public_key.hex()),
        Address("Public key", "ed25519:" + base58(public_key)),
    )


def hedera_keys(curve: str, public_key: bytes) -> tuple[Address, ...]:
    """No address: Hedera numbers its accounts. The key as its SDKs write it.

    A secp256k1 key may also be reached by its EVM alias (HIP-583).
    """
    if curve == "secp256k1":
        return (
            Address("Public key (DER)", (HEDERA_SECP256K1_PREFIX + public_key).hex()),
            Address("Public key", public_key.hex()),
            Address("EVM alias", checksummed(account(public_key))),
        )
    return (
        Address("Public key (DER)", der_public_key(curve, public_key).hex()),
        Address("Public key", public_key.hex()),
    )


def starknet_keys(_curve: str, public_key: bytes) -> tuple[Address, ...]:
    """No address: it belongs to a contract that may take any key. The key is its x."""
    return (Address("Public key", "0x" + public_key[1:].hex()),)


def public_keys(_curve: str, public_key: bytes) -> tuple[Address, ...]:
    """No address follows from a key here: the validator or the identity gives it."""
    return (Address("Public key", public_key.hex()),)


def der_public_key(curve: str, public_key: bytes) -> bytes:
    """SubjectPublicKeyInfo; secp256k1 keys stand in it uncompressed."""
    key = public_key if curve == "ed25519" else uncompressed(public_key)
    return DER_PREFIX[curve] + key
