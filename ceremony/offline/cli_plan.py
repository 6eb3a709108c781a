"""`ceremony plan ...`: its arguments, which become frozen options."""

import argparse
import sys
from typing import TYPE_CHECKING

from ceremony.desk.cli_parser import Handler, Parser, add_command, add_group

if TYPE_CHECKING:
    from ceremony.desk.port import Desk

# The operations as ceremony.record.plan has them, without importing it: help stays quick.
OPERATIONS = ("import-wallets", "import-keys", "export-keys")
IMPORTS = OPERATIONS[:2]


def add_plan(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The command `plan` and the commands below it."""
    text = "write, check and print the plan of a ceremony, days before it"
    example = "ceremony plan new --operation import-wallets --out plan.toml"
    parts = add_group(commands, "plan", text, example)
    _add_new(parts)
    _add_check(parts)
    _add_digest(parts)
    _add_print(parts)
    _add_from_kit(parts)
    _add_from_table(parts)


def _part(
    parts: "argparse._SubParsersAction[Parser]", name: str, text: str, example: str, call: Handler
) -> Parser:
    return add_command(parts, name, call, text, f"ceremony plan {name} {example}")


def _add_new(parts: "argparse._SubParsersAction[Parser]") -> None:
    def call(options: argparse.Namespace) -> None:
        from ceremony.offline import plans

        plans.new(plans.NewPlan(options.operation, options.out, options.head), _desk())

    parser = _part(
        parts,
        "new",
        "write a commented example, in which every field is explained",
        "--operation import-wallets --out plan.toml",
        call,
    )
    _operation(parser, OPERATIONS, None)
    parser.add_argument("--head", action="store_true", help="without sources and keys")
    _out(parser)


def _add_check(parts: "argparse._SubParsersAction[Parser]") -> None:
    def call(options: argparse.Namespace) -> None:
        from ceremony.offline import plans

        plans.check(options.plan, _desk())

    text = "explain every mistake of a plan, and what a careful person would ask"
    parser = _part(parts, "check", text, "plan.toml", call)
    parser.add_argument("plan", metavar="PLAN", help="the plan's file")


def _add_digest(parts: "argparse._SubParsersAction[Parser]") -> None:
    def call(options: argparse.Namespace) -> None:
        from ceremony.offline import plans

        plans.show_digest(options.plan, _desk())

    text = "show the digest of a plan, in hex and in numbered words"
    parser = _part(parts, "digest", text, "plan.toml", call)
    parser.add_argument("plan", metavar="PLAN", help="the plan's file")


def _add_print(parts: "argparse._SubParsersAction[Parser]") -> None:
    def call(options: argparse.Namespace) -> None:
        from ceremony.offline import plans

        plans.print_script(options.plan, options.out, _desk())

    text = "write the script for the table, to be printed"
    parser = _part(parts, "print", text, "plan.toml --out script.html", call)
    parser.add_argument("plan", metavar="PLAN", help="the plan's file")
    help_text = "a new file, .html or .pdf (PDF needs the package fpdf2)"
    parser.add_argument("--out", required=True, metavar="FILE", help=help_text)


def _add_from_kit(parts: "argparse._SubParsersAction[Parser]") -> None:
    def call(options: argparse.Namespace) -> None:
        from pathlib import Path

        from ceremony.offline import plans
        from ceremony.record.plan_kit import KitWallets

        wanted = KitWallets(
            source=options.source,
            networks=tuple(options.network),
            accounts=options.accounts,
            indices=options.indices,
            curve=options.curve,
            key_id=options.key_id,
            operation=options.operation,
            file=Path(options.kit).name,
            rsa_key=options.rsa_key,
        )
        plans.from_kit(plans.FromKit(options.kit, wanted, options.out), _desk())

    text = "list wallets of a Fireblocks recovery kit as lines of a plan; no secret is needed"
    example = "kit.zip --source vault --network Ethereum --accounts 0-399"
    parser = _part(parts, "from-kit", text, example, call)
    add = parser.add_argument
    add("kit", metavar="KIT.zip", help="the recovery kit; its passphrase is not asked for")
    add("--source", required=True, metavar="NAME", help="what the plan calls the kit")
    add(
        "--network",
        action="append",
        required=True,
        metavar="NETWORK[:COIN]",
        help="as Dfns names it, and the coin of its paths where it is not the usual; repeatable",
    )
    add("--accounts", default="0", metavar="RANGE", help="vault accounts: 0-99,120 (default: 0)")
    add("--indices", default="0", metavar="RANGE", help="addresses of each (default: 0)")
    add("--curve", help="secp256k1 or ed25519, for networks that have both")
    add("--key-id", metavar="ID", help="which master key, where several are of the curve")
    add("--rsa-key", default="rsa.pem", metavar="NAME", help="its name in the plan")
    _operation(parser, IMPORTS, IMPORTS[0])
    _out(parser)


def _add_from_table(parts: "argparse._SubParsersAction[Parser]") -> None:
    def call(options: argparse.Namespace) -> None:
        from ceremony.offline import plans
        from ceremony.record.plan_table import TableOptions

        chosen = TableOptions(options.source, options.operation)
        plans.from_table(plans.FromTable(options.table, chosen, options.out), _desk())

    text = "turn a table of labels, networks, paths and addresses into lines of a plan"
    parser = _part(parts, "from-table", text, "vaults.csv --source seed", call)
    add = parser.add_argument
    add("table", metavar="FILE.csv", help="its first line names the columns; see docs/plan.md")
    add("--source", required=True, metavar="NAME", help="where all of these keys come from")
    _operation(parser, IMPORTS, IMPORTS[0])
    _out(parser)


def _operation(parser: Parser, choices: tuple[str, ...], default: str | None) -> None:
    note = f" (default: {default})" if default else ""
    parser.add_argument(
        "--operation",
        choices=choices,
        required=default is None,
        default=default,
        metavar="OP",
        help=f"{', '.join(choices)}{note}",
    )


def _out(parser: Parser) -> None:
    parser.add_argument("--out", metavar="FILE", help="a new file; without it, standard output")


def _desk() -> "Desk":
    from ceremony.desk.plain import PlainDesk

    return PlainDesk(sys.stdin, sys.stdout, "start the command again")
