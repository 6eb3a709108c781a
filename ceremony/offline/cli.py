"""`ceremony`: the commands of the air-gapped side, and their help."""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from ceremony import __version__
from ceremony.desk.command import Handler, Parser, run
from ceremony.desk.warnings import Look, lock_and_look, warn_of_machine
from ceremony.errors import CeremonyError, Failure
from ceremony.offline.cli_plan import add_plan

DESCRIPTION = """\
Split and encrypt private keys for Dfns' signers, and recombine exported ones,
on a laptop without network. Secrets come from files, standard input or the
keyboard, never from arguments."""

CURVES = "secp256k1, stark or ed25519"
READS_SECRETS = (
    *("importing.encrypt", "inspecting.inspect"),
    *("exporting.export_request", "exporting.recombine"),
)
"""What begins by looking at the machine: a key or a passphrase is read or made."""

REHEARSAL_HELP = "the plan's ceremony with fresh keys, at the sandbox that wrote this table"

PROTOCOLS = "CGGMP21, FROST or FROST_BITCOIN (default: the curve's usual one)"


def main(arguments: Sequence[str] | None = None, look: Look = lock_and_look) -> int:
    """The console entry point; gives the exit status. ``look`` reads the machine's facts."""
    parser = build_parser()
    parser.set_defaults(look=look)
    return run("ceremony", parser, arguments)


