"""`ceremony live`: its arguments, which become frozen options."""

import argparse

from ceremony.desk.cli_parser import Parser, add_command
from ceremony.desk.cli_screen import add_desk, desk_options
from ceremony.offline.cli_ceremonies import CAMERA_HELP, DISPLAY_HELP

TEXT = "the first screen of the live image, with everything that is held in it"


def add_live(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = add_command(commands, "live", _live, TEXT, "ceremony live --large-text")
    add = parser.add_argument
    add("--camera", default="", metavar="NAME", help=CAMERA_HELP.removeprefix("by light: "))
    add("--display", default="", metavar="NAME", help=DISPLAY_HELP.removeprefix("by light: "))
    add_desk(parser)


def _live(options: argparse.Namespace) -> None:
    from ceremony.offline.live import LiveOptions, Machine, live

    chosen = LiveOptions(options.camera, options.display, desk_options(options))
    live(chosen, Machine(options.look))
