"""The networks of Dfns' API, and how a public key becomes an address on each."""

from collections.abc import Callable
from dataclasses import dataclass

from ceremony.addresses.base import Address
from ceremony.addresses.base32 import (
    algorand_addresses,
    internet_computer_addresses,
    stellar_addresses,
)
from ceremony.addresses.bitcoin import legacy_addresses, segwit_addresses
from ceremony.addresses.cashaddr import bitcoin_cash_addresses, kaspa_addresses
from ceremony.addresses.cosmos import cardano_addresses, cosmos_addresses, sei_addresses
from ceremony.addresses.evm import evm_addresses, tron_addresses, xdc_addresses
from ceremony.addresses.move import aptos_addresses, iota_addresses, sui_addresses
from ceremony.addresses.plain import (
    hedera_keys,
    near_addresses,
    public_keys,
    solana_addresses,
    starknet_keys,
)
from ceremony.addresses.tagged import substrate_addresses, tezos_addresses, xrp_addresses
from ceremony.addresses.ton import ton_addresses

Derive = Callable[[str, bytes], tuple[Address, ...]]

K1 = ("secp256k1",)
ED = ("ed25519",)
BOTH = ("secp256k1", "ed25519")


@dataclass(frozen=True, slots=True)
class Network:
    """A network: the curves its keys may be on, and their addresses.

    ``has_address`` is false where none follows from a public key: there, the
    "addresses" are the public key as the network's tools write it.
    """

    name: str
    curves: tuple[str, ...]
    derive: Derive
    has_address: bool = True


# Names: the enumeration of dfns-sdk 1.0.4 (POST /wallets, "network"), and older ones
# that its documentation still shows.
EVM = """
ArbitrumOne ArbitrumSepolia Arc ArcTestnet AvalancheC AvalancheCFuji Base BaseSepolia
Berachain BerachainBepolia Bob BobSepolia Bsc BscTestnet Celo CeloAlfajores CeloSepolia
Codex CodexSepolia Ethereum EthereumClassic EthereumClassicMordor EthereumGoerli
EthereumHolesky EthereumHoodi EthereumSepolia FantomOpera FantomTestnet FlareC
FlareCCoston2 FlowEvm FlowEvmTestnet HyperEvm HyperEvmTestnet Ink InkSepolia Monad
MonadTestnet Optimism OptimismSepolia Plasma PlasmaTestnet Plume PlumeSepolia Polygon
PolygonAmoy Rayls RaylsTestnet Robinhood RobinhoodSepolia Sonic SonicTestnet Tempo
TempoModerato XLayer XLayerSepolia
"""

# Version bytes and prefixes: chainparams.cpp of Bitcoin Core, Litecoin Core, Dogecoin
# Core and Bitcoin Cash Node; BIP-173; CashAddr; SS58 prefixes of the ss58-registry.
_BITCOIN_TEST = segwit_addresses(0x6F, 0xC4, "tb")
_FAMILIES: tuple[tuple[str, tuple[str, ...], Derive], ...] = (
    (EVM, K1, evm_addresses),
    ("Xdc XdcApothem", K1, xdc_addresses),
    ("Tron TronNile", K1, tron_addresses),
    ("Bitcoin", K1, segwit_addresses(0x00, 0x05, "bc")),
    ("BitcoinSignet BitcoinTestnet3 BitcoinTestnet4", K1, _BITCOIN_TEST),
    ("Litecoin", K1, segwit_addresses(0x30, 0x32, "ltc")),
    ("LitecoinTestnet", K1, segwit_addresses(0x6F, 0x3A, "tltc")),
    ("Dogecoin", K1, legacy_addresses(0x1E)),
    ("DogecoinTestnet", K1, legacy_addresses(0x71)),
    ("BitcoinCash", K1, bitcoin_cash_addresses("bitcoincash", 0x00)),
    ("Kaspa", K1, kaspa_addresses("kaspa")),
    ("XrpLedger", BOTH, xrp_addresses(test=False)),
    ("XrpLedgerTestnet", BOTH, xrp_addresses(test=True)),
    ("CosmosHub4 CosmosIcsTestnet", K1, cosmos_addresses("cosmos")),
    ("BabylonGenesis BabylonTestnet5", K1, cosmos_addresses("bbn")),
    ("SeiPacific1 SeiAtlantic2", K1, sei_addresses),
    ("Solana SolanaDevnet", ED, solana_addresses),
    ("Stellar StellarTestnet", ED, stellar_addresses),
    ("Algorand AlgorandTestnet", ED, algorand_addresses),
    ("Aptos AptosTestnet Movement MovementTestnet", BOTH, aptos_addresses),
    ("Sui SuiTestnet", BOTH, sui_addresses),
    ("Iota IotaTestnet", BOTH, iota_addresses),
    ("Near NearTestnet", BOTH, near_addresses),
    ("Polkadot PolkadotAssetHub Paseo PaseoAssetHub", BOTH, substrate_addresses(0)),
    ("Kusama KusamaAssetHub", BOTH, substrate_addresses(2)),
    ("Westend WestendAssetHub PolymeshTestnet", BOTH, substrate_addresses(42)),
    ("Polymesh", BOTH, substrate_addresses(12)),
    ("Tezos TezosGhostnet TezosShadownet", BOTH, tezos_addresses),
    ("Cardano", ED, cardano_addresses(1)),
    ("CardanoPreprod", ED, cardano_addresses(0)),
    # Ion is a fork of TON with its wallet contracts.
    ("Ton Ion", ED, ton_addresses(test=False)),
    ("TonTestnet IonTestnet", ED, ton_addresses(test=True)),
    ("InternetComputer Origyn", BOTH, internet_computer_addresses),
)
_KEYS_ONLY: tuple[tuple[str, tuple[str, ...], Derive], ...] = (
    ("Hedera HederaTestnet", BOTH, hedera_keys),
    ("Starknet StarknetSepolia", ("stark",), starknet_keys),
    # A Canton party and a Concordium account are named by what they were registered
    # with; of Areum and Tsc no description was public when this was written.
    ("Canton CantonTestnet Concordium ConcordiumTestnet", ED, public_keys),
    ("Areum Tsc TscTestnet1", BOTH, public_keys),
)

NETWORKS: dict[str, Network] = {
    name: Network(name, curves, derive, has_address)
    for has_address, families in ((True, _FAMILIES), (False, _KEYS_ONLY))
    for names, curves, derive in families
    for name in names.split()
}
"""Every network, by the name it has in Dfns' API."""