def build_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ceremony",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"ceremony {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_ceremonies(commands)
    add_plan(commands)
    _add_encrypt(commands)
    _add_inspect(commands)
    _add_address(commands)
    _add_export_request(commands)
    _add_recombine(commands)
    _add_fingerprint(commands)
    _add_qr(commands)
    _add_rehearse(commands)
    return parser


def _command(
    commands: "argparse._SubParsersAction[Parser]", name: str, handler: str, text: str
) -> Parser:
    """A command whose module is imported when it is called: help stays quick."""
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(handler=_later(handler))
    return parser


def _later(handler: str) -> Handler:
    module, function = handler.rsplit(".", 1)

    def call(options: argparse.Namespace) -> None:
        if handler in READS_SECRETS:
            warn_of_machine(options.look())
        found: Callable[[argparse.Namespace], None] = getattr(
            import_module(f"ceremony.offline.{module}"), function
        )
        found(options)

    return call


def _add_ceremonies(commands: "argparse._SubParsersAction[Parser]") -> None:
    for name, text in (
        ("import", "the ceremony that moves keys into Dfns, by a plan"),
        ("export", "the ceremony that takes keys out of Dfns, by a plan"),
        ("resume", "take a ceremony up again whose request has left"),
    ):
        parser = commands.add_parser(name, help=text, description=text)
        add = parser.add_argument
        add("plan", metavar="PLAN", nargs="?", help="the plan's file; else the relay's is taken")
        add("--by", required=True, metavar="FOLDER", help="the folder that is carried across")
        add("--files", default=".", metavar="FOLDER", help="for the laptop's own files")
        add("--transcript", required=True, metavar="FILE", help="a new file, one for each run")
        add("--rehearsal", metavar="SANDBOX.toml", help=REHEARSAL_HELP)
        parser.set_defaults(handler=_ceremony(f"run_{name}"))


def _ceremony(function: str) -> Handler:
    def call(options: argparse.Namespace) -> None:
        from ceremony.offline import ceremonies

        chosen = ceremonies.CeremonyOptions(
            options.plan, options.by, options.files, options.transcript, options.rehearsal
        )
        getattr(ceremonies, function)(chosen)

    return call


def _add_encrypt(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands, "encrypt", "importing.encrypt", "split a key, encrypt it for the signers"
    )
    add = parser.add_argument
    add("--signers", required=True, metavar="FILE", help="the answer of GET /signers")
    add("--cluster", metavar="ID", help="which cluster, where there are several")
    add(
        "--fingerprint",
        metavar="DIGEST",
        help="stop unless the signers have this fingerprint (hex or words)",
    )
    _add_source(parser, default="hex")
    add("--protocol", help=PROTOCOLS)
    add("--min-signers", type=int, default=3, metavar="N", help="shares that sign (default: 3)")
    add("--name", help="the wallet's or key's name, ASCII; numbered if several")
    add("--master-key", action="store_true", help="import it as a master key")
    add("--out", required=True, metavar="FILE", help="the request, a new file; numbered if several")


def _add_inspect(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands, "inspect", "inspecting.inspect", "show what a key is, never the key itself"
    )
    _add_source(parser, default=None)
    parser.add_argument("--json", action="store_true", help="for scripts")


def _add_address(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands, "address", "inspecting.address", "show the addresses of a public key"
    )
    add = parser.add_argument
    add("public_key", metavar="PUBLIC-KEY", help="in hex, compressed or not")
    add("--curve", required=True, help=CURVES)
    add("--network", help="as Dfns names it; all networks of the curve without it")
    add("--protocol", help=PROTOCOLS)
    add("--json", action="store_true", help="for scripts")


def _add_source(parser: Parser, default: str | None) -> None:
    """Where a key comes from; the same for every command that takes one."""
    add = parser.add_argument_group("the key").add_argument
    add("--key-file", metavar="FILE", help="the file with it; - for standard input")
    note = f"; new makes one (default: {default})" if default else ""
    add("--format", default=default, help=f"see docs/keys-in.md{note}")
    add("--curve", help=f"{CURVES}; where the format does not say it")
    network = "the wallet's, as Dfns names it; without it, encrypt imports no wallet, but a key"
    add("--network", help=network)
    add("--path", action="append", default=[], help="of a derived key; as often as there are keys")
    add(
        "--expect",
        action="append",
        default=[],
        metavar="ADDRESS|PUBLIC-KEY",
        help="stop unless the key has it; once for each path",
    )
    first_line = "its first line is the source's passphrase; asked for where it must be"
    add("--passphrase-file", metavar="FILE", help=first_line)
    kit = parser.add_argument_group("a recovery kit (--format fireblocks-kit)").add_argument
    kit("--rsa-key", metavar="FILE", help="the RSA private key, PEM")
    kit("--rsa-passphrase-file", metavar="FILE", help="of the RSA key")
    kit("--key-id", metavar="ID", help="which master key, where several fit the curve")
    kit("--mobile-rsa-key", metavar="FILE", help="opens the mobile share, in place of a passphrase")
    kit("--mobile-rsa-passphrase-file", metavar="FILE", help="of that RSA key")


def _add_export_request(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "export-request",
        "exporting.export_request",
        "make an export's decryption key and its request",
    )
    add = parser.add_argument
    add("--state", required=True, metavar="FILE", help="the sealed decryption key, a new file")
    _add_passphrase(parser)
    add("--out", required=True, metavar="FILE", help="the request, a new file")


def _add_recombine(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands, "recombine", "exporting.recombine", "recover an exported key from its shares"
    )
    add = parser.add_argument
    add("--state", required=True, metavar="FILE", help="from ceremony export-request")
    _add_passphrase(parser)
    add("--response", required=True, metavar="FILE", help="the answer of the export call")
    add("--public-key", required=True, metavar="HEX", help="the expected one, from your records")
    out = "the key, a new file; - to print it; for slip39 once for each share, or asked for in turn"
    add("--out", action="append", default=[], metavar="FILE", help=out)
    form = parser.add_argument_group("the form of the key").add_argument
    form("--format", default="hex", metavar="FORM", help="see docs/keys-out.md (default: hex)")
    form(
        "--new-passphrase-file",
        metavar="FILE",
        help="for keystore-v3 and pkcs8, where else you are asked; for slip39 if you want one",
    )
    form("--recipient", action="append", default=[], metavar="AGE-KEY", help="for age; repeatable")
    form("--network", help="for wif, as Dfns names it")
    form("--shares", type=int, metavar="N", help="for slip39: how many are made")
    form("--threshold", type=int, metavar="K", help="for slip39: how many recover the key")


def _add_fingerprint(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands, "fingerprint", "importing.fingerprint", "show the signers and their fingerprint"
    )
    parser.add_argument("signers", metavar="SIGNERS.json", help="the answer of GET /signers")
    parser.add_argument("--cluster", metavar="ID", help="which cluster, where there are several")


def _add_qr(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "carry a file as pictures of QR codes"
    parser = commands.add_parser("qr", help=text, description=text)
    parts = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    encode = _command(parts, "encode", "pictures.encode", "write a file as QR codes")
    encode.add_argument("file", metavar="FILE", help="what to write")
    encode.add_argument("--out", required=True, metavar="DIR", help="a new or empty folder")
    encode.add_argument("--version", type=int, metavar="N", help="size of the codes, 1 to 40")
    encode.add_argument("--frames", type=int, metavar="N", help="how many codes to write")
    decode = _command(parts, "decode", "pictures.decode", "read a file from QR codes")
    decode.add_argument(
        "paths", nargs="+", metavar="PATH", help="pictures, folders of pictures, videos"
    )
    decode.add_argument("--out", required=True, metavar="FILE", help="a new file")


def _add_rehearse(commands: "argparse._SubParsersAction[Parser]") -> None:
    text = "import and export fresh keys with a sandbox, alone on this machine"
    parser = commands.add_parser("rehearse", help=text, description=text)
    add = parser.add_argument
    add("plan", metavar="PLAN", nargs="?", help="a plan to rehearse; else keys on each curve")
    add("--keys", type=int, default=1, metavar="N", help="keys on each curve (default: 1)")
    add("--loss", type=float, default=0.2, help="part of the frames that is lost (default: 0.2)")
    add("--seed", type=int, default=1, help="of the simulated cameras (default: 1)")
    add("--keep", metavar="DIR", help="keep messages, frames, transcripts and logs in a new folder")
    parser.set_defaults(handler=_rehearse)


def _rehearse(options: argparse.Namespace) -> None:
    try:
        # By name: nothing on the laptop imports the rehearsal, and its installation lacks it.
        rehearsal = import_module("ceremony.rehearsal.rehearse")
    except ModuleNotFoundError:
        raise CeremonyError(
            Failure.CONFIGURATION,
            "this installation has no relay and no sandbox: it cannot rehearse alone",
            hint="run scripts/rehearse in a checkout on a computer with a network",
        ) from None
    chosen = rehearsal.RehearseOptions(
        options.plan, options.keys, options.loss, options.seed, options.keep
    )
    rehearsal.rehearse(chosen)


def _add_passphrase(parser: Parser) -> None:
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        help="its first line is the passphrase; without it you are asked",
    )


if __name__ == "__main__":
    sys.exit(main())
