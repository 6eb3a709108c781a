"""metadata.json of a Fireblocks recovery kit: which keys it holds, and what they must give.

Format: docs/fireblocks.md, read from Fireblocks' own recovery tool.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.fireblocks.archive import UUID, malformed
from ceremony.secret import Secret

T = TypeVar("T")

METADATA = "metadata.json"

CURVE_OF = {
    "MPC_ECDSA_SECP256K1": "secp256k1",
    "MPC_CMP_ECDSA_SECP256K1": "secp256k1",
    "MPC_EDDSA_ED25519": "ed25519",
    "MPC_CMP_EDDSA_ED25519": "ed25519",
}
"""Fireblocks' names of its algorithms. In those with CMP the shares are added, in the
others they are points of a polynomial."""

OLD_ALGORITHM = "MPC_ECDSA_SECP256K1"
"""What the only key of a very old kit is for."""

CHAIN_CODE_SIZE = 32
"""BIP-32."""


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A key as the metadata announces it; ``public_key`` is what the shares must give."""

    key_id: str
    algorithm: str
    curve: str
    public_key: bytes
    chain_code: Secret
    keyset: str | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """``entries`` are the keys to recover, ``key_ids`` all that the kit announces.

    ``master_ids`` belong to non-custodial wallets, which are not recovered here.
    """

    entries: tuple[KeyEntry, ...]
    key_ids: frozenset[str]
    master_ids: frozenset[str]


class _Key(msgspec.Struct, frozen=True, rename="camel"):
    public_key: str
    algo: str
    chain_code: str | None = None
    keyset_id: int | str | None = None


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    chain_code: str | None = None
    keys: dict[str, _Key] | None = None
    key_id: str | None = None
    public_key: str | None = None
    master_keys: dict[str, Any] | None = None


def parse_metadata(content: bytes, key_id: str | None = None) -> Metadata:
    """What a kit holds, by its metadata; only ``key_id`` where one is named.

    Raises ``malformed``, ``key`` (there is no such key) and ``scheme`` (an algorithm
    that nobody knows).
    """
    read = read_json(content, _Metadata, METADATA)
    keys = read.keys
    if keys is None and read.key_id is not None and read.public_key is not None:
        keys = {read.key_id: _Key(public_key=read.public_key, algo=OLD_ALGORITHM)}
    if not keys:
        raise malformed(f"{METADATA} announces no key")
    if key_id is not None and key_id not in keys:
        raise CeremonyError(
            Failure.KEY,
            f"recovery kit: there is no key {printable(key_id)} in it",
            hint=f"it has {listed(printable(known) for known in keys)}",
        )
    entries = tuple(
        _entry(name, key, read.chain_code)
        for name, key in keys.items()
        if key_id is None or name == key_id
    )
    return Metadata(entries, frozenset(keys), frozenset(read.master_keys or ()))


def _entry(key_id: str, key: _Key, common_chain_code: str | None) -> KeyEntry:
    if not re.fullmatch(UUID, key_id):
        raise malformed(f"{METADATA} has a key id that is no UUID: {printable(key_id)}")
    if key.algo not in CURVE_OF:
        raise CeremonyError(
            Failure.SCHEME,
            f"recovery kit: the key {key_id} is for {printable(key.algo)}, not supported",
            hint=f"supported: {', '.join(CURVE_OF)}",
        )
    # A key's own chain code wins. It stands nowhere else, so no other check can catch a
    # wrong one but the address of a wallet.
    chain_code = common_chain_code if key.chain_code is None else key.chain_code
    decoded = parse_hex(chain_code or "")
    if decoded is None or len(decoded) != CHAIN_CODE_SIZE:
        raise malformed(f"the chain code of the key {key_id} is not {CHAIN_CODE_SIZE} bytes of hex")
    public_key = parse_hex(key.public_key)
    if public_key is None:
        raise malformed(f"the public key of the key {key_id} is not hex")
    keyset = None if key.keyset_id is None else printable(str(key.keyset_id))
    curve = CURVE_OF[key.algo]
    return KeyEntry(key_id, key.algo, curve, public_key, Secret(decoded), keyset)


def parse_hex(digits: str) -> bytes | None:
    """The bytes of hex digits; None where there is anything else, or nothing."""
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", digits):
        return None
    return bytes.fromhex(digits)


def read_json(content: bytes, kind: type[T], name: str) -> T:
    """A JSON object of a kit. Unknown members are Fireblocks' affair, repeated ones nobody's.

    Raises ``malformed``, which never quotes the content.
    """
    try:
        parsed = json.loads(content.decode(), object_pairs_hook=_no_doubles)
        return msgspec.convert(parsed, kind)
    except (ValueError, RecursionError):
        raise malformed(f"{printable(name)} is damaged, or something is missing in it") from None


def listed(items: Iterable[str], limit: int = 6) -> str:
    """Names for one line of text: the first few, and how many more there are."""
    names = list(items)
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return "; ".join(names[:limit]) + more


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members
