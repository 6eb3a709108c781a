"""What is shown of a key before anything is done with it: never the key itself."""

from collections.abc import Sequence
from typing import TextIO

from ceremony.addresses import Address, Network, addresses, every_address
from ceremony.addresses.match import Match, match_expected
from ceremony.addresses.networks import NETWORKS
from ceremony.desk.lines import columns
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KeyMaterial
from ceremony.offline.report import report
from ceremony.offline.sent import ADDRESS

SCHNORR = "FROST_BITCOIN"
"""The protocol whose keys sign with Schnorr, and have Taproot addresses."""

MANY = 3
"""So many networks with the same addresses are named; of more, the first and a number."""

Groups = Sequence[tuple[tuple[Network, ...], tuple[Address, ...]]]


def check_expected(
    keys: Sequence[KeyMaterial], expected: Sequence[str], network: str | None
) -> list[Match | None]:
    """IMP-ADDRESS: each key has the address or public key that its owner expects.

    One expectation a key, in their order, or none at all; gives what each matched.
    Raises ``address`` or ``checksum`` where one does not, naming its path, and
    ``address`` where none is given for a key that cannot be told without one.
    """
    if not expected:
        for key in keys:
            if key.needs_expected:
                raise _unexpected(key)
        return [None] * len(keys)
    return [
        _matched(key, wanted, keys, network) for key, wanted in zip(keys, expected, strict=True)
    ]


def _unexpected(key: KeyMaterial) -> CeremonyError:
    reasons = "".join(f"; {warning}" for warning in key.warnings)
    return ADDRESS.refusal(
        Failure.ADDRESS,
        "nothing in the source tells whether this is the right key, and no address is expected",
        hint=f"give --expect with the address or public key, from the wallet or its records"
        f"{reasons}",
    )


def _matched(
    key: KeyMaterial, wanted: str, keys: Sequence[KeyMaterial], network: str | None
) -> Match:
    try:
        return match_expected(wanted, key.curve, key.public_key, network)
    except CeremonyError as error:
        message, hint = error.message, error.hint
        if len(keys) > 1:
            message = f"path {key.path}: {message}"
            others = [k.path for k in keys if k is not key and _matches(k, wanted, network)]
            if error.failure is Failure.ADDRESS and others:
                hint = f"it belongs to {others[0]}: give --expect in the order of --path"
        raise ADDRESS.refusal(error.failure, message, hint=hint) from None


def _matches(key: KeyMaterial, wanted: str, network: str | None) -> bool:
    try:
        match_expected(wanted, key.curve, key.public_key, network)
    except CeremonyError:
        return False
    return True


def address_groups(curve: str, public_key: bytes, network: str | None, protocol: str) -> Groups:
    """The addresses on one network, or on all that use the curve, grouped.

    Raises ``network`` for one that is not known or has no keys on the curve.
    """
    scheme = "Schnorr" if protocol == SCHNORR else ""
    if network is not None:
        found = addresses(curve, public_key, network, scheme=scheme)
        return [((NETWORKS[network],), found)]
    return every_address(curve, public_key, scheme=scheme)


def show_key(
    key: KeyMaterial, groups: Groups, match: Match | None, to: TextIO | None = None
) -> None:
    """Path, curve, public key, addresses, what was expected, warnings."""
    if key.path is not None:
        report("path", key.path, to=to)
    report("curve", key.curve, to=to)
    report("public key", key.public_key.hex(), to=to)
    show_addresses(groups, to)
    if match is not None:
        report("expected", f"matches: {match}", to=to)
    for warning in key.warnings:
        report("warning", warning, to=to)


def show_addresses(groups: Groups, to: TextIO | None = None) -> None:
    for networks, found in groups:
        note = "" if networks[0].has_address else ": no address follows from a key, compare these"
        report("network", _names(networks) + note, to=to)
        for address in found:
            report("", columns(address.text, address.type), to=to)


def address_json(groups: Groups) -> list[dict[str, object]]:
    return [
        {
            "networks": [network.name for network in networks],
            "hasAddress": networks[0].has_address,
            "addresses": [{"type": a.type, "address": a.text} for a in found],
        }
        for networks, found in groups
    ]


def key_json(key: KeyMaterial, groups: Groups, match: Match | None) -> dict[str, object]:
    return {
        "curve": key.curve,
        "path": key.path,
        "publicKey": key.public_key.hex(),
        "addresses": address_json(groups),
        "expected": None
        if match is None
        else {"type": match.type, "networks": list(match.networks)},
        "warnings": list(key.warnings),
    }


def _names(networks: Sequence[Network]) -> str:
    names = [network.name for network in networks]
    if len(names) <= MANY:
        return ", ".join(names)
    first = "Ethereum" if "Ethereum" in names else names[0]
    return f"{first} and {len(names) - 1} others"
