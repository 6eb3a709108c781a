"""The options that say where a key comes from; the same for every command that takes one."""

import argparse
from typing import TYPE_CHECKING

from ceremony.desk.cli_parser import Parser

if TYPE_CHECKING:
    from ceremony.offline.source_options import SourceOptions

CURVES = "secp256k1, stark or ed25519"
PROTOCOLS = "CGGMP21, FROST or FROST_BITCOIN (default: the curve's usual one)"


def add_source(parser: Parser, *, default: str | None, network: str, expect: str) -> None:
    """``network`` and ``expect`` say what these two options mean to the command."""
    add = parser.add_argument_group("the key").add_argument
    add("--key-file", metavar="FILE", help="the file with it; - for standard input")
    note = f"; new makes one (default: {default})" if default else ""
    add("--format", default=default, help=f"see ceremony formats and docs/keys-in.md{note}")
    add("--curve", help=f"{CURVES}; where the format does not say it")
    add("--network", help=network)
    add("--path", action="append", default=[], help="of a derived key; as often as there are keys")
    add(
        "--expect",
        action="append",
        default=[],
        metavar="ADDRESS|PUBLIC-KEY",
        help=f"stop unless the key has it; {expect}",
    )
    first_line = "its first line is the source's passphrase; asked for where it must be"
    add("--passphrase-file", metavar="FILE", help=first_line)
    kit = parser.add_argument_group("a recovery kit (--format fireblocks-kit)").add_argument
    kit("--rsa-key", metavar="FILE", help="the RSA private key, PEM")
    kit("--rsa-passphrase-file", metavar="FILE", help="of the RSA key")
    kit("--key-id", metavar="ID", help="which master key, where several fit the curve")
    kit("--mobile-rsa-key", metavar="FILE", help="opens the mobile share, in place of a passphrase")
    kit("--mobile-rsa-passphrase-file", metavar="FILE", help="of that RSA key")


def source_of(options: argparse.Namespace) -> "SourceOptions":
    """What was given for the options of ``add_source``."""
    from ceremony.offline.source_options import KitOptions, SourceOptions

    return SourceOptions(
        format=options.format,
        key_file=options.key_file,
        curve=options.curve,
        network=options.network,
        paths=tuple(options.path),
        expect=tuple(options.expect),
        passphrase_file=options.passphrase_file,
        kit=KitOptions(
            rsa_key=options.rsa_key,
            rsa_passphrase_file=options.rsa_passphrase_file,
            key_id=options.key_id,
            mobile_rsa_key=options.mobile_rsa_key,
            mobile_rsa_passphrase_file=options.mobile_rsa_passphrase_file,
        ),
    )
