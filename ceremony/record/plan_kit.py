"""`ceremony plan from-kit`: the wallets of a recovery kit as lines of a plan.

No secret is needed: the kit's metadata hold the master public keys and the chain codes. Nothing
else in a kit proves the chain code, so people compare an address of each curve with Fireblocks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from ceremony.addresses import addresses, network_named
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.fireblocks.archive import malformed, read_archive
from ceremony.keys.fireblocks.metadata import METADATA, KeyEntry, listed, parse_metadata
from ceremony.keys.fireblocks.public import wallet_public_keys
from ceremony.keys.refusals import usage_error
from ceremony.keys.usual_paths import usual_paths
from ceremony.record.plan import ImportKey, Operation, Source, Wallet
from ceremony.record.plan_curves import KIT
from ceremony.record.plan_file import MAX_KEYS
from ceremony.record.plan_questions import is_test_network
from ceremony.record.plan_text import keys_text, source_text

HARDENED = 1 << 31

OTHER_COINS = {"Algorand": 283, "Cardano": 1815, "Polkadot": 354}
"""SLIP-44's numbers of networks whose own wallets have no path of BIP-44."""

NOTE = """
# {count} keys of the recovery kit, computed from the public keys and chain codes in its metadata:
# public facts only. Nothing in a kit proves a chain code. Compare at least one address of each
# curve with what Fireblocks shows, before the plan is printed.
"""


@dataclass(frozen=True, slots=True)
class KitWallets:
    """Which wallets of a kit: every network with every account and index.

    ``networks`` are Dfns' names, each perhaps with a colon and the coin of the path, without
    which it is the usual one. ``accounts`` and ``indices`` are ranges such as ``0-99,120``.
    ``curve`` counts for networks that have two. ``file`` and ``rsa_key`` are the names of the
    source's files in the plan.
    """

    source: str
    networks: tuple[str, ...]
    accounts: str = "0"
    indices: str = "0"
    curve: str | None = None
    key_id: str | None = None
    operation: Operation = "import-wallets"
    file: str = "kit.zip"
    rsa_key: str = "rsa.pem"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One wallet: its network, its master key and its path."""

    network: str
    entry: KeyEntry
    path: str
    label: str
    shared_label: str


def kit_lines(archive: bytes, wanted: KitWallets) -> str:
    """The [[sources]] entry of the kit and a [[keys]] entry for each key, as TOML.

    For import-wallets it is a key for each wallet; for import-keys a key for each path, with a
    wallet for each network. Raises ``malformed``, ``key``, ``scheme``, ``network``, ``curve``,
    ``ambiguous``, ``path`` and ``usage``.
    """
    files = read_archive(archive)
    if METADATA not in files:
        raise malformed(f"the zip file has no {METADATA}")
    entries = parse_metadata(files[METADATA], wanted.key_id).entries
    wallets = _wallets(entries, wanted)
    keys = (
        _as_keys(wallets, wanted)
        if wanted.operation == "import-keys"
        else _as_wallets(wallets, wanted)
    )
    source = Source(wanted.source, KIT, file=wanted.file, rsa_key=wanted.rsa_key)
    return NOTE.format(count=len(keys)) + source_text(source) + keys_text(keys)


def _wallets(entries: Sequence[KeyEntry], wanted: KitWallets) -> list[_Wanted]:
    accounts = parse_range(wanted.accounts, "accounts")
    indices = parse_range(wanted.indices, "indices")
    count = len(wanted.networks) * len(accounts) * len(indices)
    if not 1 <= count <= MAX_KEYS:
        raise usage_error(f"these are {count} wallets, a plan has 1 to {MAX_KEYS}",
                     "make several plans")  # fmt: skip
    found = []
    for text in wanted.networks:
        name, _, given = text.partition(":")
        entry = _entry_for(name, entries, wanted)
        coin = _coin(name, given)
        for account, index in product(accounts, indices):
            number = str(account) if len(indices) == 1 else f"{account}.{index}"
            path = f"m/44/{coin}/{account}/0/{index}"
            found.append(_Wanted(name, entry, path, f"{name} {number}", f"coin {coin} {number}"))
    return found


def _entry_for(network: str, entries: Sequence[KeyEntry], wanted: KitWallets) -> KeyEntry:
    """The master key of the wallets on a network. Raises ``network``, ``curve``, ``ambiguous``."""
    curves = network_named(network).curves
    if len(curves) > 1 and wanted.curve is not None:
        curves = tuple(curve for curve in curves if curve == wanted.curve)
    fitting = [entry for entry in entries if entry.curve in curves]
    has = listed(f"{entry.key_id} ({entry.algorithm})" for entry in entries)
    if not fitting:
        raise CeremonyError(
            Failure.CURVE,
            f"recovery kit: it has no master key for {network}, which is on {' or '.join(curves)}",
            hint=f"it has {has}",
        )
    if len({entry.curve for entry in fitting}) > 1:
        raise CeremonyError(
            Failure.AMBIGUOUS,
            f"{network} has keys on {' and '.join(curves)}, and no curve was named",
            hint="name it with --curve: Fireblocks' page of the asset says which one it is",
        )
    if len(fitting) > 1:
        raise CeremonyError(
            Failure.AMBIGUOUS,
            f"recovery kit: it has {len(fitting)} keys for {fitting[0].curve}, and no key id was "
            "named",
            hint=f"name the one that the wallets belong to with --key-id: {has}",
        )
    return fitting[0]


def _coin(network: str, given: str) -> int:
    """SLIP-44's number in the path: the given one, else the usual one. Raises ``path``."""
    if given:
        if not re.fullmatch(r"0|[1-9]\d{0,9}", given, re.ASCII) or int(given) >= HARDENED:
            raise CeremonyError(
                Failure.PATH,
                f"{printable(given)} is not the number of a coin",
                hint="it is SLIP-44's, such as Ethereum:60",
            )
        return int(given)
    if network in OTHER_COINS:
        return OTHER_COINS[network]
    coins = {path.path.split("/")[2].rstrip("'") for path in usual_paths(network)[:1]}
    if not coins or is_test_network(network):
        raise CeremonyError(
            Failure.PATH,
            f"the coin in the paths of {network} is not known here",
            hint=f"name it: {network}:N, as the path in Fireblocks has it (1 for most test assets)",
        )
    return int(coins.pop())


