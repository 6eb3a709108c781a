"""Stark private keys: in hex, or ground from Ethereum's as StarkWare documents it."""

import hashlib
import re
from collections.abc import Sequence

from ceremony.curves import STARK, scalar_bytes
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.bip39 import mnemonic_seed
from ceremony.keys.derivation import derive, master_key, parse_path
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key
from ceremony.keys.refusals import key_error
from ceremony.keys.source import from_hex, one_word
from ceremony.secret import Secret

GROUND = (
    "a Stark key ground from an Ethereum one: compare the public key with the account "
    "contract's, wallets differ in path and grinding"
)


def parse_stark(source: Secret) -> KeyMaterial:
    """A Stark key of 63 or 64 hex digits, with or without 0x.

    Keys are below 2^252, so the 64th digit is always 0 and is often left out. A
    shorter text is refused though some wallets leave out more zeros: it looks just
    like one that was cut. Raises ``key``.
    """
    digits = one_word(source, "Stark key").removeprefix("0x")
    if len(digits) < 2 * KEY_SIZE - 1 and re.fullmatch("[0-9a-fA-F]+", digits):
        raise CeremonyError(
            Failure.KEY,
            f"a Stark key has 63 or 64 hex digits, this one {len(digits)}",
            hint="if a wallet left out leading zeros, put them back; else part of it is missing",
        )
    return scalar_key("stark", from_hex(digits.rjust(2 * KEY_SIZE, "0"), KEY_SIZE, "Stark key"))


def parse_stark_from_eth_seed(
    source: Secret, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The Stark keys at ``paths`` of a BIP-39 mnemonic: BIP-32 for secp256k1, then ground.

    StarkEx' paths are those of EIP-2645 (m/2645'/...), Braavos' m/44'/9004'/0'/0/i.
    Raises as ``parse_bip39`` does.
    """
    levels = [parse_path(path) for path in paths]
    master = master_key(mnemonic_seed(source, passphrase))
    return tuple(
        scalar_key(
            "stark", ground(derive(master, path).secret_scalar), path=text, warnings=(GROUND,)
        )
        for path, text in zip(levels, paths, strict=True)
    )


def parse_stark_from_eth_key(source: Secret) -> KeyMaterial:
    """The Stark key ground from an Ethereum key of 64 hex digits. Raises ``key``."""
    digits = one_word(source, "Ethereum key").removeprefix("0x")
    secret_scalar = from_hex(digits, KEY_SIZE, "Ethereum key")
    scalar_key("secp256k1", secret_scalar)  # refuses what is out of range
    return scalar_key("stark", ground(secret_scalar), warnings=(GROUND,))


def ground(key: Secret) -> Secret:
    """StarkWare's key grinding: a Stark scalar from 32 bytes, without bias.

    SHA-256 of the key and a counter, until the hash lies below the largest multiple
    of the order; then modulo the order (starkware-crypto-utils, key_derivation.js).
    """
    limit = (1 << 256) - (1 << 256) % STARK.order
    for counter in range(256):
        digest = hashlib.sha256(key.reveal() + bytes((counter,))).digest()
        value = int.from_bytes(digest, "big")
        if value < limit and value % STARK.order:
            return scalar_bytes(value % STARK.order)
    # One try fails with a chance below 1/32.
    raise key_error("no Stark key can be ground from this key")
