"""ceremony-sandbox: a Dfns on this machine, to rehearse and to test with."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from ceremony.desk.command import Parser, run
from ceremony.errors import CeremonyError, Failure
from ceremony.sandbox.fault_kinds import CALLS, describe
from ceremony.sandbox.faults import Faults, parse_fault

PROGRAM = "ceremony-sandbox"

MAX_SIGNERS = 20
MAX_CLUSTERS = 10

PREFIX = re.compile(r"(?:/[A-Za-z0-9._-]{1,40}){1,4}")

DESCRIPTION = """\
A server on loopback that behaves as Dfns' API does, for rehearsals and tests: signers
that really decrypt and check what is imported, and really encrypt what is exported.
It prints its address on one line when it is ready and runs until SIGTERM or Ctrl-C.
Everything is in memory and gone with the process. docs/sandbox.md says more.
"""

CREDENTIAL_KINDS = ("ed25519", "p256", "secp256k1", "rsa")


def faults_help() -> str:
    calls = "\n".join(f"  {name:<10} {what}" for name, what in CALLS.items())
    return f"""\
faults: --fault NAME[=VALUE][@CALL][:TIMES], as often as you like

  A fault strikes the next call that it fits, once; :3 makes it three times, :always
  every time, which is what some do anyway. In brackets: the calls that it fits, which
  are import, wallet, export and sign if there are none; @CALL makes it fit that one only.
  An import is two calls more, init and action: aim at them to strike before the import.

{describe()}

calls:

{calls}

for example:

  {PROGRAM} --env sandbox.env --fault lost-answer@import
  {PROGRAM} --env sandbox.env --fault export-corrupt=2:always --fault slow=1@signers
"""


def build_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=faults_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, metavar="P", help="default: a free port")
    parser.add_argument("--signers", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument("--clusters", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument(
        "--env",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="write the DFNS_* names that a client needs, mode 0600; a file that another "
        "sandbox wrote is replaced, any other is not; each further --env is one more "
        "organisation on this host, with an account, keys and wallets of its own",
    )
    parser.add_argument(
        "--plan-table",
        type=Path,
        metavar="FILE",
        help="write the [dfns] table of a plan for this sandbox, of its first organisation; it is "
        "what --rehearsal takes",
    )
    parser.add_argument(
        "--path-prefix",
        default="",
        metavar="PATH",
        help="a path before all paths of the API, for example /api; default: none",
    )
    parser.add_argument(
        "--credential",
        choices=CREDENTIAL_KINDS,
        default="ed25519",
        help="the kind of key that signs user actions; default: ed25519",
    )
    parser.add_argument(
        "--fault", action="append", default=[], metavar="FAULT", help="do this wrong: see below"
    )
    parser.set_defaults(handler=start)
    return parser


def start(options: argparse.Namespace) -> None:
    """Make a sandbox and serve it until it is told to end."""
    _check_range("--port", options.port, 0, 65535)
    _check_range("--signers", options.signers, 2, MAX_SIGNERS)
    _check_range("--clusters", options.clusters, 1, MAX_CLUSTERS)
    _check_prefix(options.path_prefix)
    faults = Faults(tuple(parse_fault(text) for text in options.fault))
    # Only now: --help and a wrong command line are answered at once.
    from ceremony.entropy import system_random
    from ceremony.sandbox.access import new_id
    from ceremony.sandbox.credential import KINDS, Credential, private_pem
    from ceremony.sandbox.environment import (
        TABLE_MARK,
        check_environment,
        check_marked,
        environment,
        write_environment,
        write_marked,
    )
    from ceremony.sandbox.server import listen, serve
    from ceremony.sandbox.state import Sandbox

    for path in options.env:
        check_environment(path)
    if options.plan_table is not None:
        check_marked(options.plan_table, TABLE_MARK, "--plan-table")
    private_keys = [KINDS[options.credential]() for _ in range(max(1, len(options.env)))]
    credentials = [Credential(new_id("cr", system_random), k.public_key()) for k in private_keys]
    first = Sandbox.create(
        credentials[0],
        system_random,
        signers=options.signers,
        clusters=options.clusters,
        faults=faults,
    )
    organisations = [first, *(first.neighbour(credential) for credential in credentials[1:])]
    with listen(options.port) as listener:
        host, port = listener.getsockname()
        url = f"http://{host}:{port}{options.path_prefix}"
        for path, sandbox, credential, private_key in zip(
            options.env, organisations, credentials, private_keys, strict=False
        ):
            access = sandbox.access
            text = environment(
                url, access.auth_token, credential.credential_id, private_pem(private_key),
                access.org_id,
            )  # fmt: skip
            write_environment(path, text)
        if options.plan_table is not None:
            write_marked(options.plan_table, first.plan_table(url), TABLE_MARK, "--plan-table")
        serve(organisations, listener, lambda: print(url, flush=True), options.path_prefix)


def _check_prefix(prefix: str) -> None:
    if prefix and not PREFIX.fullmatch(prefix):
        raise CeremonyError(
            Failure.USAGE,
            "--path-prefix must be a path such as /api, without a slash at its end",
            hint=f"see {PROGRAM} --help",
        )


def _check_range(name: str, value: int, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise CeremonyError(
            Failure.USAGE,
            f"{name} must be from {lowest} to {highest}",
            hint=f"see {PROGRAM} --help",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The console entry point; gives the exit status."""
    return run(PROGRAM, build_parser(), arguments)


if __name__ == "__main__":
    raise SystemExit(main())
