"""What is shown of a key before anything is done with it: never the key itself."""

from collections.abc import Sequence

from ceremony.keys.addresses import Address, Network, addresses, every_address
from ceremony.keys.addresses.match import match_expected
from ceremony.keys.addresses.networks import NETWORKS
from ceremony.keys.material import KeyMaterial
from ceremony.offline.report import report
from ceremony.offline.sources import usage

SCHNORR = "FROST_BITCOIN"
"""The protocol whose keys sign with Schnorr, and have Taproot addresses."""

MANY = 3
"""So many networks with the same addresses are named; of more, the first and a number."""

Groups = Sequence[tuple[tuple[Network, ...], tuple[Address, ...]]]


def check_expected(
    keys: Sequence[KeyMaterial], expected: Sequence[str], network: str | None
) -> list[str]:
    """IMP-ADDRESS: each key has the address or public key that its owner expects.

    One expectation a key, in their order, or none at all; gives what each matched.
    Raises ``usage`` for another number, ``address`` or ``checksum`` where one does not.
    """
    if not expected:
        return [""] * len(keys)
    if len(expected) != len(keys):
        raise usage(f"--expect is given {len(expected)} times, for {len(keys)} keys")
    return [
        str(match_expected(wanted, key.curve, key.public_key, network))
        for key, wanted in zip(keys, expected, strict=True)
    ]


def address_groups(curve: str, public_key: bytes, network: str | None, protocol: str) -> Groups:
    """The addresses on one network, or on all that use the curve, grouped."""
    scheme = "Schnorr" if protocol == SCHNORR else ""
    if network is not None:
        found = addresses(curve, public_key, network, scheme=scheme)
        return [((NETWORKS[network],), found)]
    return every_address(curve, public_key, scheme=scheme)


def show_key(key: KeyMaterial, groups: Groups, matched: str) -> None:
    """Path, curve, public key, addresses, what was expected, warnings."""
    if key.path is not None:
        report("path", key.path)
    report("curve", key.curve)
    report("public key", key.public_key.hex())
    show_addresses(groups)
    if matched:
        report("expected", f"matches: {matched}")
    for warning in key.warnings:
        report("warning", warning)


def show_addresses(groups: Groups) -> None:
    for networks, found in groups:
        report("network", _names(networks))
        for address in found:
            report("", f"{address.text}  {address.type}")


def address_json(groups: Groups) -> list[dict[str, object]]:
    return [
        {
            "networks": [network.name for network in networks],
            "addresses": [{"type": a.type, "address": a.text} for a in found],
        }
        for networks, found in groups
    ]


def key_json(key: KeyMaterial, groups: Groups, matched: str) -> dict[str, object]:
    return {
        "curve": key.curve,
        "path": key.path,
        "publicKey": key.public_key.hex(),
        "addresses": address_json(groups),
        "expected": matched or None,
        "warnings": list(key.warnings),
    }


def _names(networks: Sequence[Network]) -> str:
    names = [network.name for network in networks]
    if len(names) <= MANY:
        return ", ".join(names)
    first = "Ethereum" if "Ethereum" in names else names[0]
    return f"{first} and {len(names) - 1} others"