def _as_wallets(wallets: Sequence[_Wanted], wanted: KitWallets) -> list[ImportKey]:
    keys, taken = [], set[tuple[str, str]]()
    for wallet, public_key in _derived(wallets):
        if (wallet.entry.key_id, wallet.path) in taken:
            raise usage_error(
                f"{wallet.path} is one key for several networks, and can be imported once",
                "use --operation import-keys: Dfns makes a wallet of it on each network",
            )
        taken.add((wallet.entry.key_id, wallet.path))
        keys.append(
            ImportKey(
                label=wallet.label,
                source=wanted.source,
                expect=_address(wallet, public_key),
                path=wallet.path,
                curve=wallet.entry.curve if _needs_curve(wallet.network) else None,
                network=wallet.network,
                key_id=wanted.key_id,
            )
        )
    return keys


def _as_keys(wallets: Sequence[_Wanted], wanted: KitWallets) -> list[ImportKey]:
    groups: dict[tuple[str, str], list[tuple[_Wanted, bytes]]] = {}
    for wallet, public_key in _derived(wallets):
        groups.setdefault((wallet.entry.key_id, wallet.path), []).append((wallet, public_key))
    return [
        ImportKey(
            label=group[0][0].label if len(group) == 1 else group[0][0].shared_label,
            source=wanted.source,
            expect=group[0][1].hex(),
            path=path,
            curve=group[0][0].entry.curve,
            key_id=wanted.key_id,
            wallets=tuple(
                Wallet(wallet.network, _address(wallet, public_key), wallet.label)
                for wallet, public_key in group
            ),
        )
        for (_, path), group in groups.items()
    ]


def _derived(wallets: Sequence[_Wanted]) -> list[tuple[_Wanted, bytes]]:
    by_entry: dict[str, list[_Wanted]] = {}
    for wallet in wallets:
        by_entry.setdefault(wallet.entry.key_id, []).append(wallet)
    keys: dict[tuple[str, str], bytes] = {}
    for key_id, group in by_entry.items():
        paths = [wallet.path for wallet in group]
        found = wallet_public_keys(group[0].entry, paths)
        keys |= {(key_id, path): key for path, key in zip(paths, found, strict=True)}
    return [(wallet, keys[wallet.entry.key_id, wallet.path]) for wallet in wallets]


def _address(wallet: _Wanted, public_key: bytes) -> str:
    """The address that Dfns shows, or the public key where none follows from it."""
    if not network_named(wallet.network).has_address:
        return public_key.hex()
    return addresses(wallet.entry.curve, public_key, wallet.network)[0].text


def _needs_curve(network: str) -> bool:
    return len(network_named(network).curves) > 1


def parse_range(text: str, what: str) -> list[int]:
    """The numbers of ``0-99,120``, rising and each once. Raises ``usage``."""
    numbers: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"(\d{1,10})(?:-(\d{1,10}))?", part.strip(), re.ASCII)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, -1)
        if not (numbers[-1] if numbers else -1) < first <= last < HARDENED:
            raise usage_error(
                f"the {what} are not rising numbers below 2^31", "write 0-99 or 0,3,7-9"
            )
        if last - first >= MAX_KEYS:
            raise usage_error(f"these are more than {MAX_KEYS} {what}", "make several plans")
        numbers += range(first, last + 1)
    return numbers
