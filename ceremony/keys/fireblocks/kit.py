"""A Fireblocks recovery kit, opened: from the encrypted shares to the wallets' keys.

Format: docs/fireblocks.md, read from Fireblocks' own recovery tool. Nothing is
written anywhere.
"""

from dataclasses import dataclass, replace

from ceremony.curves import CURVES, scalar_bytes
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.fireblocks.archive import malformed, read_archive
from ceremony.keys.fireblocks.extended import MasterKey, parse_wallet_path, wallet_key
from ceremony.keys.fireblocks.metadata import METADATA, listed, parse_metadata
from ceremony.keys.fireblocks.shares import (
    MOBILE,
    EncryptedShares,
    KitSecrets,
    decrypt_shares,
    sort_shares,
)
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Secret
from ceremony.sharing import value_at

CMP = "MPC_CMP_"
"""In these algorithms the shares are added, in the others interpolated."""

MIN_SHARES = 3
"""Fireblocks shares a key among two cosigners and the mobile device, and all must help."""


@dataclass(frozen=True, slots=True)
class KitKey:
    """A master key whose public key is the one that the metadata announces."""

    key_id: str
    algorithm: str
    keyset: str | None
    master: MasterKey

    def __str__(self) -> str:
        keyset = "" if self.keyset is None else f", keyset {self.keyset}"
        return f"{self.key_id} ({self.algorithm}{keyset})"


@dataclass(frozen=True, slots=True)
class Kit:
    """The master keys of a workspace, in the metadata's order, and what to know of them."""

    keys: tuple[KitKey, ...]
    warnings: tuple[str, ...]


def open_kit(archive: bytes, secrets: KitSecrets, *, key_id: str | None = None) -> Kit:
    """Every master key of a kit, or only ``key_id``: each proven right, or none given.

    ``archive`` is the zip file. Raises ``malformed`` (the zip file, the metadata),
    ``scheme`` (an unknown algorithm), ``shares`` (some are missing), ``public-key``
    (the shares give another key), ``key`` (no such key), and what
    ``decrypt_shares`` raises.
    """
    files = read_archive(archive)
    if METADATA not in files:
        raise malformed(f"the zip file has no {METADATA}")
    metadata = parse_metadata(files.pop(METADATA), key_id)
    keys = sort_shares(files, metadata)
    shares_of = [name.partition("_") for name in files if not name.startswith(MOBILE)]
    cosigners = {int(who) for who, _, of in shares_of if of not in metadata.master_ids}
    opened = decrypt_shares(keys, secrets)
    warnings = (_not_recovered(len(metadata.master_ids)),) if metadata.master_ids else ()
    return Kit(
        tuple(_combine(key, shares, cosigners) for key, shares in zip(keys, opened, strict=True)),
        warnings,
    )


def choose_key(kit: Kit, curve: str, key_id: str | None = None) -> KitKey:
    """The master key for wallets of ``curve``. Raises ``curve``, ``ambiguous``."""
    fitting = [
        key for key in kit.keys if key.master.curve == curve and key_id in (None, key.key_id)
    ]
    if not fitting:
        raise CeremonyError(
            Failure.CURVE,
            f"recovery kit: it has no such key for {printable(curve)}",
            hint=f"it has {listed(map(str, kit.keys))}",
        )
    if len(fitting) > 1:
        raise CeremonyError(
            Failure.AMBIGUOUS,
            f"recovery kit: it has {len(fitting)} keys for {curve}, and no key id was named",
            hint=f"name the one that the wallets belong to: {listed(map(str, fitting))}",
        )
    return fitting[0]


def read_kit(
    archive: bytes,
    secrets: KitSecrets,
    *,
    curve: str,
    paths: tuple[str, ...],
    key_id: str | None = None,
) -> tuple[KeyMaterial, ...]:
    """The keys of vault wallets, one for each m/44/COIN/ACCOUNT/CHANGE/INDEX, in order.

    Raises what ``open_kit``, ``choose_key`` and ``wallet_key`` raise, ``path`` when
    none is given and ``duplicate`` when one is given twice.
    """
    wallets = [parse_wallet_path(path) for path in paths]
    if not wallets:
        raise CeremonyError(
            Failure.PATH,
            "recovery kit: no wallet is named",
            hint="give the path of each: m/44/COIN/ACCOUNT/CHANGE/INDEX",
        )
    if len(set(wallets)) != len(wallets):
        raise CeremonyError(Failure.DUPLICATE, "a path is given twice", hint="name each path once")
    kit = open_kit(archive, secrets, key_id=key_id)
    master = choose_key(kit, curve, key_id).master
    keys = [wallet_key(master, path) for path in paths]
    return tuple(replace(key, warnings=key.warnings + kit.warnings) for key in keys)


def _combine(key: EncryptedShares, shares: dict[int, Secret], cosigners: set[int]) -> KitKey:
    entry, curve = key.entry, CURVES[key.entry.curve]
    if entry.algorithm.startswith(CMP):
        total = sum(int.from_bytes(share.reveal(), "big") for share in shares.values())
    else:
        total = value_at(curve, [*shares.items()], 0)
    secret_scalar = scalar_bytes(total % curve.order)
    if total % curve.order == 0 or (
        curve.base_multiply(secret_scalar).compressed != entry.public_key
    ):
        raise _another_key(key, cosigners)
    master = MasterKey(entry.curve, secret_scalar, entry.public_key, entry.chain_code)
    return KitKey(entry.key_id, entry.algorithm, entry.keyset, master)


def _not_recovered(count: int) -> str:
    return (
        f"the kit also holds {count} master key(s) of non-custodial wallets, "
        "which are not recovered here"
    )


def _another_key(key: EncryptedShares, cosigners: set[int]) -> CeremonyError:
    """Why the shares of a key do not give its public key, as far as one can tell.

    A share that is missing shows nowhere else: no file says how many there must be.
    """
    absent = [f"of cosigner {cosigner}" for cosigner in sorted(cosigners - key.cloud.keys())]
    if key.mobile is None:
        absent.append("of the mobile device")
    if not absent and len(key.cloud) + 1 < MIN_SHARES:
        absent.append(f"of {MIN_SHARES - len(key.cloud) - 1} cosigner(s)")
    others = "with their key ids named, the other keys of the kit can still be recovered"
    if absent:
        return CeremonyError(
            Failure.SHARES,
            f"recovery kit: shares of the key {key.entry.key_id} are missing: {listed(absent)}",
            hint=f"ask Fireblocks for a complete kit; {others}",
        )
    return CeremonyError(
        Failure.PUBLIC_KEY,
        f"recovery kit: the shares of the key {key.entry.key_id} give another public key",
        hint=f"a share or the metadata is damaged, or of another kit; {others}",
    )
