"""`completion` and `manual`: what a shell and man(1) know of a program, from its own parser."""

import argparse
import sys

from ceremony.desk.cli_parser import Parser, add_command

SHELLS = ("bash", "zsh")


def add_shell(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The two commands of a program that has commands; ``run`` gives them the parser."""
    program = str(commands._prog_prefix).split()[0]
    text = "write the completion of this program for a shell"
    example = f"source <({program} completion bash)"
    parser = add_command(commands, "completion", _completion, text, example)
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=" or ".join(SHELLS))
    text = "write the manual page of this program"
    add_command(commands, "manual", _manual, text, f"{program} manual > {program}.1")


def add_shell_options(parser: Parser) -> None:
    """The same as options, for a program that has no commands."""
    parser.add_argument(
        "--completion",
        choices=SHELLS,
        metavar="SHELL",
        help=f"write the completion for a shell, {' or '.join(SHELLS)}, and nothing else",
    )
    parser.add_argument(
        "--manual", action="store_true", help="write the manual page, and nothing else"
    )


def shell_option(options: argparse.Namespace) -> bool:
    """Does what an option of ``add_shell_options`` asks for; whether there was one."""
    if options.completion is not None:
        options.shell = options.completion
        _completion(options)
    elif options.manual:
        _manual(options)
    return options.completion is not None or options.manual


def _completion(options: argparse.Namespace) -> None:
    from ceremony.desk.cli_completion import completion

    sys.stdout.write(completion(options.parser, options.shell))


def _manual(options: argparse.Namespace) -> None:
    from ceremony.desk.cli_manual import manual

    sys.stdout.write(manual(options.parser))
