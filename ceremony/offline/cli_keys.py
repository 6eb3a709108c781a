"""The commands that look at keys and signers: `ceremony inspect`, `address`, `fingerprint`."""

import argparse

from ceremony.desk.cli_parser import Parser, add_command
from ceremony.offline.cli_source import CURVES, PROTOCOLS, add_source, source_of

INSPECT = """\
ceremony inspect --key-file words --format bip39 --curve secp256k1 --network Ethereum \\
    --path "m/44'/60'/0'/0/0\""""

ADDRESS = """\
ceremony address 0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798 \\
    --curve secp256k1 --network Bitcoin"""


def add_keys(commands: "argparse._SubParsersAction[Parser]") -> None:
    _add_inspect(commands)
    _add_address(commands)
    text = "show the signers and their fingerprint"
    example = "ceremony fingerprint signers.json"
    add = add_command(commands, "fingerprint", _fingerprint, text, example).add_argument
    add("signers", metavar="SIGNERS.json", help="the answer of GET /signers")
    add("--cluster", metavar="ID", help="which cluster, where there are several")


def _add_inspect(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "show what a key is, never the key itself"
    parser = add_command(commands, "inspect", _inspect, text, INSPECT)
    add_source(
        parser,
        default=None,
        network="whose addresses are shown, as Dfns names it; without it those of all",
        expect="once for each path",
    )
    parser.add_argument("--json", action="store_true", help="for scripts")


def _inspect(options: argparse.Namespace) -> None:
    from ceremony.offline.before_keys import before_keys
    from ceremony.offline.inspecting import inspect

    source = source_of(options)
    before_keys(options.look(), self_tests=options.self_tests)
    inspect(source, as_json=options.json)


def _add_address(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "show the addresses of a public key"
    add = add_command(commands, "address", _address, text, ADDRESS).add_argument
    add("public_key", metavar="PUBLIC-KEY", help="in hex, compressed or not")
    add("--curve", required=True, help=CURVES)
    add("--network", help="as Dfns names it; all networks of the curve without it")
    add("--protocol", help=PROTOCOLS)
    add("--json", action="store_true", help="for scripts")


def _address(options: argparse.Namespace) -> None:
    from ceremony.offline.inspecting import AddressOptions, address

    address(
        AddressOptions(
            public_key=options.public_key,
            curve=options.curve,
            network=options.network,
            protocol=options.protocol,
            as_json=options.json,
        )
    )


def _fingerprint(options: argparse.Namespace) -> None:
    from ceremony.offline.importing import fingerprint

    fingerprint(options.signers, options.cluster)
