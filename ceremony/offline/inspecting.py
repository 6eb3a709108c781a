"""`ceremony inspect` and `ceremony address`: what a key is, before the day it matters."""

import argparse
import sys

import msgspec

from ceremony.addresses import network_named
from ceremony.curves import curve_named
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS, check_scheme
from ceremony.entropy import system_random
from ceremony.errors import printable_values
from ceremony.offline.public_keys import read_public_key
from ceremony.offline.shown import (
    address_groups,
    address_json,
    check_expected,
    key_json,
    show_addresses,
    show_key,
)
from ceremony.offline.source_options import NEW, usage
from ceremony.offline.sources import read_keys


def inspect(options: argparse.Namespace) -> None:
    """Curve, path, public key, addresses, warnings; the secret stays where it is."""
    if options.format == NEW:
        raise usage("a new key is made by ceremony encrypt: there is nothing to inspect")
    if options.network is not None:
        network_named(options.network)
    keys = read_keys(options, system_random)
    matches = check_expected(keys, options.expect, options.network)
    groups = [
        address_groups(key.curve, key.public_key, options.network, DEFAULT_PROTOCOLS[key.curve])
        for key in keys
    ]
    if options.json:
        write_json(
            {
                "format": options.format,
                "keys": [key_json(*each) for each in zip(keys, groups, matches, strict=True)],
            }
        )
        return
    for i, each in enumerate(zip(keys, groups, matches, strict=True)):
        if i:
            sys.stdout.write("\n")
        show_key(*each)


def address(options: argparse.Namespace) -> None:
    """All addresses of a public key, on one network or on every one that uses the curve."""
    curve = curve_named(options.curve)
    public_key = curve.parse_public_key(read_public_key(options.public_key))
    protocol = options.protocol or DEFAULT_PROTOCOLS[curve.name]
    check_scheme(protocol, curve.name)
    groups = address_groups(curve.name, public_key, options.network, protocol)
    if options.json:
        write_json(
            {
                "curve": curve.name,
                "publicKey": public_key.hex(),
                "addresses": address_json(groups),
            }
        )
        return
    show_addresses(groups)


def write_json(value: object) -> None:
    """JSON on standard output, every text in it made printable (TXT-OUTSIDE)."""
    encoded = msgspec.json.encode(printable_values(value))
    sys.stdout.write(msgspec.json.format(encoded.decode(), indent=2) + "\n")
