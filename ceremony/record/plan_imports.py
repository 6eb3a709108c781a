"""The keys of an import: every one can come from its source and become what is planned."""

import re
from collections.abc import Iterator

from ceremony.addresses import NETWORKS, network_named
from ceremony.dfns.key_import import MAX_NAME
from ceremony.dfns.scheme import check_scheme
from ceremony.errors import CeremonyError, printable
from ceremony.keys.derivation import HARDENED, parse_path, parse_relative_path
from ceremony.keys.fireblocks.archive import UUID
from ceremony.keys.fireblocks.extended import parse_wallet_path
from ceremony.keys.format_table import FORMATS
from ceremony.keys.refusals import path_error
from ceremony.keys.substrate import parse_junctions
from ceremony.record.plan import ImportKey, Plan, Source, Wallet
from ceremony.record.plan_curves import KIT, NEW, curve_of, curves_left
from ceremony.record.plan_expected import unfit
from ceremony.record.plan_lines import Place

FIREBLOCKS = (KIT, "fireblocks-xprv", "fireblocks-fprv")
"""Their paths are m/44/COIN/ACCOUNT/CHANGE/INDEX, no level hardened."""

EXTENDED = ("xprv", "slip10-xprv")
"""Their paths begin with m/ below a master key, and with a number below any other."""

FROM_A_SEED = ("bip39", "slip39-seed", "stark-from-eth-seed")
"""Their paths are BIP-32's, or SLIP-10's on ed25519."""

DERIVED = re.compile(r"m(/(0|[1-9]\d{0,9}))+", re.ASCII)
"""A wallet's path below a master key: no level is hardened."""

Found = Iterator[tuple[Place, str]]


def check_imports(plan: Plan) -> Found:
    """Every mistake in the keys of an import, with its place in the plan."""
    sources = {source.name: source for source in plan.sources}
    taken: dict[tuple[str, str | None, str], str] = {}
    for index, key in enumerate(plan.imports):
        source = sources.get(key.source)
        if source is None:
            text = f"there is no source {printable(key.source)}"
            yield ("keys", index, "source"), text
            continue
        for field, text in (
            *_network(plan, key),
            *_curve(key, source),
            *_expected(key, source),
            *_path(key, source),
            *_rest(key, source),
        ):
            yield ("keys", index, field), text
        place = (key.source, _written_alike(key.path), curve_of(key, source))
        if source.format != NEW and place in taken:
            yield (
                ("keys", index, "path"),
                f"this is the same key as {printable(taken[place])}: make a wallet of it, in a "
                "plan for import-keys, in place of a second import",
            )
        taken.setdefault(place, key.label)
        yield from _wallets(index, key, curve_of(key, source))


def _written_alike(path: str | None) -> str | None:
    """The path with ' at each hardened level, as ``read_key`` compares paths."""
    return path if path is None or "//" in path else re.sub("[hH]", "'", path)


def _network(plan: Plan, key: ImportKey) -> Iterator[tuple[str, str]]:
    if plan.operation == "import-wallets" and key.network is None:
        yield "", f"{printable(key.label)} has no network: a wallet is of one"
    if plan.operation == "import-keys" and key.network is not None:
        yield "network", "a key has no network: list [[keys.wallets]] of it"
    if key.network is not None and (unknown := unknown_network(key.network)):
        yield "network", unknown


def _curve(key: ImportKey, source: Source) -> Iterator[tuple[str, str]]:
    left = curves_left(key, source)
    curve = curve_of(key, source)
    if key.network is not None and key.network not in NETWORKS:
        return  # told already, and nothing is known of its curves
    if key.curve is not None and key.curve not in left:
        yield "curve", f"{source.format} and the network leave {', '.join(left) or 'no curve'}"
    elif not curve:
        yield "", f"{printable(key.label)} needs a curve: {', '.join(left) or 'none fits'}"
    elif key.protocol is not None:
        try:
            check_scheme(key.protocol, curve)
        except CeremonyError as error:
            yield "protocol", f"{error.message}; {error.hint}"


def _expected(key: ImportKey, source: Source) -> Iterator[tuple[str, str]]:
    if source.format == NEW:
        if key.expect is not None:
            yield "expect", "nobody can expect a key that is made here"
    elif key.expect is None:
        yield "", f"{printable(key.label)} has no expect: its address or public key"
    elif wrong := unfit(key.expect, key.network, curve_of(key, source)):
        yield "expect", wrong


