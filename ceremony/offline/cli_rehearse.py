"""`ceremony rehearse`: a whole ceremony on one machine, with a sandbox."""

import argparse

from ceremony.desk.cli_parser import Parser, add_command

TEXT = "import and export fresh keys with a sandbox, end to end"


def add_rehearse(commands: "argparse._SubParsersAction[Parser]") -> None:
    add = add_command(commands, "rehearse", _rehearse, TEXT, "ceremony rehearse").add_argument
    add("--keys", type=int, default=1, metavar="N", help="keys on each curve (default: 1)")
    add("--loss", type=float, default=0.2, help="part of the frames that is lost (default: 0.2)")
    add("--seed", type=int, default=1, help="of the simulated camera (default: 1)")
    add("--keep", metavar="DIR", help="keep messages, frames and logs in a new folder")


def _rehearse(options: argparse.Namespace) -> None:
    from ceremony.offline.rehearse import rehearse

    rehearse(options)
