"""Networks whose wallets derive keys from words in ways of their own.

BIP-32 and SLIP-10 give keys for them too, valid ones, which those wallets do not have.
"""

from dataclasses import dataclass

from ceremony.errors import CeremonyError
from ceremony.keys.derivation import HARDENED, parse_path
from ceremony.keys.usual_paths import usual_paths

BIP32_FORMATS = ("bip39", "slip39-seed")
"""The formats that go from words to a key by BIP-32 and SLIP-10."""

BOTH = ("secp256k1", "ed25519")


@dataclass(frozen=True, slots=True)
class OwnDerivation:
    """Where wallets derive otherwise: on which networks, curves and SLIP-44 coins, and how.

    ``how`` continues "the wallets of NETWORK"; ``formats`` are those that read their
    words, best known first.
    """

    networks: tuple[str, ...]
    curves: tuple[str, ...]
    coins: tuple[int, ...]
    how: str
    formats: tuple[str, ...] = ()


OWN_DERIVATIONS = (
    OwnDerivation(
        ("Cardano", "CardanoPreprod"),
        ("ed25519",),
        (1815,),
        "derive by BIP32-Ed25519 (CIP-1852), never by SLIP-10",
        ("cardano", "cardano-trezor", "cardano-ledger"),
    ),
    OwnDerivation(
        (
            *("Polkadot", "PolkadotAssetHub", "Paseo", "PaseoAssetHub", "Kusama"),
            *("KusamaAssetHub", "Westend", "WestendAssetHub", "Polymesh", "PolymeshTestnet"),
        ),
        BOTH,
        (354, 434, 595),
        "derive by substrate-bip39, never by BIP-32 or SLIP-10",
        ("substrate", "substrate-ledger"),
    ),
    OwnDerivation(
        ("Ton", "TonTestnet", "Ion", "IonTestnet"),
        ("ed25519",),
        (607,),
        "have words of their own, and those that take BIP-39 words differ",
        ("ton",),
    ),
    OwnDerivation(
        ("Algorand", "AlgorandTestnet"),
        ("ed25519",),
        (283,),
        "have 25 words of their own, and those that take BIP-39 words differ (SLIP-10, ARC-52, "
        "Ledger)",
        ("algorand",),
    ),
    OwnDerivation(
        ("Hedera", "HederaTestnet"),
        ("ed25519",),
        (3030,),
        "differ: the SDK and HashPack take m/44'/3030'/0'/0'/0', older ones four levels, or 22 "
        "words",
    ),
    OwnDerivation(
        ("InternetComputer", "Origyn"),
        ("ed25519",),
        (223,),
        "derive secp256k1 keys from words, none on ed25519",
    ),
    OwnDerivation(
        ("XrpLedger", "XrpLedgerTestnet"),
        ("ed25519",),
        (144,),
        "derive ed25519 keys from family seeds, and secp256k1 keys from BIP-39 words",
        ("xrp",),
    ),
)


def own_derivation(
    network: str | None, curve: str | None, paths: tuple[str, ...] = ()
) -> OwnDerivation | None:
    """The row of the network, or without one that of the coin in a path. None for others."""
    coins = {_coin(path) for path in paths} if network is None else set()
    for row in OWN_DERIVATIONS:
        if curve in (None, *row.curves) and (network in row.networks or coins & {*row.coins}):
            return row
    return None


def doubt(format_name: str, curve: str, network: str | None, path: str) -> str | None:
    """Why the key that a format gives at a path may be none that the network's wallets have.

    Such a key is taken with the expected address only. None where there is no doubt.
    """
    if format_name not in BIP32_FORMATS:
        return None
    if row := own_derivation(network, curve, (path,)):
        where = network or row.networks[0]
        return f"the wallets of {where} {row.how}{_formats(row, '; their words: format ')}"
    if network is not None and curve == "ed25519" and not usual_paths(network, curve):
        return f"how the wallets of {network} derive ed25519 keys from words is not known here"
    return None


def own_hint(network: str | None, curve: str | None) -> str | None:
    """What to name instead of a path, where a network's wallets derive in their own way."""
    row = own_derivation(network, curve)
    if row is None or not row.formats:
        return None
    return f"the wallets of {network} {row.how}: name the format {' or '.join(row.formats)}"


def _formats(row: OwnDerivation, before: str) -> str:
    return before + " or ".join(row.formats) if row.formats else ""


def _coin(path: str) -> int | None:
    """The second level of a path (SLIP-44), or None."""
    try:
        levels = parse_path(path)
    except CeremonyError:
        return None
    return levels[1] - HARDENED if len(levels) > 1 and levels[1] >= HARDENED else None
