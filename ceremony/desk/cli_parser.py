"""The parser of all programs: examples in each help, and mistakes named without their values."""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NoReturn

from ceremony.errors import CeremonyError, Failure

Handler = Callable[[argparse.Namespace], None]

OPTION = re.compile(r"--[a-z][a-z-]{0,40}")
"""What may be shown of a word that was typed: the name of an option, and never a value."""

COMMAND = re.compile(r"[a-z][a-z-]{0,20}")

NEAR = 0.6
"""How alike two names are before one is taken for a slip of the other: difflib's ratio."""


class Parser(argparse.ArgumentParser):
    """argparse with our errors: no abbreviations, and never a value repeated back.

    argparse quotes what it was given, and what was given may be a key. A word is shown only
    if it looks like an option or a command and is near to one that exists.
    """

    def __init__(self, **arguments: object) -> None:
        given: dict[str, Any] = {
            "formatter_class": argparse.RawDescriptionHelpFormatter,
            **arguments,
            "allow_abbrev": False,
        }
        super().__init__(**given)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse has it. Raises ``usage`` for an option that a command does not have,
        before anything that is missing besides.
        """
        words = sys.argv[1:] if args is None else args
        self._refuse_unknown_options(words)
        return super().parse_known_args(words, namespace)

    def _refuse_unknown_options(self, words: Sequence[str]) -> None:
        group = commands_of(self) is not None
        for word in words:
            # Behind the name of a command, its own parser looks.
            if word == "--" or (group and not word.startswith("-")):
                return
            name = word.partition("=")[0]
            if word.startswith("--") and name not in self._option_string_actions:
                raise self._unknown_option(word)

    def _unknown_option(self, word: str) -> CeremonyError:
        near = nearest(word.partition("=")[0], self._option_string_actions)
        if near is None:
            message = "there is an option that this command does not have"
        elif OPTION.fullmatch(word):
            message = f"there is no option {word}; the nearest is {near}"
        else:
            message = f"there is an option that this command does not have; the nearest is {near}"
        return self._usage(message)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        if not isinstance(action, argparse._SubParsersAction):
            names = ", ".join(map(str, action.choices))
            option = "/".join(action.option_strings) or action.metavar
            raise self._usage(f"{option} is one of: {names}")
        raise self._unknown_command(str(value))

    def _unknown_command(self, word: str) -> CeremonyError:
        paths = {path.split(" ")[-1]: path for path, _ in every_command(self)}
        near = nearest(word, paths)
        if near is None or not COMMAND.fullmatch(word):
            return self._usage("there is a command that this program does not have")
        return self._usage(f"there is no command {word} here; the nearest is `{paths[near]}`")

    def error(self, message: str) -> NoReturn:
        """Raises ``usage``: the parts of argparse's sentence that hold no value."""
        if message.startswith("the following arguments are required"):
            raise self._usage(message)
        known = message.split(":", 1)[0]
        if known.startswith("unrecognized arguments"):
            raise self._usage("there is an argument that this command does not have")
        raise self._usage(f"{known}: not understood")

    def _usage(self, message: str) -> CeremonyError:
        return CeremonyError(Failure.USAGE, message, hint=f"see {self.prog} --help")


Commands = "argparse._SubParsersAction[Parser]"
"""What commands are added to; in quotes, because argparse's class takes no argument at run time."""


def add_command(
    commands: "argparse._SubParsersAction[Parser]",
    name: str,
    handler: Handler,
    text: str,
    example: str,
    **more: Any,
) -> Parser:
    """A command with its help and an example, which is a line as people type it."""
    parser = commands.add_parser(
        name, help=text, description=f"{text[0].upper()}{text[1:]}.", epilog=examples(example),
        **more,
    )  # fmt: skip
    parser.set_defaults(handler=handler)
    return parser


def add_group(
    commands: "argparse._SubParsersAction[Parser]", name: str, text: str, example: str
) -> "argparse._SubParsersAction[Parser]":
    """A command that has commands of its own."""
    parser = commands.add_parser(
        name, help=text, description=f"{text[0].upper()}{text[1:]}.", epilog=examples(example)
    )
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def examples(*lines: str) -> str:
    """The end of a help: what a command looks like."""
    shown = "\n".join(f"  {line}" for line in "\n".join(lines).splitlines())
    return f"for example:\n\n{shown}"


def add_version(parser: argparse.ArgumentParser, program: str) -> None:
    """`--version`: the version and the commit, which are looked up when they are asked for."""

    class Version(argparse.Action):
        def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
            from ceremony.version import version_text

            sys.stdout.write(f"{program} {version_text()}\n")
            parser.exit(0)

    parser.add_argument(
        "--version", action=Version, nargs=0, help="show the version and the commit, and exit"
    )


def commands_of(parser: argparse.ArgumentParser) -> "argparse._SubParsersAction[Parser] | None":
    """The commands of a program or of a group; None for a command that has none."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return action
    return None


def every_command(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """All commands below a parser, depth first, each with its whole name: "ceremony qr encode"."""
    commands = commands_of(parser)
    for below in commands.choices.values() if commands is not None else ():
        yield below.prog, below
        yield from every_command(below)


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that is most like the word; None if no name is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(names), 1, NEAR)), None)
