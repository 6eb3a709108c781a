"""The paths that wallets usually take, to offer to the operator: never chosen for him."""

from dataclasses import dataclass

from ceremony.addresses.evm import evm_addresses
from ceremony.addresses.networks import NETWORKS


@dataclass(frozen=True, slots=True)
class UsualPath:
    """Where one kind of wallet keeps the first key of a mnemonic."""

    curve: str
    path: str
    where: str


EVM = (
    UsualPath("secp256k1", "m/44'/60'/0'/0/0", "BIP-44: MetaMask, Trezor, Ledger Live's first"),
    UsualPath("secp256k1", "m/44'/60'/0'/0", "old Ledger and MyEtherWallet"),
)


def _bitcoin_like(coin: int, purposes: dict[int, str]) -> tuple[UsualPath, ...]:
    return tuple(
        UsualPath("secp256k1", f"m/{purpose}'/{coin}'/0'/0/0", where)
        for purpose, where in purposes.items()
    )


SEGWIT = {84: "BIP-84, P2WPKH", 49: "BIP-49, P2SH-P2WPKH", 44: "BIP-44, P2PKH"}
TAPROOT = {86: "BIP-86, P2TR"}
LEGACY = {44: "BIP-44, P2PKH"}
TEST_COIN = 1
"""SLIP-44: the coin of the test networks of Bitcoin and its kin."""

# Coins: SLIP-44. Where a wallet differs from BIP-44, the note says which one it is.
# Networks whose wallets go neither by BIP-32 nor by SLIP-10 have no row: see
# ceremony.keys.own_derivations. Hedera's wallets differ: it stands in both.
USUAL_PATHS: dict[str, tuple[UsualPath, ...]] = {
    "Aptos": (UsualPath("ed25519", "m/44'/637'/0'/0'/0'", "Petra and the SDKs"),),
    "Bitcoin": _bitcoin_like(0, SEGWIT | TAPROOT),
    "BitcoinCash": _bitcoin_like(145, LEGACY),
    "BitcoinSignet": _bitcoin_like(TEST_COIN, SEGWIT | TAPROOT),
    "BitcoinTestnet3": _bitcoin_like(TEST_COIN, SEGWIT | TAPROOT),
    "BitcoinTestnet4": _bitcoin_like(TEST_COIN, SEGWIT | TAPROOT),
    "CosmosHub4": (UsualPath("secp256k1", "m/44'/118'/0'/0/0", "Keplr, Ledger"),),
    "Dogecoin": _bitcoin_like(3, LEGACY),
    "DogecoinTestnet": _bitcoin_like(TEST_COIN, LEGACY),
    "Ethereum": EVM,
    "EthereumClassic": (
        UsualPath("secp256k1", "m/44'/61'/0'/0/0", "BIP-44: Trezor, Ledger Live"),
        *EVM,
    ),
    "Hedera": (UsualPath("ed25519", "m/44'/3030'/0'/0'/0'", "HashPack, Blade"),),
    "InternetComputer": (UsualPath("secp256k1", "m/44'/223'/0'/0/0", "quill, dfx, Ledger"),),
    "Iota": (UsualPath("ed25519", "m/44'/4218'/0'/0'/0'", "the IOTA wallet"),),
    "Kaspa": (UsualPath("secp256k1", "m/44'/111111'/0'/0/0", "Kasware, Ledger"),),
    "Litecoin": _bitcoin_like(2, SEGWIT),
    "LitecoinTestnet": _bitcoin_like(TEST_COIN, SEGWIT),
    "Near": (UsualPath("ed25519", "m/44'/397'/0'", "the NEAR wallets"),),
    "Solana": (
        UsualPath("ed25519", "m/44'/501'/0'/0'", "Phantom, Solflare, Backpack"),
        UsualPath("ed25519", "m/44'/501'/0'", "Ledger Live"),
        UsualPath("ed25519", "m/44'/501'", "solana-keygen with prompt://"),
    ),
    "Starknet": (UsualPath("stark", "m/44'/9004'/0'/0/0", "Braavos: stark-from-eth-seed"),),
    "Stellar": (UsualPath("ed25519", "m/44'/148'/0'", "SEP-5"),),
    "Sui": (
        UsualPath("ed25519", "m/44'/784'/0'/0'/0'", "Sui's wallets"),
        UsualPath("secp256k1", "m/54'/784'/0'/0/0", "Sui's wallets, secp256k1"),
    ),
    "Tezos": (
        UsualPath("ed25519", "m/44'/1729'/0'/0'", "tz1: Temple, Kukai, Ledger"),
        UsualPath("secp256k1", "m/44'/1729'/0'/0'", "tz2 of the same wallets"),
    ),
    "Tron": (UsualPath("secp256k1", "m/44'/195'/0'/0/0", "TronLink, Ledger"),),
    "XrpLedger": (UsualPath("secp256k1", "m/44'/144'/0'/0/0", "Xaman, Ledger"),),
}

CARDANO = (UsualPath("ed25519", "m/1852'/1815'/0'/0/0", "CIP-1852: the first payment key"),)

FORMAT_PATHS: dict[str, tuple[UsualPath, ...]] = {
    "cardano": CARDANO,
    "cardano-trezor": CARDANO,
    "cardano-ledger": CARDANO,
    "substrate-ledger": (
        UsualPath("ed25519", "m/44'/354'/0'/0'/0'", "the app of Polkadot"),
        UsualPath("ed25519", "m/44'/434'/0'/0'/0'", "the app of Kusama"),
    ),
    "electrum": (
        UsualPath("secp256k1", "m/0/0", "a standard seed"),
        UsualPath("secp256k1", "m/0'/0/0", "a segwit seed"),
    ),
}
"""Where the words of one kind of wallet are of one network: by format."""

TEST_NAMES = ("Testnet", "Devnet", "Sepolia", "Nile", "Shadownet")
"""How Dfns names the test networks whose wallets take the paths of the main one."""


def usual_paths(network: str, curve: str | None = None) -> tuple[UsualPath, ...]:
    """What wallets of Dfns' network ``network`` usually take, of one curve if it is named.

    EVM chains without a row of their own share Ethereum's. Empty when none is known.
    """
    return tuple(usual for usual in _of_network(network) if curve in (None, usual.curve))


def format_paths(format_name: str) -> tuple[UsualPath, ...]:
    """What wallets usually take whose words are in a format of their own. Empty for others."""
    return FORMAT_PATHS.get(format_name, ())


def _of_network(network: str) -> tuple[UsualPath, ...]:
    if network in USUAL_PATHS:
        return USUAL_PATHS[network]
    if network in NETWORKS and NETWORKS[network].derive is evm_addresses:
        return EVM
    for ending in TEST_NAMES:
        if network.endswith(ending) and network.removesuffix(ending) in USUAL_PATHS:
            return USUAL_PATHS[network.removesuffix(ending)]
    return ()
