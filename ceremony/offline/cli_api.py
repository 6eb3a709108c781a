"""`ceremony api`: bodies of Dfns' API, for those who bring a relay of their own."""

import argparse

from ceremony.desk.cli_parser import Parser, add_command, add_group
from ceremony.offline.cli_source import PROTOCOLS, add_source, source_of

EXAMPLE = """\
ceremony api encrypt --signers signers.json --fingerprint "$FINGERPRINT" --key-file key \\
    --curve secp256k1 --network Ethereum --expect "$ADDRESS" --out request.json
ceremony api export-request --state state --out request.json
ceremony api recombine --state state --response response.json \\
    --public-key "$PUBLIC_KEY" --out key"""

ENCRYPT, EXPORT_REQUEST, RECOMBINE = (
    "ceremony api" + example for example in EXAMPLE.split("ceremony api")[1:]
)

MASTER_KEY = (
    "import it as a master key, secp256k1 only; wallets that Dfns derives from it have other "
    "addresses than a wallet that derived from it before: see docs/keys-in.md"
)


def add_api(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "single requests and answers of Dfns' API, for those who bring their own relay"
    parts = add_group(commands, "api", text, EXAMPLE)
    _add_encrypt(parts)
    _add_export_request(parts)
    _add_recombine(parts)


def _add_encrypt(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "split a key, encrypt it for the signers"
    parser = add_command(commands, "encrypt", _encrypt, text, ENCRYPT)
    add = parser.add_argument
    add("--signers", required=True, metavar="FILE", help="the answer of GET /signers")
    add("--cluster", metavar="ID", help="which cluster, where there are several")
    add(
        "--fingerprint",
        required=True,
        metavar="DIGEST",
        help="stop unless the signers have this one, hex or words: from a second host, "
        "confirmed with Dfns",
    )
    add_source(
        parser,
        default="hex",
        network="the wallet's, as Dfns names it; without it no wallet is imported, but a key",
        expect="required but for a new key, once for each path",
    )
    add("--protocol", help=PROTOCOLS)
    add("--min-signers", type=int, default=3, metavar="N", help="shares that sign (default: 3)")
    add("--name", help="the wallet's or key's name, ASCII; numbered if several")
    add("--master-key", action="store_true", help=MASTER_KEY)
    add("--out", required=True, metavar="FILE", help="the request, a new file; numbered if several")


def _encrypt(options: argparse.Namespace) -> None:
    from ceremony.offline.before_keys import before_keys
    from ceremony.offline.importing import EncryptOptions, encrypt

    chosen = EncryptOptions(
        signers=options.signers,
        cluster=options.cluster,
        fingerprint=options.fingerprint,
        source=source_of(options),
        protocol=options.protocol,
        min_signers=options.min_signers,
        name=options.name,
        master_key=options.master_key,
        out=options.out,
    )
    before_keys(options.look(), self_tests=options.self_tests)
    encrypt(chosen, options.random)


def _add_export_request(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "make an export's decryption key and its request"
    parser = add_command(commands, "export-request", _export_request, text, EXPORT_REQUEST)
    add = parser.add_argument
    add("--state", required=True, metavar="FILE", help="the sealed decryption key, a new file")
    _add_passphrase(parser)
    add("--out", required=True, metavar="FILE", help="the request, a new file")


def _export_request(options: argparse.Namespace) -> None:
    from ceremony.offline.before_keys import before_keys
    from ceremony.offline.exporting import ExportRequestOptions, export_request

    chosen = ExportRequestOptions(options.state, options.passphrase_file, options.out)
    before_keys(options.look(), self_tests=options.self_tests)
    export_request(chosen, options.random, options.work)


def _add_recombine(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "recover an exported key from its shares"
    parser = add_command(commands, "recombine", _recombine, text, RECOMBINE)
    add = parser.add_argument
    add("--state", required=True, metavar="FILE", help="from ceremony api export-request")
    _add_passphrase(parser)
    add("--response", required=True, metavar="FILE", help="the answer of the export call")
    add("--public-key", required=True, metavar="HEX", help="the expected one, from your records")
    out = "the key, a new file; - to print it; for slip39 once for each share, or asked for in turn"
    add("--out", action="append", default=[], metavar="FILE", help=out)
    form = parser.add_argument_group("the form of the key").add_argument
    form(
        "--format",
        default="hex",
        metavar="FORM",
        help="see ceremony formats and docs/keys-out.md (default: hex)",
    )
    form(
        "--new-passphrase-file",
        metavar="FILE",
        help="for keystore-v3 and pkcs8, where else you are asked; for slip39 if you want one",
    )
    form("--recipient", action="append", default=[], metavar="AGE-KEY", help="for age; repeatable")
    form("--network", help="for wif, as Dfns names it")
    form("--shares", type=int, metavar="N", help="for slip39: how many are made")
    form("--threshold", type=int, metavar="K", help="for slip39: how many recover the key")


def _recombine(options: argparse.Namespace) -> None:
    from ceremony.offline.before_keys import before_keys
    from ceremony.offline.exporting import RecombineOptions, recombine
    from ceremony.offline.key_files import FormOptions

    chosen = RecombineOptions(
        state=options.state,
        passphrase_file=options.passphrase_file,
        response=options.response,
        public_key=options.public_key,
        form=FormOptions(
            form=options.format,
            out=tuple(options.out),
            new_passphrase_file=options.new_passphrase_file,
            recipients=tuple(options.recipient),
            network=options.network,
            shares=options.shares,
            threshold=options.threshold,
        ),
    )
    before_keys(options.look(), self_tests=options.self_tests)
    recombine(chosen, options.random, options.work)


def _add_passphrase(parser: Parser) -> None:
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        help="its first line is the passphrase; without it you are asked",
    )
