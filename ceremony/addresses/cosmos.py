"""Bech32 addresses outside Bitcoin: Cosmos chains and Cardano."""

from collections.abc import Callable

from ceremony.addresses.base import Address, bech32, blake2b, five_bits, hash160
from ceremony.addresses.evm import evm_addresses

# CIP-19, section "Shelley addresses": header byte, upper half.
CARDANO_ENTERPRISE = 0x60
CARDANO_REWARD = 0xE0


def cosmos_addresses(prefix: str) -> Callable[[str, bytes], tuple[Address, ...]]:
    """Cosmos SDK, ADR-028, section "Legacy public key addresses don't change"."""
    return lambda _curve, public_key: (
        Address("Cosmos", bech32(prefix, five_bits(hash160(public_key)))),
    )


def sei_addresses(curve: str, public_key: bytes) -> tuple[Address, ...]:
    """Sei gives each key a Cosmos and an EVM address: https://docs.sei.io (accounts)."""
    return cosmos_addresses("sei")(curve, public_key) + evm_addresses(curve, public_key)


def cardano_addresses(network: int) -> Callable[[str, bytes], tuple[Address, ...]]:
    """CIP-19 for network 1 (mainnet) or 0 (test): what one key alone can have.

    Dfns' wallets have the enterprise address (header 60 in the transactions of its
    documentation, "Cardano" under "Generate signature"); a base address would need
    a second key, for staking.
    """
    suffix = "" if network else "_test"

    def derive(_curve: str, public_key: bytes) -> tuple[Address, ...]:
        key_hash = blake2b(public_key, 28)
        enterprise = bytes((CARDANO_ENTERPRISE | network,)) + key_hash
        reward = bytes((CARDANO_REWARD | network,)) + key_hash
        return (
            Address("Enterprise", bech32("addr" + suffix, five_bits(enterprise))),
            Address("Reward", bech32("stake" + suffix, five_bits(reward))),
        )

    return derive
