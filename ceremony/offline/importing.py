"""`ceremony fingerprint` and `ceremony api encrypt`: whom a key is split for, and splitting it."""

import sys
from dataclasses import dataclass

from ceremony.addresses import network_named
from ceremony.desk.digests import digest_lines, numbered_digest
from ceremony.desk.lines import columns
from ceremony.dfns import wire
from ceremony.dfns.key_import import (
    DEFAULT_MIN_SIGNERS,
    Destination,
    KeyToImport,
    build_import_bodies,
)
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS, check_scheme
from ceremony.dfns.signers import SignersInfo, check_pin, parse_signers
from ceremony.errors import CeremonyError, Failure
from ceremony.files import STANDARD, check_absent, numbered, read_file, write_files
from ceremony.keys.material import KeyMaterial
from ceremony.message import digest, parse_digest
from ceremony.offline.report import report
from ceremony.offline.shown import (
    Groups,
    address_groups,
    check_expected,
    show_key,
)
from ceremony.offline.source_options import (
    SourceOptions,
    check_expected_given,
    check_source_options,
    check_standard_input,
    usage,
)
from ceremony.offline.sources import read_keys
from ceremony.secret import Random
from ceremony.sharing import check_threshold

MASTER_KEY_CURVE = "secp256k1"
"""Dfns derives keys on this curve only."""

OF_A_MASTER_KEY = (
    "a master key: Dfns derives its wallets with a chain code that is not in this request, so",
    "they have other addresses than any wallet had that was derived from this key before",
)


@dataclass(frozen=True, slots=True)
class EncryptOptions:
    """``fingerprint`` is that of the signers, in hex or words, as people have it on paper."""

    signers: str
    fingerprint: str
    source: SourceOptions
    out: str
    cluster: str | None = None
    protocol: str | None = None
    min_signers: int = DEFAULT_MIN_SIGNERS
    name: str | None = None
    master_key: bool = False


def fingerprint(path: str, cluster: str | None) -> None:
    """Show whom an answer of GET /signers names, and the words to compare."""
    signers = read_signers(path, cluster)
    for index, signer in enumerate(signers.signers, 1):
        identity, key = signer.signer_id_text, signer.encryption_key.text
        report(f"signer {index}", columns(identity, f"key {key}"))
    show_fingerprint(signers)


def encrypt(options: EncryptOptions, random: Random) -> None:
    """Split keys for the signers, check the sharing, encrypt; one request for each key.

    Everything that can be refused is, and the keys' addresses are shown, before the
    first share exists; the requests are all written, or none.
    """
    source = options.source
    outputs = _outputs(options)
    check_standard_input({"--signers": options.signers, **source.files})
    check_source_options(source)
    check_expected_given(source)
    if source.curve is not None:
        protocol = options.protocol or DEFAULT_PROTOCOLS.get(source.curve, "")
        check_scheme(protocol, source.curve)
        _check_master_key(options, source.curve)
    if source.network is not None:
        network_named(source.network)
    destinations = _destinations(options, len(outputs))
    signers = read_signers(options.signers, options.cluster)
    check_pin(signers, parse_digest(options.fingerprint).hex(), "--fingerprint pins")
    check_threshold(options.min_signers, len(signers.signers))

    keys = read_keys(source, random)
    protocol = options.protocol or DEFAULT_PROTOCOLS[keys[0].curve]
    check_scheme(protocol, keys[0].curve)
    _check_master_key(options, keys[0].curve)
    matches = check_expected(keys, source.expect, source.network)
    groups = [_known_addresses(key, options, protocol) for key in keys]
    show_fingerprint(signers)
    for key, known, match in zip(keys, groups, matches, strict=True):
        show_key(key, known, match)
    if options.master_key:
        report("warning", *OF_A_MASTER_KEY)
    sys.stdout.flush()

    wanted = [
        KeyToImport(key.curve, key.secret_scalar, key.public_key, protocol, destination)
        for key, destination in zip(keys, destinations, strict=True)
    ]
    built = build_import_bodies(signers, wanted, options.min_signers, random)
    bodies = [wire.encode(body) for body in built]
    write_files([*zip(outputs, bodies, strict=True)], "the request")
    for key, destination, path, body in zip(keys, destinations, outputs, bodies, strict=True):
        of = "" if len(keys) == 1 else f" of {key.path}"
        report("request", f"{path}{of}, for POST {destination.path}")
        report("digest", *digest_lines(digest(body)))


def _outputs(options: EncryptOptions) -> list[str]:
    """The names of the requests, none of which exists. Raises ``usage`` and ``file``."""
    if options.out == STANDARD:
        raise usage("the request needs a file: standard output is for people here")
    outputs = numbered(options.out, options.source.count)
    for path in outputs:
        check_absent(path, "the request")
    return outputs


def _check_master_key(options: EncryptOptions, curve: str) -> None:
    if options.master_key and curve != MASTER_KEY_CURVE:
        raise CeremonyError(
            Failure.CURVE,
            f"a key on {curve} cannot be a master key: Dfns derives on {MASTER_KEY_CURVE} only",
            hint="leave out --master-key: it is imported as a key of its own",
        )


def _known_addresses(key: KeyMaterial, options: EncryptOptions, protocol: str) -> Groups:
    """On the wallet's network, or on all without one; none of a master key, whose wallets
    have derived keys.

    Raises ``network`` where the network is not known or has no keys on this curve.
    """
    if options.master_key:
        return []
    return address_groups(key.curve, key.public_key, options.source.network, protocol)


def _destinations(options: EncryptOptions, count: int) -> list[Destination]:
    names = [options.name] * count
    if options.name is not None and count > 1:
        names = [f"{options.name} {i}" for i in range(1, count + 1)]
    found = [Destination(options.source.network, name, options.master_key) for name in names]
    for destination in found:
        destination.check()
    return found


def read_signers(path: str, cluster_id: str | None) -> SignersInfo:
    return parse_signers(read_file(path, "the signers"), cluster_id)


def show_fingerprint(signers: SignersInfo) -> None:
    report("cluster", f"{signers.cluster_id}, {len(signers.signers)} signers")
    report("signers", *numbered_digest(signers.fingerprint()))