def _path(key: ImportKey, source: Source) -> Iterator[tuple[str, str]]:
    known = FORMATS.get(source.format)
    if known is None and source.format not in (KIT, NEW):
        return  # told already, and nothing is known of its paths
    takes = source.format == KIT or (known is not None and "paths" in known.takes)
    needs = source.format == KIT or (known is not None and "paths" in known.needs)
    if key.path is None:
        if needs:
            yield "", f"{printable(key.label)} has no path, and {source.format} needs one"
    elif not takes:
        yield "path", f"the format {source.format} takes no path"
    else:
        try:
            check_path(key.path, source.format, curve_of(key, source))
        except CeremonyError as error:
            yield "path", f"{error.message}; {error.hint}"


def check_path(path: str, source_format: str, curve: str) -> None:
    """The path can be one of this format and curve. Raises ``path``.

    Formats that derive in ways of their own are left to those who read them.
    """
    if source_format in FIREBLOCKS:
        parse_wallet_path(path)
        return
    if source_format == "substrate":
        parse_junctions(path)
        return
    if source_format in EXTENDED and path[:1] not in ("m", "M"):
        parse_relative_path(path)
        return
    if source_format not in (*EXTENDED, *FROM_A_SEED):
        return
    levels = parse_path(path)
    if curve == "ed25519" and any(level < HARDENED for level in levels):
        raise path_error(
            "on ed25519 every level of a path is hardened", "mark each with ': m/44'/501'/0'/0'"
        )


def _rest(key: ImportKey, source: Source) -> Iterator[tuple[str, str]]:
    name = key.name or key.label
    if not (0 < len(name) <= MAX_NAME and name.isascii() and name.isprintable()):
        yield "name", f"a name has 1 to {MAX_NAME} printable ASCII characters"
    if key.key_id is not None and source.format != KIT:
        yield "key_id", "only a key of a recovery kit has a key_id"
    elif key.key_id is not None and not re.fullmatch(UUID, key.key_id):
        yield "key_id", "key_id is the id of a master key in the kit, a UUID in small letters"
    if key.wallets and key.network is not None:
        yield "", f"{printable(key.label)}: wallets are made of keys, not of wallets"
    if key.master_key and key.network is not None:
        yield "master_key", "a wallet cannot be a master key"
    if key.master_key and not any(wallet.path for wallet in key.wallets):
        yield (
            "master_key",
            "a master key names at least one derived wallet with its path and expected address: "
            "Dfns' chain code is not in the request, and only an address tells which one it takes",
        )


def _wallets(index: int, key: ImportKey, curve: str) -> Found:
    for number, wallet in enumerate(key.wallets):
        for field, text in _wallet(key, wallet, curve):
            yield ("keys", index, "wallets", number, field), text


def _wallet(key: ImportKey, wallet: Wallet, curve: str) -> Iterator[tuple[str, str]]:
    if unknown := unknown_network(wallet.network):
        yield "network", unknown
    elif curve and curve not in NETWORKS[wallet.network].curves:
        yield "network", f"{wallet.network} has no keys on {curve}"
    # A derived wallet is of another key than the one that is imported.
    elif wrong := unfit(wallet.expect, wallet.network, curve):
        yield "expect", wrong
    name = wallet.name
    if name is not None and not (
        0 < len(name) <= MAX_NAME and name.isascii() and name.isprintable()
    ):
        yield "name", f"a name has 1 to {MAX_NAME} printable ASCII characters"
    if wallet.path is None:
        if key.master_key:
            yield "", "a wallet of a master key has a path"
        return
    if not key.master_key:
        yield "path", "only a master key has derived wallets"
    if not DERIVED.fullmatch(wallet.path):
        yield "path", "the path of a derived wallet is like m/0/1, without hardened levels"
    elif any(int(level) >= HARDENED for level in wallet.path.split("/")[1:]):
        yield "path", "a level of a path is a number below 2^31"


def unknown_network(name: str) -> str:
    """What to say of a network that is not known, with the nearest names; empty if it is."""
    try:
        network_named(name)
    except CeremonyError as error:
        return f"{error.message}: {error.hint} (`ceremony networks` lists them)"
    return ""
