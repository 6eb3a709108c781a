"""ceremony-relay: the online side, between Dfns and the air gap."""

import argparse
from collections.abc import Sequence

from ceremony.desk.command import Parser, run

PROGRAM = "ceremony-relay"

DESCRIPTION = """\
Fetches the signers from Dfns, and posts the imports and exports that the offline side
built, exactly as they are and never twice. It shows what it is about to do and asks:
the exact word Yes confirms. docs/relay.md says what to do after each failure.
"""

CONFIGURATION = """\
configuration: DFNS_API_URL, DFNS_AUTH_TOKEN, DFNS_CRED_ID and DFNS_PRIVATE_KEY (PEM, or
the path to one), all four from one place: the file of --env if it is given, else the
environment if it has any of them, else .env in the working directory. Plain http is for
this machine only, and makes a rehearsal; https is production. DFNS_ORG_ID may pin the
organisation; DFNS_HOST_CONFIRMED names an https host that Dfns does not document.
"""


def build_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=CONFIGURATION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    env_help = "the file with the DFNS_* names"
    parser.add_argument("--env", metavar="FILE", help=env_help)
    # Also after the command's name, where people put it.
    common = Parser(add_help=False)
    common.add_argument("--env", metavar="FILE", default=argparse.SUPPRESS, help=env_help)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    signers = commands.add_parser(
        "signers", parents=[common], help="fetch the signers that a key is split for"
    )
    _ways(signers, "SIGNERS.json")
    signers.add_argument("--cluster", metavar="ID", help="which cluster, if Dfns has several")
    signers.add_argument(
        "--journal", metavar="FILE", help="with --link: remember which signers were sent"
    )
    signers.set_defaults(handler=_signers)

    importing = commands.add_parser(
        "import", parents=[common], help="post an import; one with a network makes a wallet"
    )
    importing.add_argument("--request", metavar="REQUEST.json", help="as ceremony encrypt wrote it")
    importing.add_argument(
        "--public-key", metavar="HEX", help="the key's, as the offline side shows it"
    )
    _ways(importing, "RECEIPT.json")
    _posting(importing)
    importing.set_defaults(handler=_import)

    exporting = commands.add_parser(
        "export", parents=[common], help="ask for the encrypted shares of a key"
    )
    exporting.add_argument(
        "--request", metavar="REQUEST.json", help="as ceremony export-request wrote it"
    )
    which = exporting.add_mutually_exclusive_group()
    which.add_argument("--key", metavar="ID", help="the key to export")
    which.add_argument("--wallet", metavar="ID", help="the wallet whose key to export")
    _ways(exporting, "RESPONSE.json")
    _posting(exporting)
    exporting.set_defaults(handler=_export)
    _journal(commands)
    return parser


def _journal(commands: "argparse._SubParsersAction[Parser]") -> None:
    journal = commands.add_parser("journal", help="read a journal, of a broken or older run too")
    commands = journal.add_subparsers(metavar="COMMAND", required=True)
    show = commands.add_parser("show", help="list what was posted and what is kept")
    recover = commands.add_parser("recover", help="write a kept answer out again")
    for parser in (show, recover):
        parser.add_argument("--journal", required=True, metavar="FILE", help="it is only read")
    recover.add_argument("--out", required=True, metavar="FILE", help="a new file; - for stdout")
    recover.add_argument(
        "--entry",
        type=int,
        metavar="N",
        help="its number in the list, if more than one answer is kept",
    )
    show.set_defaults(handler=_show)
    recover.set_defaults(handler=_recover)


def _ways(parser: argparse.ArgumentParser, out: str) -> None:
    ways = parser.add_mutually_exclusive_group(required=True)
    ways.add_argument("--out", metavar=out, help="a new file; - for standard output")
    ways.add_argument(
        "--link", metavar="PATH", help="over the simulated link of a rehearsal, at this socket"
    )
    simulated = parser.add_argument_group("the simulated camera of --link")
    simulated.add_argument("--loss", type=float, default=0.0, help="share of frames lost, 0 to 0.9")
    simulated.add_argument("--seed", type=int, default=0, help="the same seed sees the same")


def _posting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--journal", required=True, metavar="FILE", help="what was posted; made if there is none"
    )
    parser.add_argument(
        "--confirm",
        metavar="DIGEST",
        help="the digest, in hex or words, as the offline side shows it, of an import's request "
        "or of a message over the link: instead of the question, for scripts",
    )


# The handlers are imported when they are called: --help needs no SDK.


def _signers(options: argparse.Namespace) -> None:
    from ceremony.relay.commands import signers

    signers(options)


def _import(options: argparse.Namespace) -> None:
    from ceremony.relay.commands import import_keys

    import_keys(options)


def _export(options: argparse.Namespace) -> None:
    from ceremony.relay.commands import export_keys

    export_keys(options)


def _show(options: argparse.Namespace) -> None:
    from ceremony.relay.recovery import show

    show(options)


def _recover(options: argparse.Namespace) -> None:
    from ceremony.relay.recovery import recover

    recover(options)


def main(arguments: Sequence[str] | None = None) -> int:
    """The console entry point; gives the exit status."""
    return run(PROGRAM, build_parser(), arguments)


if __name__ == "__main__":
    raise SystemExit(main())
