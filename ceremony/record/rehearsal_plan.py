"""The plan of a rehearsal: a production plan's own keys, fresh ones in place of every source,
and a sandbox in place of Dfns. Nothing is made or asked here.

Both sides make it from the same two files, and the digest stays that of the plan's file.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import msgspec

from ceremony.addresses import NETWORKS, addresses
from ceremony.curves import CURVES, SECP256K1, STARK, scalar_bytes
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.keys.forms import FORMS
from ceremony.record.plan import Dfns, ExportKey, ImportKey, Plan, Source, Wallet
from ceremony.record.plan_check import NEW, curve_of
from ceremony.record.plan_file import toml_tree
from ceremony.text import parse_hex_bytes

SANDBOX_PLACE = Control(
    "PLN-REHEARSAL", "a rehearsal goes to a sandbox on this machine, never to Dfns"
)

SANDBOX_API = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d{1,5})?")

FRESH = "fresh"
"""The name of the source of the keys that are made before an export is rehearsed."""

MARK = "REHEARSAL, fresh keys: "
"""What the title of a rehearsal begins with."""

PREFIX = "rehearsal-"
"""What the names of a rehearsal's files begin with: none may be taken for a real one."""

CHAIN_CODE = b"ceremony-sandbox chain code"
"""The sandbox's chain code of a master key is SHA-256 of this and the compressed public key
(docs/sandbox.md)."""

WALLET_NETWORKS = {"secp256k1": "Ethereum", "ed25519": "Solana"}
"""Where an exported wallet's fresh key gets its wallet, if the plan names no network."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the sandbox made of a fresh key; ``public_key`` is compressed."""

    public_key: bytes
    key_id: str
    wallet_id: str = ""


def parse_place(data: bytes) -> Dfns:
    """The [dfns] of ``ceremony-sandbox --plan-table``. Raises ``plan``, ``environment``."""
    try:
        tree = toml_tree(data.decode())
        place = msgspec.convert(tree.get("dfns"), Dfns)
    except (ValueError, RecursionError):  # UnicodeDecodeError, tomllib's and msgspec's errors
        raise CeremonyError(
            Failure.PLAN,
            "the sandbox's table is not one that ceremony-sandbox wrote",
            hint="start `ceremony-sandbox --env sandbox.env --plan-table sandbox.toml`",
        ) from None
    if not SANDBOX_API.fullmatch(place.api):
        raise SANDBOX_PLACE.refusal(
            Failure.ENVIRONMENT,
            f"{printable(place.api)} is not a sandbox on this machine",
            hint="STOP: fresh keys never go to Dfns; name the table that ceremony-sandbox wrote",
        )
    return place


def at_place(plan: Plan, place: Dfns) -> Plan:
    """The plan at the sandbox, marked as a rehearsal: all that the relay needs of it."""
    return msgspec.structs.replace(
        plan,
        title=(MARK + plan.title)[:100],
        environment="rehearsal",
        dfns=place,
        state=PREFIX + plan.state,
    )


def curves_of(plan: Plan) -> dict[str, str]:
    """The curve of each key of the plan, by its label."""
    if plan.is_export:
        return {key.label: _export_curve(key) for key in plan.exports}
    return {key.label: curve_of(key, plan.source(key.source)) for key in plan.imports}


def import_rehearsal(plan: Plan, place: Dfns, public_keys: Mapping[str, bytes]) -> Plan:
    """The import of these fresh keys, compressed, by their labels, as the plan has it.

    Of an export plan: the import that comes before it, of one key for each of its keys.
    """
    curves = curves_of(plan)
    keys = plan.imports or tuple(_before_export(key, curves[key.label]) for key in plan.exports)
    sources = tuple(Source(source.name, NEW) for source in plan.sources)
    return msgspec.structs.replace(
        at_place(plan, place),
        operation="import-keys" if plan.is_export else plan.operation,
        sources=sources or (Source(FRESH, NEW),),
        imports=tuple(_fresh(key, curves[key.label], public_keys[key.label]) for key in keys),
        exports=(),
    )


