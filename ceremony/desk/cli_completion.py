"""The completion of a program for bash and zsh: commands, options, choices, file names."""

import argparse
from collections.abc import Iterable, Iterator

from ceremony.desk.cli_parser import commands_of, every_command

# For zsh the same function is used, by zsh's own bashcompinit.
SCRIPT = """\
{head}_{name}() {{
    local word command previous
    command={program}
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$command $word" in
{commands}
        esac
    done
    word=${{COMP_WORDS[COMP_CWORD]}}
    previous=${{COMP_WORDS[COMP_CWORD-1]}}
    case "$command $previous" in
{values}
    esac
    case "$command" in
{words}
    esac
}}
complete -o default -F _{name} {program}
"""

ZSH = """\
#compdef {program}
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
"""


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script that a shell reads; nothing in it but names that the parser has.

    Where a value is expected that is not one of a few, the shell offers file names.
    """
    every = [(parser.prog, parser), *every_command(parser)]
    head = ZSH.format(program=parser.prog) if shell == "zsh" else ""
    return SCRIPT.format(
        head=head,
        program=parser.prog,
        name=parser.prog.replace("-", "_"),
        commands="\n".join(f'            "{path}") command="{path}" ;;' for path, _ in every[1:])
        or "            *) ;;",
        values="\n".join(_values(every)) or "        *) ;;",
        words="\n".join(
            f'        "{path}") COMPREPLY=($(compgen -W "{" ".join(_words(one))}" -- "$word")) ;;'
            for path, one in every
        ),
    )


def _words(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What a word can be where no option waits for its value."""
    commands = commands_of(parser)
    yield from commands.choices if commands is not None else ()
    for action in parser._actions:
        yield from action.option_strings
        if not action.option_strings and action is not commands:
            yield from _choices(action)


def _values(every: Iterable[tuple[str, argparse.ArgumentParser]]) -> Iterator[str]:
    """The options that have a value: one of its choices, or a file's name."""
    for path, parser in every:
        for action in parser._actions:
            if action.option_strings and action.nargs != 0:
                names = "|".join(f'"{path} {option}"' for option in action.option_strings)
                offered = " ".join(_choices(action))
                reply = f'COMPREPLY=($(compgen -W "{offered}" -- "$word"))' if offered else ":"
                yield f"        {names}) {reply}; return ;;"


def _choices(action: argparse.Action) -> list[str]:
    return [str(choice) for choice in action.choices or ()]
