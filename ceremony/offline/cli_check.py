"""`ceremony check` and `self-check`: their arguments, which become frozen options."""

import argparse

from ceremony.desk.cli_parser import Parser, add_command
from ceremony.desk.cli_screen import add_desk, desk_options
from ceremony.offline.cli_ceremonies import CAMERA_HELP, DISPLAY_HELP

LINK_HELP = "a new file for the pace that the link test finds (default: link.toml)"
TEXT = "days before: whether this laptop, its camera, its screen and the link will do"


def add_check(commands: "argparse._SubParsersAction[Parser]") -> None:
    example = "ceremony check --out check.html"
    parser = add_command(commands, "check", _check, TEXT, example)
    add = parser.add_argument
    add("--camera", default="", metavar="NAME", help=CAMERA_HELP.removeprefix("by light: "))
    add("--display", default="", metavar="NAME", help=DISPLAY_HELP.removeprefix("by light: "))
    add("--out", metavar="FILE", help="a new file for the page to keep, .html or .pdf")
    add("--link", default="link.toml", metavar="FILE", help=LINK_HELP)
    add_desk(parser)
    text = "compare every installed file with what its wheel records"
    add_command(commands, "self-check", _self_check, text, "ceremony self-check")


def _check(options: argparse.Namespace) -> None:
    from ceremony.offline.checking import CheckOptions, check

    check(
        CheckOptions(
            options.camera, options.display, options.out, options.link, desk_options(options)
        )
    )


def _self_check(options: argparse.Namespace) -> None:
    from ceremony.offline.installed import show_installed

    show_installed()
