"""Base58 addresses with a tag of their own: Polkadot and kin, Tezos, the XRP Ledger."""

from collections.abc import Callable

from ceremony.addresses.base import (
    Address,
    base58,
    base58_check,
    blake2b,
    hash160,
)

GENERIC_SUBSTRATE = 42
"""The prefix of any Substrate chain: https://github.com/paritytech/ss58-registry."""

# Octez, src/lib_crypto/base58.ml: what makes the first letters come out right.
TEZOS = {
    "ed25519": (b"\x06\xa1\x9f", "tz1", b"\x0d\x0f\x25\xd9", "edpk"),
    "secp256k1": (b"\x06\xa1\xa1", "tz2", b"\x03\xfe\xe2\x56", "sppk"),
}

# https://xrpl.org/docs/references/protocol/data-types/base58-encodings; XLS-5d.
XRP_ACCOUNT = b"\x00"
XRP_ED25519 = b"\xed"
X_ADDRESS = {False: b"\x05\x44", True: b"\x04\x93"}


def substrate_addresses(prefix: int) -> Callable[[str, bytes], tuple[Address, ...]]:
    """SS58 with the chain's prefix, and with the generic one.

    An ed25519 key is its own account; a secp256k1 key's account is its BLAKE2b-256.
    """

    def derive(curve: str, public_key: bytes) -> tuple[Address, ...]:
        account = public_key if curve == "ed25519" else blake2b(public_key, 32)
        own = Address("SS58", ss58(prefix, account))
        if prefix == GENERIC_SUBSTRATE:
            return (own,)
        return own, Address("SS58 generic", ss58(GENERIC_SUBSTRATE, account))

    return derive


def ss58(prefix: int, account: bytes) -> str:
    """https://docs.polkadot.com (accounts, address format), prefixes below 64."""
    payload = bytes((prefix,)) + account
    return base58(payload + blake2b(b"SS58PRE" + payload, 64)[:2])


def tezos_addresses(curve: str, public_key: bytes) -> tuple[Address, ...]:
    hash_prefix, name, key_prefix, key_name = TEZOS[curve]
    return (
        Address(name, base58_check(hash_prefix + blake2b(public_key, 20))),
        Address(f"Public key ({key_name})", base58_check(key_prefix + public_key)),
    )


def xrp_addresses(*, test: bool) -> Callable[[str, bytes], tuple[Address, ...]]:
    """The classic address, and the X-address without a destination tag."""

    def derive(curve: str, public_key: bytes) -> tuple[Address, ...]:
        key = XRP_ED25519 + public_key if curve == "ed25519" else public_key
        account = hash160(key)
        untagged = X_ADDRESS[test] + account + bytes(9)
        return (
            Address("Classic", base58_check(XRP_ACCOUNT + account, ripple=True)),
            Address("X-address", base58_check(untagged, ripple=True)),
        )

    return derive
