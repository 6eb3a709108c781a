"""Fireblocks' master keys: as xprv and fprv text, and the wallets' keys below them.

xprv is BIP-32's. fprv is the same for ed25519, with children of Fireblocks' own making
(docs/fireblocks.md, after fireblocks-key-recovery-tool). No level is hardened in either.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import base58

from ceremony.curves import ED25519, scalar_bytes
from ceremony.errors import CeremonyError, printable
from ceremony.keys.derivation import HARDENED, ExtendedKey, derive, parse_path
from ceremony.keys.material import KeyMaterial, scalar_key
from ceremony.keys.refusals import key_error, path_error, type_error
from ceremony.keys.source import from_base58check, one_word
from ceremony.secret import Secret

VERSIONS = {"secp256k1": bytes.fromhex("0488ade4"), "ed25519": bytes.fromhex("03273a10")}
"""The first four bytes, which give the text its xprv (BIP-32) and fprv (Fireblocks)."""

PREFIXES = {"secp256k1": "xprv", "ed25519": "fprv"}

EXTENDED_SIZE = 78
"""BIP-32, "Serialization format": version 4, depth 1, parent 4, child 4, chain code 32, key 33."""

MASTER_POSITION = bytes(9)
"""Depth, fingerprint of the parent and number of the child: all zero for a master key."""

PURPOSE = 44
"""BIP-44, written without its hardening mark: the first level of every wallet's path."""

LEVELS = ("44", "COIN", "ACCOUNT", "CHANGE", "INDEX")

UNHARDENED = (
    "Fireblocks hardens no level: whoever holds the private key of one wallet and the "
    "extended public key of the workspace can compute the keys of all its wallets"
)
SCALAR_ONLY = (
    "this ed25519 key is a scalar: it has no seed, and wallets that need one cannot hold it"
)


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key that all wallets of one algorithm in a workspace come from.

    ``secret_scalar`` is 32 bytes big-endian in range, ``public_key`` compressed.
    ``chain_code``, 32 bytes, is secret too: see ``UNHARDENED``.
    """

    curve: str
    secret_scalar: Secret
    public_key: bytes
    chain_code: Secret


def parse_extended(text: Secret, curve: str) -> MasterKey:
    """A master key from its xprv (secp256k1) or fprv (ed25519) text.

    Raises ``key``, ``checksum``, ``type`` (another kind of extended key) and ``path``
    (not a master key).
    """
    what = f"{PREFIXES[curve]} key"
    decoded = from_base58check(one_word(text, what), what)
    if len(decoded) != EXTENDED_SIZE:
        raise key_error(f"an extended key has {EXTENDED_SIZE} bytes, this one {len(decoded)}")
    if decoded[:4] != VERSIONS[curve]:
        raise _other_version(decoded[:4], what)
    if decoded[4:13] != MASTER_POSITION:
        raise path_error(
            f"the {what} is not a master key: it stands at depth {decoded[4]}",
            "Fireblocks' recovery gives the master key; for another xprv name the format xprv",
        )
    if decoded[45] != 0:
        raise key_error(f"the private key in the {what} does not begin with a zero byte")
    return _master(curve, Secret(decoded[46:]), Secret(decoded[13:45]))


def parse_fireblocks_xprv(source: Secret, paths: Sequence[str]) -> tuple[KeyMaterial, ...]:
    """The wallets' keys below an xprv. Raises what the two functions it joins raise."""
    return _wallet_keys(source, "secp256k1", paths)


def parse_fireblocks_fprv(source: Secret, paths: Sequence[str]) -> tuple[KeyMaterial, ...]:
    """The wallets' keys below an fprv. Raises what the two functions it joins raise."""
    return _wallet_keys(source, "ed25519", paths)


def serialize_extended(key: MasterKey) -> Secret:
    """The xprv or fprv text of a master key, as Fireblocks' recovery tool prints it."""
    payload = VERSIONS[key.curve] + MASTER_POSITION + key.chain_code.reveal()
    return Secret(base58.b58encode_check(payload + b"\0" + key.secret_scalar.reveal()))


def parse_wallet_path(path: str) -> tuple[int, ...]:
    """The five indices of m/44/COIN/ACCOUNT/CHANGE/INDEX. Raises ``path``."""
    indices = parse_path(path)
    if any(index >= HARDENED for index in indices):
        raise path_error(
            f"the path {printable(path)} has hardened levels, and Fireblocks hardens none",
            f"leave the marks out: {'/'.join(('m', *LEVELS))}",
        )
    if len(indices) != len(LEVELS) or indices[0] != PURPOSE:
        raise path_error(
            f"the path {printable(path)} is not one of a Fireblocks wallet",
            f"it is {'/'.join(('m', *LEVELS))}; ACCOUNT is the number of the vault account",
        )
    return indices


def wallet_key(master: MasterKey, path: str) -> KeyMaterial:
    """The key of the wallet at m/44/COIN/ACCOUNT/CHANGE/INDEX. Raises ``path``, ``key``."""
    indices = parse_wallet_path(path)
    shown = "/".join(("m", *map(str, indices)))
    if master.curve == "ed25519":
        scalar = _derive_ed25519(master, indices)
        warnings: tuple[str, ...] = (UNHARDENED, SCALAR_ONLY)
    else:
        child = derive(ExtendedKey(master.secret_scalar, master.chain_code), indices)
        scalar, warnings = child.secret_scalar, (UNHARDENED,)
    return scalar_key(master.curve, scalar, path=shown, warnings=warnings)


def _wallet_keys(source: Secret, curve: str, paths: Sequence[str]) -> tuple[KeyMaterial, ...]:
    master = parse_extended(source, curve)
    return tuple(wallet_key(master, path) for path in paths)


def _derive_ed25519(master: MasterKey, indices: tuple[int, ...]) -> Secret:
    scalar, chain_code = master.secret_scalar, master.chain_code
    for index in indices:
        data = ED25519.base_multiply(scalar).compressed + b"\0" + index.to_bytes(4, "big")
        digest = hmac.digest(chain_code.reveal(), data, hashlib.sha512)
        tweak = int.from_bytes(digest[:32], "big")
        child = (int.from_bytes(scalar.reveal(), "big") + tweak) % ED25519.order
        if child == 0:  # once in 2^252
            raise key_error("there is no key at this path")
        scalar, chain_code = scalar_bytes(child), Secret(digest[32:])
    return scalar


def _master(curve: str, secret_scalar: Secret, chain_code: Secret) -> MasterKey:
    key = scalar_key(curve, secret_scalar)
    return MasterKey(curve, key.secret_scalar, key.public_key, chain_code)


def _other_version(version: bytes, what: str) -> CeremonyError:
    for curve, own in VERSIONS.items():
        if version == own:
            return type_error(
                f"this is an {PREFIXES[curve]} key, not an {what}", f"it is a key of {curve}"
            )
    return type_error(
        f"this is not an {what}, but an extended key of another kind",
        "a private key of the main network is needed: no xpub, no tprv, no ypub, no zprv",
    )
