"""`ceremony fingerprint` and `ceremony encrypt`: whom a key is split for, and splitting it."""

import argparse

from ceremony.desk.digests import check_confirmed, digest_lines
from ceremony.dfns.key_import import Destination, build_key_import_request
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS, check_scheme
from ceremony.dfns.signers import SignersInfo, parse_signers
from ceremony.entropy import system_random
from ceremony.files import check_absent, read_file, read_secret, write_file
from ceremony.keys.material import parse_hex
from ceremony.message import digest
from ceremony.offline.report import report


def fingerprint(options: argparse.Namespace) -> None:
    """Show whom an answer of GET /signers names, and the words to compare."""
    signers = read_signers(options.signers, options.cluster)
    for index, signer in enumerate(signers.signers, 1):
        report(f"signer {index}", f"{signer.signer_id_text}  key {signer.encryption_key.text}")
    show_fingerprint(signers)


def encrypt(options: argparse.Namespace) -> None:
    """Split one key for the signers, check the sharing, encrypt, write the request."""
    check_absent(options.out, "the request")
    curve, protocol = options.curve, options.protocol or DEFAULT_PROTOCOLS.get(options.curve, "")
    check_scheme(protocol, curve)
    destination = Destination(options.network, options.name, options.master_key)
    destination.check()
    signers = read_signers(options.signers, options.cluster)
    if options.fingerprint is not None:
        check_confirmed(signers.fingerprint(), options.fingerprint, "these signers")
    key = parse_hex(curve, read_secret(options.key_file, "the key file"))
    body = build_key_import_request(
        signers,
        key.secret_scalar,
        key.public_key,
        curve,
        protocol,
        options.min_signers,
        destination,
        system_random,
    )
    write_file(options.out, body, "the request")
    report("public key", key.public_key.hex())
    show_fingerprint(signers)
    report("request", f"{options.out}, for POST {destination.path}")
    report("digest", *digest_lines(digest(body)))


def read_signers(path: str, cluster_id: str | None) -> SignersInfo:
    return parse_signers(read_file(path, "the signers"), cluster_id)


def show_fingerprint(signers: SignersInfo) -> None:
    report("cluster", f"{signers.cluster_id}, {len(signers.signers)} signers")
    report("signers", *digest_lines(signers.fingerprint()))
