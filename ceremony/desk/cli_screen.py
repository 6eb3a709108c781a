"""The options that choose the desk, the same in both programs."""

import argparse
from typing import TYPE_CHECKING

from ceremony.desk.cli_parser import Parser

if TYPE_CHECKING:
    from ceremony.desk.screen import DeskOptions


def add_desk(parser: Parser) -> None:
    add = parser.add_argument
    add(
        "--desk",
        choices=("screen", "plain"),
        help="the full screen, or plain lines; else the screen on a terminal from 100x30 up",
    )
    add("--large-text", action="store_true", help="for a large font: less at a time, from 80x24 up")
    add("--high-contrast", action="store_true", help="white on black, without colours")


def desk_options(options: argparse.Namespace) -> "DeskOptions":
    # Only when a desk is opened: --help needs none.
    from ceremony.desk.screen import DeskOptions

    return DeskOptions(options.desk, options.large_text, options.high_contrast)
