"""`ceremony rehearse`: a whole ceremony on one machine, with a sandbox."""

import argparse
from importlib import import_module

from ceremony.desk.cli_parser import Parser, add_command
from ceremony.errors import CeremonyError, Failure

TEXT = "import and export fresh keys with a sandbox, alone on this machine"


def add_rehearse(commands: "argparse._SubParsersAction[Parser]") -> None:
    example = "ceremony rehearse --keys 10"
    add = add_command(commands, "rehearse", _rehearse, TEXT, example).add_argument
    add("plan", metavar="PLAN", nargs="?", help="a plan to rehearse; else keys on each curve")
    add("--keys", type=int, default=1, metavar="N", help="keys on each curve (default: 1)")
    add("--loss", type=float, default=0.2, help="part of the frames that is lost (default: 0.2)")
    add("--seed", type=int, default=1, help="of the simulated cameras (default: 1)")
    add("--keep", metavar="DIR", help="keep messages, frames, transcripts and logs in a new folder")


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
