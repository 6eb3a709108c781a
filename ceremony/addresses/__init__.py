"""The addresses of a public key on the networks of Dfns, and the search for one.

``addresses`` gives all usual types of one network, Dfns' own choice first where it
is documented; ``match_expected`` says which of them somebody was expecting.
"""

from difflib import get_close_matches

from ceremony.addresses.base import Address
from ceremony.addresses.networks import NETWORKS, Derive, Network
from ceremony.curves import curve_named
from ceremony.errors import CeremonyError, Failure, printable

__all__ = ["NETWORKS", "Address", "Network", "addresses", "every_address", "network_named"]

SCHNORR_FIRST = "P2TR"
"""What Dfns makes of a Schnorr key on Bitcoin: https://docs.dfns.co/networks/bitcoin."""


def addresses(
    curve: str, public_key: bytes, network: str, *, scheme: str = ""
) -> tuple[Address, ...]:
    """All usual addresses of a key on one network, Dfns' choice first.

    ``public_key`` is compressed or not; ``scheme`` "Schnorr" puts Bitcoin's Taproot
    first. Raises ``network`` for a name that Dfns does not have and for a key on a
    curve that the network does not use, ``scheme`` for an unknown curve,
    ``malformed`` for bytes that are not a point of it.
    """
    found = network_named(network)
    key = curve_named(curve).parse_public_key(public_key)
    if curve not in found.curves:
        raise CeremonyError(
            Failure.NETWORK,
            f"{network} has no keys on {curve}: it uses {' or '.join(found.curves)}",
            hint="check the network's name and the curve of the key",
        )
    return _ordered(found.derive(curve, key), scheme)


def every_address(
    curve: str, public_key: bytes, *, scheme: str = ""
) -> tuple[tuple[tuple[Network, ...], tuple[Address, ...]], ...]:
    """The addresses of a key on all networks; those that share them come together.

    Raises ``scheme`` for an unknown curve, ``malformed`` for a bad public key.
    """
    key = curve_named(curve).parse_public_key(public_key)
    groups: dict[Derive, list[Network]] = {}
    for network in NETWORKS.values():
        if curve in network.curves:
            groups.setdefault(network.derive, []).append(network)
    return tuple(
        (tuple(networks), _ordered(derive(curve, key), scheme))
        for derive, networks in groups.items()
    )


def network_named(name: str) -> Network:
    """The network that Dfns calls ``name``. Raises ``network`` with the nearest names."""
    if name not in NETWORKS:
        lower = {known.lower(): known for known in NETWORKS}
        near = [lower[n] for n in get_close_matches(name.lower(), lower, n=3)]
        raise CeremonyError(
            Failure.NETWORK,
            f"there is no network {printable(name)}",
            hint=f"did you mean {' or '.join(near)}?" if near else "use the name in Dfns' API",
        )
    return NETWORKS[name]


def _ordered(found: tuple[Address, ...], scheme: str) -> tuple[Address, ...]:
    if scheme != "Schnorr":
        return found
    return tuple(sorted(found, key=lambda address: address.type != SCHNORR_FIRST))