def export_rehearsal(plan: Plan, place: Dfns, made: Mapping[str, Made]) -> Plan:
    """The export of what the sandbox made, by the labels; its files have names of their own."""
    exports = tuple(
        msgspec.structs.replace(
            key,
            public_key=made[key.label].public_key.hex(),
            curve=curve,
            key=None if made[key.label].wallet_id else made[key.label].key_id,
            wallet=made[key.label].wallet_id or None,
            to=tuple(map(rehearsal_name, key.to)),
        )
        for key, curve in zip(plan.exports, curves_of(plan).values(), strict=True)
    )
    return msgspec.structs.replace(at_place(plan, place), exports=exports)


def child_at_sandbox(public_key: bytes, path: str) -> bytes:
    """The key that the sandbox derives from a master key: BIP-32, public, secp256k1."""
    chain_code = hashlib.sha256(CHAIN_CODE + public_key).digest()
    for level in path.split("/")[1:]:
        data = public_key + int(level).to_bytes(4, "big")
        digest = hmac.digest(chain_code, data, hashlib.sha512)
        tweak, chain_code = int.from_bytes(digest[:32], "big"), digest[32:]
        parent = SECP256K1.parse_compressed(public_key)
        step = SECP256K1.base_multiply(scalar_bytes(tweak % SECP256K1.order))
        child = SECP256K1.combine([(1, parent), (1, step)])
        if child is None:
            raise CeremonyError(
                Failure.KEY, f"there is no key at {path}", hint="start the rehearsal again"
            )
        public_key = child.compressed
    return public_key


def _fresh(key: ImportKey, curve: str, public_key: bytes) -> ImportKey:
    scheme = "Schnorr" if key.protocol == "FROST_BITCOIN" else ""
    return msgspec.structs.replace(
        key,
        curve=curve,
        path=None,
        key_id=None,
        expect=_expected(curve, public_key, key.network, scheme),
        wallets=tuple(_wallet(wallet, curve, public_key, scheme) for wallet in key.wallets),
    )


def _expected(curve: str, public_key: bytes, network: str | None, scheme: str) -> str:
    if network is None or not NETWORKS[network].has_address:
        return public_key.hex()
    return addresses(curve, public_key, network, scheme=scheme)[0].text


def _wallet(wallet: Wallet, curve: str, public_key: bytes, scheme: str) -> Wallet:
    of = public_key if wallet.path is None else child_at_sandbox(public_key, wallet.path)
    expect = addresses(curve, of, wallet.network, scheme=scheme)[0].text
    return msgspec.structs.replace(wallet, expect=expect)


def _before_export(key: ExportKey, curve: str) -> ImportKey:
    """The key that an export needs: with a wallet, where the plan names a wallet."""
    network = WALLET_NETWORKS.get(curve)
    if key.network is not None and curve in NETWORKS[key.network].curves:
        network = key.network
    wanted = key.wallet is not None and network is not None
    wallets = (Wallet(network or "", "", name=key.label),) if wanted else ()
    return ImportKey(key.label, FRESH, curve=curve, name=key.label, wallets=wallets)


def _export_curve(key: ExportKey) -> str:
    """The curve that is named, or the first that fits the form, the network and the key."""
    if key.curve is not None:
        return key.curve
    network = NETWORKS.get(key.network or "")
    left = [c for c in FORMS[key.form].curves if network is None or c in network.curves]
    # A public key of stark is half the time one of secp256k1, too, and the reverse is rare.
    left.sort(key=lambda curve: curve != STARK.name)
    value = parse_hex_bytes(key.public_key, "public_key")
    for curve in left:
        try:
            CURVES[curve].parse_public_key(value)
        except CeremonyError:
            continue
        return curve
    return (left or list(CURVES))[0]


def rehearsal_name(path: str) -> str:
    """The same folder, another name: a real export must not find a rehearsal's file there."""
    place = PurePosixPath(path)
    return str(place.with_name(PREFIX + place.name))
