"""`ceremony fingerprint` and `ceremony encrypt`: whom a key is split for, and splitting it."""

import argparse
import sys

from ceremony.addresses.networks import NETWORKS
from ceremony.desk.digests import check_confirmed, digest_lines
from ceremony.desk.lines import columns
from ceremony.dfns import wire
from ceremony.dfns.key_import import Destination, KeyToImport, build_import_bodies
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS, check_scheme
from ceremony.dfns.signers import SignersInfo, parse_signers
from ceremony.entropy import system_random
from ceremony.files import STANDARD, check_absent, numbered, read_file, write_files
from ceremony.keys.material import KeyMaterial
from ceremony.message import digest
from ceremony.offline.report import report
from ceremony.offline.shown import (
    Groups,
    address_groups,
    check_expected,
    show_key,
    show_unknown_network,
)
from ceremony.offline.source_options import usage
from ceremony.offline.sources import read_keys
from ceremony.sharing import check_threshold


def fingerprint(options: argparse.Namespace) -> None:
    """Show whom an answer of GET /signers names, and the words to compare."""
    signers = read_signers(options.signers, options.cluster)
    for index, signer in enumerate(signers.signers, 1):
        identity, key = signer.signer_id_text, signer.encryption_key.text
        report(f"signer {index}", columns(identity, f"key {key}"))
    show_fingerprint(signers)


def encrypt(options: argparse.Namespace) -> None:
    """Split keys for the signers, check the sharing, encrypt; one request for each key.

    Everything that can be refused is, and the keys' addresses are shown, before the
    first share exists; the requests are all written, or none.
    """
    if options.out == STANDARD:
        raise usage("the request needs a file: standard output is for people here")
    outputs = numbered(options.out, max(1, len(options.path)))
    for path in outputs:
        check_absent(path, "the request")
    if options.curve is not None:
        check_scheme(options.protocol or DEFAULT_PROTOCOLS.get(options.curve, ""), options.curve)
    destinations = _destinations(options, len(outputs))
    signers = read_signers(options.signers, options.cluster)
    if options.fingerprint is not None:
        check_confirmed(signers.fingerprint(), options.fingerprint, "these signers")
    check_threshold(options.min_signers, len(signers.signers))

    keys = read_keys(options, system_random)
    protocol = options.protocol or DEFAULT_PROTOCOLS[keys[0].curve]
    check_scheme(protocol, keys[0].curve)
    matches = check_expected(keys, options.expect, options.network)
    groups = [_known_addresses(key, options.network, protocol) for key in keys]
    show_fingerprint(signers)
    for key, known, match in zip(keys, groups, matches, strict=True):
        show_key(key, known, match)
    if options.network is not None:
        show_unknown_network(options.network)
    sys.stdout.flush()

    wanted = [
        KeyToImport(key.curve, key.secret_scalar, key.public_key, protocol, destination)
        for key, destination in zip(keys, destinations, strict=True)
    ]
    built = build_import_bodies(signers, wanted, options.min_signers, system_random)
    bodies = [wire.encode(body) for body in built]
    write_files([*zip(outputs, bodies, strict=True)], "the request")
    for key, destination, path, body in zip(keys, destinations, outputs, bodies, strict=True):
        of = "" if len(keys) == 1 else f" of {key.path}"
        report("request", f"{path}{of}, for POST {destination.path}")
        report("digest", *digest_lines(digest(body)))


def _known_addresses(key: KeyMaterial, network: str | None, protocol: str) -> Groups:
    """On the wallet's network, or on all without one; none where Dfns may know one that
    this program does not.

    Raises ``network`` where the network has no keys on this curve.
    """
    if network is not None and network not in NETWORKS:
        return []
    return address_groups(key.curve, key.public_key, network, protocol)


def _destinations(options: argparse.Namespace, count: int) -> list[Destination]:
    names = [options.name] * count
    if options.name is not None and count > 1:
        names = [f"{options.name} {i}" for i in range(1, count + 1)]
    found = [Destination(options.network, name, options.master_key) for name in names]
    for destination in found:
        destination.check()
    return found


def read_signers(path: str, cluster_id: str | None) -> SignersInfo:
    return parse_signers(read_file(path, "the signers"), cluster_id)


def show_fingerprint(signers: SignersInfo) -> None:
    report("cluster", f"{signers.cluster_id}, {len(signers.signers)} signers")
    report("signers", *digest_lines(signers.fingerprint()))
