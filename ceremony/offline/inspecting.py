"""`ceremony inspect` and `ceremony address`: what a key is, before the day it matters."""

import sys
from dataclasses import dataclass
from typing import TextIO

from ceremony.addresses import network_named
from ceremony.curves import curve_named
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS, check_scheme
from ceremony.entropy import system_random
from ceremony.offline.lists import write_json
from ceremony.offline.public_keys import read_public_key
from ceremony.offline.shown import (
    address_groups,
    address_json,
    check_expected,
    key_json,
    show_addresses,
    show_key,
)
from ceremony.offline.source_options import NEW, SourceOptions, usage
from ceremony.offline.sources import TERMINAL, Typed, read_keys


@dataclass(frozen=True, slots=True)
class AddressOptions:
    """A public key in hex, and what is asked about it."""

    public_key: str
    curve: str
    network: str | None = None
    protocol: str | None = None
    as_json: bool = False


def inspect(
    options: SourceOptions, *, as_json: bool, typed: Typed = TERMINAL, to: TextIO | None = None
) -> None:
    """Curve, path, public key, addresses, warnings; the secret stays where it is.

    ``to`` is standard output where it is None; JSON goes nowhere else.
    """
    if options.format == NEW:
        raise usage("a new key is made by ceremony api encrypt: there is nothing to inspect")
    if options.network is not None:
        network_named(options.network)
    keys = read_keys(options, system_random, typed)
    matches = check_expected(keys, options.expect, options.network)
    groups = [
        address_groups(key.curve, key.public_key, options.network, DEFAULT_PROTOCOLS[key.curve])
        for key in keys
    ]
    if as_json:
        write_json(
            {
                "format": options.format,
                "keys": [key_json(*each) for each in zip(keys, groups, matches, strict=True)],
            }
        )
        return
    stream = to or sys.stdout
    for i, each in enumerate(zip(keys, groups, matches, strict=True)):
        if i:
            stream.write("\n")
        show_key(*each, stream)


def address(options: AddressOptions) -> None:
    """All addresses of a public key, on one network or on every one that uses the curve."""
    curve = curve_named(options.curve)
    public_key = curve.parse_public_key(read_public_key(options.public_key))
    protocol = options.protocol or DEFAULT_PROTOCOLS[curve.name]
    check_scheme(protocol, curve.name)
    groups = address_groups(curve.name, public_key, options.network, protocol)
    if options.as_json:
        write_json(
            {
                "curve": curve.name,
                "publicKey": public_key.hex(),
                "addresses": address_json(groups),
            }
        )
        return
    show_addresses(groups)
