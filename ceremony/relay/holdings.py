"""What Dfns holds already: found by public key, the one name that a key has everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ceremony.curves import CURVES
from ceremony.dfns.bodies import ImportBody, Key, Wallet
from ceremony.dfns.scheme import check_scheme
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.relay.api import DfnsApi
from ceremony.text import parse_hex_bytes

HOLDINGS = Control("RLY-HOLDINGS", "all pages of what Dfns holds are looked through")
NOT_HELD = Control("RLY-DUPLICATE", "Dfns does not hold the key yet")

SIGNATURE_SCHEMES = {"CGGMP21": "ECDSA", "FROST": "EdDSA", "FROST_BITCOIN": "Schnorr"}
"""Dfns' name of the scheme of each protocol's keys."""

T = TypeVar("T", Key, Wallet)

MAX_NAMED = 5
"""Wallets and keys that are named in one line; a key has one key and a few wallets."""

ARCHIVED = "Archived"
"""The status of what was deleted; it is listed still, and holds nothing."""


@dataclass(frozen=True, slots=True)
class KeyName:
    """How a key is found again: ``public_key`` compressed; for Schnorr the x alone.

    One private key under ECDSA and under Schnorr is two keys for Dfns, and here.
    """

    curve: str
    scheme: str
    public_key: bytes

    @property
    def text(self) -> str:
        return f"{self.scheme} {self.curve} {self.public_key.hex()}"


def key_name(body: ImportBody, public_key: bytes) -> KeyName:
    """The name of the key in ``body``. Raises ``malformed``, ``scheme``."""
    protocol, curve = check_scheme(body.protocol, body.curve)
    scheme = SIGNATURE_SCHEMES[protocol]
    return KeyName(curve.name, scheme, _normal(curve.parse_public_key(public_key), scheme))


def named(curve: str, scheme: str, public_key: str) -> KeyName | None:
    """The name of a key as Dfns lists it; None for one that the relay could not import."""
    try:
        value = parse_hex_bytes(public_key, "a public key")
        if scheme == "Schnorr" and len(value) == 32:
            return KeyName(curve, scheme, value)
        return KeyName(curve, scheme, _normal(CURVES[curve].parse_public_key(value), scheme))
    except (CeremonyError, KeyError):
        return None


def name_of(found: Key | Wallet) -> KeyName | None:
    if isinstance(found, Wallet):
        return named(
            found.signing_key.curve, found.signing_key.scheme, found.signing_key.public_key
        )
    return named(found.curve, found.scheme, found.public_key)


@dataclass(frozen=True, slots=True)
class Holdings:
    """All wallets and keys at one moment, without what was deleted."""

    wallets: dict[KeyName, tuple[Wallet, ...]]
    keys: dict[KeyName, tuple[Key, ...]]

    def describe(self, name: KeyName) -> str:
        """Where the key is, for people; empty if Dfns does not hold it."""
        wallets = [
            f"wallet {printable(w.id)} on {printable(w.network)}"
            for w in self.wallets.get(name, ())
        ]
        keys = [
            f"key {printable(k.id)}" + (" (exported)" if k.exported else "")
            for k in self.keys.get(name, ())
        ]
        found = keys[:MAX_NAMED] + wallets[:MAX_NAMED]
        more = len(wallets) + len(keys) - len(found)
        return ", ".join(found) + (f" and {more} more" if more else "")

    def imported(self, name: KeyName, network: str | None) -> Wallet | Key | None:
        """The wallet or key that an import created although its answer was lost."""
        if network is None:
            return next(iter(self.keys.get(name, ())), None)
        return next((w for w in self.wallets.get(name, ()) if w.network == network), None)


def look(api: DfnsApi) -> Holdings:
    """RLY-HOLDINGS: everything that Dfns lists, wallets and keys, all pages."""
    wallets: dict[KeyName, tuple[Wallet, ...]] = {}
    keys: dict[KeyName, tuple[Key, ...]] = {}
    # Keys first: an import under way may end between the two lists, and a wallet is made of
    # a key. The other way round, the key would be there, and its wallet not be seen.
    # Oldest first: of two, the one that an import of ours made is the first.
    for key in sorted(_living(api.keys()), key=lambda k: k.date_created):
        if name := name_of(key):
            keys[name] = (*keys.get(name, ()), key)
    for wallet in sorted(_living(api.wallets()), key=lambda w: w.date_created):
        if name := name_of(wallet):
            wallets[name] = (*wallets.get(name, ()), wallet)
    return Holdings(wallets, keys)


def check_not_held(holdings: Holdings, name: KeyName, control: Control = NOT_HELD) -> None:
    """RLY-DUPLICATE: Dfns has no such key, on whatever network. Raises ``duplicate``.

    In the name of another ``control`` where it is asked for its sake.
    """
    if where := holdings.describe(name):
        raise control.refusal(
            Failure.DUPLICATE,
            # The ids first: a line on the laptop's screen has room for them, and then is cut.
            f"Dfns holds the key already: {where}; its public key is {name.public_key.hex()}",
            hint="it is not imported twice; for one more network, make a wallet of the "
            "existing key in Dfns; after a deletion or a mistake, delete it there first",
        )


def _living(found: Sequence[T]) -> list[T]:
    return [one for one in found if one.status != ARCHIVED]


def _normal(compressed: bytes, scheme: str) -> bytes:
    # BIP-340 keys are an x: Dfns may name either point that has it, or the x alone.
    return compressed[1:] if scheme == "Schnorr" else compressed
