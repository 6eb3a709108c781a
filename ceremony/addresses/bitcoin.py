"""Addresses of Bitcoin and its kin: Litecoin, Dogecoin."""

from collections.abc import Callable

from ceremony.addresses.base import (
    BECH32M,
    Address,
    base58_check,
    bech32,
    five_bits,
    hash160,
    tagged_hash,
    uncompressed,
)


def segwit_addresses(
    p2pkh: int, p2sh: int, prefix: str
) -> Callable[[str, bytes], tuple[Address, ...]]:
    """The family with these version bytes (chainparams.cpp) and this bech32 prefix.

    P2WPKH comes first, which is what Dfns makes of an ECDSA key; of a Schnorr key
    (FROST_BITCOIN) it makes P2TR: https://docs.dfns.co/networks/bitcoin.
    """

    def derive(_curve: str, public_key: bytes) -> tuple[Address, ...]:
        key_hash = hash160(public_key)
        # BIP-141, "P2WPKH nested in BIP16 P2SH": the script is OP_0 and 20 bytes.
        nested = hash160(b"\x00\x14" + key_hash)
        return (
            Address("P2WPKH", bech32(prefix, [0, *five_bits(key_hash)])),
            Address("P2TR", bech32(prefix, [1, *five_bits(taproot_key(public_key))], BECH32M)),
            Address("P2SH-P2WPKH", base58_check(bytes((p2sh,)) + nested)),
            *_p2pkh(p2pkh, public_key),
        )

    return derive


def legacy_addresses(p2pkh: int) -> Callable[[str, bytes], tuple[Address, ...]]:
    """The family without segregated witness: Dogecoin."""
    return lambda _curve, public_key: _p2pkh(p2pkh, public_key)


def taproot_key(public_key: bytes) -> bytes:
    """The output key of a key-path-only P2TR, 32 bytes: BIP-86, BIP-341."""
    from coincurve import PublicKeyXOnly

    key = PublicKeyXOnly(public_key[1:])
    key.tweak_add(tagged_hash("TapTweak", public_key[1:]))
    return bytes(key.format())


def _p2pkh(version: int, public_key: bytes) -> tuple[Address, ...]:
    prefix = bytes((version,))
    return (
        Address("P2PKH", base58_check(prefix + hash160(public_key))),
        Address(
            "P2PKH of the uncompressed key",
            base58_check(prefix + hash160(uncompressed(public_key))),
        ),
    )
