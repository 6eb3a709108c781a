"""`ceremony live`: its arguments, which become frozen options."""

import argparse

from ceremony.desk.cli_parser import Parser, add_command
from ceremony.desk.cli_screen import add_desk, desk_options

TEXT = "the first screen of the live image, with everything that is held in it"


def add_live(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = add_command(commands, "live", _live, TEXT, "ceremony live --large-text")
    add_desk(parser)


def _live(options: argparse.Namespace) -> None:
    from ceremony.offline.live import LiveOptions, Machine, live

    live(LiveOptions(desk_options(options)), Machine(options.look))
