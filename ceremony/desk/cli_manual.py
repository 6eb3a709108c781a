"""A manual page in troff's man macros (man(7)), made from a program's parser."""

import argparse
import re
from collections.abc import Iterator
from textwrap import wrap

from ceremony.desk.cli_parser import commands_of, every_command

WIDTH = 66
"""Columns of a line of the source: some characters become two or more."""

STATUS = {
    "0": "All was done.",
    "1": "Something was refused or went wrong; one line on standard error says what, a second one "
    "what to do next.",
    "2": "The command line makes no sense.",
    "70": "A bug in the program; the line on standard error holds no secret.",
    "130, 143": "Ended by Ctrl-C or by SIGTERM.",
}


def manual(parser: argparse.ArgumentParser) -> str:
    """The page, of section 1. The same parser gives the same text."""
    return "".join(f"{line}\n" for line in _page(parser))


def _page(parser: argparse.ArgumentParser) -> Iterator[str]:
    description = _folded(parser.description or "")
    yield f'.TH {parser.prog.upper()} 1 "" "{parser.prog}" "Dfns key ceremony"'
    yield ".SH NAME"
    yield f"{parser.prog} \\-"
    yield from _text(re.split("[.:]", description)[0])
    yield ".SH SYNOPSIS"
    yield from _synopsis(parser)
    yield ".SH DESCRIPTION"
    yield from _text(description)
    yield ".SH OPTIONS"
    yield from _options(parser)
    if commands_of(parser) is not None:
        yield ".SH COMMANDS"
        for path, command in every_command(parser):
            yield f".SS {_plain(path)}"
            yield from _text(_folded(command.description or command.format_usage()))
            if commands_of(command) is None:
                yield ".PP"
                yield from _synopsis(command)
                yield from _options(command)
                yield from _block(command.epilog)
    yield ".SH EXIT STATUS"
    for status, meaning in STATUS.items():
        yield from (".TP", status, *_text(meaning))
    if parser.epilog:
        yield ".SH NOTES"
        yield from _block(parser.epilog, paragraph=False)


def _synopsis(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f".B {_plain(parser.prog)}"
    for action in parser._actions:
        if action.help is argparse.SUPPRESS or "--help" in action.option_strings:
            continue
        name = action.option_strings[-1:] or [""]
        text = f"{name[0]} {_value(action)}".strip()
        yield _plain(text if action.required else f"[{text}]")


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) or not action.help:
            continue
        if " " in parser.prog and "--help" in action.option_strings:
            continue  # every command has it
        yield ".TP"
        names = ", ".join(action.option_strings)
        yield f".B {_plain(f'{names} {_value(action)}'.strip())}"
        yield from _text(_folded(action.help))


def _value(action: argparse.Action) -> str:
    """What stands for the value of an option or an argument; nothing for a switch."""
    if isinstance(action, argparse._SubParsersAction):
        return "COMMAND ..."
    if action.nargs == 0:
        return ""
    if isinstance(action.metavar, str):
        name = action.metavar
    elif action.choices is not None:
        name = "|".join(map(str, action.choices))
    else:
        name = action.dest.upper().replace("_", "-")
    return f"{name} ..." if action.nargs == "+" else name


def _block(epilog: str | None, *, paragraph: bool = True) -> Iterator[str]:
    """A text that keeps its lines; right behind a heading it is not a paragraph of its own."""
    if not epilog:
        return
    if paragraph:
        yield ".PP"
    yield ".nf"
    # An empty line of the source is a vertical space, which mandoc wants to be asked for.
    yield from (_plain(line) if line.strip() else ".sp" for line in epilog.splitlines())
    yield ".fi"


def _folded(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> Iterator[str]:
    """Sentences, in lines of the source that are not too long for people."""
    for line in wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False):
        yield _plain(line)


def _plain(text: str) -> str:
    """No character of the text is a command of troff."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{escaped}" if escaped.startswith(".") else escaped
