"""`ceremony export-request` and `ceremony recombine`: ask for a key, and get it back."""

import argparse
import sys

from ceremony.curves import ED25519
from ceremony.desk.digests import digest_lines
from ceremony.desk.passphrase import known_passphrase, new_passphrase
from ceremony.dfns.key_export import build_key_export_request, recover_secret_scalar
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.files import check_absent, read_file, write_file
from ceremony.message import digest
from ceremony.offline.report import report
from ceremony.offline.state import read_state, write_state
from ceremony.text import parse_hex_bytes

NOT_A_SEED = (
    "this is the secret scalar, big-endian; it is NOT a seed:",
    "wallets that take a seed would make another key of it",
)


def export_request(options: argparse.Namespace) -> None:
    """A fresh decryption key, sealed and safe; only then the request that needs it."""
    check_absent(options.state, "the state")
    check_absent(options.out, "the request")
    passphrase = new_passphrase(options.passphrase_file, "the state")
    key = DecryptionKey.generate(system_random)
    write_state(options.state, key, passphrase, system_random)
    body = build_key_export_request(key.encryption_key)
    write_file(options.out, body, "the request")
    report("state", f"{options.state}, read back and opened", "keep it, and a copy, until the end")
    report("export key", key.encryption_key.text)
    report("request", f"{options.out}, for POST /keys/{{keyId}}/export")
    report("digest", *digest_lines(digest(body)))


def recombine(options: argparse.Namespace) -> None:
    """The key of an export response, if it is the expected one."""
    check_absent(options.out, "the key file")
    public_key = parse_hex_bytes(options.public_key, "the public key")
    response = read_file(options.response, "the response")
    key = read_state(options.state, known_passphrase(options.passphrase_file, "the state"))
    recovered = recover_secret_scalar(key, response, public_key)
    write_file(options.out, recovered.secret_scalar.reveal().hex().encode() + b"\n", "the key")
    for bad in recovered.bad_signers:
        line = f"signer {bad.signer_id}: {bad.why} ({bad.failure})"
        report("bad share", line, to=sys.stderr)
    report("public key", f"{recovered.public_key.hex()}, as expected", to=sys.stderr)
    if recovered.curve == ED25519.name:
        report("key", *NOT_A_SEED, to=sys.stderr)
