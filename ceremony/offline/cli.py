"""`ceremony`: the commands of the air-gapped side, and their help."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ceremony.desk.cli_parser import add_version, examples
from ceremony.desk.cli_shell import add_shell
from ceremony.desk.command import Parser, run
from ceremony.desk.warnings import Look, lock_and_look
from ceremony.entropy import system_random
from ceremony.offline.cli_api import add_api
from ceremony.offline.cli_ceremonies import add_ceremonies
from ceremony.offline.cli_check import add_check
from ceremony.offline.cli_keys import add_keys
from ceremony.offline.cli_lists import add_lists
from ceremony.offline.cli_live import add_live
from ceremony.offline.cli_plan import add_plan
from ceremony.offline.cli_qr import add_qr
from ceremony.offline.cli_rehearse import add_rehearse
from ceremony.passphrases import WORK, Work
from ceremony.secret import Random

if TYPE_CHECKING:
    from ceremony.offline.self_tests import SelfTests

PROGRAM = "ceremony"

DESCRIPTION = """\
The offline half of a ceremony: keys go into Dfns, or come out of it, by a plan that people
have on paper. It runs on a laptop without network. Secrets come from files, standard input
or the keyboard, never from arguments."""

GROUPS: tuple[Callable[["argparse._SubParsersAction[Parser]"], None], ...] = (
    add_plan,
    add_check,
    add_ceremonies,
    add_keys,
    add_lists,
    add_qr,
    add_api,
    add_rehearse,
    add_live,
    add_shell,
)
"""What adds commands, in the order of the help; each is a module ``cli_...`` of its own."""


def main(
    arguments: Sequence[str] | None = None,
    look: Look = lock_and_look,
    random: Random = system_random,
    work: Work = WORK,
    self_tests: "SelfTests | None" = None,
) -> int:
    """The console entry point; gives the exit status.

    ``work`` is what a guess of a passphrase costs, ``self_tests`` are None for all. ``look``,
    which reads the machine's facts, and ``random`` are for what is not a ceremony.
    """
    parser = build_parser()
    parser.set_defaults(look=look, random=random, work=work, self_tests=self_tests)
    return run(PROGRAM, parser, arguments)


@cache
def build_parser() -> Parser:
    """The parser of all commands, which is made once: what a run sets in it, the next sets too."""
    parser = Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=examples(
            "ceremony import plan.toml --by /media/stick --transcript transcript.jsonl",
            "ceremony inspect --key-file words --format bip39 --help",
        ),
    )
    add_version(parser, PROGRAM)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in GROUPS:
        add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
